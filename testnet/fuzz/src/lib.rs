//! Every decoder of bytes from outside, fed with bytes that no friend would send: one table of targets, one corpus.
//!
//! A target is a plain function of bytes. It says whether the decoder took them, and panics where they break a promise: what
//! decodes encodes to the same bytes, limits hold, two readers of one format agree. `tests/replay.rs` runs the corpus as an
//! ordinary test; `testnet/fuzz.sh` runs libFuzzer on any of them.
#![forbid(unsafe_code)]

mod api;
pub mod corpus;
mod files;
mod invoice;
mod ledger;
mod seeds;
mod table;
mod value;

pub use table::{TARGETS, Target, target};
