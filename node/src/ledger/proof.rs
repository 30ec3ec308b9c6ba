//! Proofs: a record, or its absence, under the state root of the tip.
use super::{Ledger, LedgerError, Tip};
use std::sync::Arc;
use tally_contracts::state::StoredRecord;
use tally_contracts::tree::{self, Proof};

/// What a client needs to believe a record without believing this node, beside header and certificate.
pub struct ProvenRecord {
    /// `None` where the proof shows absence.
    pub record: Option<StoredRecord>,
    pub proof: Proof,
    /// Whose state root the proof is under.
    pub tip: Arc<Tip>,
}

impl Ledger {
    /// The record under a row key (type byte, then key) in the committed state, or its absence, proven.
    pub fn prove(&self, row: &[u8]) -> Result<ProvenRecord, LedgerError> {
        let (kind, key) = row.split_first().map_or((0, row), |(kind, key)| (*kind, key));
        let mut work = self.work();
        work.rewind()?;
        let record = self.view().record(row)?;
        Ok(ProvenRecord { record, proof: work.tree.prove(&tree::path(kind, key))?, tip: self.tip() })
    }
}
