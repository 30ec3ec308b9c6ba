//! Why a transaction may not wait for a block.
use crate::ledger::{BlockError, LedgerError};
use crate::mempool::InsertError;
use crate::mempool::gossip::AdmitRefusal;
use crate::storage::StorageError;
use tally_contracts::types::{Hash, MemberId};
use tally_proto::transaction::TransactionError;

#[derive(Debug, thiserror::Error)]
pub enum AdmissionError {
    #[error(transparent)]
    Transaction(#[from] TransactionError),
    #[error("the request id was used for transaction {transaction}; choose a new one for other bytes")]
    RequestUsed { transaction: Hash },
    #[error(transparent)]
    NotFitting(#[from] BlockError),
    #[error(transparent)]
    Pool(#[from] InsertError),
    #[error("{sender} may hand in {limit} transactions a second; try again in a moment")]
    TooFast { sender: MemberId, limit: u64 },
    #[error("{waiting} submissions wait already; try again in a second, or another node")]
    Busy { waiting: usize },
    #[error("the node is stopping; try another node")]
    Unavailable,
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl AdmissionError {
    /// Whether its bytes never were a member's transaction: what honest software does not send.
    pub fn is_senders_fault(&self) -> bool {
        self.for_peer().is_senders_fault()
    }

    /// Label of a metric.
    pub fn name(&self) -> &'static str {
        self.for_peer().name()
    }

    /// What the peer that sent it is told.
    pub fn for_peer(&self) -> AdmitRefusal {
        match self {
            Self::Transaction(TransactionError::Signature { .. }) => AdmitRefusal::BadSignature,
            Self::Transaction(
                TransactionError::TooLarge { .. }
                | TransactionError::Malformed { .. }
                | TransactionError::NotCanonical { .. }
                | TransactionError::Field(_)
                | TransactionError::SignatureCount { .. }
                | TransactionError::SignerMissing { .. },
            ) => AdmitRefusal::Malformed,
            Self::RequestUsed { .. } => AdmitRefusal::RequestConflict,
            Self::NotFitting(BlockError::Expired { .. }) => AdmitRefusal::Expired,
            Self::NotFitting(
                BlockError::Replayed { .. }
                | BlockError::Malformed { .. }
                | BlockError::Header { .. }
                | BlockError::TimeNotAfterParent { .. }
                | BlockError::TimeOutOfBounds { .. }
                | BlockError::Transaction { .. },
            ) => AdmitRefusal::Replayed,
            Self::Pool(error) => (*error).into(),
            Self::TooFast { .. } | Self::Busy { .. } => AdmitRefusal::Busy,
            Self::Unavailable | Self::Storage(_) | Self::Ledger(_) => AdmitRefusal::Unavailable,
        }
    }
}
