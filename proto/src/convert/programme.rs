//! Early-payment programmes, recourse, registrations, and what financing costs.
use super::field::{FieldError, FieldErrorKind, member, one_of, required, text};
use crate::v1::{facility, financing as wire};
use tally_contracts::fair_cost::FinancingCost;
use tally_contracts::programme as domain;
use tally_contracts::recourse::{ClaimRecourse, PayRecourse};
use tally_contracts::registration::RegisterFinancing;
use tally_contracts::types::{Currency, MemberId, ProgrammeId, Rate, Timestamp, TrancheId};

impl TryFrom<&wire::ClaimRecourse> for ClaimRecourse {
    type Error = FieldError;

    fn try_from(action: &wire::ClaimRecourse) -> Result<Self, FieldError> {
        let transferor = member(&action.transferor, "transferor")?;
        Ok(Self { tranche: TrancheId::new(action.tranche), transferor })
    }
}

impl From<&ClaimRecourse> for wire::ClaimRecourse {
    fn from(action: &ClaimRecourse) -> Self {
        Self { tranche: action.tranche.number(), transferor: action.transferor.to_string() }
    }
}

impl TryFrom<&wire::PayRecourse> for PayRecourse {
    type Error = FieldError;

    fn try_from(action: &wire::PayRecourse) -> Result<Self, FieldError> {
        Ok(Self {
            tranche: TrancheId::new(action.tranche),
            bank: member(&action.bank, "bank")?,
            amount: required(&action.amount, "amount")?,
        })
    }
}

impl From<&PayRecourse> for wire::PayRecourse {
    fn from(action: &PayRecourse) -> Self {
        Self {
            tranche: action.tranche.number(),
            bank: action.bank.to_string(),
            amount: Some((&action.amount).into()),
        }
    }
}

impl TryFrom<&wire::RegisterFinancing> for RegisterFinancing {
    type Error = FieldError;

    fn try_from(action: &wire::RegisterFinancing) -> Result<Self, FieldError> {
        Ok(Self {
            tranche: TrancheId::new(action.tranche),
            registry_number: text(&action.registry_number, "registry_number")?,
            registered_at: Timestamp::from_ms(action.registered_at_ms),
        })
    }
}

impl From<&RegisterFinancing> for wire::RegisterFinancing {
    fn from(action: &RegisterFinancing) -> Self {
        Self {
            tranche: action.tranche.number(),
            registry_number: action.registry_number.to_string(),
            registered_at_ms: action.registered_at.ms(),
        }
    }
}

impl TryFrom<&wire::ProgrammeTerms> for domain::ProgrammeTerms {
    type Error = FieldError;

    fn try_from(terms: &wire::ProgrammeTerms) -> Result<Self, FieldError> {
        use wire::programme_terms::Pricing;
        let pricing = match &terms.pricing {
            None => return Err(FieldError::new("pricing", FieldErrorKind::Missing)),
            Some(Pricing::Apr(apr)) => domain::ProgrammePricing::Apr {
                rate: Rate::from_ppm(apr.rate_ppm),
                day_count: one_of::<facility::DayCount, _>(apr.day_count, "apr.day_count")?,
            },
            Some(Pricing::Sliding(sliding)) => {
                domain::ProgrammePricing::Sliding { max: Rate::from_ppm(sliding.max_ppm) }
            }
        };
        Ok(Self {
            pricing,
            budget: required(&terms.budget, "budget")?,
            valid_from: required(&terms.valid_from, "valid_from")?,
            valid_until: required(&terms.valid_until, "valid_until")?,
        })
    }
}

impl From<&domain::ProgrammeTerms> for wire::ProgrammeTerms {
    fn from(terms: &domain::ProgrammeTerms) -> Self {
        use wire::programme_terms::Pricing;
        let pricing = match terms.pricing {
            domain::ProgrammePricing::Apr { rate, day_count } => Pricing::Apr(wire::AprPricing {
                rate_ppm: rate.ppm(),
                day_count: facility::DayCount::from(day_count).into(),
            }),
            domain::ProgrammePricing::Sliding { max } => {
                Pricing::Sliding(wire::SlidingPricing { max_ppm: max.ppm() })
            }
        };
        Self {
            pricing: Some(pricing),
            budget: Some((&terms.budget).into()),
            valid_from: Some((&terms.valid_from).into()),
            valid_until: Some((&terms.valid_until).into()),
        }
    }
}

impl TryFrom<&wire::PostProgramme> for domain::PostProgramme {
    type Error = FieldError;

    fn try_from(action: &wire::PostProgramme) -> Result<Self, FieldError> {
        Ok(Self { terms: required(&action.terms, "terms")? })
    }
}

impl From<&domain::PostProgramme> for wire::PostProgramme {
    fn from(action: &domain::PostProgramme) -> Self {
        Self { terms: Some((&action.terms).into()) }
    }
}

impl TryFrom<&wire::CloseProgramme> for domain::CloseProgramme {
    type Error = FieldError;

    fn try_from(action: &wire::CloseProgramme) -> Result<Self, FieldError> {
        Ok(Self { programme: ProgrammeId::new(action.programme) })
    }
}

impl From<&domain::CloseProgramme> for wire::CloseProgramme {
    fn from(action: &domain::CloseProgramme) -> Self {
        Self { programme: action.programme.number() }
    }
}

impl TryFrom<&wire::TakeEarlyPayment> for domain::TakeEarlyPayment {
    type Error = FieldError;

    fn try_from(action: &wire::TakeEarlyPayment) -> Result<Self, FieldError> {
        Ok(Self {
            programme: ProgrammeId::new(action.programme),
            tranche: TrancheId::new(action.tranche),
            amount: required(&action.amount, "amount")?,
            min_proceeds: required(&action.min_proceeds, "min_proceeds")?,
        })
    }
}

impl From<&domain::TakeEarlyPayment> for wire::TakeEarlyPayment {
    fn from(action: &domain::TakeEarlyPayment) -> Self {
        Self {
            programme: action.programme.number(),
            tranche: action.tranche.number(),
            amount: Some((&action.amount).into()),
            min_proceeds: Some((&action.min_proceeds).into()),
        }
    }
}

impl From<&domain::Programme> for wire::Programme {
    fn from(programme: &domain::Programme) -> Self {
        let (status, closed_on) = match programme.status {
            domain::ProgrammeStatus::Open => (wire::ProgrammeStatus::Open, None),
            domain::ProgrammeStatus::Closed { on } => (wire::ProgrammeStatus::Closed, Some((&on).into())),
        };
        Self {
            id: programme.id.number(),
            anchor: programme.anchor.to_string(),
            terms: Some((&programme.terms).into()),
            status: status.into(),
            closed_on,
            spent: Some((&programme.spent).into()),
        }
    }
}

impl From<&domain::EarlyPrice> for wire::EarlyPrice {
    fn from(price: &domain::EarlyPrice) -> Self {
        Self {
            face: Some((&price.face).into()),
            days_left: price.days_left,
            discount: Some((&price.discount).into()),
            proceeds: Some((&price.proceeds).into()),
            apr_365_ppm: price.apr_ppm(365),
            apr_360_ppm: price.apr_ppm(360),
        }
    }
}

/// What financing has cost `member`.
pub fn financing_cost(member: MemberId, currency: Currency, cost: &FinancingCost) -> wire::FinancingCost {
    wire::FinancingCost {
        member: member.to_string(),
        currency: currency.to_string(),
        sales: cost.sales,
        face: cost.face.to_string(),
        discount: cost.discount.to_string(),
        fee: cost.fee.to_string(),
        proceeds: cost.proceeds.to_string(),
        interest: cost.interest.to_string(),
        apr_365_ppm: cost.apr_ppm(365),
        apr_360_ppm: cost.apr_ppm(360),
    }
}
