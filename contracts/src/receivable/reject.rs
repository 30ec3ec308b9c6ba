//! Reject and withdraw: a submission that the anchor refuses or the supplier takes back.
use super::RejectCode;
use super::{ClosedReason, close, find};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{ReceivableId, Text};

/// By the receivable's anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectReceivable {
    pub receivable: ReceivableId,
    pub code: RejectCode,
    pub text: Text,
}

/// By the supplier that submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawReceivable {
    pub receivable: ReceivableId,
}

impl RejectReceivable {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let receivable = find(state, self.receivable)?;
        receivable.require_anchor(call)?;
        receivable.require_submitted()?;
        if self.text.is_empty() {
            return Err(Rejection::TextMissing { field: field("reason of a rejection") }.into());
        }
        let event =
            receivable.event(EventKind::ReceivableRejected).by(call.sender.id).with(receivable.supplier);
        close(state, receivable, ClosedReason::Rejected)?;
        Ok(vec![event.note(self.text.clone())])
    }
}

impl WithdrawReceivable {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let receivable = find(state, self.receivable)?;
        receivable.require_supplier(call)?;
        receivable.require_submitted()?;
        let event =
            receivable.event(EventKind::ReceivableWithdrawn).by(call.sender.id).with(receivable.anchor);
        close(state, receivable, ClosedReason::Withdrawn)?;
        Ok(vec![event])
    }
}
