//! Liens: what holds a tranche fast while it stays with its holder; at most one at a time (I6).
//!
//! ```text
//! Reserved        sold for a payment outside the ledger; title waits for the bank's confirmation
//! PledgeOffered   offered to a funder as collateral
//! Pledged         collateral of an advance
//! Claimed         in default; principal and interest are claimed from a transferor
//! ```
//! The one record under [`Key::Lien`] of a tranche is the lien, so that a second one has no place to stand. It may
//! outlive its tranche: money that is held or owed is still held or owed when the anchor has paid everything.
mod debt;
mod route;

pub use debt::Debt;
pub(crate) use route::{Payout, pay_charge, pay_out, payee};

use crate::failure::Failure;
use crate::financing::Reservation;
use crate::pledge::{Pledge, PledgeOffer};
use crate::recourse::RecourseClaim;
use crate::rejection::Rejection;
use crate::state::{DueKind, IndexKey, Key, State};
use crate::tranche::{self, Tranche};
use crate::types::{Amount, MemberId, ReceivableId, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};

/// What holds a tranche.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Lien {
    Reserved(Reservation),
    PledgeOffered(PledgeOffer),
    Pledged(Pledge),
    Claimed(RecourseClaim),
}

impl Lien {
    pub const fn tranche(&self) -> TrancheId {
        match self {
            Self::Reserved(reservation) => reservation.tranche,
            Self::PledgeOffered(offer) => offer.tranche,
            Self::Pledged(pledge) => pledge.tranche,
            Self::Claimed(claim) => claim.tranche,
        }
    }

    pub const fn receivable(&self) -> ReceivableId {
        match self {
            Self::Reserved(reservation) => reservation.receivable,
            Self::PledgeOffered(offer) => offer.receivable,
            Self::Pledged(pledge) => pledge.receivable,
            Self::Claimed(claim) => claim.receivable,
        }
    }

    /// Everybody whom it binds: the holder first, then who it is for.
    pub fn parties(&self) -> Vec<MemberId> {
        match self {
            Self::Reserved(it) => vec![it.purchase.seller, it.funder, it.paying_bank],
            Self::PledgeOffered(it) => vec![it.pledgor, it.funder],
            Self::Pledged(it) => vec![it.pledgor, it.funder],
            Self::Claimed(it) => vec![it.creditor, it.transferor],
        }
    }

    /// What is owed under it, as last counted.
    pub const fn debt(&self) -> Option<Debt> {
        match self {
            Self::Reserved(_) | Self::PledgeOffered(_) => None,
            Self::Pledged(pledge) => Some(pledge.debt),
            Self::Claimed(claim) => Some(claim.debt),
        }
    }

    /// The index rows that follow from this record.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        let id = self.tranche().number();
        match self {
            Self::Reserved(it) => {
                vec![IndexKey::Due { at: it.lapses_at, kind: DueKind::ReservationLapse, id }]
            }
            Self::PledgeOffered(it) => {
                vec![IndexKey::Due { at: it.lapses_at, kind: DueKind::PledgeLapse, id }]
            }
            Self::Pledged(_) | Self::Claimed(_) => Vec::new(),
        }
    }
}

pub(crate) fn of(state: &mut State, tranche: TrancheId) -> Result<Option<Lien>, Failure> {
    Ok(state.get(Key::Lien(tranche))?)
}

/// Nothing holds the tranche: it may move.
pub(crate) fn require_none(tranche: &Tranche) -> Result<(), Rejection> {
    if tranche.is_under_lien {
        return Err(Rejection::TrancheUnderLien { tranche: tranche.id });
    }
    Ok(())
}

/// No buyer waits for it at a price that was agreed for its whole face.
pub(crate) fn require_not_reserved(state: &mut State, tranche: &Tranche) -> Result<(), Failure> {
    if !tranche.is_under_lien {
        return Ok(());
    }
    match of(state, tranche.id)? {
        Some(Lien::Reserved(_)) => Err(Rejection::TrancheUnderLien { tranche: tranche.id }.into()),
        Some(Lien::PledgeOffered(_) | Lien::Pledged(_) | Lien::Claimed(_)) | None => Ok(()),
    }
}

/// Puts a lien on a tranche that has none.
pub(crate) fn put_on(state: &mut State, tranche: Tranche, lien: Lien) -> Result<(), Failure> {
    tranche::save(state, Tranche { is_under_lien: true, ..tranche })?;
    set(state, lien)
}

/// Enters how a lien stands now.
pub(crate) fn set(state: &mut State, lien: Lien) -> Result<(), Failure> {
    Ok(state.put(Key::Lien(lien.tranche()), lien)?)
}

/// Ends a lien; the tranche, if it is still open, is free.
pub(crate) fn lift(state: &mut State, tranche: TrancheId) -> Result<(), Failure> {
    state.remove(Key::Lien(tranche))?;
    if let Some(tranche) = state.get::<Tranche>(Key::Tranche(tranche))? {
        tranche::save(state, Tranche { is_under_lien: false, ..tranche })?;
    }
    Ok(())
}

/// A tranche is about to be `by` smaller: a reservation on it holds so much less of its facility's limit, and an
/// offer on a tranche that ends has nothing left to speak of.
pub(crate) fn shrink(state: &mut State, tranche: &Tranche, by: Amount) -> Result<(), Failure> {
    if !tranche.is_under_lien {
        return Ok(());
    }
    match of(state, tranche.id)? {
        Some(Lien::Reserved(reservation)) => reservation.shrink(state, by),
        Some(Lien::PledgeOffered(_)) if tranche.face == by => Ok(state.remove(Key::Lien(tranche.id))?),
        Some(Lien::PledgeOffered(_) | Lien::Pledged(_) | Lien::Claimed(_)) | None => Ok(()),
    }
}
