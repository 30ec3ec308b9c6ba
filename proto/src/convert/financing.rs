//! Discounts, prices, quotes, and why a facility does not buy.
use super::field::{FieldError, required};
use crate::v1::financing as wire;
use tally_contracts::facility::Ineligibility;
use tally_contracts::financing as domain;
use tally_contracts::types::{Amount, AmountError, FacilityId, TrancheId};

impl TryFrom<&wire::DiscountTranche> for domain::DiscountTranche {
    type Error = FieldError;

    fn try_from(action: &wire::DiscountTranche) -> Result<Self, FieldError> {
        Ok(Self {
            tranche: TrancheId::new(action.tranche),
            amount: required(&action.amount, "amount")?,
            min_proceeds: required(&action.min_proceeds, "min_proceeds")?,
            facility: action.facility.map(FacilityId::new),
            allow_partial_fills: action.allow_partial_fills,
        })
    }
}

impl From<&domain::DiscountTranche> for wire::DiscountTranche {
    fn from(action: &domain::DiscountTranche) -> Self {
        Self {
            tranche: action.tranche.number(),
            amount: Some((&action.amount).into()),
            min_proceeds: Some((&action.min_proceeds).into()),
            facility: action.facility.map(|facility| facility.number()),
            allow_partial_fills: action.allow_partial_fills,
        }
    }
}

impl From<&Ineligibility> for wire::Ineligibility {
    fn from(why: &Ineligibility) -> Self {
        use wire::IneligibilityReason as Reason;
        let (reason, days) = match why {
            Ineligibility::Closed => (Reason::Closed, 0),
            Ineligibility::Expired => (Reason::Expired, 0),
            Ineligibility::AnchorNotCovered => (Reason::AnchorNotCovered, 0),
            Ineligibility::CurrencyDiffers => (Reason::CurrencyDiffers, 0),
            Ineligibility::TenorOutside { days } => (Reason::TenorOutside, *days),
            Ineligibility::LimitUsed => (Reason::LimitUsed, 0),
            Ineligibility::SellerLimitUsed => (Reason::SellerLimitUsed, 0),
            Ineligibility::FunderCannotPay => (Reason::FunderCannotPay, 0),
            Ineligibility::ProceedsNotPositive => (Reason::ProceedsNotPositive, 0),
            Ineligibility::OwnTranche => (Reason::OwnTranche, 0),
            Ineligibility::FunderNotActive => (Reason::FunderNotActive, 0),
            Ineligibility::FunderScreened => (Reason::FunderScreened, 0),
        };
        Self { reason: reason.into(), days }
    }
}

impl From<&domain::Price> for wire::Price {
    fn from(price: &domain::Price) -> Self {
        Self {
            face: Some((&price.face).into()),
            tenor_days: price.tenor_days,
            interest_days: price.interest_days,
            rate_ppm: price.rate_ppm(),
            discount: Some((&price.discount).into()),
            fee: Some((&price.fee).into()),
            proceeds: Some((&price.proceeds).into()),
            apr_365_ppm: price.apr_ppm(365),
            apr_360_ppm: price.apr_ppm(360),
        }
    }
}

impl From<&domain::Bid> for wire::FacilityQuote {
    fn from(bid: &domain::Bid) -> Self {
        let verdict = match &bid.answer {
            Ok(price) => wire::facility_quote::Verdict::Price(price.into()),
            Err(why) => wire::facility_quote::Verdict::Ineligible(why.into()),
        };
        let facility = &bid.facility;
        Self { facility: facility.id.number(), funder: facility.funder.to_string(), verdict: Some(verdict) }
    }
}

impl From<&domain::Fill> for wire::Fill {
    fn from(fill: &domain::Fill) -> Self {
        Self {
            facility: fill.facility.id.number(),
            funder: fill.facility.funder.to_string(),
            price: Some((&fill.price).into()),
        }
    }
}

/// What best execution would do with `wanted`; `None` where nobody buys any of it.
///
/// # Errors
/// Where the fills are not in the currency of `wanted` or sum to more: they are not of this quote.
pub fn execution(fills: &[domain::Fill], wanted: Amount) -> Result<Option<wire::Execution>, AmountError> {
    let Some(first) = fills.first() else { return Ok(None) };
    let zero = Amount::zero(wanted.currency());
    let sum = |part: fn(&domain::Price) -> Amount| {
        fills.iter().try_fold(zero, |sum, fill| sum.plus(part(&fill.price)))
    };
    // All fills are of one receivable, hence of one tenor.
    let total = domain::Price {
        face: sum(|price| price.face)?,
        discount: sum(|price| price.discount)?,
        fee: sum(|price| price.fee)?,
        proceeds: sum(|price| price.proceeds)?,
        ..first.price
    };
    Ok(Some(wire::Execution {
        fills: fills.iter().map(Into::into).collect(),
        face: Some((&total.face).into()),
        discount: Some((&total.discount).into()),
        fee: Some((&total.fee).into()),
        proceeds: Some((&total.proceeds).into()),
        unfilled: Some((&wanted.minus(total.face)?).into()),
        apr_365_ppm: total.apr_ppm(365),
        apr_360_ppm: total.apr_ppm(360),
    }))
}
