//! Document to `Genesis`, with every rule that can be checked before the first block.

use super::document::GenesisDocument;
use super::error::{At, GenesisFileError, GenesisProblem, Read, refuse};
use super::limits::{
    CHAIN_ID_BYTES_MAX, CLOCK_SPEED_MAX, GENESIS_FILE_BYTES_MAX, OBSERVERS_MAX, POWER_TOTAL_MAX,
    VALIDATORS_MAX,
};
use super::members::{member_id, public_key};
use super::policies::PolicyDocument;
use super::time::instant;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use tally_contracts::Genesis;
use tally_contracts::genesis::{ChainClock, Observer, Validator, ValidatorSet};
use tally_contracts::member::Member;
use tally_contracts::policy::Policy;
use tally_contracts::types::{MemberId, PublicKey, Text};

/// Reads and checks a genesis document.
pub fn load(file: &Path) -> Result<Genesis, GenesisFileError> {
    read(file, &read_text(file)?)
}

/// The same of a text; `file` is for the error.
pub fn read(file: &Path, text: &str) -> Result<Genesis, GenesisFileError> {
    parse(file, text)?.genesis().map_err(in_file(file))
}

/// The document as written, not yet checked; `file` is for the error.
pub fn parse(file: &Path, text: &str) -> Result<GenesisDocument, GenesisFileError> {
    toml::from_str(text).map_err(|error| GenesisFileError::Syntax {
        file: file.to_owned(),
        reason: error.to_string().trim_end().to_owned(),
    })
}

pub(super) fn read_text(file: &Path) -> Result<String, GenesisFileError> {
    let read = |source| GenesisFileError::Read { file: file.to_owned(), source };
    let mut text = String::new();
    let mut limited = File::open(file).map_err(read)?.take(GENESIS_FILE_BYTES_MAX + 1);
    limited.read_to_string(&mut text).map_err(read)?;
    if text.len() as u64 > GENESIS_FILE_BYTES_MAX {
        return Err(GenesisFileError::TooLarge { file: file.to_owned(), limit: GENESIS_FILE_BYTES_MAX });
    }
    Ok(text)
}

pub(super) fn in_file(file: &Path) -> impl FnOnce(At) -> GenesisFileError {
    let file = file.to_owned();
    move |At(field, problem)| GenesisFileError::Field { file, field, problem }
}

impl GenesisDocument {
    /// The checked `Genesis`. Validators are put in the order of their consensus keys.
    pub(super) fn genesis(&self) -> Read<Genesis> {
        let policies = self.read_policies()?;
        let genesis = Genesis {
            chain_id: self.read_chain_id()?,
            clock: self.read_clock(&policies)?,
            policies,
            members: self.read_members()?,
            validators: ValidatorSet {
                validators: self.read_validators()?,
                observers: self.read_observers()?,
            },
        };
        check_voters(&genesis)?;
        check_keys(&genesis)?;
        match genesis.changes() {
            Ok(_) => Ok(genesis),
            Err(fault) => refuse("the document", GenesisProblem::Rulebook(fault)),
        }
    }

    fn read_chain_id(&self) -> Read<Text> {
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_legal = (1..=CHAIN_ID_BYTES_MAX).contains(&self.chain_id.len());
        match Text::new(&self.chain_id) {
            Ok(text) if is_legal && self.chain_id.chars().all(legal) => Ok(text),
            Ok(_) | Err(_) => refuse("chain_id", GenesisProblem::ChainId { max: CHAIN_ID_BYTES_MAX }),
        }
    }

    fn read_policies(&self) -> Read<Vec<Policy>> {
        if self.policies.is_empty() {
            return Ok(vec![PolicyDocument::default().read("policies[0]", 1)?]);
        }
        let numbered = self.policies.iter().zip(1_u32..).enumerate();
        numbered
            .map(|(index, (policy, version))| policy.read(&format!("policies[{index}]"), version))
            .collect()
    }

    fn read_clock(&self, policies: &[Policy]) -> Read<ChainClock> {
        let offset = policies.first().map_or(0, |policy| policy.utc_offset_minutes);
        let speed = self.clock.speed;
        let range =
            GenesisProblem::OutOfRange { found: u64::from(speed), min: 1, max: u64::from(CLOCK_SPEED_MAX) };
        if !(1..=CLOCK_SPEED_MAX).contains(&speed) {
            return refuse("clock.speed", range);
        }
        let chain_start = instant("clock.chain_start", &self.clock.chain_start, offset)?;
        let real_start = match &self.clock.real_start {
            Some(text) => instant("clock.real_start", text, offset)?,
            None if speed == 1 => chain_start,
            None => return refuse("clock.real_start", GenesisProblem::Time { found: String::new() }),
        };
        Ok(ChainClock { chain_start, real_start, speed })
    }

    fn read_members(&self) -> Read<Vec<Member>> {
        let mut known = BTreeSet::new();
        let read = |(index, document): (usize, &super::MemberDocument)| {
            let member = document.read(&format!("members[{index}]"))?;
            if known.insert(member.id) {
                return Ok(member);
            }
            refuse(&format!("members[{index}].id"), GenesisProblem::MemberTwice { member: member.id })
        };
        self.members.iter().enumerate().map(read).collect()
    }

    fn read_validators(&self) -> Read<Vec<Validator>> {
        let read = |(index, from): (usize, &super::ValidatorDocument)| {
            let field = |name: &str| format!("validators[{index}].{name}");
            Ok(Validator {
                member: member_id(&field("member"), &from.member)?,
                consensus_key: public_key(&field("consensus_key"), &from.consensus_key)?,
                peer_key: public_key(&field("peer_key"), &from.peer_key)?,
                power: from.power,
            })
        };
        let mut validators: Vec<_> = self.validators.iter().enumerate().map(read).collect::<Read<_>>()?;
        validators.sort_by_key(|validator| validator.consensus_key);
        Ok(validators)
    }

    fn read_observers(&self) -> Read<Vec<Observer>> {
        let read = |(index, from): (usize, &super::ObserverDocument)| {
            let field = |name: &str| format!("observers[{index}].{name}");
            let member = member_id(&field("member"), &from.member)?;
            Ok(Observer { member, peer_key: public_key(&field("peer_key"), &from.peer_key)? })
        };
        self.observers.iter().enumerate().map(read).collect()
    }
}

fn check_voters(genesis: &Genesis) -> Read<()> {
    let ValidatorSet { validators, observers } = &genesis.validators;
    check_count("members", genesis.members.len(), (1, usize::MAX))?;
    check_count("validators", validators.len(), (1, VALIDATORS_MAX))?;
    check_count("observers", observers.len(), (0, OBSERVERS_MAX))?;
    let mut total = 0_u64;
    for validator in validators {
        let field = format!("validator {}", validator.member);
        check_member(genesis, "a validator's member", validator.member)?;
        if validator.power == 0 {
            let range = GenesisProblem::OutOfRange { found: 0, min: 1, max: POWER_TOTAL_MAX };
            return refuse(&format!("{field}'s power"), range);
        }
        total = total.saturating_add(validator.power);
    }
    if total > POWER_TOTAL_MAX {
        return refuse("validators' power", GenesisProblem::PowerTotal { max: POWER_TOTAL_MAX });
    }
    observers.iter().try_for_each(|one| check_member(genesis, "an observer's member", one.member))
}

fn check_count(field: &str, count: usize, (min, max): (usize, usize)) -> Read<()> {
    if (min..=max).contains(&count) {
        return Ok(());
    }
    refuse(field, GenesisProblem::Count { count, min, max })
}

fn check_member(genesis: &Genesis, field: &str, member: MemberId) -> Read<()> {
    if genesis.members.iter().any(|one| one.id == member) {
        return Ok(());
    }
    refuse(field, GenesisProblem::MemberUnknown { member })
}

/// A key that signs votes and transactions, or names two machines, could be made to say what its owner never meant.
fn check_keys(genesis: &Genesis) -> Read<()> {
    let mut owners: BTreeMap<PublicKey, String> = BTreeMap::new();
    let mut claim = |key: PublicKey, owner: String| match owners.insert(key, owner.clone()) {
        Some(other) => refuse(&owner, GenesisProblem::KeyTaken { key, other }),
        None => Ok(()),
    };
    for member in &genesis.members {
        member.keys.iter().try_for_each(|key| claim(key.key, format!("a key of member {}", member.id)))?;
    }
    for validator in &genesis.validators.validators {
        claim(validator.consensus_key, format!("the consensus key of {}", validator.member))?;
        claim(validator.peer_key, format!("the peer key of validator {}", validator.member))?;
    }
    let mut observers = genesis.validators.observers.iter();
    observers.try_for_each(|one| claim(one.peer_key, format!("the peer key of observer {}", one.member)))
}
