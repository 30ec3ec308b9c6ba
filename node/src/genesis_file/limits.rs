//! Bounds of a genesis document, each with its unit and its reason.

/// Bytes of the document: thousands of members with their keys.
pub const GENESIS_FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Bytes of a chain id: it is part of every signed message.
pub const CHAIN_ID_BYTES_MAX: usize = 64;

/// Chain milliseconds per real millisecond: a year in six minutes. Beyond it, one block spans days.
pub const CLOCK_SPEED_MAX: u32 = 86_400;

/// Validators: a certificate carries one signature each.
pub const VALIDATORS_MAX: usize = 128;

/// Sum of all powers: leaves room to multiply by three.
pub const POWER_TOTAL_MAX: u64 = u64::MAX / 8;

/// Observers: each is a connection that some validator serves.
pub const OBSERVERS_MAX: usize = 200;
