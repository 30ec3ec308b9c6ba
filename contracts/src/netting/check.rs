//! Check: what can be set off now, and that nobody gains or loses by it.
use super::Leg;
use crate::dilution;
use crate::failure::Failure;
use crate::lien;
use crate::receivable::{self, Collection, Receivable, ReceivableStatus};
use crate::rejection::Rejection;
use crate::screening;
use crate::state::{Key, State};
use crate::tranche::{self, Tranche};
use crate::types::{Amount, MemberId, TrancheId};
use std::collections::BTreeMap;

/// The leg that `amount` of `tranche` is now: confirmed, due, undisputed and enough.
pub(super) fn leg(state: &mut State, id: TrancheId, amount: Amount) -> Result<Leg, Failure> {
    let tranche = tranche::find(state, id)?;
    let receivable = receivable::find(state, tranche.receivable)?;
    lien::require_none(&tranche)?;
    // a set-off is a payment to the holder
    screening::require_not_frozen(state, id)?;
    screening::require_clear(state, tranche.holder)?;
    if !is_due(&receivable) {
        return Err(Rejection::NettingNotDue { receivable: receivable.id }.into());
    }
    let available = available(state, &receivable, &tranche)?;
    if amount.exceeds(available)? {
        return Err(Rejection::NettingExceeds { tranche: id, available, amount }.into());
    }
    let (debtor, creditor) = (receivable.anchor, tranche.holder);
    Ok(Leg { tranche: id, receivable: receivable.id, debtor, creditor, amount })
}

/// Whether its settlement day has begun and something undisputed is unpaid.
pub(super) fn is_due(receivable: &Receivable) -> bool {
    let has_begun = match (receivable.status, receivable.collection) {
        (ReceivableStatus::Live, Collection::Running { .. }) => true,
        (ReceivableStatus::Live, _) => false,
        (_, _) => receivable.require_owed().is_ok(),
    };
    has_begun && receivable.payable().is_ok_and(|payable| !payable.is_zero())
}

/// The part of a tranche that can be set off: what no dispute holds up; nothing where it is a pool's or held.
pub(super) fn available(
    state: &mut State,
    receivable: &Receivable,
    tranche: &Tranche,
) -> Result<Amount, Failure> {
    let is_pools = tranche.taken_over.is_some_and(|taken| taken.pool.is_some());
    let is_frozen = state.contains(Key::Freeze(tranche.id))?;
    if is_pools || is_frozen || tranche.is_under_lien || screening::is_listed(state, tranche.holder)? {
        return Ok(Amount::zero(tranche.face.currency()));
    }
    if receivable.dispute.is_none() {
        return Ok(tranche.face);
    }
    let tranches = tranche::of_receivable(state, receivable.id)?;
    let waiting = dilution::order::waiting(state, receivable, &tranches)?;
    let own = tranches.iter().zip(waiting).find(|(other, _)| other.id == tranche.id);
    let waits = Amount::new(own.map_or(0, |(_, minor)| minor), tranche.face.currency())?;
    Ok(tranche.face.minus(waits)?)
}

/// What each party owes and is owed in the legs.
pub(crate) fn balances(legs: &[Leg]) -> Result<BTreeMap<MemberId, (Amount, Amount)>, Failure> {
    let mut balances: BTreeMap<MemberId, (Amount, Amount)> = BTreeMap::new();
    for leg in legs {
        let zero = Amount::zero(leg.amount.currency());
        let debtor = balances.entry(leg.debtor).or_insert((zero, zero));
        debtor.0 = debtor.0.plus(leg.amount)?;
        let creditor = balances.entry(leg.creditor).or_insert((zero, zero));
        creditor.1 = creditor.1.plus(leg.amount)?;
    }
    Ok(balances)
}

/// The parties in order, if each owes as much as it is owed.
pub(super) fn require_balanced(legs: &[Leg]) -> Result<Vec<MemberId>, Failure> {
    let mut parties = Vec::new();
    for (member, (owes, owed)) in balances(legs)? {
        if owes != owed {
            return Err(Rejection::NettingUnbalanced { member, owes, owed }.into());
        }
        parties.push(member);
    }
    Ok(parties)
}
