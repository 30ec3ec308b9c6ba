//! Accept and decline: the supplier's voluntary acceptance of a payment that is not cash.
use crate::types::{ReceivableId, Text};

/// By the receivable's supplier: the receivable is Live and has its root tranche.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptReceivable {
    pub receivable: ReceivableId,
}

/// By the receivable's supplier: it wants to be paid otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclineReceivable {
    pub receivable: ReceivableId,
    pub reason: Text,
}
