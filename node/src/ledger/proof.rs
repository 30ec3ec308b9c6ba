//! Proofs: records, or their absence, under the state root of the tip.
use super::block::ExecutedBlock;
use super::{Ledger, LedgerError, Tip, Work};
use std::sync::Arc;
use tally_contracts::state::{Key, Record, Salt, StoredRecord};
use tally_contracts::tree::{self, Proof};

/// What a client needs to believe a record without believing this node, beside header and certificate.
pub struct ProvenRecord {
    /// `None` where the proof shows absence.
    pub record: Option<StoredRecord>,
    pub proof: Proof,
    /// Whose state root the proof is under.
    pub tip: Arc<Tip>,
}

/// Several of one moment, in the order in which they were asked for.
pub struct ProvenRecords {
    pub records: Vec<(Option<StoredRecord>, Proof)>,
    /// Whose state root the proofs are under.
    pub tip: Arc<Tip>,
}

/// What is kept of the record that a block put in force: salt, bytes and proof, in borsh.
pub type Handover = (Salt, Vec<u8>, Proof);

impl Ledger {
    /// The record under a row key (type byte, then key) in the committed state, or its absence, proven.
    pub fn prove(&self, row: &[u8]) -> Result<ProvenRecord, LedgerError> {
        let ProvenRecords { mut records, tip } = self.prove_all(&[row.to_vec()])?;
        let (record, proof) = records.pop().expect("as many answers as rows");
        Ok(ProvenRecord { record, proof, tip })
    }

    /// The same for several rows of one state.
    pub fn prove_all(&self, rows: &[Vec<u8>]) -> Result<ProvenRecords, LedgerError> {
        let mut work = self.work();
        work.rewind()?;
        let view = self.view();
        let prove = |row: &Vec<u8>| {
            let (kind, key) = row.split_first().map_or((0, row.as_slice()), |(kind, key)| (*kind, key));
            Ok((view.record(row)?, work.tree.prove(&tree::path(kind, key))?))
        };
        let records = rows.iter().map(prove).collect::<Result<_, LedgerError>>()?;
        Ok(ProvenRecords { records, tip: self.tip() })
    }

    /// How the validators are proven under the state root of the block of `height`; `None` where it tells of no change of
    /// them, or where this node did not follow the chain when it did.
    pub fn handover(&self, height: u64) -> Result<Option<Handover>, LedgerError> {
        let Some(bytes) = self.view().handover(height)? else { return Ok(None) };
        borsh::from_slice(&bytes).map(Some).map_err(|_| LedgerError::StoredBlock { height })
    }
}

impl Work {
    /// Of a block that tells of other validators, while the tree stands after it; `before` is their record as it was.
    pub(super) fn handover(
        &self,
        executed: &ExecutedBlock,
        before: Option<StoredRecord>,
    ) -> Result<Vec<u8>, LedgerError> {
        let change = executed.changes().records.iter().find(|change| change.key == Key::Validators);
        let (salt, bytes) = change
            .map(|change| (change.salt, change.now.as_deref().map(Record::encode).unwrap_or_default()))
            .or(before.map(|stored| (stored.salt, stored.bytes)))
            .unwrap_or_default();
        let handover: Handover = (salt, bytes, self.tree.prove(&Key::Validators.path())?);
        Ok(borsh::to_vec(&handover).expect("a Vec takes every write"))
    }
}
