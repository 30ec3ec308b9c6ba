//! Accept and decline: the supplier's voluntary acceptance of a payment that is not cash.
use super::{ClosedReason, Collection, Receivable, ReceivableStatus, close, find};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::screening;
use crate::settlement::Late;
use crate::state::State;
use crate::tranche;
use crate::types::{ReceivableId, Text};

/// By the receivable's supplier: the receivable is Live and has its root tranche.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptReceivable {
    pub receivable: ReceivableId,
}

/// By the receivable's supplier: it wants to be paid otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclineReceivable {
    pub receivable: ReceivableId,
    pub reason: Text,
}

impl AcceptReceivable {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let receivable = find(state, self.receivable)?;
        receivable.require_supplier(call)?;
        require_confirmed(&receivable)?;
        Ok(vec![accept(state, call, receivable)?])
    }
}

impl DeclineReceivable {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let receivable = find(state, self.receivable)?;
        receivable.require_supplier(call)?;
        require_confirmed(&receivable)?;
        let event =
            receivable.event(EventKind::ReceivableDeclined).by(call.sender.id).with(receivable.anchor);
        close(state, receivable, ClosedReason::Declined)?;
        Ok(vec![event.note(self.reason.clone())])
    }
}

/// Confirmed → Live: the root tranche comes into being and settlement is put on the calendar.
pub(super) fn accept(state: &mut State, call: &Call, mut receivable: Receivable) -> Result<Event, Failure> {
    screening::require_clear(state, receivable.supplier)?;
    receivable.status = ReceivableStatus::Live;
    let day = call.policy.calendar.settlement_day(receivable.terms.due_date, call.policy.day_roll);
    let at = day.start(call.policy.utc_offset_minutes);
    receivable.collection = Collection::Awaited { at };
    receivable.late = Late::agreed(call.policy, &receivable.terms);
    let event =
        receivable.event(EventKind::ReceivableAccepted).by(receivable.supplier).with(receivable.anchor);
    let event = event.amount(receivable.confirmed());
    let root = tranche::root(state, receivable)?;
    Ok(event.tranche(root))
}

fn require_confirmed(receivable: &Receivable) -> Result<(), Rejection> {
    if receivable.status != ReceivableStatus::Confirmed {
        return Err(receivable.wrong_status());
    }
    Ok(())
}
