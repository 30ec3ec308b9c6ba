//! The machine that does I/O; `tallyd` is its binary.

pub mod limits;
pub mod mempool;
pub mod storage;
