//! Submit: the supplier asks the anchor to confirm what it owes.
use super::Terms;
use super::terms;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member::{self, Role};
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::MemberId;

/// By a Supplier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmitReceivable {
    pub anchor: MemberId,
    pub terms: Terms,
}

impl SubmitReceivable {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Supplier)?;
        if self.anchor == call.sender.id {
            return Err(Rejection::CounterpartyIsSelf { member: self.anchor }.into());
        }
        let anchor = member::active_with_role(state, self.anchor, Role::Anchor)?;

        let receivable = terms::enter(state, call, &call.sender, &anchor, &self.terms)?;
        Ok(vec![receivable.event(EventKind::ReceivableSubmitted).by(call.sender.id).with(self.anchor)])
    }
}
