//! Opening: genesis on an empty directory, otherwise the tip with its proven state tree.
use super::absent::AbsentRequests;
use super::attendance::Attendance;
use super::cache::RecordCache;
use super::replica::stored_header;
use super::settled::SettledBlocks;
use super::{Ledger, LedgerError, Tip, Work, channel};
use crate::storage::{Batch, Database, TreeSource};
use std::sync::{Arc, Mutex, RwLock};
use tally_contracts::Genesis;
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::tree::StateTree;
use tally_contracts::types::Hash;

impl Ledger {
    /// Opens the ledger in `database`; an empty one begins with genesis.
    pub fn open(database: Arc<Database>, genesis: Arc<Genesis>) -> Result<Self, LedgerError> {
        let stored = database.view().tip()?;
        let (tree, tip) = match stored {
            None => begin(&database, &genesis)?,
            Some(stored) => {
                database.forget_undecided(0, stored.height)?;
                let view = database.view();
                let (tree, source) = database.checkpoints().open_tree(&view)?;
                report(&source);
                (tree, read_tip(&view, &genesis, stored)?)
            }
        };
        let attendance = Attendance::read(&database.view(), tip.height)?;
        Ok(Self {
            database,
            genesis,
            work: Mutex::new(Work::new(tree)),
            records: RecordCache::default(),
            absent: AbsentRequests::at(tip.height),
            settled: SettledBlocks::default(),
            attendance: RwLock::new(attendance),
            tip: RwLock::new(Arc::new(tip)),
            committed: channel(),
        })
    }
}

/// Writes height 0: the records that everyone agreed on before the first block.
fn begin(database: &Database, genesis: &Genesis) -> Result<(StateTree, Tip), LedgerError> {
    let changes = genesis.changes()?;
    let mut tree = database.empty_tree()?;
    // genesis is never undone
    drop(tree.apply(&changes.tree_updates())?);
    let tip = Tip {
        height: 0,
        block_id: genesis.hash(),
        state_root: Hash(tree.root()),
        time: genesis.clock.chain_start,
        validators: Arc::new(genesis.validators.clone()),
    };
    let mut batch = Batch::new();
    put_changes(&mut batch, &changes);
    batch.put_validators(1, encode_validators(&tip.validators));
    batch.set_tip(&stored_tip(&tip));
    database.commit(batch)?;
    Ok((tree, tip))
}

pub(super) fn read_tip(
    view: &crate::storage::View<'_>,
    genesis: &Genesis,
    stored: crate::storage::Tip,
) -> Result<Tip, LedgerError> {
    let damaged = || LedgerError::StoredBlock { height: stored.height };
    let time = match stored.height {
        0 => genesis.clock.chain_start,
        height => stored_header(view, height)?.ok_or_else(damaged)?.time,
    };
    let (_, validators) = view.validators_at(stored.height.saturating_add(1))?.ok_or_else(damaged)?;
    let validators = decode_validators(&validators).ok_or_else(damaged)?;
    Ok(Tip {
        height: stored.height,
        block_id: Hash(stored.block_id),
        state_root: Hash(stored.state_root),
        time,
        validators: Arc::new(validators),
    })
}

fn report(source: &TreeSource) {
    match source {
        TreeSource::Empty => {}
        TreeSource::Checkpoint { height } => tracing::info!(height, "state tree loaded from its checkpoint"),
        TreeSource::Records { refused: None } => tracing::info!("state tree computed from the records"),
        TreeSource::Records { refused: Some(error) } => {
            tracing::warn!(%error, "checkpoint refused; state tree computed from the records");
        }
    }
}

pub(super) fn stored_tip(tip: &Tip) -> crate::storage::Tip {
    crate::storage::Tip { height: tip.height, block_id: tip.block_id.0, state_root: tip.state_root.0 }
}

pub(super) fn put_changes(batch: &mut Batch, changes: &tally_contracts::state::Changes) {
    for change in &changes.records {
        match &change.now {
            Some(record) => batch.put_record(change.key.encode(), &change.salt, &record.encode()),
            None => batch.delete_record(change.key.encode()),
        }
    }
    for (row, present) in &changes.index {
        if *present {
            batch.put_index(row.clone());
        } else {
            batch.delete_index(row.clone());
        }
    }
}

pub(super) fn encode_validators(validators: &ValidatorSet) -> Vec<u8> {
    borsh::to_vec(validators).expect("a Vec takes every write")
}

/// Reads a stored validator set back.
pub fn decode_validators(bytes: &[u8]) -> Option<ValidatorSet> {
    borsh::from_slice(bytes).ok()
}
