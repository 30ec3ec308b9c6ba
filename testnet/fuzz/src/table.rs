//! The table of targets: what reads, what it is fed with, and how much of it.

use crate::{api, files, invoice, ledger, seeds, value};
use tally_client::document;
use tally_node::mempool::gossip;
use tally_node::{api as node_api, chain::evidence, replica, storage};

/// One decoder, or a few of one format.
#[derive(Clone, Copy)]
pub struct Target {
    /// Of the folder of its corpus, too.
    pub name: &'static str,
    /// Who hands in the bytes.
    pub from: &'static str,
    /// Whether the bytes were taken. Panics where they break a promise.
    pub run: fn(&[u8]) -> bool,
    /// What our own encoders make of it, all of which is taken.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Bytes of one input in the long form: enough for every branch, little enough to be quick.
    pub bytes_max: u32,
}

/// The target of that name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

const KIB: u32 = 1024;

macro_rules! targets {
    ($($name:literal, $from:literal, $run:expr, $seeds:expr, $bytes_max:expr;)*) => {
        /// Every target, by the room that reads.
        pub const TARGETS: &[Target] =
            &[$(Target { name: $name, from: $from, run: $run, seeds: $seeds, bytes_max: $bytes_max },)*];
    };
}

targets! {
    "transaction", "clients, peers, blocks", ledger::transaction, seeds::transactions, 4 * KIB;
    "body", "clients, transaction files", ledger::body, seeds::bodies, 2 * KIB;
    "signature", "whoever signs", ledger::signature, seeds::signatures, 256;
    "block", "peers, light clients", ledger::block, seeds::blocks, 2 * KIB;
    "proposal", "the proposer", ledger::proposal, seeds::proposals, 2 * KIB;
    "certificate", "peers, light clients", ledger::certificate, tally_consensus::fuzz::certificates, KIB;
    "proof", "a node that is not trusted", ledger::proof, seeds::proofs, 2 * KIB;
    "record", "a node that is not trusted", ledger::record, seeds::records, KIB;
    "record_key", "readers", ledger::record_key, seeds::record_keys, 256;
    "vote", "validators, the engine's log", tally_consensus::fuzz::vote, tally_consensus::fuzz::votes, KIB;
    "part", "whoever streams a proposal", tally_consensus::fuzz::part, tally_consensus::fuzz::messages, KIB;
    "parts", "whoever streams a proposal", tally_consensus::fuzz::parts, seeds::streams, 8 * KIB;
    "sync", "peers", tally_consensus::fuzz::sync, tally_consensus::fuzz::syncs, 2 * KIB;
    "gossip", "peers", gossip::fuzz::frame, gossip::fuzz::frames, 2 * KIB;
    "followed", "full nodes, to a member node", replica::fuzz::followed, replica::fuzz::follow_answers, 4 * KIB;
    "proven", "full nodes, to a member node", replica::fuzz::proven, replica::fuzz::prove_answers, 2 * KIB;
    "place", "this machine's disk", replica::fuzz::place, replica::fuzz::places, KIB;
    "evidence", "this machine's disk, of what validators signed", evidence::fuzz, evidence::fuzz_seeds, KIB;
    "receipts", "this machine's disk", ledger::receipts, seeds::receipts, 2 * KIB;
    "row", "this machine's disk", storage::fuzz::row, storage::fuzz::rows, 256;
    "authorization", "readers", api::authorization, seeds::authorizations, 512;
    "page_token", "readers", tally_node::api::fuzz_token, seeds::page_tokens, 256;
    "tls_certificate", "clients", api::tls_certificate, Vec::new, 2 * KIB;
    "origin", "web pages", node_api::fuzz_origin, seeds::origins, 256;
    "envelope", "this machine's disk", api::envelope, seeds::envelopes, 512;
    "wrapped", "clients, other nodes", node_api::fuzz_wrapped, seeds::wrapped, 512;
    "wrapped_secret", "whoever wraps a key", tally_keys::fuzz::wrapped, seeds::wrapped_secrets, 256;
    "paper", "whoever shares a document", document::fuzz::paper, document::fuzz::papers, 8 * KIB;
    "problem", "a node that is not trusted", api::problem, seeds::problems, KIB;
    "invoice", "suppliers", invoice::invoice, seeds::invoices, 16 * KIB;
    "key_file", "whoever has a key", tally_keys::fuzz::key_file, seeds::key_files, 2 * KIB;
    "key_bundle", "whoever has a bundle", tally_keys::fuzz::bundle, seeds::key_bundles, KIB;
    "key_uri", "operators", tally_keys::fuzz::key_uri, seeds::key_uris, 512;
    "config", "operators", files::config, seeds::configs, 8 * KIB;
    "genesis", "other operators", files::genesis, seeds::geneses, 8 * KIB;
    "network_file", "whoever starts a network", files::network, seeds::networks, 2 * KIB;
    "profile", "users", files::profile, seeds::profiles, 2 * KIB;
    "policy_file", "users", files::policy, seeds::policies, 2 * KIB;
    "transaction_file", "other signers", files::transaction, seeds::transaction_files, 4 * KIB;
    "journal_entry", "this machine's disk", files::journal_entry, seeds::journal_entries, 2 * KIB;
    "proof_file", "other people", files::proof, seeds::proof_files, 4 * KIB;
    "validators_file", "operators", files::validators, seeds::validators_files, KIB;
    "value", "users", value::value, seeds::values, 256;
}
