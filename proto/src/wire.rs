//! What the compiler made of `tally/**/*.proto`.
#![allow(
    clippy::all,
    clippy::wildcard_enum_match_arm,
    rustdoc::all,
    reason = "generated code keeps its own style"
)]
include!(concat!(env!("OUT_DIR"), "/wire.rs"));

/// Every file with what it imports, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
