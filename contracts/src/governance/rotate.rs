//! Rotate: who operates a validator replaces the key that it votes with, without a vote of the others.
use super::validators::{self, event};
use crate::event::Event;
use crate::execute::Call;
use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::PublicKey;

/// By the validator's member. The power and the place in the network stay; the new key votes from the next height on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotateConsensusKey {
    pub from: PublicKey,
    pub to: PublicKey,
}

impl RotateConsensusKey {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut set = super::validator_set(state)?;
        let own = set
            .validators
            .iter_mut()
            .find(|known| known.consensus_key == self.from && known.member == call.sender.id)
            .ok_or(Rejection::MachineUnknown { key: self.from })?;
        // a key that was replaced never votes again: what it signed stays its own
        if self.from == self.to || state.contains(Key::Successor(self.to))? {
            return Err(Rejection::KeyTaken { key: self.to }.into());
        }
        own.consensus_key = self.to;
        set.validators.sort_by_key(|known| known.consensus_key);
        validators::save(state, set, [self.to])?;
        state.put(Key::Successor(self.from), self.to)?;
        Ok(vec![event(call.sender.id, &format!("validator {} now {}", self.from, self.to))])
    }
}
