//! The tests of this crate from outside, in one binary so that it links once.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod blocks;
mod canonical;
mod certificates;
mod common;
mod compact;
mod descriptors;
mod fields;
mod golden;
mod proofs;
mod records;
mod signatures;
