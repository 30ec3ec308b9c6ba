//! Governance: what nobody decides alone is proposed, and passed by more than 2/3 of validator power (rulebook §2).
mod change;
mod difference;
pub(crate) mod lapse;
mod people;
mod rotate;
mod submit;
mod validators;
mod vote;

pub use change::Change;
pub use difference::Difference;
pub use people::Admission;
pub use rotate::RotateConsensusKey;
pub use submit::SubmitProposal;
pub use vote::VoteProposal;

use crate::event::{Event, EventKind};
use crate::failure::{Failure, Fault};
use crate::genesis::ValidatorSet;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{DueKind, IndexKey, Key, State};
use crate::types::{Height, MemberId, ProposalId, Text, Timestamp};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// Where a proposal stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum ProposalStatus {
    Open,
    /// Carried out in the block at this height.
    Passed {
        at: Height,
    },
    /// So much power is against it that it cannot pass any more.
    Refused {
        at: Height,
    },
    /// Its time was over first.
    Lapsed {
        at: Height,
    },
}

/// What a member that operates validators said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Vote {
    pub member: MemberId,
    pub in_favour: bool,
    pub height: Height,
}

/// A proposal of record.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Proposal {
    pub id: ProposalId,
    pub by: MemberId,
    pub change: Change,
    /// Why, for the voters.
    pub reason: Text,
    /// What differs afterwards, as the ledger stood at the latest vote.
    pub differences: Vec<Difference>,
    pub opened_at: Timestamp,
    pub lapses_at: Timestamp,
    /// In the order in which they were cast; a member votes once.
    pub votes: Vec<Vote>,
    pub status: ProposalStatus,
}

/// Power by what was said; the set that votes now is what counts, not the one at the time of a vote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    pub in_favour: u128,
    pub against: u128,
    pub total: u128,
}

impl Tally {
    /// More than two thirds of all power.
    pub fn has_passed(&self) -> bool {
        self.in_favour.saturating_mul(3) > self.total.saturating_mul(2)
    }

    /// Even with everybody else in favour it would not pass.
    pub fn can_no_longer_pass(&self) -> bool {
        let reachable = self.total.saturating_sub(self.against);
        reachable.saturating_mul(3) <= self.total.saturating_mul(2)
    }
}

impl Proposal {
    /// Counts the votes by the powers of `validators`.
    pub fn tally(&self, validators: &ValidatorSet) -> Tally {
        let mut tally = Tally::default();
        for validator in &validators.validators {
            let power = u128::from(validator.power);
            tally.total = tally.total.saturating_add(power);
            match self.votes.iter().find(|vote| vote.member == validator.member) {
                Some(vote) if vote.in_favour => tally.in_favour = tally.in_favour.saturating_add(power),
                Some(_) => tally.against = tally.against.saturating_add(power),
                None => {}
            }
        }
        tally
    }

    /// The index rows that follow from this record.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        match self.status {
            ProposalStatus::Open => {
                let (at, id) = (self.lapses_at, self.id.number());
                vec![IndexKey::Due { at, kind: DueKind::ProposalLapse, id }]
            }
            ProposalStatus::Passed { .. }
            | ProposalStatus::Refused { .. }
            | ProposalStatus::Lapsed { .. } => Vec::new(),
        }
    }

    fn event(&self, kind: EventKind) -> Event {
        Event::new(kind).by(self.by).note(field(&format!("{}: {}", self.id, self.change)))
    }
}

impl fmt::Display for ProposalStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Passed { at } => write!(f, "passed at {at}"),
            Self::Refused { at } => write!(f, "refused at {at}"),
            Self::Lapsed { at } => write!(f, "lapsed at {at}"),
        }
    }
}

/// Who votes now.
pub(crate) fn validator_set(state: &mut State) -> Result<ValidatorSet, Failure> {
    let missing = || Fault::DanglingIndex { key: "the validators".to_owned() };
    Ok(state.get(Key::Validators)?.ok_or_else(missing)?)
}

fn operates(validators: &ValidatorSet, member: MemberId) -> bool {
    validators.validators.iter().any(|validator| validator.member == member)
}

fn open(state: &mut State, id: ProposalId) -> Result<Proposal, Failure> {
    let unknown = Rejection::ProposalUnknown { proposal: id };
    let proposal: Proposal = state.get(Key::Proposal(id))?.ok_or(unknown)?;
    match proposal.status {
        ProposalStatus::Open => Ok(proposal),
        ProposalStatus::Passed { .. } | ProposalStatus::Refused { .. } | ProposalStatus::Lapsed { .. } => {
            Err(Rejection::ProposalNotOpen { proposal: id }.into())
        }
    }
}

fn save(state: &mut State, proposal: Proposal) -> Result<(), Failure> {
    Ok(state.put(Key::Proposal(proposal.id), proposal)?)
}
