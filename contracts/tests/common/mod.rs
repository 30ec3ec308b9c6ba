//! The test rig: a ledger in memory that checks itself after every block, and a small language to drive it.
#![allow(dead_code, reason = "each test binary uses its part")]
pub mod cast;
pub mod ledger;
pub mod memory;
pub mod script;
pub mod show;
