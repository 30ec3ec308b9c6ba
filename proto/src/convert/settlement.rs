//! Payments for receivables.
use super::field::{FieldError, required};
use crate::v1::settlement as wire;
use tally_contracts::settlement as domain;
use tally_contracts::types::ReceivableId;

impl TryFrom<&wire::PayReceivable> for domain::PayReceivable {
    type Error = FieldError;

    fn try_from(action: &wire::PayReceivable) -> Result<Self, FieldError> {
        Ok(Self {
            receivable: ReceivableId::new(action.receivable),
            amount: required(&action.amount, "amount")?,
        })
    }
}

impl From<&domain::PayReceivable> for wire::PayReceivable {
    fn from(action: &domain::PayReceivable) -> Self {
        Self { receivable: action.receivable.number(), amount: Some((&action.amount).into()) }
    }
}
