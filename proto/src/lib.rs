//! What Tallystick nodes and clients must agree on in bytes: messages, signing, wire ↔ domain.
#![forbid(unsafe_code)]
pub mod access;
pub mod block;
pub mod certificate;
pub mod compact;
pub mod convert;
pub mod follow;
pub mod key;
pub mod limits;
pub mod proof;
pub mod signing;
pub mod statement;
pub mod transaction;
mod wire;

pub use block::{Block, BlockHeader};
pub use certificate::Certificate;
pub use convert::{FieldError, FieldErrorKind, TransactionDraft};
pub use transaction::{SignedTransaction, TransactionError, VerifiedTransaction, verify_batch};
pub use wire::{FILE_DESCRIPTOR_SET, tally};

/// The generated messages and services by area.
pub mod v1 {
    pub use crate::tally::access::v1 as access;
    pub use crate::tally::collection::v1 as collection;
    pub use crate::tally::common::v1 as common;
    pub use crate::tally::credit::v1 as credit;
    pub use crate::tally::dispute::v1 as dispute;
    pub use crate::tally::document::v1 as document;
    pub use crate::tally::facility::v1 as facility;
    pub use crate::tally::financing::v1 as financing;
    pub use crate::tally::follow::v1 as follow;
    pub use crate::tally::governance::v1 as governance;
    pub use crate::tally::guarantee::v1 as guarantee;
    pub use crate::tally::ledger::v1 as ledger;
    pub use crate::tally::member::v1 as member;
    pub use crate::tally::money::v1 as money;
    pub use crate::tally::netting::v1 as netting;
    pub use crate::tally::node::v1 as node;
    pub use crate::tally::operator::v1 as operator;
    pub use crate::tally::policy::v1 as policy;
    pub use crate::tally::pool::v1 as pool;
    pub use crate::tally::receivable::v1 as receivable;
    pub use crate::tally::report::v1 as report;
    pub use crate::tally::screening::v1 as screening;
    pub use crate::tally::settlement::v1 as settlement;
    pub use crate::tally::tranche::v1 as tranche;
    pub use crate::tally::transaction::v1 as transaction;
}
