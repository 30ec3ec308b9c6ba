//! Withdraw: the anchor owes the disputed part after all.
use super::{DisputeStatus, Ending, end, open_one, reschedule, resume};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::receivable;
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{Amount, DisputeId};

/// By the anchor that disputed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawDispute {
    pub dispute: DisputeId,
}

impl WithdrawDispute {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let dispute = open_one(state, self.dispute)?;
        if dispute.opened_by != call.sender.id {
            return Err(Rejection::NotAnchorOf { receivable: dispute.receivable }.into());
        }
        let mut receivable = receivable::find(state, dispute.receivable)?;
        let event = dispute.event(EventKind::DisputeWithdrawn).with(receivable.supplier).on(call.today);
        let upheld = Amount::zero(dispute.amount.currency());
        let status = DisputeStatus::Withdrawn { on: call.today };
        end(state, call.today, &mut receivable, dispute, Ending { status, upheld })?;
        reschedule(call.policy, call.today, &mut receivable);
        receivable::save(state, receivable.clone())?;
        resume(state, &receivable)?;
        Ok(vec![event])
    }
}
