//! The test rig: a ledger in memory that checks itself after every block, and a small language to drive it.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::unwrap_used, reason = "tests")]
pub mod cast;
pub mod ledger;
pub mod memory;
pub mod script;
pub mod show;
