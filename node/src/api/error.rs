//! Why a call is not answered; `status.rs` says how the caller is told.
use super::access::AccessError;
use super::audit::AuditError;
use super::page::PageError;
use crate::admission::AdmissionError;
use crate::documents::StoreError;
use crate::events::FeedError;
use crate::ledger::LedgerError;
use crate::storage::StorageError;
use tally_contracts::types::MemberId;
use tally_contracts::{Failure, Fault, Rejection};
use tally_proto::FieldError;
use tally_proto::transaction::TransactionError;

/// Why a call is not answered.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("this {whose} asks faster than it may; ask again in a moment")]
    QuotaUsed { whose: &'static str },
    #[error("{limit} bytes of requests are being received already; try again in a second, or another node")]
    BodiesFull { limit: usize },
    #[error("the request did not arrive within {} s", limit.as_secs())]
    BodyTooSlow { limit: std::time::Duration },
    #[error("only {sender} itself may ask what its transactions would do")]
    NotSender { sender: MemberId },
    #[error("what a regulator reads cannot be put on record")]
    Audit(#[from] AuditError),
    #[error("the operating system gives no random bytes")]
    NoRandomness,
    #[error(transparent)]
    Admission(#[from] AdmissionError),
    #[error(transparent)]
    Field(#[from] FieldError),
    #[error("{field} must be at most {limit}, is {found}")]
    OverLimit { field: &'static str, found: u64, limit: u64 },
    #[error(transparent)]
    Page(#[from] PageError),
    #[error("{reader} may not read this; members read about themselves, Regulators the daily file")]
    NotYours { reader: MemberId },
    #[error(transparent)]
    Documents(#[from] StoreError),
    #[error("{what}")]
    Envelope { what: String, field: String },
    #[error("there is no {kind} {name}")]
    Unknown { kind: Resource, name: String },
    /// The rulebook's answer to a question, such as a quote of a tranche that is not live.
    #[error(transparent)]
    Refused(#[from] Rejection),
    #[error("block {height} is no longer on this node; the earliest one is {earliest}")]
    Pruned { height: u64, earliest: u64 },
    #[error("height {height} is beyond this node's tip {tip}")]
    BeyondTip { height: u64, tip: u64 },
    #[error("the chain has no block yet")]
    NoBlock,
    #[error("{receivable} has more than {limit} events; page through its history instead")]
    HistoryTooLong { receivable: String, limit: usize },
    #[error(
        "this node holds what {member} may see, and answers nobody else; ask your own node, or a validator"
    )]
    OtherMembersNode { member: MemberId },
    #[error("none of member.validators answers; what this node holds itself is answered on")]
    NoFullNode,
    #[error("{waiting} calls are waiting already")]
    Busy { waiting: usize },
    #[error("{limit} streams are open already")]
    StreamsFull { limit: usize },
    #[error("the reader is too slow; resume after {cursor}")]
    ReaderTooSlow { cursor: String },
    #[error("the node is stopping")]
    Stopping,
    #[error("the node is stopping; resume after {cursor}")]
    StreamStopping { cursor: String },
    #[error("the work on a call panicked")]
    Panicked,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl CallError {
    /// Whether it says that there is no such record.
    #[allow(clippy::wildcard_enum_match_arm, reason = "everything else is about what is there")]
    pub(super) fn is_absence(&self) -> bool {
        match self {
            Self::Unknown { .. } => true,
            Self::Refused(rejection) => rejection.kind().reason.ends_with("_UNKNOWN"),
            _ => false,
        }
    }
}

/// What can be asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    Receivable,
    Tranche,
    Facility,
    Lien,
    Programme,
    Member,
    Payout,
    Policy,
    Proposal,
    Block,
    Dispute,
    CreditNote,
    Netting,
    Case,
    Document,
    /// Whatever a proof is asked for.
    Record,
}

impl Resource {
    /// In words, as in a message.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Receivable => "receivable",
            Self::Tranche => "open tranche",
            Self::Facility => "facility",
            Self::Lien => "lien",
            Self::Programme => "early-payment programme",
            Self::Member => "member",
            Self::Payout => "payout",
            Self::Policy => "policy",
            Self::Proposal => "proposal",
            Self::Block => "block",
            Self::Dispute => "dispute",
            Self::CreditNote => "credit note",
            Self::Netting => "netting",
            Self::Case => "case",
            Self::Document => "document",
            Self::Record => "record",
        }
    }
}

impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl From<TransactionError> for CallError {
    fn from(error: TransactionError) -> Self {
        Self::Admission(error.into())
    }
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Rejection(rejection) => Self::Refused(rejection),
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<FeedError> for CallError {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::Pruned { height, earliest } => Self::Pruned { height, earliest },
            FeedError::Stopping => Self::Stopping,
            FeedError::Ledger(error) => Self::Ledger(error),
        }
    }
}
