//! Proofs: a record, or its absence, under the state root of the tip.
use super::{Ledger, LedgerError, Tip};
use std::sync::Arc;
use tally_contracts::state::{Key, StoredRecord};
use tally_contracts::tree::Proof;

/// What a client needs to believe a record without believing this node, beside header and certificate.
pub struct ProvenRecord {
    /// `None` where the proof shows absence.
    pub record: Option<StoredRecord>,
    pub proof: Proof,
    /// Whose state root the proof is under.
    pub tip: Arc<Tip>,
}

impl Ledger {
    /// The record under `key` in the committed state, proven.
    pub fn prove(&self, key: Key) -> Result<ProvenRecord, LedgerError> {
        let mut work = self.work();
        work.rewind()?;
        let record = self.view().record(&key.encode())?;
        Ok(ProvenRecord { record, proof: work.tree.prove(&key.path()), tip: self.tip() })
    }
}
