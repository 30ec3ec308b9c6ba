//! Vote: power in favour or against; what has passed is carried out in the same transaction.
use super::{Proposal, ProposalStatus, Vote, difference, open, operates, save, validator_set};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::ProposalId;

/// By a member that operates validators, once, with the power of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoteProposal {
    pub proposal: ProposalId,
    pub in_favour: bool,
}

impl VoteProposal {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let proposal = open(state, self.proposal)?;
        let member = call.sender.id;
        if !operates(&validator_set(state)?, member) {
            return Err(Rejection::NotAVoter { member }.into());
        }
        if proposal.votes.iter().any(|vote| vote.member == member) {
            return Err(Rejection::VotedBefore { proposal: proposal.id, member }.into());
        }
        cast(state, call, proposal, self.in_favour)
    }
}

/// Counts the sender's vote. A change that can no longer be carried out refuses the vote that would pass it,
/// with the reason; the proposal stays open until it lapses or is voted down.
pub(super) fn cast(
    state: &mut State,
    call: &Call,
    mut proposal: Proposal,
    in_favour: bool,
) -> Result<Vec<Event>, Failure> {
    proposal.votes.push(Vote { member: call.sender.id, in_favour, height: call.height });
    let tally = proposal.tally(&validator_set(state)?);
    proposal.differences = difference::of(state, &proposal.change)?;
    let said = if in_favour { "in favour" } else { "against" };
    let note = format!(
        "{} {said}: {} for, {} against of {}",
        proposal.id, tally.in_favour, tally.against, tally.total
    );
    let mut events = vec![Event::new(EventKind::ProposalVoted).by(call.sender.id).note(field(&note))];
    if tally.has_passed() {
        proposal.status = ProposalStatus::Passed { at: call.height };
        events.push(proposal.event(EventKind::ProposalPassed));
        events.extend(proposal.change.carry_out(state, call)?);
    } else if tally.can_no_longer_pass() {
        proposal.status = ProposalStatus::Refused { at: call.height };
        events.push(proposal.event(EventKind::ProposalRefused));
    }
    save(state, proposal)?;
    Ok(events)
}
