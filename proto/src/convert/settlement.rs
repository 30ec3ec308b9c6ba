//! Payments for receivables, costs, write-offs.
use super::field::{FieldError, bytes_or_empty, hash_or_zero, member, required, text};
use crate::v1::settlement as wire;
use tally_contracts::settlement as domain;
use tally_contracts::types::{ReceivableId, TrancheId};

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

impl TryFrom<&wire::PayForAnchor> for domain::PayForAnchor {
    type Error = FieldError;

    fn try_from(action: &wire::PayForAnchor) -> Result<Self, FieldError> {
        Ok(Self {
            receivable: ReceivableId::new(action.receivable),
            amount: required(&action.amount, "amount")?,
            bank: member(&action.bank, "bank")?,
            take_claim: action.take_claim,
        })
    }
}

impl From<&domain::PayForAnchor> for wire::PayForAnchor {
    fn from(action: &domain::PayForAnchor) -> Self {
        Self {
            receivable: action.receivable.number(),
            amount: Some((&action.amount).into()),
            bank: action.bank.to_string(),
            take_claim: action.take_claim,
        }
    }
}

impl TryFrom<&wire::ClaimCosts> for domain::ClaimCosts {
    type Error = FieldError;

    fn try_from(action: &wire::ClaimCosts) -> Result<Self, FieldError> {
        Ok(Self {
            receivable: ReceivableId::new(action.receivable),
            amount: required(&action.amount, "amount")?,
            evidence: hash_or_zero(&action.evidence, "evidence")?,
            note: text(&action.note, "note")?,
        })
    }
}

impl From<&domain::ClaimCosts> for wire::ClaimCosts {
    fn from(action: &domain::ClaimCosts) -> Self {
        Self {
            receivable: action.receivable.number(),
            amount: Some((&action.amount).into()),
            evidence: bytes_or_empty(&action.evidence),
            note: action.note.to_string(),
        }
    }
}

impl TryFrom<&wire::AnswerCosts> for domain::AnswerCosts {
    type Error = FieldError;

    fn try_from(action: &wire::AnswerCosts) -> Result<Self, FieldError> {
        Ok(Self {
            receivable: ReceivableId::new(action.receivable),
            claimant: member(&action.claimant, "claimant")?,
            allow: action.allow,
            note: text(&action.note, "note")?,
        })
    }
}

impl From<&domain::AnswerCosts> for wire::AnswerCosts {
    fn from(action: &domain::AnswerCosts) -> Self {
        Self {
            receivable: action.receivable.number(),
            claimant: action.claimant.to_string(),
            allow: action.allow,
            note: action.note.to_string(),
        }
    }
}

impl TryFrom<&wire::WriteOffTranche> for domain::WriteOffTranche {
    type Error = FieldError;

    fn try_from(action: &wire::WriteOffTranche) -> Result<Self, FieldError> {
        Ok(Self { tranche: TrancheId::new(action.tranche), reason: text(&action.reason, "reason")? })
    }
}

impl From<&domain::WriteOffTranche> for wire::WriteOffTranche {
    fn from(action: &domain::WriteOffTranche) -> Self {
        Self { tranche: action.tranche.number(), reason: action.reason.to_string() }
    }
}

impl From<&domain::CurrencyExposure> for wire::CurrencyExposure {
    fn from(exposure: &domain::CurrencyExposure) -> Self {
        Self {
            currency: exposure.currency.to_string(),
            receivables: exposure.receivables,
            face_minor_units: exposure.face.to_string(),
            beside_minor_units: exposure.beside.to_string(),
            members: exposure.members.iter().map(Into::into).collect(),
            tiers: exposure.tiers.iter().map(Into::into).collect(),
        }
    }
}

impl From<&domain::MemberExposure> for wire::MemberExposure {
    fn from(exposure: &domain::MemberExposure) -> Self {
        Self {
            member: exposure.member.to_string(),
            held_minor_units: exposure.held.to_string(),
            bought_minor_units: exposure.bought.to_string(),
            recoverable_minor_units: exposure.recoverable.to_string(),
            liable_minor_units: exposure.liable.to_string(),
            cost_minor_units: exposure.cost.to_string(),
            helped_minor_units: exposure.helped.to_string(),
            helps_minor_units: exposure.helps.to_string(),
        }
    }
}

impl From<&domain::TierExposure> for wire::TierExposure {
    fn from(exposure: &domain::TierExposure) -> Self {
        Self {
            tier: exposure.tier,
            tranches: exposure.tranches,
            face_minor_units: exposure.face.to_string(),
            bought_minor_units: exposure.bought.to_string(),
        }
    }
}
