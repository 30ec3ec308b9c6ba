//! Lapse: a proposal that was neither passed nor refused in time.
use super::{ProposalStatus, open, save};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::state::State;
use crate::types::ProposalId;

/// At the end of a block, when the time for votes is over.
pub(crate) fn lapse(state: &mut State, id: ProposalId) -> Result<Vec<Event>, Failure> {
    let mut proposal = open(state, id)?;
    proposal.status = ProposalStatus::Lapsed { at: state.height() };
    let event = proposal.event(EventKind::ProposalLapsed);
    save(state, proposal)?;
    Ok(vec![event])
}
