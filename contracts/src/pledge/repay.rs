//! Repay: the pledgor gives an advance back before or after settlement does.
use super::pledged;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::fair_cost;
use crate::money::{self, Account, positive};
use crate::rejection::Rejection;
use crate::screening;
use crate::state::State;
use crate::types::{Amount, MemberId, TrancheId};

/// By the pledgor, from its deposit at `bank` to the funder's there; interest first. The last payment releases
/// the tranche.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepayPledge {
    pub tranche: TrancheId,
    pub bank: MemberId,
    pub amount: Amount,
}

impl RepayPledge {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        positive(self.amount)?;
        let pledge = pledged(state, self.tranche)?;
        if pledge.pledgor != call.sender.id {
            return Err(Rejection::NotPledgor { tranche: pledge.tranche }.into());
        }
        money::bank(state, self.bank)?;
        screening::require_clear(state, pledge.funder)?;
        let debt = pledge.debt.at(call.today)?;
        let owed = debt.owed()?;
        if self.amount.exceeds(owed)? {
            return Err(Rejection::RepaymentExceedsDebt { owed, amount: self.amount }.into());
        }

        let from = Account { bank: self.bank, owner: pledge.pledgor, currency: self.amount.currency() };
        money::take(state, from, self.amount)?;
        money::add(state, Account { owner: pledge.funder, ..from }, self.amount)?;
        let (after, mut events) =
            (debt.paid(self.amount)?, vec![pledge.event(EventKind::PledgeRepaid).amount(self.amount)]);
        fair_cost::paid_interest(state, pledge.pledgor, debt.interest.minus(after.interest)?)?;
        events.extend(pledge.after(state, after)?);
        Ok(events)
    }
}
