//! Move: from one deposit to another at the same bank.
use super::{Account, add, bank, positive, take};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member;
use crate::rejection::Rejection;
use crate::screening;
use crate::state::State;
use crate::types::{Amount, MemberId, Text};

/// By the owner: `amount` goes to `to`'s deposit at the same bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveDeposit {
    pub bank: MemberId,
    pub to: MemberId,
    pub amount: Amount,
    pub note: Text,
}

impl MoveDeposit {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        positive(self.amount)?;
        if self.to == call.sender.id {
            return Err(Rejection::CounterpartyIsSelf { member: self.to }.into());
        }
        bank(state, self.bank)?;
        member::active(state, self.to)?;
        screening::require_clear(state, self.to)?;

        let from = Account { bank: self.bank, owner: call.sender.id, currency: self.amount.currency() };
        take(state, from, self.amount)?;
        add(state, Account { owner: self.to, ..from }, self.amount)?;
        let event = Event::new(EventKind::DepositMoved).by(from.owner).with(self.to);
        Ok(vec![event.amount(self.amount).note(self.note.clone())])
    }
}
