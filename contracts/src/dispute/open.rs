//! Open: the anchor disputes an amount; free before it confirmed, with evidence afterwards.
use super::{Dispute, DisputeStatus, OpenDispute};
use crate::dilution;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::{field, positive};
use crate::receivable::{self, Receivable, ReceivableStatus};
use crate::rejection::Rejection;
use crate::settlement;
use crate::state::{Key, State};
use crate::types::{Amount, CounterKind, DisputeId, Hash, ReceivableId, Text};

/// By the receivable's anchor: `amount` waits until the dispute ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeReceivable {
    pub receivable: ReceivableId,
    pub amount: Amount,
    /// SHA-256 of the evidence; zero for none, which is allowed before confirmation only.
    pub evidence: Hash,
    pub reason: Text,
}

impl DisputeReceivable {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        positive(self.amount)?;
        let mut receivable = receivable::find(state, self.receivable)?;
        if receivable.anchor != call.sender.id {
            return Err(Rejection::NotAnchorOf { receivable: receivable.id }.into());
        }
        let contestable = contestable(&receivable)?;
        if self.reason.is_empty() {
            return Err(Rejection::TextMissing { field: field("reason of a dispute") }.into());
        }
        if let Some(open) = receivable.dispute {
            return Err(Rejection::DisputeExists { receivable: receivable.id, dispute: open.id }.into());
        }
        if self.amount.exceeds(contestable)? {
            return Err(Rejection::DisputeExceedsOwed { owed: contestable, amount: self.amount }.into());
        }
        if receivable.confirmation.is_some() {
            self.check_confirmed(state, &receivable)?;
        }

        let dispute = Dispute {
            id: DisputeId::new(state.next_number(CounterKind::Dispute)?),
            receivable: receivable.id,
            opened_by: call.sender.id,
            amount: self.amount,
            evidence: self.evidence,
            reason: self.reason.clone(),
            opened_at: call.time,
            opened_on: call.today,
            status: DisputeStatus::Open,
        };
        let event = dispute.event(EventKind::DisputeOpened).with(receivable.supplier).on(call.today);
        settlement::keep_interest(state, call.today, &mut receivable)?;
        receivable.dispute = Some(OpenDispute { id: dispute.id, amount: self.amount });
        state.put(Key::Dispute(dispute.id), dispute)?;
        receivable::save(state, receivable)?;
        Ok(vec![event.note(self.reason.clone())])
    }

    /// A confirmed debt is contested with evidence, and against later holders only where the anchor kept its
    /// defences (Civil Code art. 548).
    fn check_confirmed(&self, state: &mut State, receivable: &Receivable) -> Result<(), Failure> {
        if self.evidence == Hash::ZERO {
            return Err(Rejection::DisputeEvidenceMissing { receivable: receivable.id }.into());
        }
        if !receivable.confirmation.as_ref().is_some_and(|confirmed| confirmed.defences_waived) {
            return Ok(());
        }
        let reachable = dilution::order::held_by_supplier(state, receivable)?;
        if self.amount.exceeds(reachable)? {
            return Err(Rejection::DefencesWaived { reachable, amount: self.amount }.into());
        }
        Ok(())
    }
}

/// Of a submission the face, of a debt what is still outstanding.
fn contestable(receivable: &Receivable) -> Result<Amount, Failure> {
    if let ReceivableStatus::Submitted { .. } = receivable.status {
        return Ok(receivable.terms.face);
    }
    receivable.require_owed()?;
    receivable.outstanding()
}
