//! Rule: an arbitrator or court decided how much of a dispute is upheld.
use super::{DisputeStatus, Ending, Ruling, end, open_one, reschedule, resume};
use crate::dilution::{self, CreditNote};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member::Role;
use crate::money::field;
use crate::receivable;
use crate::rejection::Rejection;
use crate::settlement;
use crate::state::State;
use crate::types::{Amount, DisputeId, Hash, Text};

/// By a Regulator, who enters the decision: `upheld` of the dispute is diluted at once, the rest is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDispute {
    pub dispute: DisputeId,
    /// Zero where the anchor was not right at all.
    pub upheld: Amount,
    pub reference: Text,
    /// SHA-256 of the decision.
    pub award: Hash,
}

impl RuleDispute {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Regulator)?;
        let dispute = open_one(state, self.dispute)?;
        let ruling = ruling(call, &self.reference, self.award)?;
        if self.upheld.exceeds(dispute.amount)? {
            let (disputed, upheld) = (dispute.amount, self.upheld);
            return Err(Rejection::UpheldExceedsDisputed { disputed, upheld }.into());
        }
        let mut receivable = receivable::find(state, dispute.receivable)?;
        receivable.require_owed()?;

        let event = dispute.event(EventKind::DisputeRuled).by(call.sender.id).with(receivable.anchor);
        let mut events = vec![event.amount(self.upheld).on(call.today).note(self.reference.clone())];
        let note = if self.upheld.is_zero() {
            None
        } else {
            Some(CreditNote::of_ruling(state, call, &dispute, self.upheld, &ruling)?)
        };
        let credit_note = note.as_ref().map(|note| note.id);
        let status = DisputeStatus::Ruled { on: call.today, ruling: ruling.clone(), credit_note };
        end(state, call.today, &mut receivable, dispute, Ending { status, upheld: self.upheld })?;
        if let Some(note) = note {
            events.extend(dilution::apply::by_ruling(state, call, &mut receivable, note, ruling)?);
        }
        events.extend(settlement::settle(state, call.today, &mut receivable)?);
        reschedule(call.policy, call.today, &mut receivable);
        receivable::save(state, receivable.clone())?;
        resume(state, &receivable)?;
        Ok(events)
    }
}

/// A decision that can be looked up.
pub(crate) fn ruling(call: &Call, reference: &Text, award: Hash) -> Result<Ruling, Failure> {
    if reference.is_empty() {
        return Err(Rejection::TextMissing { field: field("arbitration reference") }.into());
    }
    if award == Hash::ZERO {
        return Err(Rejection::TextMissing { field: field("hash of the decision") }.into());
    }
    Ok(Ruling { by: call.sender.id, reference: reference.clone(), award })
}
