//! Key files as `tally` uses them: the shared room `tally-keys`, unchanged.

pub use tally_keys::*;
