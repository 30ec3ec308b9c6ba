//! Memory: the committed state as plain maps, the simplest thing that `StateRead` allows.
use std::collections::{BTreeMap, BTreeSet};
use tally_contracts::Fault;
use tally_contracts::state::{Changes, Key, Record, RecordType, StateRead, StoredRecord};
use tally_contracts::tree::{Leaf, value_hash};

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct MemoryState {
    pub records: BTreeMap<Vec<u8>, StoredRecord>,
    pub index: BTreeSet<Vec<u8>>,
}

impl MemoryState {
    pub fn apply(&mut self, changes: &Changes) {
        for change in &changes.records {
            let key = change.key.encode();
            let before = self.records.get(&key).map(|stored| stored.bytes.clone());
            assert_eq!(before, change.before.as_deref().map(Record::encode), "before of {:?}", change.key);
            match &change.now {
                Some(now) => {
                    self.records.insert(key, StoredRecord { salt: change.salt, bytes: now.encode() });
                }
                None => {
                    self.records.remove(&key);
                }
            }
        }
        for (row, present) in &changes.index {
            if *present {
                self.index.insert(row.clone());
            } else {
                self.index.remove(row);
            }
        }
    }

    /// The leaves of the state tree, from the stored bytes alone.
    pub fn leaves(&self) -> Vec<Leaf> {
        let leaf = |(key, stored): (&Vec<u8>, &StoredRecord)| {
            let path = Key::decode(key).expect("a key reads back").path();
            (path, value_hash(&stored.salt, &stored.bytes))
        };
        let mut leaves: Vec<Leaf> = self.records.iter().map(leaf).collect();
        leaves.sort_unstable();
        leaves
    }

    pub fn get<T: RecordType>(&self, key: Key) -> Option<T> {
        let stored = self.records.get(&key.encode())?;
        let record = Record::decode(&key, &stored.bytes).expect("a record reads back");
        T::unwrap(&record).cloned()
    }

    /// Every record of one type, in key order.
    pub fn all<T: RecordType>(&self) -> Vec<(Key, T)> {
        let typed = |(bytes, stored): (&Vec<u8>, &StoredRecord)| {
            let key = Key::decode(bytes).expect("a key reads back");
            let record = Record::decode(&key, &stored.bytes).expect("a record reads back");
            T::unwrap(&record).cloned().map(|record| (key, record))
        };
        self.records.iter().filter_map(typed).collect()
    }
}

impl StateRead for MemoryState {
    fn record(&self, key: &[u8]) -> Result<Option<StoredRecord>, Fault> {
        Ok(self.records.get(key).cloned())
    }

    fn records_from(
        &self,
        prefix: &[u8],
        from: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, StoredRecord)>, Fault> {
        let from = from.max(prefix).to_vec();
        let rows = self.records.range(from..).take_while(|(key, _)| key.starts_with(prefix));
        Ok(rows.take(limit).map(|(key, stored)| (key.clone(), stored.clone())).collect())
    }

    fn index_between(&self, from: &[u8], before: Option<&[u8]>, limit: usize) -> Result<Vec<Vec<u8>>, Fault> {
        let rows = self
            .index
            .range(from.to_vec()..)
            .take_while(|row| before.is_none_or(|before| row.as_slice() < before));
        Ok(rows.take(limit).cloned().collect())
    }
}
