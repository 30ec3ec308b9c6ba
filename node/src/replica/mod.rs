//! The member node's side: follows the chain through other nodes, believes only what it verified, and holds of the ledger
//! what one member may see.
//!
//! ```text
//! line      signed questions to one full node
//! check     an answer against the chain: certificates, ways to the roots, who decides next
//! wanted    which records an item says something about
//! records   them as they stand now, proven; what one node keeps back, another is asked for
//! evidence  what a node signed that does not hold
//! fuzz      the same answers from strangers, for testnet/fuzz
//! follow    the loop: ask, check, make durable, turn to another node where this one lies, stands still or is gone
//! ```
mod check;
mod evidence;
mod follow;
pub mod fuzz;
mod lie;
mod line;
mod place;
mod records;
mod wanted;

pub use evidence::{Evidence, Report};
pub use follow::{Following, Settings};
pub use lie::Lie;
pub use line::{Line, LineError};
pub use place::Place;

use crate::ledger::LedgerError;

/// Why a replica cannot go on. What others do wrong is no reason.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    #[error(transparent)]
    Line(#[from] LineError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("this folder holds the replica of {found}, and the node is configured for {expected}")]
    OtherMember { found: String, expected: String },
    #[error(
        "the replica's place does not decode: delete the data folder, everything in it can be fetched again"
    )]
    PlaceDamaged,
    #[error("a worker thread ended abnormally: {0}")]
    Worker(#[from] tokio::task::JoinError),
}
