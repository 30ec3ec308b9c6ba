//! Many machines on one desk: local networks of real processes, the demo and the load that run on one.
#![forbid(unsafe_code)]

pub mod bench;
pub mod canaries;
pub mod demo;
pub mod hostile;
pub mod limits;
pub mod network;
pub mod probe;
pub mod questions;
pub mod sbom;
