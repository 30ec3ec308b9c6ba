//! The two failures that never mix: a rejection is the ledger's answer, a fault is this machine's end.
use crate::rejection::Rejection;
use crate::tree::TreeError;
use crate::types::AmountError;

/// This machine is broken or runs wrong software: it must stop before it votes or answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("state cannot be read: {detail}")]
    Storage { detail: String },
    #[error("the record under key {key} does not decode; restore this node's data from a peer")]
    CorruptRecord { key: String },
    #[error("the index names {key}, which has no record; restore this node's data from a peer")]
    DanglingIndex { key: String },
    #[error("invariant {invariant} does not hold for {subject}")]
    InvariantBroken { invariant: &'static str, subject: String },
    #[error("no policy is in force at {date}")]
    NoPolicy { date: crate::types::BusinessDate },
    #[error("genesis is not valid: {reason}")]
    Genesis { reason: String },
    #[error("the state tree cannot go on: {0}")]
    Tree(#[from] TreeError),
}

/// Why an action did not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Rejection(#[from] Rejection),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<AmountError> for Failure {
    fn from(error: AmountError) -> Self {
        match error {
            AmountError::Overflow | AmountError::Currency => Rejection::AmountOverflow {}.into(),
            AmountError::CurrencyMismatch { left, right } => {
                Rejection::CurrencyMismatch { left, right }.into()
            }
            // every subtraction follows a check, so only a broken ledger takes more than there is
            AmountError::Negative { .. } => {
                Fault::InvariantBroken { invariant: "I2", subject: error.to_string() }.into()
            }
        }
    }
}
