//! Cycle netting: what members ask, the records, and what was found.
use super::field::{FieldError, list, required, text};
use crate::v1::netting as wire;
use tally_contracts::limits::NETTING_LEGS_MAX;
use tally_contracts::netting as domain;
use tally_contracts::types::{NettingId, TrancheId};

impl TryFrom<&wire::LegOrder> for domain::LegOrder {
    type Error = FieldError;

    fn try_from(leg: &wire::LegOrder) -> Result<Self, FieldError> {
        Ok(Self { tranche: TrancheId::new(leg.tranche), amount: required(&leg.amount, "amount")? })
    }
}

impl From<&domain::LegOrder> for wire::LegOrder {
    fn from(leg: &domain::LegOrder) -> Self {
        Self { tranche: leg.tranche.number(), amount: Some((&leg.amount).into()) }
    }
}

impl TryFrom<&wire::ProposeNetting> for domain::ProposeNetting {
    type Error = FieldError;

    fn try_from(action: &wire::ProposeNetting) -> Result<Self, FieldError> {
        Ok(Self { legs: list(&action.legs, NETTING_LEGS_MAX, "legs")? })
    }
}

impl From<&domain::ProposeNetting> for wire::ProposeNetting {
    fn from(action: &domain::ProposeNetting) -> Self {
        Self { legs: action.legs.iter().map(Into::into).collect() }
    }
}

impl TryFrom<&wire::ConsentNetting> for domain::ConsentNetting {
    type Error = FieldError;

    fn try_from(action: &wire::ConsentNetting) -> Result<Self, FieldError> {
        Ok(Self { netting: NettingId::new(action.netting) })
    }
}

impl From<&domain::ConsentNetting> for wire::ConsentNetting {
    fn from(action: &domain::ConsentNetting) -> Self {
        Self { netting: action.netting.number() }
    }
}

impl TryFrom<&wire::RefuseNetting> for domain::RefuseNetting {
    type Error = FieldError;

    fn try_from(action: &wire::RefuseNetting) -> Result<Self, FieldError> {
        Ok(Self { netting: NettingId::new(action.netting), reason: text(&action.reason, "reason")? })
    }
}

impl From<&domain::RefuseNetting> for wire::RefuseNetting {
    fn from(action: &domain::RefuseNetting) -> Self {
        Self { netting: action.netting.number(), reason: action.reason.to_string() }
    }
}

impl From<&domain::Leg> for wire::Leg {
    fn from(leg: &domain::Leg) -> Self {
        Self {
            tranche: leg.tranche.number(),
            receivable: leg.receivable.number(),
            debtor: leg.debtor.to_string(),
            creditor: leg.creditor.to_string(),
            amount: Some((&leg.amount).into()),
        }
    }
}

impl From<&domain::Cycle> for wire::Cycle {
    fn from(cycle: &domain::Cycle) -> Self {
        Self {
            parties: cycle.parties.iter().map(ToString::to_string).collect(),
            amount: Some((&cycle.amount).into()),
            reduction: Some((&cycle.reduction).into()),
            legs: cycle.legs.iter().map(Into::into).collect(),
        }
    }
}

impl From<&domain::Netting> for wire::Netting {
    fn from(netting: &domain::Netting) -> Self {
        use domain::NettingStatus as Domain;
        use wire::NettingStatus as Wire;
        let mut record = Self {
            id: netting.id.number(),
            proposed_by: netting.proposed_by.to_string(),
            proposed_at_ms: netting.proposed_at.ms(),
            legs: netting.legs.iter().map(Into::into).collect(),
            parties: netting.parties.iter().map(ToString::to_string).collect(),
            consents: netting.consents.iter().map(ToString::to_string).collect(),
            reduction: netting.reduction().ok().as_ref().map(Into::into),
            ..Self::default()
        };
        record.status = match netting.status {
            Domain::Open { lapses_at } => {
                record.lapses_at_ms = lapses_at.ms();
                Wire::Open
            }
            Domain::Executed { on } => {
                record.executed_on = Some((&on).into());
                Wire::Executed
            }
            Domain::Refused { by } => {
                record.refused_by = by.to_string();
                Wire::Refused
            }
            Domain::Lapsed => Wire::Lapsed,
        }
        .into();
        record
    }
}
