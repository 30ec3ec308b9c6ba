//! `Genesis` to document and text: everything written out, nothing left to defaults.

use super::document::{ClockDocument, GenesisDocument, MemberDocument, ObserverDocument, ValidatorDocument};
use super::policies::PolicyDocument;
use super::time::show_time;
use tally_contracts::Genesis;
use tally_contracts::genesis::{Observer, Validator};

const HEADER: &str = "\
# Genesis: what every node of this chain agrees on before the first block.
# `tallyd genesis hash FILE` prints its hash; compare it with the other operators before the first start.

";

/// The document that reads back to `genesis`.
pub fn document_of(genesis: &Genesis) -> GenesisDocument {
    GenesisDocument {
        chain_id: genesis.chain_id.to_string(),
        clock: ClockDocument {
            chain_start: show_time(genesis.clock.chain_start),
            real_start: Some(show_time(genesis.clock.real_start)),
            speed: genesis.clock.speed,
        },
        policies: genesis.policies.iter().map(PolicyDocument::of).collect(),
        members: genesis.members.iter().map(MemberDocument::of).collect(),
        validators: genesis.validators.validators.iter().map(validator_document).collect(),
        observers: genesis.validators.observers.iter().map(observer_document).collect(),
    }
}

/// The document's text.
pub fn to_toml(document: &GenesisDocument) -> String {
    let body = toml::to_string(document).expect("a document has only strings, numbers, lists and tables");
    format!("{HEADER}{body}")
}

fn validator_document(validator: &Validator) -> ValidatorDocument {
    ValidatorDocument {
        member: validator.member.to_string(),
        consensus_key: validator.consensus_key.to_string(),
        peer_key: validator.peer_key.to_string(),
        power: validator.power,
    }
}

fn observer_document(observer: &Observer) -> ObserverDocument {
    ObserverDocument { member: observer.member.to_string(), peer_key: observer.peer_key.to_string() }
}
