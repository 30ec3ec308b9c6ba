//! What an attack did, by name.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// Counters that all attackers share.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Mutex<BTreeMap<&'static str, u64>>,
    open: Mutex<(u64, u64)>,
}

impl Tally {
    /// One more of these.
    pub fn one(&self, name: &'static str) {
        self.many(name, 1);
    }

    /// So many more of these.
    pub fn many(&self, name: &'static str, count: usize) {
        let entry = &mut *lock(&self.counts);
        let entry = entry.entry(name).or_default();
        *entry = entry.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// A connection that stays until what is returned is dropped.
    pub fn open(&self) -> Open<'_> {
        let mut open = lock(&self.open);
        open.0 = open.0.saturating_add(1);
        open.1 = open.1.max(open.0);
        Open(self)
    }

    /// Everything counted, and the most connections that were held at once.
    pub fn report(&self) -> BTreeMap<String, u64> {
        let mut report: BTreeMap<String, u64> =
            lock(&self.counts).iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        report.insert("connections held at once".to_owned(), lock(&self.open).1);
        report
    }
}

/// A held connection.
#[derive(Debug)]
pub struct Open<'t>(&'t Tally);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let mut open = lock(&self.0.open);
        open.0 = open.0.saturating_sub(1);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nothing panics while it counts")
}
