//! The two sides that gossip connects: where received transactions go, where own ones come from.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::mempool::{InsertError, Leaf};

/// Why a node did not take a transaction that a peer sent. The numbers travel on the wire and are
/// never reused; 0 means accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[repr(u8)]
pub enum AdmitRefusal {
    /// It waits here already, or was committed a moment ago.
    #[error("already known")]
    Duplicate = 1,
    #[error("not a transaction")]
    Malformed = 2,
    #[error("a signature does not verify")]
    BadSignature = 3,
    #[error("its last height has passed")]
    Expired = 4,
    /// The ledger holds it or its request id.
    #[error("already on the ledger")]
    Replayed = 5,
    #[error("another transaction waits under the same request id")]
    RequestConflict = 6,
    /// Unknown or suspended sender, other chain, revoked key.
    #[error("its sender may not send it")]
    NotPermitted = 7,
    #[error("no space for its sender")]
    Full = 8,
    #[error("too much at once from this peer")]
    Busy = 9,
    /// The node is catching up or stopping.
    #[error("not taking transactions now")]
    Unavailable = 10,
}

impl AdmitRefusal {
    pub const ALL: [Self; 10] = [
        Self::Duplicate,
        Self::Malformed,
        Self::BadSignature,
        Self::Expired,
        Self::Replayed,
        Self::RequestConflict,
        Self::NotPermitted,
        Self::Full,
        Self::Busy,
        Self::Unavailable,
    ];

    pub(super) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.code() == code)
    }

    /// Its number on the wire.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// Label of a metric.
    pub fn name(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Malformed => "malformed",
            Self::BadSignature => "bad_signature",
            Self::Expired => "expired",
            Self::Replayed => "replayed",
            Self::RequestConflict => "request_conflict",
            Self::NotPermitted => "not_permitted",
            Self::Full => "full",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
        }
    }

    /// Whether the same transaction may be taken a moment later.
    pub(super) fn is_passing(self) -> bool {
        matches!(self, Self::Full | Self::Busy | Self::Unavailable)
    }

    /// Whether an honest node, which verifies before it sends, would not have sent it.
    pub fn is_senders_fault(self) -> bool {
        matches!(self, Self::Malformed | Self::BadSignature)
    }
}

impl From<InsertError> for AdmitRefusal {
    fn from(error: InsertError) -> Self {
        match error {
            InsertError::Duplicate | InsertError::Committed => Self::Duplicate,
            InsertError::RequestConflict { .. } => Self::RequestConflict,
            InsertError::Expired { .. } => Self::Expired,
            InsertError::TooLarge { .. } => Self::Malformed,
            InsertError::Full { .. } => Self::Full,
        }
    }
}

/// The answer to one received transaction.
pub type Verdict = Result<(), AdmitRefusal>;

/// Checks received transactions and puts them into the pool with [`Origin::Peer`].
///
/// Gossip calls it for one frame at a time per peer connection, within the limits of `limits.rs`.
///
/// [`Origin::Peer`]: crate::mempool::Origin::Peer
#[async_trait]
pub trait Admit: Send + Sync + 'static {
    /// One transaction as received: at most `TRANSACTION_BYTES_MAX` bytes, nothing else is known.
    async fn admit(&self, bytes: Bytes) -> Verdict;

    /// A frame of them in the sender's order, which must be kept: one verdict each. Override it to
    /// verify signatures in batches.
    async fn admit_all(&self, transactions: Vec<Bytes>) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(transactions.len());
        for bytes in transactions {
            verdicts.push(self.admit(bytes).await);
        }
        verdicts
    }
}

/// This node's own waiting transactions, in the order of their arrival. The mempool implements it.
#[async_trait]
pub trait Outbox: Send + Sync + 'static {
    /// Those that arrived after `cursor`, oldest first, within both bounds, each with its own cursor.
    fn local_after(&self, cursor: u64, max_bytes: usize, max_count: usize) -> Vec<(u64, Bytes)>;
    /// The one with this cursor, if it still waits.
    fn local(&self, cursor: u64) -> Option<Bytes>;
    /// Waiting transactions with exactly these bytes, whoever sent them, as many as fit when each needs `overhead`
    /// bytes more.
    fn by_leaves(&self, leaves: &[Leaf], max_bytes: usize, overhead: usize) -> Vec<Bytes>;
    /// How long what is sent next may wait for company.
    fn pause(&self) -> Duration;
    /// That two thirds of the peers answer a hello within this time.
    fn set_round_trip(&self, round_trip: Duration);
    /// Returns when one arrived since the last call returned. One caller only.
    async fn local_arrived(&self);
}
