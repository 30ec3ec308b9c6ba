//! What waits in the pool, where it came from, and why something may not enter.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

/// Hash of a transaction's signed bytes without its signatures.
pub type TransactionId = [u8; 32];
/// Leaf hash of a transaction's envelope, signatures included: names exactly its bytes.
pub type Leaf = [u8; 32];
/// The client's own id of a request, unique per sender.
pub type RequestId = [u8; 16];

/// A transaction whose signature was checked, waiting for a block.
///
/// `M` names a member. `T` is the verified form that admission made; it is kept so that proposing
/// never verifies again.
#[derive(Debug)]
pub struct PooledTransaction<M, T> {
    pub id: TransactionId,
    pub leaf: Leaf,
    /// When this node first had it.
    pub arrived: Instant,
    pub sender: M,
    pub request_id: RequestId,
    /// Last block height that may hold it.
    pub valid_until_height: u64,
    /// The signed transaction as received.
    pub bytes: Bytes,
    pub verified: Arc<T>,
}

impl<M: Clone, T> Clone for PooledTransaction<M, T> {
    fn clone(&self) -> Self {
        Self {
            id: self.id,
            leaf: self.leaf,
            arrived: self.arrived,
            sender: self.sender.clone(),
            request_id: self.request_id,
            valid_until_height: self.valid_until_height,
            bytes: self.bytes.clone(),
            verified: Arc::clone(&self.verified),
        }
    }
}

/// Who handed a transaction to this node. Only local ones are sent to other nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// This node's own API.
    Local,
    /// Another node, which tells everyone itself.
    Peer,
}

/// Whose space is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// The sender's own.
    Member,
    /// What members share beyond their floors.
    Common,
    /// The whole pool's, reserve included.
    Pool,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    Transactions,
    Bytes,
}

/// Why a transaction does not enter the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InsertError {
    #[error("this transaction is already waiting")]
    Duplicate,
    #[error("this transaction was committed a moment ago")]
    Committed,
    #[error("another transaction of this sender waits under the same request id; choose a new one")]
    RequestConflict { waiting: TransactionId },
    #[error("valid until height {valid_until_height}, but the chain is at {tip}; sign it again")]
    Expired { valid_until_height: u64, tip: u64 },
    #[error("the transaction has {bytes} bytes, the limit is {limit}")]
    TooLarge { bytes: usize, limit: usize },
    #[error("{share} is full at {limit} {measure}; send it again after the next block")]
    Full { share: Share, measure: Measure, limit: usize },
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Member => "the sender's share of the pool",
            Self::Common => "the common part of the pool",
            Self::Pool => "the pool",
        })
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Transactions => "transactions",
            Self::Bytes => "bytes",
        })
    }
}
