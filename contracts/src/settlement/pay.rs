//! Pay: the anchor pays early, late or in part, beside the automatic debit; anyone may pay for it.
use super::distribute::{Payment, distribute};
use crate::event::Event;
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::{Account, bank, positive};
use crate::receivable::{self, Receivable};
use crate::rejection::Rejection;
use crate::screening;
use crate::state::State;
use crate::types::{Amount, MemberId, ReceivableId};

/// By the anchor, from its deposit at the settlement bank; distributed at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayReceivable {
    pub receivable: ReceivableId,
    pub amount: Amount,
}

/// By anyone but the anchor, from its own deposit at `bank`, where the holders are paid too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayForAnchor {
    pub receivable: ReceivableId,
    pub amount: Amount,
    pub bank: MemberId,
    /// Whether the sender takes over the claims that it pays (Civil Code art. 524, 700); possible once the
    /// receivable is Overdue. Otherwise the debt ends by it.
    pub take_claim: bool,
}

impl PayReceivable {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        positive(self.amount)?;
        let receivable = receivable::find(state, self.receivable)?;
        if receivable.anchor != call.sender.id {
            return Err(Rejection::NotAnchorOf { receivable: receivable.id }.into());
        }
        check_owed(call, &receivable, self.amount)?;
        let payment = Payment { from: receivable.anchor_account(), amount: self.amount, takes_claim: false };
        distribute(state, call.day(), receivable, payment)
    }
}

impl PayForAnchor {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        positive(self.amount)?;
        let receivable = receivable::find(state, self.receivable)?;
        if receivable.anchor == call.sender.id {
            return Err(Rejection::CounterpartyIsSelf { member: call.sender.id }.into());
        }
        if self.take_claim && !receivable.is_past_due() {
            return Err(receivable.wrong_status().into());
        }
        if self.take_claim {
            screening::require_clear(state, call.sender.id)?;
        }
        check_owed(call, &receivable, self.amount)?;
        bank(state, self.bank)?;
        let from = Account { bank: self.bank, owner: call.sender.id, currency: self.amount.currency() };
        let payment = Payment { from, amount: self.amount, takes_claim: self.take_claim };
        distribute(state, call.day(), receivable, payment)
    }
}

/// Something is owed, and not less than `amount`.
fn check_owed(call: &Call, receivable: &Receivable, amount: Amount) -> Result<(), Failure> {
    receivable.require_owed()?;
    let outstanding = receivable.owed(call.today)?.total()?;
    let disputed = receivable.disputed();
    if amount.exceeds(outstanding)? && !amount.exceeds(outstanding.plus(disputed)?)? {
        return Err(Rejection::PaymentTouchesDisputed { payable: outstanding, amount }.into());
    }
    if amount.exceeds(outstanding)? {
        return Err(Rejection::PaymentExceedsOutstanding { outstanding, amount }.into());
    }
    Ok(())
}
