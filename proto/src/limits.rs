//! Every bound of this crate that the rulebook does not set, with its unit and its reason.

/// Bytes of a chain id: it is part of every signed message and of every header.
pub const CHAIN_ID_BYTES_MAX: usize = 64;
/// Bytes of an encoded block: it is held in memory several times while it travels.
pub const BLOCK_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Transactions of a block: the smallest has about 200 bytes, so that a block of 8 MiB fits.
pub const BLOCK_TRANSACTIONS_MAX: usize = 50_000;
/// Validators of a height: a certificate carries a signature of each.
pub const VALIDATORS_MAX: usize = 128;
/// Bytes of an encoded certificate: a head of 49 bytes and 96 for each validator, rounded up.
pub const CERTIFICATE_BYTES_MAX: usize = 64 + VALIDATORS_MAX * 96;
