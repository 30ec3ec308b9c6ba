//! The machine that does I/O; `tallyd` is its binary.

pub mod storage;
