//! The ledger: executes blocks on committed state, remembers what is undecided, commits what is decided.
//!
//! One lock guards the state tree and the pending blocks. Everything here blocks on CPU or disk: call it
//! from blocking threads. Reads for the API go through [`Ledger::view`] and never wait for the lock.
mod absent;
mod attendance;
mod block;
mod cache;
mod commit;
mod error;
mod execute;
mod history;
mod open;
mod proof;
mod replica;
mod scans;
mod settled;

pub use block::{CommittedBlock, ExecutedBlock};
pub use commit::decode_receipts;
pub use error::{BlockError, LedgerError};
pub use history::History;
pub use open::decode_validators;
pub use proof::{ProvenRecord, ProvenRecords};
pub use replica::{Advance, stored_header};
pub use settled::Settled;

use crate::limits::COMMITTED_BLOCKS_WATCHED;
use crate::storage::{Database, View};
use absent::AbsentRequests;
use attendance::Attendance;
use cache::RecordCache;
use settled::SettledBlocks;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use tally_contracts::Genesis;
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::tree::{StateTree, Undo};
use tally_contracts::types::{Hash, PublicKey, Timestamp};
use tokio::sync::broadcast;

/// The last committed block, as everyone needs it.
#[derive(Clone, Debug)]
pub struct Tip {
    /// 0 after genesis.
    pub height: u64,
    pub block_id: Hash,
    pub state_root: Hash,
    /// Chain time of the block; of genesis, the clock's start.
    pub time: Timestamp,
    /// Who decides the next height.
    pub validators: Arc<ValidatorSet>,
}

/// See the module's description.
pub struct Ledger {
    database: Arc<Database>,
    genesis: Arc<Genesis>,
    work: Mutex<Work>,
    records: RecordCache,
    absent: AbsentRequests,
    settled: SettledBlocks,
    attendance: RwLock<Attendance>,
    tip: RwLock<Arc<Tip>>,
    committed: broadcast::Sender<Arc<CommittedBlock>>,
}

/// What only one thread may touch at a time.
struct Work {
    tree: StateTree,
    /// The executed block at which the tree stands, beyond the tip.
    applied: Option<(Hash, Undo)>,
    /// Executed blocks of the next height.
    pending: BTreeMap<Hash, Arc<ExecutedBlock>>,
}

impl Ledger {
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    pub fn chain_id(&self) -> &str {
        self.genesis.chain_id.as_str()
    }

    pub fn tip(&self) -> Arc<Tip> {
        Arc::clone(&self.tip.read().expect("nothing panics while it holds the tip"))
    }

    /// The validators that built none of the last blocks although it was their turn.
    pub fn absent_validators(&self) -> Vec<PublicKey> {
        // the tip first: attendance may be ahead of it for a moment, never behind
        let validators = Arc::clone(&self.tip().validators);
        self.attendance.read().expect("nothing panics while it holds the attendance").absent(&validators)
    }

    /// The committed state and chain as of now.
    pub fn view(&self) -> View<'_> {
        self.database.view()
    }

    pub fn database(&self) -> &Arc<Database> {
        &self.database
    }

    /// Blocks as they are committed, from now on. A receiver that falls too far behind is told so.
    pub fn watch(&self) -> broadcast::Receiver<Arc<CommittedBlock>> {
        self.committed.subscribe()
    }

    /// Leaves of the state tree.
    pub fn records(&self) -> usize {
        self.work().tree.len()
    }

    /// How many of them are in memory and how many on the shelf, for metrics; `None` while a block is executed.
    pub fn leaves(&self) -> Option<(usize, usize)> {
        let work = self.work.try_lock().ok()?;
        let resident = work.tree.resident();
        Some((resident, work.tree.len().saturating_sub(resident)))
    }

    /// Writes the state tree beside the database, so that the next start need not hash every record.
    pub fn checkpoint(&self) -> Result<(), LedgerError> {
        let mut work = self.work();
        work.rewind()?;
        let checkpoints = self.database.checkpoints();
        checkpoints.write(self.tip().height, &work.tree)?;
        checkpoints.prune(CHECKPOINTS_KEPT)?;
        Ok(())
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().expect("a panic while executing ends the process")
    }
}

/// One to load, one before it in case the disk lost the last.
const CHECKPOINTS_KEPT: usize = 2;

impl Work {
    fn new(tree: StateTree) -> Self {
        Self { tree, applied: None, pending: BTreeMap::new() }
    }

    /// Takes the tree back to the tip.
    fn rewind(&mut self) -> Result<(), LedgerError> {
        if let Some((_, undo)) = &self.applied {
            self.tree.undo(undo)?;
            self.applied = None;
        }
        Ok(())
    }

    /// Moves the tree to the state after `block`.
    fn stand_at(&mut self, block: &ExecutedBlock) -> Result<(), LedgerError> {
        if self.applied.as_ref().is_some_and(|(id, _)| *id == block.id()) {
            return Ok(());
        }
        self.rewind()?;
        let undo = self.tree.apply(&block.changes().tree_updates())?;
        self.applied = Some((block.id(), undo));
        Ok(())
    }
}

fn channel() -> broadcast::Sender<Arc<CommittedBlock>> {
    broadcast::Sender::new(COMMITTED_BLOCKS_WATCHED)
}
