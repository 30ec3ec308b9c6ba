//! Execute: every leg counts as paid, without money (抵销, Civil Code art. 568 and 569).
use super::{Leg, Netting};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::receivable;
use crate::settlement;
use crate::state::State;
use crate::tranche;

/// Sets off the checked legs; what is owed in all shrinks by their sum, and nobody's balance changes.
pub(super) fn execute(state: &mut State, call: &Call, netting: &Netting) -> Result<Vec<Event>, Failure> {
    let mut events = Vec::with_capacity(netting.legs.len().saturating_add(1));
    for leg in &netting.legs {
        events.extend(set_off(state, call, netting, leg)?);
    }
    events.push(netting.event(EventKind::NettingExecuted)?.by(netting.proposed_by).on(call.today));
    Ok(events)
}

fn set_off(state: &mut State, call: &Call, netting: &Netting, leg: &Leg) -> Result<Vec<Event>, Failure> {
    let mut receivable = receivable::find(state, leg.receivable)?;
    settlement::keep_interest(state, call.today, &mut receivable)?;
    let tranche = tranche::find(state, leg.tranche)?;
    tranche::shrink(state, &mut receivable, tranche, leg.amount)?;
    receivable.settled = receivable.settled.plus(leg.amount)?;
    let event = Event::new(EventKind::DebtNetted).by(leg.debtor).with(leg.creditor).netting(netting.id);
    let mut events = vec![event.receivable(leg.receivable).tranche(leg.tranche).amount(leg.amount)];
    events.extend(settlement::settle(state, call.today, &mut receivable)?);
    receivable::save(state, receivable)?;
    Ok(events)
}
