//! Documents outside the ledger: encrypted under a key of their own, padded, bound to the ledger by a salted commitment.
//!
//! ```text
//! payload  = ChaCha20-Poly1305(key, nonce 0, "tallystick/document/v1" ‖ chain id, padded)   each key encrypts once
//! padded   = version 1 ‖ length of name (2) ‖ name ‖ length of content (8) ‖ content ‖ zeros
//! size     = the smallest power of two from 4 KiB to 16 MiB that takes it
//! secret   = key (32) ‖ salt (32)                     wrapped for each party with HPKE (tally-keys)
//! commitment = tagged hash of salt, name and content
//! ```
//! Lengths are big-endian.

mod error;
pub mod fuzz;
mod seal;

pub use error::DocumentError;
pub use seal::{CONTENT_BYTES_MAX, Opened, Sealed, envelope_info, open, seal};
