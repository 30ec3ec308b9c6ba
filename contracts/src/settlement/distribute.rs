//! Distribute: one debit of the anchor reaches every holder of record (清分).
use crate::event::{Event, EventKind};
use crate::facility;
use crate::failure::{Failure, Fault};
use crate::money::{self, Account};
use crate::receivable::{self, Collection, Receivable, ReceivableStatus};
use crate::screening;
use crate::state::State;
use crate::tranche::{self, Tranche};
use crate::types::{Amount, BusinessDate, share_largest_remainder};

/// Takes `amount`, at most what is outstanding, from the anchor's deposit and pays every holder its share:
/// pro rata by face with largest remainder, ties to the smaller tranche id (I10). Saves the receivable.
pub(super) fn debit_and_distribute(
    state: &mut State,
    today: BusinessDate,
    mut receivable: Receivable,
    amount: Amount,
) -> Result<Vec<Event>, Failure> {
    money::take(state, receivable.anchor_account(), amount)?;
    let debited = Event::new(EventKind::SettlementDebited).by(receivable.anchor).receivable(receivable.id);
    let mut events = vec![debited.amount(amount).on(today)];
    let tranches = tranche::of_receivable(state, receivable.id)?;
    let faces: Vec<u64> = tranches.iter().map(|tranche| tranche.face.minor()).collect();
    let shares = share_largest_remainder(amount.minor(), &faces)?;
    for (tranche, share) in tranches.into_iter().zip(shares) {
        let share = Amount::new(share, amount.currency())?;
        if !share.is_zero() {
            events.push(pay_holder(state, &mut receivable, tranche, share)?);
        }
    }
    receivable.settled = receivable.settled.plus(amount)?;
    if receivable.outstanding()?.is_zero() {
        events.push(settle(today, &mut receivable)?);
    }
    receivable::save(state, receivable)?;
    Ok(events)
}

/// The holder is paid `share` of its tranche, which shrinks by it or ends.
fn pay_holder(
    state: &mut State,
    receivable: &mut Receivable,
    mut tranche: Tranche,
    share: Amount,
) -> Result<Event, Failure> {
    let account = Account { owner: tranche.holder, ..receivable.anchor_account() };
    let is_held = screening::pay_holder(state, &tranche, account, share)?;
    if let Some(purchase) = tranche.bought_under {
        facility::release(state, purchase, share)?;
    }
    let event = Event::new(EventKind::SettlementDistributed).by(tranche.holder).with(receivable.anchor);
    let event = event.receivable(receivable.id).tranche(tranche.id).amount(share);
    let event = if is_held { event.note(money::field("held")) } else { event };
    tranche.face = tranche.face.minus(share)?;
    if tranche.face.is_zero() {
        tranche::consume(state, receivable, &tranche)?;
    } else {
        tranche::save(state, tranche)?;
    }
    Ok(event)
}

/// Everything is paid: Settled, and nothing waits any more.
fn settle(today: BusinessDate, receivable: &mut Receivable) -> Result<Event, Failure> {
    if receivable.open_tranches != 0 {
        let subject = format!("{} settled with open tranches", receivable.id);
        return Err(Fault::InvariantBroken { invariant: "I1", subject }.into());
    }
    receivable.status = ReceivableStatus::Settled { on: today };
    receivable.collection = Collection::Idle;
    let event = Event::new(EventKind::ReceivableSettled).by(receivable.anchor).receivable(receivable.id);
    Ok(event.amount(receivable.settled).on(today))
}
