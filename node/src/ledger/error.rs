//! Why a block is wrong, and why a ledger cannot go on.
use crate::storage::StorageError;
use tally_contracts::failure::Fault;
use tally_contracts::tree::TreeError;
use tally_contracts::types::{Hash, Timestamp};

/// A block that this node votes against. The machine is fine.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    #[error("the block does not decode: {reason}")]
    Malformed { reason: String },
    #[error("header field {field} is {found} where {expected} was computed")]
    Header { field: &'static str, found: String, expected: String },
    #[error("block time {time:?} is not after its parent's {parent:?}")]
    TimeNotAfterParent { time: Timestamp, parent: Timestamp },
    #[error("block time {time:?} is more than {bound_ms} ms of chain time away from this node's {now:?}")]
    TimeOutOfBounds { time: Timestamp, now: Timestamp, bound_ms: u64 },
    #[error("transaction {position}: {reason}")]
    Transaction { position: usize, reason: String },
    #[error("transaction {id} is in the ledger already")]
    Replayed { id: Hash },
    #[error("transaction {id} is valid until {valid_until}, which does not fit height {height}")]
    Expired { id: Hash, valid_until: u64, height: u64 },
}

/// This machine cannot go on: it must stop voting.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error("the state tree cannot go on: {0}")]
    Tree(#[from] TreeError),
    #[error("stored block {height} does not decode; delete the data directory and let the node sync anew")]
    StoredBlock { height: u64 },
    #[error("block {id} was decided at height {height}, but this node does not have it")]
    DecidedUnknown { height: u64, id: Hash },
    #[error("block {id} was decided at height {height}, but this node finds it wrong: {source}")]
    DecidedInvalid { height: u64, id: Hash, source: BlockError },
    #[error("a block for height {found} where {expected} follows the tip")]
    NotNext { found: u64, expected: u64 },
}
