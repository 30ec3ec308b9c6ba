//! Approve and refuse: an arrangement comes into force when the debtor and enough of the creditors approved.
use super::arrange::{check_sum, require_party};
use super::creditors::creditors;
use super::{ArrangementKind, Case, EntryKind, InForce, Pen, Proposal, append, instalment, open_case, save};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::receivable;
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{ReceivableId, Text};

/// By the debtor or a holder that did not approve yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApproveArrangement {
    pub case: ReceivableId,
}

/// By the debtor or a holder: the proposal ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefuseArrangement {
    pub case: ReceivableId,
    pub reason: Text,
}

impl ApproveArrangement {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut case = open_case(state, self.case)?;
        require_party(state, &case, call.sender.id)?;
        let Some(proposal) = &mut case.proposal else {
            return Err(Rejection::NothingProposed { receivable: case.receivable }.into());
        };
        if proposal.approvals.contains(&call.sender.id) {
            return Err(Rejection::ApprovedBefore { receivable: case.receivable }.into());
        }
        let receivable = receivable::find(state, case.receivable)?;
        check_sum(&receivable, &proposal.arrangement.instalments)?;

        proposal.approvals.push(call.sender.id);
        let pen = Pen { on: call.today, by: Some(call.sender.id) };
        append(state, &mut case, pen, EntryKind::Approved, Text::default())?;
        let event = case.event(EventKind::ArrangementApproved).by(call.sender.id).on(call.today);
        let mut events = vec![event];
        events.extend(if_all_approve(state, call, case)?);
        Ok(events)
    }
}

impl RefuseArrangement {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut case = open_case(state, self.case)?;
        require_party(state, &case, call.sender.id)?;
        if case.proposal.take().is_none() {
            return Err(Rejection::NothingProposed { receivable: case.receivable }.into());
        }
        let pen = Pen { on: call.today, by: Some(call.sender.id) };
        append(state, &mut case, pen, EntryKind::Refused, self.reason.clone())?;
        let event = case.event(EventKind::ArrangementRefused).by(call.sender.id).on(call.today);
        save(state, case)?;
        Ok(vec![event.note(self.reason.clone())])
    }
}

/// Puts the proposal into force if enough approved; saves the case.
pub(super) fn if_all_approve(state: &mut State, call: &Call, mut case: Case) -> Result<Vec<Event>, Failure> {
    let approved = match &case.proposal {
        Some(proposal) => is_approved(state, &case, proposal)?,
        None => false,
    };
    let Some(proposal) = case.proposal.take_if(|_| approved) else {
        save(state, case)?;
        return Ok(Vec::new());
    };
    let receivable = receivable::find(state, case.receivable)?;
    let arrangement = proposal.arrangement;
    if let ArrangementKind::Restructuring { observed_until } = arrangement.kind {
        case.observed_until = Some(observed_until);
    }
    let base = instalment::paid(&receivable);
    case.in_force = Some(InForce { arrangement, base, kept: 0 });
    case.clock = instalment::clock(call.policy, &case);
    append(state, &mut case, Pen { on: call.today, by: None }, EntryKind::InForce, Text::default())?;
    let event = case.event(EventKind::ArrangementInForce).amount(receivable.payable()?).on(call.today);
    save(state, case)?;
    Ok(vec![event])
}

/// The debtor, and of the face more than half for a plan, all of it for later days or new terms.
fn is_approved(state: &mut State, case: &Case, proposal: &Proposal) -> Result<bool, Failure> {
    let faces = creditors(state, case.receivable)?;
    let sum = |approving: bool| {
        let counted = faces.iter().filter(|(holder, _)| !approving || proposal.approvals.contains(holder));
        counted.fold(0_u128, |sum, (_, face)| sum.saturating_add(face.minor().into()))
    };
    let (approving, all) = (sum(true), sum(false));
    let enough = match proposal.arrangement.kind {
        ArrangementKind::Plan => approving.saturating_mul(2) > all,
        ArrangementKind::Extension | ArrangementKind::Restructuring { .. } => approving == all,
    };
    Ok(enough && proposal.approvals.contains(&case.debtor))
}
