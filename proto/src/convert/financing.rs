//! Discounts, and why a facility does not buy.
use super::field::{FieldError, required};
use crate::v1::financing as wire;
use tally_contracts::facility::Ineligibility;
use tally_contracts::financing as domain;
use tally_contracts::types::{FacilityId, TrancheId};

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
        };
        Self { reason: reason.into(), days }
    }
}
