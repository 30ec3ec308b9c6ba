//! Genesis: what everyone agreed on before the first block.
use crate::failure::{Failure, Fault};
use crate::limits::{OBSERVERS_MAX, POWER_TOTAL_MAX, VALIDATORS_MAX};
use crate::member::{self, Member};
use crate::policy::{self, Policy};
use crate::state::{Changer, Changes, Key, State, StateRead, StoredRecord};
use crate::types::{Hash, Height, MemberId, PublicKey, Text, Timestamp, tagged_hash};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeSet;

/// A member that votes, with its consensus key.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Validator {
    pub member: MemberId,
    /// Signs proposals and votes; separate from every other key.
    pub consensus_key: PublicKey,
    /// Identifies the machine to its peers.
    pub peer_key: PublicKey,
    pub power: u64,
}

/// Who votes, and who follows without a vote.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ValidatorSet {
    /// In order of consensus keys.
    pub validators: Vec<Validator>,
    pub observers: Vec<Observer>,
}

/// A full node without a vote, such as a regulator's.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Observer {
    pub member: MemberId,
    pub peer_key: PublicKey,
}

impl ValidatorSet {
    /// What consensus needs to run with it; the first rule that does not hold.
    pub fn check(&self) -> Result<(), &'static str> {
        let Self { validators, observers } = self;
        let keys: Vec<PublicKey> = validators.iter().map(|one| one.consensus_key).collect();
        if keys.is_empty() || !keys.is_sorted_by(|left, right| left < right) {
            return Err("validators must be there, each once, in order of consensus keys");
        }
        let power = validators.iter().try_fold(0_u64, |sum, one| sum.checked_add(one.power));
        let within = power.is_some_and(|power| power <= POWER_TOTAL_MAX);
        if !within || validators.iter().any(|validator| validator.power == 0) {
            return Err("powers must be more than zero and sum to less than an eighth of what 64 bits hold");
        }
        if validators.len() > VALIDATORS_MAX || observers.len() > OBSERVERS_MAX {
            return Err("at most 128 validators and 200 observers");
        }
        let peers = validators.iter().map(|one| one.peer_key).chain(observers.iter().map(|one| one.peer_key));
        let machines = peers.chain(keys);
        let distinct: BTreeSet<PublicKey> = machines.collect();
        let expected = validators.len().saturating_mul(2).saturating_add(observers.len());
        if distinct.len() != expected {
            return Err("each machine has a peer key of its own, and each validator a consensus key");
        }
        Ok(())
    }

    /// What a block header commits to: the keys and powers that sign certificates.
    pub fn hash(&self) -> Hash {
        let mut bytes = Vec::new();
        for validator in &self.validators {
            bytes.extend(validator.consensus_key.0);
            bytes.extend(validator.power.to_be_bytes());
        }
        tagged_hash("tallystick/validators", &[&bytes])
    }
}

/// How chain time follows the validators' clocks. A real network has `speed` 1 and starts both together; a
/// demonstration may run fast, and says so because this is part of the genesis hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ChainClock {
    pub chain_start: Timestamp,
    pub real_start: Timestamp,
    /// Chain milliseconds per real millisecond, at least 1.
    pub speed: u32,
}

impl ChainClock {
    /// Chain time at `real` time.
    pub fn at(&self, real: Timestamp) -> Timestamp {
        let elapsed = real.ms().saturating_sub(self.real_start.ms());
        Timestamp::from_ms(
            self.chain_start.ms().saturating_add(elapsed.saturating_mul(u64::from(self.speed))),
        )
    }
}

/// The content of the genesis file.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Genesis {
    pub chain_id: Text,
    pub clock: ChainClock,
    /// Oldest first; versions are given in this order from 1.
    pub policies: Vec<Policy>,
    pub members: Vec<Member>,
    pub validators: ValidatorSet,
}

impl Genesis {
    /// What every data directory and handshake is bound to.
    pub fn hash(&self) -> Hash {
        tagged_hash("tallystick/genesis", &[&borsh::to_vec(self).unwrap_or_default()])
    }

    /// The records of height 0, on an empty state.
    pub fn changes(&self) -> Result<Changes, Fault> {
        let mut state = State::new(&Nothing, Height::GENESIS);
        state.begin(Changer::Transaction(self.hash()));
        self.enter(&mut state).map_err(|failure| Fault::Genesis { reason: failure.to_string() })?;
        Ok(state.into_changes())
    }

    fn enter(&self, state: &mut State) -> Result<(), Failure> {
        if self.chain_id.is_empty() || self.clock.speed == 0 {
            return Err(refuse("the chain id must not be empty and its clock must run").into());
        }
        for policy in &self.policies {
            policy::enter(state, policy.clone())?;
        }
        policy::in_force(state, self.clock.chain_start)?;
        for member in &self.members {
            member::admit(state, member.clone())?;
        }
        self.check_validators(state)?;
        state.put(Key::Validators, self.validators.clone())?;
        Ok(())
    }

    fn check_validators(&self, state: &mut State) -> Result<(), Failure> {
        let ValidatorSet { validators, observers } = &self.validators;
        self.validators.check().map_err(refuse)?;
        let members = validators.iter().map(|one| one.member).chain(observers.iter().map(|one| one.member));
        members.into_iter().try_for_each(|member| member::active(state, member).map(|_| ()))
    }
}

fn refuse(reason: &str) -> Fault {
    Fault::Genesis { reason: reason.to_owned() }
}

/// The state before genesis.
struct Nothing;

impl StateRead for Nothing {
    fn record(&self, _key: &[u8]) -> Result<Option<StoredRecord>, Fault> {
        Ok(None)
    }

    fn records_from(&self, _: &[u8], _: &[u8], _: usize) -> Result<Vec<(Vec<u8>, StoredRecord)>, Fault> {
        Ok(Vec::new())
    }

    fn index_between(&self, _: &[u8], _: Option<&[u8]>, _: usize) -> Result<Vec<Vec<u8>>, Fault> {
        Ok(Vec::new())
    }
}
