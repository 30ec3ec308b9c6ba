//! The machine that does I/O; `tallyd` is its binary.
#![forbid(unsafe_code)]

pub mod admission;
pub mod api;
pub mod chain;
pub mod commands;
pub mod config;
pub mod documents;
pub mod events;
pub mod genesis_file;
pub mod ledger;
pub mod limits;
pub mod mempool;
pub mod node;
pub mod replica;
pub mod storage;
pub mod telemetry;
pub mod tls;
