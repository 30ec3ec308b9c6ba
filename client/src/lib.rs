//! The SDK and the commands behind `tally`: importers, key files, profiles and output, each a room of its own.
#![forbid(unsafe_code)]

pub mod bench;
pub mod commands;
pub mod document;
pub mod import;
pub mod key;
pub mod output;
pub mod profile;
pub mod sdk;
