//! History: the ledger as it was at each height, worked out again from genesis and the recorded blocks.
use super::LedgerError;
use std::collections::{BTreeMap, BTreeSet};
use tally_contracts::state::{Changes, StateRead, StoredRecord};
use tally_contracts::{Fault, Genesis};

/// The whole state of a past height, in memory: a replay needs every height, and the database holds only the last.
#[derive(Default)]
pub struct History {
    records: BTreeMap<Vec<u8>, StoredRecord>,
    index: BTreeSet<Vec<u8>>,
}

impl History {
    /// The state of height 0.
    pub fn begin(genesis: &Genesis) -> Result<Self, LedgerError> {
        let mut history = Self::default();
        history.apply(&genesis.changes()?);
        Ok(history)
    }

    /// Moves on by the changes of the next block.
    pub fn apply(&mut self, changes: &Changes) {
        for change in &changes.records {
            let key = change.key.encode();
            match &change.now {
                Some(now) => {
                    self.records.insert(key, StoredRecord { salt: change.salt, bytes: now.encode() })
                }
                None => self.records.remove(&key),
            };
        }
        for (row, is_present) in &changes.index {
            if *is_present {
                self.index.insert(row.clone());
            } else {
                self.index.remove(row);
            }
        }
    }
}

impl StateRead for History {
    fn record(&self, key: &[u8]) -> Result<Option<StoredRecord>, Fault> {
        Ok(self.records.get(key).cloned())
    }

    fn records_from(
        &self,
        prefix: &[u8],
        from: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, StoredRecord)>, Fault> {
        let rows = self.records.range(from.max(prefix).to_vec()..);
        let rows = rows.take_while(|(key, _)| key.starts_with(prefix)).take(limit);
        Ok(rows.map(|(key, stored)| (key.clone(), stored.clone())).collect())
    }

    fn index_between(&self, from: &[u8], before: Option<&[u8]>, limit: usize) -> Result<Vec<Vec<u8>>, Fault> {
        let rows = self.index.range(from.to_vec()..);
        let rows = rows.take_while(|row| before.is_none_or(|before| row.as_slice() < before));
        Ok(rows.take(limit).cloned().collect())
    }
}
