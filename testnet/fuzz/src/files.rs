//! Files that people hand around: configuration, genesis, network, profiles, policies, transactions, proofs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tally_client::bench::NetworkFile;
use tally_client::commands::value::next_policy;
use tally_client::commands::{TransactionFile, trusted_in};
use tally_client::profile::ProfileFile;
use tally_client::sdk::{Entry, ProofFile};
use tally_contracts::policy::Policy;
use tally_contracts::types::PublicKey;
use tally_node::config::Sources;
use tally_node::genesis_file::{document_of, read, to_toml};

use crate::seeds::{self, CHAIN};

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// `tallyd.toml`: what loads, checked or refused, gives every value its origin.
pub fn config(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let sources = Sources {
        file: PathBuf::from("node/tallyd.toml"),
        environment: BTreeMap::new(),
        overrides: Vec::new(),
    };
    let Ok(loaded) = sources.load_text(text) else { return false };
    let again = sources.load_text(text).expect("it loaded a moment ago");
    assert_eq!(again.config, loaded.config);
    assert!(loaded.effective.iter().all(|one| !one.key.is_empty()));
    loaded.config.check().is_ok()
}

/// `genesis.toml`: what is read is written to a text that reads back to it, with the same hash.
pub fn genesis(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let file = Path::new("genesis.toml");
    let Ok(genesis) = read(file, text) else { return false };
    let again = read(file, &to_toml(&document_of(&genesis))).expect("what we write can be read");
    assert_eq!(again, genesis);
    assert_eq!(again.hash(), genesis.hash());
    true
}

/// `network.json`.
pub fn network(bytes: &[u8]) -> bool {
    json::<NetworkFile>(bytes)
}

/// An entry of the journal of requests.
pub fn journal_entry(bytes: &[u8]) -> bool {
    json::<Entry>(bytes)
}

fn json<T: Serialize + DeserializeOwned + PartialEq>(bytes: &[u8]) -> bool {
    let Ok(read) = serde_json::from_slice::<T>(bytes) else { return false };
    let written = serde_json::to_vec(&read).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert!(again == read, "it reads back as it was written");
    true
}

/// The client's profiles.
pub fn profile(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let path = Path::new("config.toml");
    let Ok(file) = ProfileFile::parse(path, text) else { return false };
    let again = ProfileFile::parse(path, &file.text()).expect("what is saved can be loaded");
    assert_eq!(again, file);
    true
}

/// A policy to propose, as changes of the one in force.
pub fn policy(bytes: &[u8]) -> bool {
    static LATEST: LazyLock<Policy> = LazyLock::new(Policy::rulebook);
    let Some(text) = text(bytes) else { return false };
    let Ok(next) = next_policy(text, &LATEST) else { return false };
    assert_eq!(next.version, LATEST.version.saturating_add(1), "a policy is the next one");
    true
}

/// A transaction on its way between signers.
pub fn transaction(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let path = Path::new("transaction.json");
    let Ok(file) = TransactionFile::parse(path, text) else { return false };
    let again = TransactionFile::parse(path, &file.text()).expect("what is written can be read");
    assert_eq!(again, file);
    let described = file.describe();
    assert!(!described["body"].is_null(), "a canonical body can be put into words");
    if let Ok(signed) = file.assemble() {
        assert_eq!(file.missing().map(|missing| missing.len()).ok(), Some(0), "whoever must sign has");
        assert_eq!(signed.body(), file.body());
    }
    true
}

/// Who is trusted to decide, as an operator hands it to whoever verifies proofs.
pub fn validators(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let Some(listed) = trusted_in(text) else { return false };
    let again = trusted_in(&seeds::validators_file(&listed)).expect("what we write can be read");
    assert_eq!(again, listed, "it reads back as it is written");
    let distinct: BTreeSet<_> = listed.iter().map(|(key, _)| key).collect();
    assert_eq!((distinct.len(), listed.is_empty()), (listed.len(), false), "each counts once");
    true
}

/// A proof between people: what verifies is what the validators signed.
pub fn proof(bytes: &[u8]) -> bool {
    static VALIDATORS: LazyLock<Vec<(PublicKey, u64)>> = LazyLock::new(seeds::validators);
    let Some(text) = text(bytes) else { return false };
    let Ok(file) = ProofFile::read(text) else { return false };
    assert_eq!(
        ProofFile::read(&file.write()).ok().as_ref(),
        Some(&file),
        "a file reads back as it was written"
    );
    drop(file.height());
    if let Ok(verified) = file.verify(CHAIN, &VALIDATORS) {
        assert_eq!(verified.header.chain_id, CHAIN);
        assert!(verified.record.is_none(), "the chain of the seeds holds no record that a client reads");
    }
    true
}
