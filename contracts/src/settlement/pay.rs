//! Pay: the anchor pays early, late or in part, beside the automatic debit.
use super::distribute::debit_and_distribute;
use crate::event::Event;
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::positive;
use crate::receivable;
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{Amount, ReceivableId};

/// By the anchor, from its deposit at the settlement bank; distributed at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayReceivable {
    pub receivable: ReceivableId,
    pub amount: Amount,
}

impl PayReceivable {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        positive(self.amount)?;
        let receivable = receivable::find(state, self.receivable)?;
        if receivable.anchor != call.sender.id {
            return Err(Rejection::NotAnchorOf { receivable: receivable.id }.into());
        }
        receivable.require_owed()?;
        let outstanding = receivable.outstanding()?;
        if self.amount.exceeds(outstanding)? {
            return Err(Rejection::PaymentExceedsOutstanding { outstanding, amount: self.amount }.into());
        }
        debit_and_distribute(state, call.today, receivable, self.amount)
    }
}
