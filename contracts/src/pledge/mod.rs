//! Pledges: a tranche as collateral of an advance, until it is repaid (质押, rulebook §6).
mod accept;
mod offer;
mod repay;

pub(crate) use accept::lapse;
pub use accept::{AcceptPledge, DeclinePledge};
pub use offer::OfferPledge;
pub use repay::RepayPledge;

use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::lien::{self, Debt, Lien};
use crate::registration::Registration;
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{Amount, DayCount, MemberId, Rate, ReceivableId, Timestamp, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};

/// On which terms a tranche is to be pledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct PledgeTerms {
    /// Share of the face that is advanced, up to 100 %.
    pub advance_rate: Rate,
    /// Annual, simple, on what is advanced and not repaid.
    pub interest: Rate,
    pub day_count: DayCount,
}

/// A pledge that waits for the funder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct PledgeOffer {
    pub tranche: TrancheId,
    pub receivable: ReceivableId,
    pub pledgor: MemberId,
    pub funder: MemberId,
    pub terms: PledgeTerms,
    /// When the tranche is free again by itself.
    pub lapses_at: Timestamp,
}

/// A tranche that is locked for a funder until the advance is repaid.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Pledge {
    pub tranche: TrancheId,
    pub receivable: ReceivableId,
    pub pledgor: MemberId,
    pub funder: MemberId,
    pub terms: PledgeTerms,
    /// round_down(face · advance rate) when it was accepted.
    pub advance: Amount,
    pub debt: Debt,
    /// When the funder accepted: the notice to the anchor.
    pub noticed_at: Timestamp,
    /// From when it ranks while it shows no registration.
    pub ranks_from: Option<Timestamp>,
    pub registration: Option<Registration>,
}

impl PledgeOffer {
    fn event(&self, kind: EventKind) -> Event {
        let event = Event::new(kind).by(self.pledgor).with(self.funder);
        event.receivable(self.receivable).tranche(self.tranche)
    }
}

impl Pledge {
    pub(crate) fn event(&self, kind: EventKind) -> Event {
        let event = Event::new(kind).by(self.pledgor).with(self.funder);
        event.receivable(self.receivable).tranche(self.tranche)
    }
}

fn offered(state: &mut State, tranche: TrancheId) -> Result<PledgeOffer, Failure> {
    match lien::of(state, tranche)? {
        Some(Lien::PledgeOffered(offer)) => Ok(offer),
        Some(Lien::Reserved(_) | Lien::Pledged(_) | Lien::Claimed(_)) | None => {
            Err(Rejection::PledgeNotOffered { tranche }.into())
        }
    }
}

fn pledged(state: &mut State, tranche: TrancheId) -> Result<Pledge, Failure> {
    match lien::of(state, tranche)? {
        Some(Lien::Pledged(pledge)) => Ok(pledge),
        Some(Lien::Reserved(_) | Lien::PledgeOffered(_) | Lien::Claimed(_)) | None => {
            Err(Rejection::NotPledged { tranche }.into())
        }
    }
}
