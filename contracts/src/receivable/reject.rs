//! Reject and withdraw: a submission that the anchor refuses or the supplier takes back.
use super::RejectCode;
use crate::types::{ReceivableId, Text};

/// By the receivable's anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectReceivable {
    pub receivable: ReceivableId,
    pub code: RejectCode,
    pub text: Text,
}

/// By the supplier that submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawReceivable {
    pub receivable: ReceivableId,
}
