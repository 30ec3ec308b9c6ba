//! The machine that does I/O; `tallyd` is its binary.

pub mod admission;
pub mod api;
pub mod chain;
pub mod config;
pub mod events;
pub mod ledger;
pub mod limits;
pub mod mempool;
pub mod storage;
pub mod telemetry;
