//! Compensation pools.
use super::field::{FieldError, member, one_of, required};
use crate::v1::pool as wire;
use tally_contracts::pool as domain;
use tally_contracts::types::{GuaranteeId, PoolId, Rate, ReceivableId, TrancheId};

impl TryFrom<&wire::SubsidyTerms> for domain::SubsidyTerms {
    type Error = FieldError;

    fn try_from(terms: &wire::SubsidyTerms) -> Result<Self, FieldError> {
        Ok(Self { share: Rate::from_ppm(terms.share_ppm), cap: required(&terms.cap, "cap")? })
    }
}

impl From<&domain::SubsidyTerms> for wire::SubsidyTerms {
    fn from(terms: &domain::SubsidyTerms) -> Self {
        Self { share_ppm: terms.share.ppm(), cap: Some((&terms.cap).into()) }
    }
}

impl TryFrom<&wire::PoolTerms> for domain::PoolTerms {
    type Error = FieldError;

    fn try_from(terms: &wire::PoolTerms) -> Result<Self, FieldError> {
        Ok(Self {
            bank: member(&terms.bank, "bank")?,
            share: Rate::from_ppm(terms.share_ppm),
            share_with_guarantor: Rate::from_ppm(terms.share_with_guarantor_ppm),
            leverage: terms.leverage,
            cap: required(&terms.cap, "cap")?,
            interest_subsidy: required(&terms.interest_subsidy, "interest_subsidy")?,
            fee_subsidy: required(&terms.fee_subsidy, "fee_subsidy")?,
        })
    }
}

impl From<&domain::PoolTerms> for wire::PoolTerms {
    fn from(terms: &domain::PoolTerms) -> Self {
        Self {
            bank: terms.bank.to_string(),
            share_ppm: terms.share.ppm(),
            share_with_guarantor_ppm: terms.share_with_guarantor.ppm(),
            leverage: terms.leverage,
            cap: Some((&terms.cap).into()),
            interest_subsidy: Some((&terms.interest_subsidy).into()),
            fee_subsidy: Some((&terms.fee_subsidy).into()),
        }
    }
}

impl TryFrom<&wire::OpenPool> for domain::OpenPool {
    type Error = FieldError;

    fn try_from(action: &wire::OpenPool) -> Result<Self, FieldError> {
        Ok(Self { terms: required(&action.terms, "terms")? })
    }
}

impl From<&domain::OpenPool> for wire::OpenPool {
    fn from(action: &domain::OpenPool) -> Self {
        Self { terms: Some((&action.terms).into()) }
    }
}

impl TryFrom<&wire::ContributeToPool> for domain::ContributeToPool {
    type Error = FieldError;

    fn try_from(action: &wire::ContributeToPool) -> Result<Self, FieldError> {
        Ok(Self { pool: PoolId::new(action.pool), amount: required(&action.amount, "amount")? })
    }
}

impl From<&domain::ContributeToPool> for wire::ContributeToPool {
    fn from(action: &domain::ContributeToPool) -> Self {
        Self { pool: action.pool.number(), amount: Some((&action.amount).into()) }
    }
}

impl TryFrom<&wire::EnrolTranche> for domain::EnrolTranche {
    type Error = FieldError;

    fn try_from(action: &wire::EnrolTranche) -> Result<Self, FieldError> {
        Ok(Self {
            pool: PoolId::new(action.pool),
            tranche: TrancheId::new(action.tranche),
            guarantee: action.guarantee.map(GuaranteeId::new),
        })
    }
}

impl From<&domain::EnrolTranche> for wire::EnrolTranche {
    fn from(action: &domain::EnrolTranche) -> Self {
        Self {
            pool: action.pool.number(),
            tranche: action.tranche.number(),
            guarantee: action.guarantee.map(GuaranteeId::number),
        }
    }
}

impl TryFrom<&wire::ClaimFromPool> for domain::ClaimFromPool {
    type Error = FieldError;

    fn try_from(action: &wire::ClaimFromPool) -> Result<Self, FieldError> {
        Ok(Self { tranche: TrancheId::new(action.tranche) })
    }
}

impl From<&domain::ClaimFromPool> for wire::ClaimFromPool {
    fn from(action: &domain::ClaimFromPool) -> Self {
        Self { tranche: action.tranche.number() }
    }
}

impl TryFrom<&wire::ClaimSubsidy> for domain::ClaimSubsidy {
    type Error = FieldError;

    fn try_from(action: &wire::ClaimSubsidy) -> Result<Self, FieldError> {
        Ok(Self {
            pool: PoolId::new(action.pool),
            receivable: ReceivableId::new(action.receivable),
            kind: one_of::<wire::SubsidyKind, _>(action.kind, "kind")?,
        })
    }
}

impl From<&domain::ClaimSubsidy> for wire::ClaimSubsidy {
    fn from(action: &domain::ClaimSubsidy) -> Self {
        Self {
            pool: action.pool.number(),
            receivable: action.receivable.number(),
            kind: wire::SubsidyKind::from(action.kind).into(),
        }
    }
}

impl From<&domain::Pool> for wire::Pool {
    fn from(pool: &domain::Pool) -> Self {
        let contribution = |it: &domain::Contribution| wire::Contribution {
            member: it.member.to_string(),
            minor_units: it.minor.to_string(),
        };
        Self {
            id: pool.id.number(),
            manager: pool.manager.to_string(),
            terms: Some((&pool.terms).into()),
            contributions: pool.contributions.iter().map(contribution).collect(),
            balance_minor_units: pool.balance.to_string(),
            enrolled_minor_units: pool.enrolled.to_string(),
            waiting: pool.waiting,
            paid_minor_units: pool.paid.to_string(),
            recovered_minor_units: pool.recovered.to_string(),
            subsidised_minor_units: pool.subsidised.to_string(),
        }
    }
}

impl From<&domain::ForecastPoint> for wire::ForecastPoint {
    fn from(point: &domain::ForecastPoint) -> Self {
        Self {
            on: Some((&point.on).into()),
            expected_minor_units: point.expected.to_string(),
            left_minor_units: point.left.to_string(),
        }
    }
}
