//! Receivables: what members ask about them.
use super::field::{FieldError, member, one_of, required, text};
use crate::v1::receivable as wire;
use tally_contracts::receivable as domain;
use tally_contracts::types::ReceivableId;

impl TryFrom<&wire::SubmitReceivable> for domain::SubmitReceivable {
    type Error = FieldError;

    fn try_from(action: &wire::SubmitReceivable) -> Result<Self, FieldError> {
        Ok(Self { anchor: member(&action.anchor, "anchor")?, terms: required(&action.terms, "terms")? })
    }
}

impl From<&domain::SubmitReceivable> for wire::SubmitReceivable {
    fn from(action: &domain::SubmitReceivable) -> Self {
        Self { anchor: action.anchor.to_string(), terms: Some((&action.terms).into()) }
    }
}

impl TryFrom<&wire::IssueReceivable> for domain::IssueReceivable {
    type Error = FieldError;

    fn try_from(action: &wire::IssueReceivable) -> Result<Self, FieldError> {
        Ok(Self {
            supplier: member(&action.supplier, "supplier")?,
            terms: required(&action.terms, "terms")?,
            defences_waived: action.defences_waived,
            acknowledge_near_duplicates: action.acknowledge_near_duplicates,
        })
    }
}

impl From<&domain::IssueReceivable> for wire::IssueReceivable {
    fn from(action: &domain::IssueReceivable) -> Self {
        Self {
            supplier: action.supplier.to_string(),
            terms: Some((&action.terms).into()),
            defences_waived: action.defences_waived,
            acknowledge_near_duplicates: action.acknowledge_near_duplicates,
        }
    }
}

impl TryFrom<&wire::ConfirmReceivable> for domain::ConfirmReceivable {
    type Error = FieldError;

    fn try_from(action: &wire::ConfirmReceivable) -> Result<Self, FieldError> {
        Ok(Self {
            receivable: ReceivableId::new(action.receivable),
            amount: required(&action.amount, "amount")?,
            reason: text(&action.reason, "reason")?,
            defences_waived: action.defences_waived,
            acknowledge_near_duplicates: action.acknowledge_near_duplicates,
        })
    }
}

impl From<&domain::ConfirmReceivable> for wire::ConfirmReceivable {
    fn from(action: &domain::ConfirmReceivable) -> Self {
        Self {
            receivable: action.receivable.number(),
            amount: Some((&action.amount).into()),
            reason: action.reason.to_string(),
            defences_waived: action.defences_waived,
            acknowledge_near_duplicates: action.acknowledge_near_duplicates,
        }
    }
}

impl TryFrom<&wire::RejectReceivable> for domain::RejectReceivable {
    type Error = FieldError;

    fn try_from(action: &wire::RejectReceivable) -> Result<Self, FieldError> {
        Ok(Self {
            receivable: ReceivableId::new(action.receivable),
            code: one_of::<wire::RejectCode, _>(action.code, "code")?,
            text: text(&action.text, "text")?,
        })
    }
}

impl From<&domain::RejectReceivable> for wire::RejectReceivable {
    fn from(action: &domain::RejectReceivable) -> Self {
        Self {
            receivable: action.receivable.number(),
            code: wire::RejectCode::from(action.code).into(),
            text: action.text.to_string(),
        }
    }
}

impl TryFrom<&wire::WithdrawReceivable> for domain::WithdrawReceivable {
    type Error = FieldError;

    fn try_from(action: &wire::WithdrawReceivable) -> Result<Self, FieldError> {
        Ok(Self { receivable: ReceivableId::new(action.receivable) })
    }
}

impl From<&domain::WithdrawReceivable> for wire::WithdrawReceivable {
    fn from(action: &domain::WithdrawReceivable) -> Self {
        Self { receivable: action.receivable.number() }
    }
}

impl TryFrom<&wire::AcceptReceivable> for domain::AcceptReceivable {
    type Error = FieldError;

    fn try_from(action: &wire::AcceptReceivable) -> Result<Self, FieldError> {
        Ok(Self { receivable: ReceivableId::new(action.receivable) })
    }
}

impl From<&domain::AcceptReceivable> for wire::AcceptReceivable {
    fn from(action: &domain::AcceptReceivable) -> Self {
        Self { receivable: action.receivable.number() }
    }
}

impl TryFrom<&wire::DeclineReceivable> for domain::DeclineReceivable {
    type Error = FieldError;

    fn try_from(action: &wire::DeclineReceivable) -> Result<Self, FieldError> {
        Ok(Self { receivable: ReceivableId::new(action.receivable), reason: text(&action.reason, "reason")? })
    }
}

impl From<&domain::DeclineReceivable> for wire::DeclineReceivable {
    fn from(action: &domain::DeclineReceivable) -> Self {
        Self { receivable: action.receivable.number(), reason: action.reason.to_string() }
    }
}

impl TryFrom<&wire::CancelReceivable> for domain::CancelReceivable {
    type Error = FieldError;

    fn try_from(action: &wire::CancelReceivable) -> Result<Self, FieldError> {
        Ok(Self { receivable: ReceivableId::new(action.receivable), reason: text(&action.reason, "reason")? })
    }
}

impl From<&domain::CancelReceivable> for wire::CancelReceivable {
    fn from(action: &domain::CancelReceivable) -> Self {
        Self { receivable: action.receivable.number(), reason: action.reason.to_string() }
    }
}
