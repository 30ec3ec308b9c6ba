//! Rule: an arbitrator or court decided that a credit note counts, whoever of the holders refused.
use super::{apply, issue, open_one};
use crate::dispute::{self, DisputeStatus, Ending};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member::Role;
use crate::receivable;
use crate::settlement;
use crate::state::State;
use crate::types::{CreditNoteId, Hash, Text};

/// By a Regulator, who enters the decision. Funders without recourse must have consented all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCreditNote {
    pub credit_note: CreditNoteId,
    pub reference: Text,
    /// SHA-256 of the decision.
    pub award: Hash,
}

impl RuleCreditNote {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Regulator)?;
        let note = open_one(state, self.credit_note)?;
        let ruling = dispute::rule::ruling(call, &self.reference, self.award)?;
        let mut receivable = receivable::find(state, note.receivable)?;
        receivable.require_owed()?;
        issue::check_amount(&receivable, note.amount, note.dispute)?;

        let event = note.event(EventKind::CreditNoteRuled).by(call.sender.id).with(receivable.supplier);
        let mut events = vec![event.on(call.today).note(self.reference.clone())];
        if let Some(id) = note.dispute {
            let dispute = dispute::find(state, id)?;
            let credit_note = Some(note.id);
            let status = DisputeStatus::Ruled { on: call.today, ruling: ruling.clone(), credit_note };
            let ending = Ending { status, upheld: note.amount };
            dispute::end(state, call.today, &mut receivable, dispute, ending)?;
        }
        events.extend(apply::by_ruling(state, call, &mut receivable, note, ruling)?);
        events.extend(settlement::settle(state, call.today, &mut receivable)?);
        dispute::reschedule(call.policy, call.today, &mut receivable);
        receivable::save(state, receivable.clone())?;
        dispute::resume(state, &receivable)?;
        Ok(events)
    }
}
