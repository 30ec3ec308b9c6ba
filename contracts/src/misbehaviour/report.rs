//! Report: any member shows two signed statements that contradict each other.
use super::{Misbehaviour, StatementKind};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::governance::validator_set;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{Hash, Height, PublicKey};

/// What a validator said once in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The block it is about; none in a vote for none.
    pub block: Option<Hash>,
    /// Of a proposal: the earlier round in which the block had its votes.
    pub valid_round: Option<u32>,
    /// The validator's, ed25519.
    pub signature: [u8; 64],
}

/// By any member, about a validator that votes now.
///
/// That the validator signed both statements on this chain is a precondition that the node establishes together with the
/// transaction's own signatures (see [`crate::Transaction`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportMisbehaviour {
    pub validator: PublicKey,
    pub kind: StatementKind,
    pub height: Height,
    pub round: u32,
    pub first: Statement,
    pub second: Statement,
}

impl Statement {
    const fn said(&self) -> (Option<Hash>, Option<u32>) {
        (self.block, self.valid_round)
    }
}

impl ReportMisbehaviour {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let Self { validator, height, round, .. } = *self;
        if self.first.said() == self.second.said() {
            return Err(Rejection::StatementsAgree { key: validator }.into());
        }
        // who votes on the next height is known; what lies beyond it nobody can have proposed in earnest
        if height > call.height {
            return Err(Rejection::StatementsAhead { height, now: call.height }.into());
        }
        let set = validator_set(state)?;
        let known = set.validators.iter().find(|known| known.consensus_key == validator);
        let operator = known.ok_or(Rejection::MachineUnknown { key: validator })?.member;
        let key = Key::Misbehaviour { validator, height, round };
        if state.contains(key)? {
            return Err(Rejection::MisbehaviourKnown { key: validator, height, round }.into());
        }
        let record = Misbehaviour {
            validator,
            operator,
            kind: self.kind,
            height,
            round,
            blocks: [self.first.block, self.second.block],
            reported_by: call.sender.id,
            reported_at: call.height,
        };
        state.put(key, record)?;
        let note = format!("validator {validator}: two {}s at {height} round {round}", self.kind);
        Ok(vec![
            Event::new(EventKind::MisbehaviourReported).by(operator).with(call.sender.id).note(field(&note)),
        ])
    }
}
