//! Submit: a change is put to the vote, after it was tried out.
use super::{Change, Proposal, ProposalStatus, difference, open, operates, save, validator_set, vote};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::PROPOSAL_DAYS_MAX;
use crate::member::Role;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{CounterKind, ProposalId, Text};

/// By a member that operates a validator, whose vote in favour it is, or by a Regulator, who has no vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmitProposal {
    pub change: Change,
    /// Why, for the voters.
    pub reason: Text,
    /// Local days, today not counted, until the end of which votes are taken.
    pub open_days: u32,
}

impl SubmitProposal {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let is_voter = operates(&validator_set(state)?, call.sender.id);
        if !is_voter && !call.sender.has_role(Role::Regulator) {
            return Err(Rejection::NotAVoter { member: call.sender.id }.into());
        }
        if self.reason.is_empty() {
            return Err(Rejection::TextMissing { field: field("reason") }.into());
        }
        let (days, limit) = (self.open_days, PROPOSAL_DAYS_MAX);
        if days == 0 || days > limit {
            return Err(Rejection::ProposalPeriod { days, limit }.into());
        }
        // what could not be carried out now is not worth a vote
        state.attempt(|state| self.change.carry_out(state, call).map(|_| ()))?;
        let differences = difference::of(state, &self.change)?;
        if differences.is_empty() {
            return Err(Rejection::ProposalChangesNothing {}.into());
        }

        let id = ProposalId::new(state.next_number(CounterKind::Proposal)?);
        let after = i32::try_from(days).unwrap_or(i32::MAX).saturating_add(1);
        let lapses_at = call.today.plus_days(after).start(call.policy.utc_offset_minutes);
        let proposal = Proposal {
            id,
            by: call.sender.id,
            change: self.change.clone(),
            reason: self.reason.clone(),
            differences,
            opened_at: call.time,
            lapses_at,
            votes: Vec::new(),
            status: ProposalStatus::Open,
        };
        let mut events = vec![proposal.event(EventKind::ProposalSubmitted)];
        save(state, proposal)?;
        if is_voter {
            let proposal = open(state, id)?;
            events.extend(vote::cast(state, call, proposal, true)?);
        }
        Ok(events)
    }
}
