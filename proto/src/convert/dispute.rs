//! Disputes and credit notes: what members ask, and the records.
use super::field::{FieldError, bytes_or_empty, hash_or_zero, required, text};
use crate::v1::dispute as wire;
use tally_contracts::types::{CreditNoteId, DisputeId, ReceivableId};
use tally_contracts::{dilution, dispute};

impl TryFrom<&wire::DisputeReceivable> for dispute::DisputeReceivable {
    type Error = FieldError;

    fn try_from(action: &wire::DisputeReceivable) -> Result<Self, FieldError> {
        Ok(Self {
            receivable: ReceivableId::new(action.receivable),
            amount: required(&action.amount, "amount")?,
            evidence: hash_or_zero(&action.evidence, "evidence")?,
            reason: text(&action.reason, "reason")?,
        })
    }
}

impl From<&dispute::DisputeReceivable> for wire::DisputeReceivable {
    fn from(action: &dispute::DisputeReceivable) -> Self {
        Self {
            receivable: action.receivable.number(),
            amount: Some((&action.amount).into()),
            evidence: bytes_or_empty(&action.evidence),
            reason: action.reason.to_string(),
        }
    }
}

impl TryFrom<&wire::WithdrawDispute> for dispute::WithdrawDispute {
    type Error = FieldError;

    fn try_from(action: &wire::WithdrawDispute) -> Result<Self, FieldError> {
        Ok(Self { dispute: DisputeId::new(action.dispute) })
    }
}

impl From<&dispute::WithdrawDispute> for wire::WithdrawDispute {
    fn from(action: &dispute::WithdrawDispute) -> Self {
        Self { dispute: action.dispute.number() }
    }
}

impl TryFrom<&wire::RuleDispute> for dispute::RuleDispute {
    type Error = FieldError;

    fn try_from(action: &wire::RuleDispute) -> Result<Self, FieldError> {
        Ok(Self {
            dispute: DisputeId::new(action.dispute),
            upheld: required(&action.upheld, "upheld")?,
            reference: text(&action.reference, "reference")?,
            award: hash_or_zero(&action.award, "award")?,
        })
    }
}

impl From<&dispute::RuleDispute> for wire::RuleDispute {
    fn from(action: &dispute::RuleDispute) -> Self {
        Self {
            dispute: action.dispute.number(),
            upheld: Some((&action.upheld).into()),
            reference: action.reference.to_string(),
            award: bytes_or_empty(&action.award),
        }
    }
}

impl TryFrom<&wire::IssueCreditNote> for dilution::IssueCreditNote {
    type Error = FieldError;

    fn try_from(action: &wire::IssueCreditNote) -> Result<Self, FieldError> {
        Ok(Self {
            receivable: ReceivableId::new(action.receivable),
            number: text(&action.number, "number")?,
            issue_date: required(&action.issue_date, "issue_date")?,
            amount: required(&action.amount, "amount")?,
            document_hash: hash_or_zero(&action.document_hash, "document_hash")?,
            reason: text(&action.reason, "reason")?,
            dispute: action.dispute.map(DisputeId::new),
        })
    }
}

impl From<&dilution::IssueCreditNote> for wire::IssueCreditNote {
    fn from(action: &dilution::IssueCreditNote) -> Self {
        Self {
            receivable: action.receivable.number(),
            number: action.number.to_string(),
            issue_date: Some((&action.issue_date).into()),
            amount: Some((&action.amount).into()),
            document_hash: bytes_or_empty(&action.document_hash),
            reason: action.reason.to_string(),
            dispute: action.dispute.map(DisputeId::number),
        }
    }
}

impl TryFrom<&wire::AcceptCreditNote> for dilution::AcceptCreditNote {
    type Error = FieldError;

    fn try_from(action: &wire::AcceptCreditNote) -> Result<Self, FieldError> {
        let loss_max = required(&action.loss_max, "loss_max")?;
        Ok(Self { credit_note: CreditNoteId::new(action.credit_note), loss_max })
    }
}

impl From<&dilution::AcceptCreditNote> for wire::AcceptCreditNote {
    fn from(action: &dilution::AcceptCreditNote) -> Self {
        Self { credit_note: action.credit_note.number(), loss_max: Some((&action.loss_max).into()) }
    }
}

impl TryFrom<&wire::RefuseCreditNote> for dilution::RefuseCreditNote {
    type Error = FieldError;

    fn try_from(action: &wire::RefuseCreditNote) -> Result<Self, FieldError> {
        let reason = text(&action.reason, "reason")?;
        Ok(Self { credit_note: CreditNoteId::new(action.credit_note), reason })
    }
}

impl From<&dilution::RefuseCreditNote> for wire::RefuseCreditNote {
    fn from(action: &dilution::RefuseCreditNote) -> Self {
        Self { credit_note: action.credit_note.number(), reason: action.reason.to_string() }
    }
}

impl TryFrom<&wire::WithdrawCreditNote> for dilution::WithdrawCreditNote {
    type Error = FieldError;

    fn try_from(action: &wire::WithdrawCreditNote) -> Result<Self, FieldError> {
        Ok(Self { credit_note: CreditNoteId::new(action.credit_note) })
    }
}

impl From<&dilution::WithdrawCreditNote> for wire::WithdrawCreditNote {
    fn from(action: &dilution::WithdrawCreditNote) -> Self {
        Self { credit_note: action.credit_note.number() }
    }
}

impl TryFrom<&wire::RuleCreditNote> for dilution::RuleCreditNote {
    type Error = FieldError;

    fn try_from(action: &wire::RuleCreditNote) -> Result<Self, FieldError> {
        Ok(Self {
            credit_note: CreditNoteId::new(action.credit_note),
            reference: text(&action.reference, "reference")?,
            award: hash_or_zero(&action.award, "award")?,
        })
    }
}

impl From<&dilution::RuleCreditNote> for wire::RuleCreditNote {
    fn from(action: &dilution::RuleCreditNote) -> Self {
        Self {
            credit_note: action.credit_note.number(),
            reference: action.reference.to_string(),
            award: bytes_or_empty(&action.award),
        }
    }
}

impl From<&dispute::Ruling> for wire::Ruling {
    fn from(ruling: &dispute::Ruling) -> Self {
        Self {
            by: ruling.by.to_string(),
            reference: ruling.reference.to_string(),
            award: ruling.award.0.to_vec(),
        }
    }
}

impl From<&dispute::Dispute> for wire::Dispute {
    fn from(dispute: &dispute::Dispute) -> Self {
        use dispute::DisputeStatus as Domain;
        use wire::DisputeStatus as Wire;
        let (status, ended_on, ruling, credit_note) = match &dispute.status {
            Domain::Open => (Wire::Open, None, None, None),
            Domain::Excluded => (Wire::Excluded, None, None, None),
            Domain::Withdrawn { on } => (Wire::Withdrawn, Some(on), None, None),
            Domain::Agreed { on, credit_note } => (Wire::Agreed, Some(on), None, Some(*credit_note)),
            Domain::Ruled { on, ruling, credit_note } => (Wire::Ruled, Some(on), Some(ruling), *credit_note),
        };
        Self {
            id: dispute.id.number(),
            receivable: dispute.receivable.number(),
            opened_by: dispute.opened_by.to_string(),
            amount: Some((&dispute.amount).into()),
            evidence: bytes_or_empty(&dispute.evidence),
            reason: dispute.reason.to_string(),
            opened_at_ms: dispute.opened_at.ms(),
            status: status.into(),
            ended_on: ended_on.map(Into::into),
            ruling: ruling.map(Into::into),
            credit_note: credit_note.map(CreditNoteId::number),
        }
    }
}

impl From<&dilution::Loss> for wire::Loss {
    fn from(loss: &dilution::Loss) -> Self {
        Self {
            tranche: loss.tranche.number(),
            holder: loss.holder.to_string(),
            tier: wire::Tier::from(loss.tier).into(),
            amount: Some((&loss.amount).into()),
            liable: loss.liable.map(|member| member.to_string()).unwrap_or_default(),
        }
    }
}

impl From<&dilution::Consent> for wire::Consent {
    fn from(consent: &dilution::Consent) -> Self {
        Self { member: consent.member.to_string(), loss_max: Some((&consent.loss_max).into()) }
    }
}

impl From<&dilution::CreditNote> for wire::CreditNote {
    fn from(note: &dilution::CreditNote) -> Self {
        use dilution::CreditNoteStatus as Domain;
        use wire::CreditNoteStatus as Wire;
        let (status, ended_on, ruling, losses) = match &note.status {
            Domain::Open => (Wire::Open, None, None, Vec::new()),
            Domain::Withdrawn { on } => (Wire::Withdrawn, Some(on), None, Vec::new()),
            Domain::Applied { on, ruling, losses } => {
                (Wire::Applied, Some(on), ruling.as_ref(), losses.iter().map(Into::into).collect())
            }
        };
        Self {
            id: note.id.number(),
            receivable: note.receivable.number(),
            issued_by: note.issued_by.to_string(),
            number: note.number.to_string(),
            issue_date: Some((&note.issue_date).into()),
            amount: Some((&note.amount).into()),
            document_hash: bytes_or_empty(&note.document_hash),
            reason: note.reason.to_string(),
            dispute: note.dispute.map(DisputeId::number),
            consents: note.consents.iter().map(Into::into).collect(),
            refusals: note.refusals.iter().map(ToString::to_string).collect(),
            issued_at_ms: note.issued_at.ms(),
            status: status.into(),
            ended_on: ended_on.map(Into::into),
            ruling: ruling.map(Into::into),
            losses,
        }
    }
}
