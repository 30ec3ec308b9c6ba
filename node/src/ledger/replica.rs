//! A member's replica: the ledger as far as one member may see it, which executes nothing and believes only proofs.
//!
//! Its records stand in the same families as a full ledger's, so that the same reads work on it. It has no state tree:
//! what is put in here was proven before (`replica/`).
use super::absent::AbsentRequests;
use super::attendance::Attendance;
use super::block::CommittedBlock;
use super::cache::RecordCache;
use super::open::{encode_validators, read_tip, stored_tip};
use super::settled::SettledBlocks;
use super::{Ledger, LedgerError, Tip, Work, channel};
use crate::storage::{Batch, Database, View};
use prost::Message;
use std::sync::{Arc, Mutex, RwLock};
use tally_contracts::Genesis;
use tally_contracts::state::{Key, Record, StoredRecord};
use tally_contracts::tree::StateTree;
use tally_proto::block::{Block, BlockHeader};
use tally_proto::v1::follow::FollowedBlock;

/// What a proven step adds to a replica.
pub struct Advance {
    /// Where it ends.
    pub tip: Tip,
    /// The blocks that were followed, each with what is stored of it.
    pub blocks: Vec<(BlockHeader, Vec<u8>, Vec<u8>)>,
    /// Heights from which other validators decide, with the sets.
    pub validators: Vec<(u64, tally_contracts::genesis::ValidatorSet)>,
    /// Records as they now are; `None` for those that are gone, or the member's no longer.
    pub records: Vec<(Key, Option<StoredRecord>)>,
    /// Receivables that the member takes part in.
    pub relations: Vec<u64>,
    /// How far the replica is proven, encoded.
    pub place: Vec<u8>,
}

impl Ledger {
    /// Opens a member's replica in `database`; an empty one begins with what genesis says of everybody.
    pub fn replica(database: Arc<Database>, genesis: Arc<Genesis>) -> Result<Self, LedgerError> {
        let stored = database.view().tip()?;
        let tip = match stored {
            None => begin(&database, &genesis)?,
            Some(stored) => read_tip(&database.view(), &genesis, stored)?,
        };
        Ok(Self {
            database,
            genesis,
            work: Mutex::new(Work::new(StateTree::new())),
            records: RecordCache::default(),
            absent: AbsentRequests::at(tip.height),
            attendance: RwLock::new(Attendance::default()),
            tip: RwLock::new(Arc::new(tip)),
            settled: SettledBlocks::default(),
            committed: channel(),
        })
    }

    /// Makes a proven step durable, in one piece, and tells everyone.
    pub fn advance(&self, member: &str, advance: Advance) -> Result<(), LedgerError> {
        let Advance { tip, blocks, validators, records, relations, place } = advance;
        let mut batch = Batch::new();
        for (header, certificate, followed) in &blocks {
            let height = header.height.number();
            batch.put_decided(height, &header.id().0);
            batch.put_certificate(height, certificate.clone());
            batch.put_followed(height, followed.clone());
        }
        for (first, set) in &validators {
            batch.put_validators(*first, encode_validators(set));
        }
        for (key, now) in &records {
            self.put_known(&mut batch, key, now.as_ref())?;
        }
        for receivable in relations {
            batch.put_relation(member, receivable);
        }
        batch.set_replica(place);
        batch.set_tip(&stored_tip(&tip));
        self.database.commit(batch)?;
        *self.tip.write().expect("nothing panics while it holds the tip") = Arc::new(tip);
        for (header, _, _) in blocks {
            let block =
                CommittedBlock { id: header.id(), header, transactions: Vec::new(), receipts: Vec::new() };
            // nobody listening is no error
            let _ = self.committed.send(Arc::new(block));
        }
        Ok(())
    }

    /// A record with the index rows that follow from it.
    fn put_known(&self, batch: &mut Batch, key: &Key, now: Option<&StoredRecord>) -> Result<(), LedgerError> {
        let row = key.encode();
        let rows = |stored: Option<&StoredRecord>| {
            let record = stored.and_then(|stored| Record::decode(key, &stored.bytes));
            record.map(|record| record.index_rows()).unwrap_or_default()
        };
        let before = self.view().record(&row)?;
        for gone in rows(before.as_ref()) {
            batch.delete_index(gone);
        }
        match now {
            Some(stored) => batch.put_record(row, &stored.salt, &stored.bytes),
            None => batch.delete_record(row),
        }
        for new in rows(now) {
            batch.put_index(new);
        }
        Ok(())
    }
}

/// The header of a committed block, from whatever this node has of it; `None` where it was pruned or never came.
pub fn stored_header(view: &View<'_>, height: u64) -> Result<Option<BlockHeader>, LedgerError> {
    let damaged = || LedgerError::StoredBlock { height };
    if let Some(bytes) = view.block(height)? {
        return Block::decode(&bytes).map(|block| Some(block.header)).map_err(|_| damaged());
    }
    let Some(bytes) = view.followed(height)? else { return Ok(None) };
    let followed = FollowedBlock::decode(bytes.as_slice()).map_err(|_| damaged())?;
    BlockHeader::decode(&followed.header).map(Some).map_err(|_| damaged())
}

/// What genesis says of members, policies and validators is for everybody.
fn begin(database: &Database, genesis: &Genesis) -> Result<Tip, LedgerError> {
    let changes = genesis.changes()?;
    let mut tree = StateTree::new();
    // genesis is never undone
    drop(tree.apply(&changes.tree_updates())?);
    let tip = Tip {
        height: 0,
        block_id: genesis.hash(),
        state_root: tally_contracts::types::Hash(tree.root()),
        time: genesis.clock.chain_start,
        validators: Arc::new(genesis.validators.clone()),
    };
    let mut batch = Batch::new();
    super::open::put_changes(&mut batch, &changes);
    batch.put_validators(1, encode_validators(&tip.validators));
    batch.set_tip(&stored_tip(&tip));
    database.commit(batch)?;
    Ok(tip)
}
