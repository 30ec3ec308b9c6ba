//! Pay: the transferor makes good what the anchor did not pay.
use super::claimed;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::{self, Account, positive};
use crate::rejection::Rejection;
use crate::screening;
use crate::state::{Key, State};
use crate::tranche::{self, Tranche};
use crate::types::{Amount, MemberId, TrancheId};

/// By the transferor, from its deposit at `bank` to the creditor's there; interest first. The last payment brings
/// the tranche back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayRecourse {
    pub tranche: TrancheId,
    pub bank: MemberId,
    pub amount: Amount,
}

impl PayRecourse {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        positive(self.amount)?;
        let claim = claimed(state, self.tranche)?;
        if claim.transferor != call.sender.id {
            return Err(Rejection::NotLiable { tranche: claim.tranche, member: call.sender.id }.into());
        }
        money::bank(state, self.bank)?;
        screening::require_clear(state, claim.creditor)?;
        screening::require_clear(state, claim.transferor)?;
        let debt = claim.debt.at(call.today)?;
        let owed = debt.owed()?;
        if self.amount.exceeds(owed)? {
            return Err(Rejection::RepaymentExceedsDebt { owed, amount: self.amount }.into());
        }

        let from = Account { bank: self.bank, owner: claim.transferor, currency: self.amount.currency() };
        money::take(state, from, self.amount)?;
        money::add(state, Account { owner: claim.creditor, ..from }, self.amount)?;
        let mut events = vec![claim.event(EventKind::RecoursePaid).amount(self.amount)];
        let mut tranche = state.get::<Tranche>(Key::Tranche(self.tranche))?;
        events.extend(claim.after(state, debt.paid(self.amount)?, tranche.as_mut())?);
        if let Some(tranche) = tranche {
            tranche::save(state, tranche)?;
        }
        Ok(events)
    }
}
