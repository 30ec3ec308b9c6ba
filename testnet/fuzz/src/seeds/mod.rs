//! What our own encoders make: the seeds of the corpus, the same in every run, so that a stale corpus is noticed.

mod files;
mod ledger;
mod records;
mod signatures;

pub use files::{
    configs, envelopes, geneses, invoices, journal_entries, key_bundles, key_files, key_uris, networks,
    origins, page_tokens, policies, problems, profiles, proof_files, sealed_bundle, transaction_files,
    validators_file, validators_files, values, wrapped, wrapped_secrets,
};
pub use ledger::{
    PROVEN_TRANCHES, RECORD, TRANCHES, authorizations, blocks, bodies, proofs, proposals, receipts,
    record_keys, stored_receipts, streams, tranche_row, transactions, validators,
};
pub use records::records;
pub use signatures::{MESSAGE, edges, honest_signature, signatures};

use ed25519_dalek::SigningKey;
use tally_contracts::types::PublicKey;
use tally_proto::signing;

/// The chain of every seed.
pub const CHAIN: &str = "test-chain";

/// Bodies of every action as the golden table of `proto` has them: name and bytes.
const BODIES: &str = include_str!("../../../../proto/tests/it/golden/bodies.txt");

fn golden_bodies() -> impl Iterator<Item = Vec<u8>> {
    BODIES.lines().filter_map(|line| hex::decode(line.split_once(' ')?.1).ok())
}

fn secret(byte: u8) -> SigningKey {
    SigningKey::from_bytes(&[byte; 32])
}

fn key(byte: u8) -> PublicKey {
    signing::public_key(&secret(byte))
}
