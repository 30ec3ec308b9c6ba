//! What the nodes must agree on in meaning: the rulebook as a pure, deterministic library.
//!
//! One door, [`execute_block`]: state, context and transactions in; receipts, changes and root out.
#![forbid(unsafe_code)]
#![deny(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::as_conversions))]

pub mod block;
pub mod collection;
pub mod credit_profile;
pub mod dilution;
pub mod dispute;
pub mod document;
pub mod due;
pub mod event;
pub mod execute;
pub mod facility;
pub mod failure;
pub mod fair_cost;
pub mod financing;
pub mod genesis;
pub mod governance;
pub mod guarantee;
pub mod invariants;
pub mod items;
pub mod lien;
pub mod limits;
pub mod member;
pub mod merkle;
pub mod misbehaviour;
pub mod money;
pub mod netting;
pub mod pledge;
pub mod policy;
pub mod pool;
pub mod programme;
pub mod receipt;
pub mod receivable;
pub mod recourse;
pub mod registration;
pub mod rejection;
pub mod replay;
pub mod screening;
pub mod settlement;
pub mod state;
pub mod tranche;
pub mod transaction;
pub mod tree;
pub mod types;

pub use block::BlockContext;
pub use execute::{BlockOutcome, execute_block, simulate};
pub use failure::{Failure, Fault};
pub use genesis::Genesis;
pub use receipt::{Outcome, Receipt, ReceiptSource};
pub use rejection::Rejection;
pub use transaction::{Action, Transaction};
