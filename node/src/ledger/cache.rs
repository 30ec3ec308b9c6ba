//! The committed records that blocks need again and again, decoded: so that executing one hardly reads the disk.
//!
//! It holds what is committed at the tip and nothing else: commits bring it forward, and only execution, which
//! happens on the tip, reads it. Two generations make it forget what was not used for long.
use super::scans::Scans;
use crate::limits::CACHED_RECORDS_MAX;
use crate::storage::View;
use foldhash::HashMap;
use std::sync::{Mutex, MutexGuard};
use tally_contracts::Fault;
use tally_contracts::state::{Changes, Key, LoadedRecord, StateRead, StoredRecord};

/// What is known of a key: its record, or that there is none.
type Known = Option<LoadedRecord>;

/// See the module's description.
#[derive(Default)]
pub(super) struct RecordCache {
    generations: Mutex<Generations>,
    scans: Scans,
}

#[derive(Default)]
struct Generations {
    young: HashMap<Key, Known>,
    old: HashMap<Key, Known>,
}

impl RecordCache {
    /// Committed state, read through the cache.
    pub(super) fn over<'c>(&'c self, view: &'c View<'c>) -> CachedState<'c> {
        CachedState { cache: self, view }
    }

    /// Moves the cache to the state after a committed block.
    pub(super) fn commit(&self, changes: &Changes) {
        self.scans.commit(changes);
        let mut generations = self.generations();
        for change in &changes.records {
            let known = change.now.clone().map(|record| LoadedRecord { salt: change.salt, record });
            // a consumed tranche is never asked for again
            match known {
                Some(known) => generations.insert(change.key, Some(known)),
                None => generations.forget(&change.key),
            }
        }
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.generations.lock().expect("nothing panics while it holds the records")
    }
}

impl Generations {
    fn get(&mut self, key: &Key) -> Option<Known> {
        if let Some(known) = self.young.get(key) {
            return Some(known.clone());
        }
        let known = self.old.remove(key)?;
        self.insert(*key, known.clone());
        Some(known)
    }

    fn insert(&mut self, key: Key, known: Known) {
        self.old.remove(&key);
        self.young.insert(key, known);
        if self.young.len() >= CACHED_RECORDS_MAX / 2 {
            self.old = std::mem::take(&mut self.young);
        }
    }

    fn forget(&mut self, key: &Key) {
        self.young.remove(key);
        self.old.remove(key);
    }
}

/// The tip's state for one execution.
pub(super) struct CachedState<'c> {
    cache: &'c RecordCache,
    view: &'c View<'c>,
}

impl StateRead for CachedState<'_> {
    fn record(&self, key: &[u8]) -> Result<Option<StoredRecord>, Fault> {
        StateRead::record(self.view, key)
    }

    fn load(&self, key: &Key) -> Result<Option<LoadedRecord>, Fault> {
        if let Some(known) = self.cache.generations().get(key) {
            return Ok(known);
        }
        let loaded = self.view.load(key)?;
        self.cache.generations().insert(*key, loaded.clone());
        Ok(loaded)
    }

    fn records_from(
        &self,
        prefix: &[u8],
        from: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, StoredRecord)>, Fault> {
        StateRead::records_from(self.view, prefix, from, limit)
    }

    fn index_between(&self, from: &[u8], before: Option<&[u8]>, limit: usize) -> Result<Vec<Vec<u8>>, Fault> {
        let scans = &self.cache.scans;
        if let Some(rows) = scans.get(from, before, limit) {
            return Ok(rows);
        }
        let rows = StateRead::index_between(self.view, from, before, limit)?;
        scans.keep(from, before, limit, &rows);
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tally_contracts::state::{Record, RecordChange};
    use tally_contracts::types::TrancheId;

    fn key(number: u64) -> Key {
        Key::Tranche(TrancheId::new(number))
    }

    fn number(known: Option<Known>) -> Option<u64> {
        let record = known??.record;
        let Record::Number(number) = &*record else { panic!("{record:?}") };
        Some(*number)
    }

    fn change(at: u64, now: Option<u64>) -> RecordChange {
        let now = now.map(|number| Arc::new(Record::Number(number)));
        RecordChange { key: key(at), before: None, now, salt: [0; 16] }
    }

    #[test]
    fn a_commit_brings_the_cache_forward_and_consumed_records_leave_it() {
        let cache = RecordCache::default();
        cache.commit(&Changes { records: vec![change(1, Some(7)), change(2, Some(8))], index: Vec::new() });
        cache.commit(&Changes { records: vec![change(1, Some(9)), change(2, None)], index: Vec::new() });
        assert_eq!(number(cache.generations().get(&key(1))), Some(9));
        assert!(cache.generations().get(&key(2)).is_none());
    }

    #[test]
    fn what_was_not_used_for_long_is_forgotten_and_what_is_used_stays() {
        let cache = RecordCache::default();
        let records = 2 * u64::try_from(CACHED_RECORDS_MAX).unwrap();
        for at in 1..=records {
            cache.commit(&Changes { records: vec![change(at, Some(at))], index: Vec::new() });
            assert_eq!(number(cache.generations().get(&key(1))), Some(1));
        }
        let mut generations = cache.generations();
        assert!(generations.young.len() + generations.old.len() <= CACHED_RECORDS_MAX);
        assert!(generations.get(&key(2)).is_none());
        assert_eq!(number(generations.get(&key(records))), Some(records));
    }
}
