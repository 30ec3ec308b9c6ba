//! Whether a configuration and its keys belong to a genesis.

use super::{Config, Role, Transport};
use tally_contracts::Genesis;
use tally_contracts::types::{MemberId, PublicKey};

/// Why a node's configuration does not belong to this genesis.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    #[error(
        "consensus key {key} is no validator of genesis: use this validator's key file, or set role = \"observer\""
    )]
    NotAValidator { key: PublicKey },
    #[error("peer key {found} is not the one that genesis gives {member}, {expected}: use that key file")]
    PeerKeyDiffers { member: MemberId, expected: PublicKey, found: PublicKey },
    #[error(
        "peer key {key} is no observer of genesis: ask for an entry in [[observers]], or use its key file"
    )]
    NotAnObserver { key: PublicKey },
    #[error("consensus.peers lists no other validator of genesis: list at least one, best all")]
    NoValidatorListed,
    #[error(
        "consensus.peers does not list validator {member} (peer key {key}): transport \"broadcast\" needs all of them"
    )]
    ValidatorNotListed { member: MemberId, key: PublicKey },
}

impl Disagreement {
    /// Whether governance can make it right while the node runs: it lets a new node in once it lists its keys.
    pub fn may_be_admitted(&self) -> bool {
        match self {
            Self::NotAValidator { .. } | Self::NotAnObserver { .. } => true,
            Self::PeerKeyDiffers { .. } | Self::NoValidatorListed | Self::ValidatorNotListed { .. } => false,
        }
    }
}

/// Checks the public keys of this node, and its peers, against genesis.
pub fn agree(
    config: &Config,
    genesis: &Genesis,
    consensus_key: Option<PublicKey>,
    peer_key: PublicKey,
) -> Result<(), Disagreement> {
    match (config.role, consensus_key) {
        (Role::Validator, Some(key)) => agree_on_validator(genesis, key, peer_key)?,
        // its key is the member's, which later keys may have replaced: the ledger says
        (Role::Member, _) => return Ok(()),
        (Role::Validator | Role::Observer, _) => agree_on_observer(genesis, peer_key)?,
    }
    agree_on_peers(config, genesis, peer_key)
}

fn agree_on_validator(genesis: &Genesis, key: PublicKey, peer_key: PublicKey) -> Result<(), Disagreement> {
    let validators = &genesis.validators.validators;
    let Some(own) = validators.iter().find(|one| one.consensus_key == key) else {
        // the machine is one of genesis: its key was rotated since, and the ledger knows to which
        let is_known = validators.iter().any(|one| one.peer_key == peer_key);
        return if is_known { Ok(()) } else { Err(Disagreement::NotAValidator { key }) };
    };
    if own.peer_key != peer_key {
        let (member, expected) = (own.member, own.peer_key);
        return Err(Disagreement::PeerKeyDiffers { member, expected, found: peer_key });
    }
    Ok(())
}

fn agree_on_observer(genesis: &Genesis, peer_key: PublicKey) -> Result<(), Disagreement> {
    let is_listed = genesis.validators.observers.iter().any(|one| one.peer_key == peer_key);
    is_listed.then_some(()).ok_or(Disagreement::NotAnObserver { key: peer_key })
}

fn agree_on_peers(config: &Config, genesis: &Genesis, own: PublicKey) -> Result<(), Disagreement> {
    let is_listed = |key: PublicKey| config.consensus.peers.iter().any(|peer| peer.peer_key == key.0);
    let others: Vec<_> = genesis.validators.validators.iter().filter(|one| one.peer_key != own).collect();
    if !others.is_empty() && !others.iter().any(|one| is_listed(one.peer_key)) {
        return Err(Disagreement::NoValidatorListed);
    }
    let needs_all = match (config.consensus.transport, config.role) {
        (Transport::Broadcast, Role::Validator) => true,
        // Observers follow through sync, which any one validator serves.
        (Transport::Broadcast, Role::Observer | Role::Member) | (Transport::Gossipsub, _) => false,
    };
    match others.iter().find(|one| needs_all && !is_listed(one.peer_key)) {
        Some(one) => Err(Disagreement::ValidatorNotListed { member: one.member, key: one.peer_key }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Peer, Sources};
    use tally_contracts::genesis::{ChainClock, Observer, Validator, ValidatorSet};
    use tally_contracts::types::{Text, Timestamp};

    fn key(number: u8) -> PublicKey {
        PublicKey([number; 32])
    }

    /// Validators with consensus keys 1..=3 and peer keys 11..=13, an observer with peer key 20.
    fn genesis() -> Genesis {
        let member = MemberId::new("bank-a").unwrap();
        let validator = |number: u8| Validator {
            member,
            consensus_key: key(number),
            peer_key: key(10 + number),
            power: 1,
        };
        let start = Timestamp::from_ms(0);
        Genesis {
            chain_id: Text::new("agree").unwrap(),
            clock: ChainClock { chain_start: start, real_start: start, speed: 1 },
            policies: Vec::new(),
            members: Vec::new(),
            validators: ValidatorSet {
                validators: (1..=3).map(validator).collect(),
                observers: vec![Observer { member, peer_key: key(20) }],
            },
        }
    }

    fn config(role: &str, transport: &str, peers: &[u8]) -> Config {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tallyd.toml");
        let text = format!("role = \"{role}\"\n[consensus]\ntransport = \"{transport}\"\n");
        std::fs::write(&file, text).unwrap();
        let sources = Sources { file, environment: Default::default(), overrides: Vec::new() };
        let mut config = sources.load_unchecked().unwrap().config;
        let peer = |number: &u8| Peer {
            name: format!("peer-{number}"),
            peer_key: [*number; 32],
            consensus_address: format!("h:{number}"),
            gossip_address: format!("g:{number}"),
        };
        config.consensus.peers = peers.iter().map(peer).collect();
        config
    }

    #[test]
    fn a_node_belongs_to_a_genesis_that_knows_its_keys_and_peers() {
        let member = MemberId::new("bank-a").unwrap();
        let rows = [
            ("validator", "gossipsub", &[12][..], Some(1), 11, Ok(())),
            ("validator", "broadcast", &[12, 13], Some(1), 11, Ok(())),
            ("observer", "broadcast", &[11], None, 20, Ok(())),
            ("validator", "gossipsub", &[12], Some(9), 11, Ok(())),
            ("validator", "gossipsub", &[12], Some(9), 19, Err(Disagreement::NotAValidator { key: key(9) })),
            (
                "validator",
                "gossipsub",
                &[12],
                Some(1),
                12,
                Err(Disagreement::PeerKeyDiffers { member, expected: key(11), found: key(12) }),
            ),
            ("observer", "gossipsub", &[11], None, 11, Err(Disagreement::NotAnObserver { key: key(11) })),
            ("validator", "gossipsub", &[11, 20], Some(1), 11, Err(Disagreement::NoValidatorListed)),
            (
                "validator",
                "broadcast",
                &[12],
                Some(1),
                11,
                Err(Disagreement::ValidatorNotListed { member, key: key(13) }),
            ),
        ];
        for (role, transport, peers, consensus, peer, expected) in rows {
            let found = agree(&config(role, transport, peers), &genesis(), consensus.map(key), key(peer));
            assert_eq!(found, expected, "{role} {transport} {peers:?}");
        }
    }
}
