//! Liens and pledges.
use super::field::{FieldError, member, one_of, required, text};
use crate::v1::{facility, financing as wire, tranche};
use tally_contracts::financing::{ConfirmDiscount, Held, Reservation};
use tally_contracts::lien::{Debt, Lien};
use tally_contracts::pledge as domain;
use tally_contracts::recourse::RecourseClaim;
use tally_contracts::types::{Rate, TrancheId};

impl TryFrom<&wire::ConfirmDiscount> for ConfirmDiscount {
    type Error = FieldError;

    fn try_from(action: &wire::ConfirmDiscount) -> Result<Self, FieldError> {
        let payment_reference = text(&action.payment_reference, "payment_reference")?;
        Ok(Self { tranche: TrancheId::new(action.tranche), payment_reference })
    }
}

impl From<&ConfirmDiscount> for wire::ConfirmDiscount {
    fn from(action: &ConfirmDiscount) -> Self {
        let payment_reference = action.payment_reference.to_string();
        Self { tranche: action.tranche.number(), payment_reference }
    }
}

impl TryFrom<&wire::PledgeTerms> for domain::PledgeTerms {
    type Error = FieldError;

    fn try_from(terms: &wire::PledgeTerms) -> Result<Self, FieldError> {
        Ok(Self {
            advance_rate: Rate::from_ppm(terms.advance_rate_ppm),
            interest: Rate::from_ppm(terms.interest_ppm),
            day_count: one_of::<facility::DayCount, _>(terms.day_count, "day_count")?,
        })
    }
}

impl From<&domain::PledgeTerms> for wire::PledgeTerms {
    fn from(terms: &domain::PledgeTerms) -> Self {
        Self {
            advance_rate_ppm: terms.advance_rate.ppm(),
            interest_ppm: terms.interest.ppm(),
            day_count: facility::DayCount::from(terms.day_count).into(),
        }
    }
}

impl TryFrom<&wire::OfferPledge> for domain::OfferPledge {
    type Error = FieldError;

    fn try_from(action: &wire::OfferPledge) -> Result<Self, FieldError> {
        Ok(Self {
            tranche: TrancheId::new(action.tranche),
            funder: member(&action.funder, "funder")?,
            terms: required(&action.terms, "terms")?,
        })
    }
}

impl From<&domain::OfferPledge> for wire::OfferPledge {
    fn from(action: &domain::OfferPledge) -> Self {
        Self {
            tranche: action.tranche.number(),
            funder: action.funder.to_string(),
            terms: Some((&action.terms).into()),
        }
    }
}

impl TryFrom<&wire::AcceptPledge> for domain::AcceptPledge {
    type Error = FieldError;

    fn try_from(action: &wire::AcceptPledge) -> Result<Self, FieldError> {
        let paying_bank = member(&action.paying_bank, "paying_bank")?;
        Ok(Self { tranche: TrancheId::new(action.tranche), paying_bank })
    }
}

impl From<&domain::AcceptPledge> for wire::AcceptPledge {
    fn from(action: &domain::AcceptPledge) -> Self {
        Self { tranche: action.tranche.number(), paying_bank: action.paying_bank.to_string() }
    }
}

impl TryFrom<&wire::DeclinePledge> for domain::DeclinePledge {
    type Error = FieldError;

    fn try_from(action: &wire::DeclinePledge) -> Result<Self, FieldError> {
        Ok(Self { tranche: TrancheId::new(action.tranche) })
    }
}

impl From<&domain::DeclinePledge> for wire::DeclinePledge {
    fn from(action: &domain::DeclinePledge) -> Self {
        Self { tranche: action.tranche.number() }
    }
}

impl TryFrom<&wire::RepayPledge> for domain::RepayPledge {
    type Error = FieldError;

    fn try_from(action: &wire::RepayPledge) -> Result<Self, FieldError> {
        Ok(Self {
            tranche: TrancheId::new(action.tranche),
            bank: member(&action.bank, "bank")?,
            amount: required(&action.amount, "amount")?,
        })
    }
}

impl From<&domain::RepayPledge> for wire::RepayPledge {
    fn from(action: &domain::RepayPledge) -> Self {
        Self {
            tranche: action.tranche.number(),
            bank: action.bank.to_string(),
            amount: Some((&action.amount).into()),
        }
    }
}

impl From<&Lien> for wire::Lien {
    /// Without `owed`, which depends on the day.
    fn from(lien: &Lien) -> Self {
        use wire::lien::Kind;
        let kind = match lien {
            Lien::Reserved(it) => Kind::Reserved(it.into()),
            Lien::PledgeOffered(it) => Kind::PledgeOffered(it.into()),
            Lien::Pledged(it) => Kind::Pledged(it.into()),
            Lien::Claimed(it) => Kind::Claimed(it.into()),
        };
        let (tranche, receivable) = (lien.tranche().number(), lien.receivable().number());
        Self { tranche, receivable, kind: Some(kind), owed: None }
    }
}

impl From<&Held> for wire::Held {
    fn from(held: &Held) -> Self {
        Self { bank: held.account.bank.to_string(), amount: Some((&held.amount).into()) }
    }
}

impl From<&Reservation> for wire::Reservation {
    fn from(reservation: &Reservation) -> Self {
        Self {
            seller: reservation.purchase.seller.to_string(),
            funder: reservation.funder.to_string(),
            paying_bank: reservation.paying_bank.to_string(),
            facility: reservation.purchase.facility.number(),
            face: Some((&reservation.face).into()),
            proceeds: Some((&reservation.proceeds).into()),
            held: reservation.held.iter().map(Into::into).collect(),
            recourse: tranche::Recourse::from(reservation.recourse).into(),
            lapses_at_ms: reservation.lapses_at.ms(),
        }
    }
}

impl From<&domain::PledgeOffer> for wire::PledgeOffer {
    fn from(offer: &domain::PledgeOffer) -> Self {
        Self {
            pledgor: offer.pledgor.to_string(),
            funder: offer.funder.to_string(),
            terms: Some((&offer.terms).into()),
            lapses_at_ms: offer.lapses_at.ms(),
        }
    }
}

impl From<&Debt> for wire::Debt {
    fn from(debt: &Debt) -> Self {
        Self {
            principal: Some((&debt.principal).into()),
            interest: Some((&debt.interest).into()),
            accrued_to: Some((&debt.accrued_to).into()),
            rate_ppm: debt.rate.ppm(),
            day_count: facility::DayCount::from(debt.day_count).into(),
        }
    }
}

impl From<&domain::Pledge> for wire::Pledge {
    fn from(pledge: &domain::Pledge) -> Self {
        Self {
            pledgor: pledge.pledgor.to_string(),
            funder: pledge.funder.to_string(),
            terms: Some((&pledge.terms).into()),
            advance: Some((&pledge.advance).into()),
            debt: Some((&pledge.debt).into()),
            noticed_at_ms: pledge.noticed_at.ms(),
            registration: pledge.registration.as_ref().map(Into::into),
        }
    }
}

impl From<&RecourseClaim> for wire::RecourseClaim {
    fn from(claim: &RecourseClaim) -> Self {
        Self {
            creditor: claim.creditor.to_string(),
            transferor: claim.transferor.to_string(),
            claimed: Some((&claim.claimed).into()),
            debt: Some((&claim.debt).into()),
        }
    }
}
