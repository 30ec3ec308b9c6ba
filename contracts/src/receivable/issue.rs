//! Issue: the anchor submits and confirms at once.
use super::Terms;
use super::confirm::confirm;
use super::{Confirmation, terms};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member::{self, Role};
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::MemberId;
use crate::types::Text;

/// By an Anchor, in favour of `supplier`, who still accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueReceivable {
    pub supplier: MemberId,
    pub terms: Terms,
    pub defences_waived: bool,
    pub acknowledge_near_duplicates: bool,
}

impl IssueReceivable {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Anchor)?;
        if self.supplier == call.sender.id {
            return Err(Rejection::CounterpartyIsSelf { member: self.supplier }.into());
        }
        let supplier = member::active_with_role(state, self.supplier, Role::Supplier)?;

        let receivable = terms::enter(state, call, &supplier, &call.sender, &self.terms)?;
        let submitted =
            receivable.event(EventKind::ReceivableSubmitted).by(call.sender.id).with(self.supplier);
        let confirmation = Confirmation {
            amount: self.terms.face,
            on: call.today,
            reason: Text::default(),
            defences_waived: self.defences_waived,
        };
        let mut events = vec![submitted];
        events.extend(confirm(state, call, receivable, confirmation, self.acknowledge_near_duplicates)?);
        Ok(events)
    }
}
