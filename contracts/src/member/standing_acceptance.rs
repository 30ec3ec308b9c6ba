//! Standing acceptance: what a counterparty offers is accepted without asking again.
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::MemberId;

/// By any member: receivables that `counterparty` confirms and tranches that it transfers are accepted at
/// once while `active`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetStandingAcceptance {
    pub counterparty: MemberId,
    pub active: bool,
}

impl SetStandingAcceptance {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        if self.counterparty == call.sender.id {
            return Err(Rejection::CounterpartyIsSelf { member: self.counterparty }.into());
        }
        member::active(state, self.counterparty)?;
        let key = Key::StandingAcceptance { by: call.sender.id, counterparty: self.counterparty };
        if self.active {
            state.put(key, ())?;
        } else {
            state.remove(key)?;
        }
        let event = Event::new(EventKind::StandingAcceptanceSet).by(call.sender.id).with(self.counterparty);
        Ok(vec![event.note(field(if self.active { "active" } else { "ended" }))])
    }
}
