//! Credit: the bank records money that arrived off the ledger.
use super::{Account, create, positive, use_reference};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member::{self, Role};
use crate::screening;
use crate::state::State;
use crate::types::{Amount, MemberId, Text};

/// By a Bank: `amount` now stands in `owner`'s deposit at the sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditDeposit {
    pub owner: MemberId,
    pub amount: Amount,
    /// The bank's own reference of the arrival; settles once per bank.
    pub bank_reference: Text,
}

impl CreditDeposit {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Bank)?;
        positive(self.amount)?;
        member::active(state, self.owner)?;
        screening::require_clear(state, self.owner)?;
        use_reference(state, call.sender.id, &self.bank_reference)?;

        let account = Account { bank: call.sender.id, owner: self.owner, currency: self.amount.currency() };
        create(state, account, self.amount)?;
        let event = Event::new(EventKind::DepositCredited).by(account.bank).with(self.owner);
        Ok(vec![event.amount(self.amount).note(self.bank_reference.clone())])
    }
}
