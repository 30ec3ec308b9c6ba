//! Proves a stored chain: from genesis, block by block, to the records that it says are true now.

use super::error::CommandError;
use crate::ledger::{decode_receipts, decode_validators};
use crate::storage::{StorageError, View, tree_of_records};
use tally_contracts::Genesis;
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::types::{Hash, PublicKey, Timestamp};
use tally_proto::block::{Block, BlockDecodeError, receipts_root};
use tally_proto::certificate::{Certificate, CertificateError};

/// Blocks between two reports of progress.
const PROGRESS_BLOCKS: u64 = 1_000;

/// What does not prove what it says.
#[derive(Debug, thiserror::Error)]
pub(super) enum Finding {
    #[error("the store has no tip")]
    NoTip,
    #[error("{what} of height {height} is missing")]
    Missing { height: u64, what: &'static str },
    #[error("block {height} does not decode: {source}")]
    Block { height: u64, source: BlockDecodeError },
    #[error("{what} of height {height} cannot be decoded")]
    Undecodable { height: u64, what: &'static str },
    #[error("{field} of block {height} is {found}, expected {expected}")]
    Field { height: u64, field: &'static str, found: String, expected: String },
    #[error("block {height} is at {time:?}, not after its parent")]
    Time { height: u64, time: Timestamp },
    #[error("the certificate of height {height} proves nothing: {source}")]
    Certificate { height: u64, source: CertificateError },
    #[error("the records give state root {computed}, the tip says {stated}")]
    StateRoot { computed: Hash, stated: Hash },
}

/// What was proven.
#[derive(Debug)]
pub(super) struct Report {
    pub blocks: u64,
    pub records: usize,
    pub height: u64,
    pub block_id: Hash,
    pub state_root: Hash,
}

/// The block before the one that is checked.
struct Parent {
    id: Hash,
    time: Timestamp,
    state_root: Option<Hash>,
}

/// Checks everything from the first stored block; `progress` hears height and tip now and then.
pub(super) fn verify(
    view: &View<'_>,
    genesis: &Genesis,
    progress: impl Fn(u64, u64),
) -> Result<Report, CommandError> {
    let tip = view.tip()?.ok_or(Finding::NoTip)?;
    // Without pruning this is 1. Where older blocks were dropped, the first one kept is taken at its certificate.
    let first = view.first_block_height()?.unwrap_or(1);
    let mut parent = Parent { id: genesis.hash(), time: genesis.clock.chain_start, state_root: None };
    for height in first..=tip.height {
        let known = (height > first || first == 1).then_some(&parent);
        parent = verify_block(view, genesis, height, known)?;
        if height % PROGRESS_BLOCKS == 0 {
            progress(height, tip.height);
        }
    }
    expect(tip.height, "the id", parent.id, Hash(tip.block_id))?;
    let stated = Hash(tip.state_root);
    if let Some(root) = parent.state_root {
        expect(tip.height, "the state root", root, stated)?;
    }
    let tree = tree_of_records(view)?;
    let computed = Hash(tree.root());
    if computed != stated {
        return Err(Finding::StateRoot { computed, stated }.into());
    }
    let blocks = (tip.height + 1).saturating_sub(first);
    Ok(Report { blocks, records: tree.len(), height: tip.height, block_id: parent.id, state_root: stated })
}

fn verify_block(
    view: &View<'_>,
    genesis: &Genesis,
    height: u64,
    parent: Option<&Parent>,
) -> Result<Parent, CommandError> {
    let bytes = present(height, "the block", view.block(height))?;
    let block = Block::decode(&bytes).map_err(|source| Finding::Block { height, source })?;
    let header = &block.header;
    expect(height, "the height", header.height.number(), height)?;
    expect(height, "the chain id", header.chain_id.as_str(), genesis.chain_id.as_str())?;
    if let Some(parent) = parent {
        expect(height, "the parent", header.parent, parent.id)?;
        if header.time <= parent.time {
            return Err(Finding::Time { height, time: header.time }.into());
        }
    }
    let validators = validators_of(view, height)?;
    expect(height, "the validators' hash", header.validators_hash, validators.hash())?;
    let receipts = present(height, "the receipts", view.receipts(height))?;
    let receipts = decode_receipts(&receipts).ok_or(Finding::Undecodable { height, what: "the receipts" })?;
    expect(height, "the receipts' root", header.receipts_root, receipts_root(&receipts))?;
    verify_certificate(view, genesis, &block, &validators)?;
    Ok(Parent { id: block.id(), time: header.time, state_root: Some(header.state_root) })
}

fn verify_certificate(
    view: &View<'_>,
    genesis: &Genesis,
    block: &Block,
    validators: &ValidatorSet,
) -> Result<(), CommandError> {
    let height = block.header.height.number();
    let wrong = |source| Finding::Certificate { height, source };
    let bytes = present(height, "the certificate", view.certificate(height))?;
    let certificate = Certificate::decode(&bytes).map_err(wrong)?;
    expect(height, "the certificate's height", certificate.height.number(), height)?;
    expect(height, "the certificate's block", certificate.block_id, block.id())?;
    let powers: Vec<(PublicKey, u64)> =
        validators.validators.iter().map(|one| (one.consensus_key, one.power)).collect();
    certificate.verify(genesis.chain_id.as_str(), &powers).map_err(wrong)?;
    Ok(())
}

fn validators_of(view: &View<'_>, height: u64) -> Result<ValidatorSet, CommandError> {
    let what = "the validator set";
    let (_, bytes) = present(height, what, view.validators_at(height))?;
    Ok(decode_validators(&bytes).ok_or(Finding::Undecodable { height, what })?)
}

fn present<T>(
    height: u64,
    what: &'static str,
    read: Result<Option<T>, StorageError>,
) -> Result<T, CommandError> {
    Ok(read?.ok_or(Finding::Missing { height, what })?)
}

fn expect<T: PartialEq + ToString>(
    height: u64,
    field: &'static str,
    found: T,
    expected: T,
) -> Result<(), Finding> {
    if found == expected {
        return Ok(());
    }
    Err(Finding::Field { height, field, found: found.to_string(), expected: expected.to_string() })
}
