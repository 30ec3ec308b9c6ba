//! Tranches and how title moves.
use super::field::{FieldError, bounded, list, member, numbers, one_of, optional, optional_hash, required};
use crate::v1::tranche as wire;
use tally_contracts::limits::{MERGE_MAX, PARTS_MAX};
use tally_contracts::registration::Registration;
use tally_contracts::tranche as domain;
use tally_contracts::types::TrancheId;

impl TryFrom<&wire::Offer> for domain::Offer {
    type Error = FieldError;

    fn try_from(offer: &wire::Offer) -> Result<Self, FieldError> {
        Ok(Self {
            to: member(&offer.to, "to")?,
            recourse: one_of::<wire::Recourse, _>(offer.recourse, "recourse")?,
            trade_reference: optional_hash(&offer.trade_reference, "trade_reference")?,
        })
    }
}

impl From<&domain::Offer> for wire::Offer {
    fn from(offer: &domain::Offer) -> Self {
        Self {
            to: offer.to.to_string(),
            recourse: wire::Recourse::from(offer.recourse).into(),
            trade_reference: offer.trade_reference.map(|hash| hash.0.to_vec()).unwrap_or_default(),
        }
    }
}

impl TryFrom<&wire::Part> for domain::Part {
    type Error = FieldError;

    fn try_from(part: &wire::Part) -> Result<Self, FieldError> {
        Ok(Self { face: required(&part.face, "face")?, pay: optional(&part.pay, "pay")? })
    }
}

impl From<&domain::Part> for wire::Part {
    fn from(part: &domain::Part) -> Self {
        Self { face: Some((&part.face).into()), pay: part.pay.as_ref().map(Into::into) }
    }
}

impl TryFrom<&wire::SplitTranche> for domain::SplitTranche {
    type Error = FieldError;

    fn try_from(action: &wire::SplitTranche) -> Result<Self, FieldError> {
        let parts = list(&action.parts, PARTS_MAX, "parts")?;
        Ok(Self { tranche: TrancheId::new(action.tranche), parts })
    }
}

impl From<&domain::SplitTranche> for wire::SplitTranche {
    fn from(action: &domain::SplitTranche) -> Self {
        Self { tranche: action.tranche.number(), parts: action.parts.iter().map(Into::into).collect() }
    }
}

impl TryFrom<&wire::MergeTranches> for domain::MergeTranches {
    type Error = FieldError;

    fn try_from(action: &wire::MergeTranches) -> Result<Self, FieldError> {
        let tranches = bounded(&action.tranches, MERGE_MAX, "tranches")?;
        Ok(Self { tranches: tranches.iter().copied().map(TrancheId::new).collect() })
    }
}

impl From<&domain::MergeTranches> for wire::MergeTranches {
    fn from(action: &domain::MergeTranches) -> Self {
        Self { tranches: numbers!(action.tranches) }
    }
}

impl TryFrom<&wire::OfferTransfer> for domain::OfferTransfer {
    type Error = FieldError;

    fn try_from(action: &wire::OfferTransfer) -> Result<Self, FieldError> {
        Ok(Self { tranche: TrancheId::new(action.tranche), offer: required(&action.offer, "offer")? })
    }
}

impl From<&domain::OfferTransfer> for wire::OfferTransfer {
    fn from(action: &domain::OfferTransfer) -> Self {
        Self { tranche: action.tranche.number(), offer: Some((&action.offer).into()) }
    }
}

impl TryFrom<&wire::AcceptTransfer> for domain::AcceptTransfer {
    type Error = FieldError;

    fn try_from(action: &wire::AcceptTransfer) -> Result<Self, FieldError> {
        Ok(Self { tranche: TrancheId::new(action.tranche) })
    }
}

impl From<&domain::AcceptTransfer> for wire::AcceptTransfer {
    fn from(action: &domain::AcceptTransfer) -> Self {
        Self { tranche: action.tranche.number() }
    }
}

impl TryFrom<&wire::DeclineTransfer> for domain::DeclineTransfer {
    type Error = FieldError;

    fn try_from(action: &wire::DeclineTransfer) -> Result<Self, FieldError> {
        Ok(Self { tranche: TrancheId::new(action.tranche) })
    }
}

impl From<&domain::DeclineTransfer> for wire::DeclineTransfer {
    fn from(action: &domain::DeclineTransfer) -> Self {
        Self { tranche: action.tranche.number() }
    }
}

impl From<&domain::OpenOffer> for wire::OpenOffer {
    fn from(open: &domain::OpenOffer) -> Self {
        Self { offer: Some((&open.offer).into()), lapses_at_ms: open.lapses_at.ms() }
    }
}

impl From<&Registration> for wire::Registration {
    fn from(registration: &Registration) -> Self {
        Self { number: registration.number.to_string(), registered_at_ms: registration.at.ms() }
    }
}

impl From<&domain::Purchase> for wire::Purchase {
    fn from(purchase: &domain::Purchase) -> Self {
        Self { facility: purchase.facility.number(), seller: purchase.seller.to_string() }
    }
}

impl From<&domain::Tranche> for wire::Tranche {
    fn from(tranche: &domain::Tranche) -> Self {
        Self {
            id: tranche.id.number(),
            receivable: tranche.receivable.number(),
            face: Some((&tranche.face).into()),
            holder: tranche.holder.to_string(),
            depth: tranche.depth.into(),
            recourse: tranche.recourse.iter().map(ToString::to_string).collect(),
            bought_under: tranche.bought_under.as_ref().map(Into::into),
            offer: tranche.offer.as_ref().map(Into::into),
            written_off: tranche.written_off.as_ref().map(Into::into),
            guarantee: tranche.guarantee.map(|id| id.number()),
            enrolled_in: tranche.enrolled.map(|enrolment| enrolment.pool.number()),
            taken_over: tranche.taken_over.is_some(),
            is_under_lien: tranche.is_under_lien,
            registration: tranche.registration.as_ref().map(Into::into),
        }
    }
}
