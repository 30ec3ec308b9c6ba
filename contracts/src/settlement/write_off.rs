//! Write off: a holder books its claim as lost; the claim itself stays, and what arrives later is paid on it.
use crate::collection;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::field;
use crate::receivable::{self, ReceivableStatus};
use crate::rejection::Rejection;
use crate::state::State;
use crate::tranche;
use crate::types::{Text, TrancheId};

/// By the holder of a tranche of a Defaulted receivable; with the last one the receivable is WrittenOff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteOffTranche {
    pub tranche: TrancheId,
    pub reason: Text,
}

impl WriteOffTranche {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut tranche = tranche::free(state, call, self.tranche)?;
        let mut receivable = receivable::find(state, tranche.receivable)?;
        if tranche.written_off.is_some() {
            return Err(Rejection::WrittenOffBefore { tranche: tranche.id }.into());
        }
        let ReceivableStatus::Defaulted { .. } = receivable.status else {
            return Err(receivable.wrong_status().into());
        };
        if self.reason.is_empty() {
            return Err(Rejection::TextMissing { field: field("reason") }.into());
        }

        tranche.written_off = Some(call.today);
        let event = tranche::transfer::about(EventKind::TrancheWrittenOff, &tranche).by(call.sender.id);
        let mut events = vec![event.with(receivable.anchor).note(self.reason.clone())];
        let pen = collection::Pen { on: call.today, by: Some(call.sender.id) };
        collection::life::written_off(state, pen, &tranche, self.reason.clone())?;
        tranche::save(state, tranche)?;
        let tranches = tranche::of_receivable(state, receivable.id)?;
        if tranches.iter().all(|tranche| tranche.written_off.is_some()) {
            receivable.status = ReceivableStatus::WrittenOff { on: call.today };
            let event = Event::new(EventKind::ReceivableWrittenOff).by(receivable.anchor);
            let event = event.with(receivable.supplier).receivable(receivable.id);
            events.push(event.amount(receivable.outstanding()?).on(call.today));
            receivable::save(state, receivable)?;
        }
        Ok(events)
    }
}
