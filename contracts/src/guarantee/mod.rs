//! Guarantees: somebody answers for a share of what an anchor owes (保证; rulebook §7).
mod accept;
mod claim;
mod offer;

pub use accept::AcceptGuarantee;
pub use claim::ClaimGuarantee;
pub use offer::OfferGuarantee;

use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::receivable::Receivable;
use crate::rejection::Rejection;
use crate::state::{IndexKey, Key, State};
use crate::tranche::Tranche;
use crate::types::{Amount, BusinessDate, GuaranteeId, MemberId, Rate, ReceivableId, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};

/// What is guaranteed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Scope {
    /// Everything that the anchor owes in the cap's currency.
    Anchor(MemberId),
    Receivable(ReceivableId),
    /// A tranche, and what it is split into.
    Tranche(TrancheId),
}

/// What guarantor and applicant agree on.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct GuaranteeTerms {
    pub scope: Scope,
    /// Of each tranche's unpaid face; at most 100 %.
    pub share: Rate,
    /// Most that is paid under it in all.
    pub cap: Amount,
    /// Paid once by the applicant, in the cap's currency; may be nothing.
    pub fee: Amount,
    /// Who asked for it and pays the fee.
    pub applicant: MemberId,
    /// Where the fee is paid to and claims are paid from.
    pub bank: MemberId,
    /// Last date on which a claim can be made.
    pub expires_on: BusinessDate,
}

/// A guarantee of record.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Guarantee {
    pub id: GuaranteeId,
    pub guarantor: MemberId,
    /// Whose debts the scope is about.
    pub anchor: MemberId,
    pub terms: GuaranteeTerms,
    /// When the applicant accepted and paid the fee; it counts from then on.
    pub accepted_on: Option<BusinessDate>,
    /// Paid to holders so far, at most the cap.
    pub paid: Amount,
    /// Whether a pool subsidised the fee.
    pub fee_subsidised: bool,
}

/// A claim of one tranche's holder under one guarantee, made once; what is short is paid when it is asked again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct GuaranteeClaim {
    /// Share of the unpaid face on the day of the claim, or what the cap left of it.
    pub owed: Amount,
    pub paid: Amount,
}

impl Guarantee {
    /// The index rows that follow from this record.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        vec![IndexKey::GuaranteeOf { anchor: self.anchor, guarantee: self.id }]
    }

    /// Whether a tranche of `receivable` is within the scope. What was taken over from holders is not: who
    /// paid for the anchor does not turn to another guarantor.
    pub fn covers(&self, receivable: &Receivable, tranche: &Tranche) -> bool {
        let in_scope = match self.terms.scope {
            Scope::Anchor(anchor) => receivable.anchor == anchor,
            Scope::Receivable(id) => receivable.id == id,
            Scope::Tranche(_) => tranche.guarantee == Some(self.id),
        };
        in_scope && tranche.taken_over.is_none() && tranche.face.currency() == self.terms.cap.currency()
    }

    /// What the cap leaves.
    pub fn left(&self) -> Result<Amount, Failure> {
        Ok(self.terms.cap.minus(self.paid)?)
    }

    fn event(&self, kind: EventKind) -> Event {
        let event = Event::new(kind).by(self.guarantor).with(self.terms.applicant).guarantee(self.id);
        event.amount(self.terms.cap).on(self.terms.expires_on)
    }
}

pub(crate) fn find(state: &mut State, id: GuaranteeId) -> Result<Guarantee, Failure> {
    Ok(state.get(Key::Guarantee(id))?.ok_or(Rejection::GuaranteeUnknown { guarantee: id })?)
}

/// One that counts today.
pub(crate) fn in_force(
    state: &mut State,
    id: GuaranteeId,
    today: BusinessDate,
) -> Result<Guarantee, Failure> {
    let guarantee = find(state, id)?;
    if guarantee.accepted_on.is_none() {
        return Err(Rejection::GuaranteeNotAccepted { guarantee: id }.into());
    }
    let expires_on = guarantee.terms.expires_on;
    if today > expires_on {
        return Err(Rejection::GuaranteeExpired { guarantee: id, expires_on, today }.into());
    }
    Ok(guarantee)
}

/// `share` of `amount`, rounded down: nobody who helps pays more than its share.
pub(crate) fn share_of(amount: Amount, share: Rate) -> Result<Amount, Failure> {
    let product = u128::from(amount.minor()).saturating_mul(share.ppm().into());
    let minor = u64::try_from(product.checked_div(1_000_000).unwrap_or(0)).unwrap_or(u64::MAX);
    Ok(Amount::new(minor, amount.currency())?)
}
