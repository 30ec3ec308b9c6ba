//! Many machines on one desk: local networks of real processes, and the demo that runs on one.

pub mod demo;
pub mod limits;
pub mod network;
