//! The overlay: what a block has read and written so far, with an undo journal per transaction.
//!
//! Writing a record keeps its index rows ([`Record::rows`]) in step, so that no action can forget one.
use super::changes::{Changes, RecordChange, Touched};
use super::{IndexKey, Key, Record, RecordType, Salt, StateRead, end_of};
use crate::failure::{Failure, Fault};
use crate::rejection::Rejection;
use crate::types::{CounterKind, Hash, Height, tagged_hash};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;
use std::sync::Arc;

/// Whose bytes salt the records that change now.
#[derive(Clone, Copy)]
pub(crate) enum Changer {
    /// With what only its sender and the full nodes know of it: [`crate::Transaction::secret`].
    Transaction(Hash),
    /// `seed` salts records that are new: the salt of what fell due, which outsiders do not know.
    BlockEnd { seed: Salt },
}

#[derive(Clone)]
struct Entry {
    before: Option<Arc<Record>>,
    now: Option<Arc<Record>>,
    salt: Salted,
    changed: bool,
}

/// A record's salt, or what it is computed from once the last change of the block is known.
#[derive(Clone, Copy)]
enum Salted {
    Known(Salt),
    By(Hash),
}

impl Salted {
    fn value(self, key: &Key) -> Salt {
        match self {
            Self::Known(salt) => salt,
            Self::By(transaction) => {
                shorten(tagged_hash("tallystick/salt/transaction", &[&transaction.0, &key.path()]))
            }
        }
    }
}

enum Step {
    Record(Key, Option<Arc<Record>>, Salted, bool),
    Index(Vec<u8>, Option<bool>),
}

/// State as a block sees it: committed state below, this block's changes above.
pub struct State<'a> {
    base: &'a dyn StateRead,
    height: Height,
    entries: BTreeMap<Key, Entry>,
    /// Rows added (true) or removed (false) in this block.
    index: BTreeMap<Vec<u8>, bool>,
    journal: Vec<Step>,
    /// What records were before the receipt that is being watched, where one is.
    watched: Option<BTreeMap<Key, Option<Arc<Record>>>>,
    changer: Changer,
}

impl<'a> State<'a> {
    pub(crate) fn new(base: &'a dyn StateRead, height: Height) -> Self {
        Self {
            base,
            height,
            entries: BTreeMap::new(),
            index: BTreeMap::new(),
            journal: Vec::new(),
            watched: None,
            changer: Changer::BlockEnd { seed: Salt::default() },
        }
    }

    /// The record under `key`, if it is there.
    pub fn get<T: RecordType>(&mut self, key: Key) -> Result<Option<T>, Fault> {
        match &self.entry(key)?.now {
            None => Ok(None),
            Some(record) => T::unwrap(record).cloned().map(Some).ok_or_else(|| corrupt(&key)),
        }
    }

    /// What `look` reads in the record under `key`, without a copy of it.
    pub(crate) fn look<T: RecordType, A>(
        &mut self,
        key: Key,
        look: impl FnOnce(&T) -> A,
    ) -> Result<Option<A>, Fault> {
        match &self.entry(key)?.now {
            None => Ok(None),
            Some(record) => T::unwrap(record).map(look).map(Some).ok_or_else(|| corrupt(&key)),
        }
    }

    pub fn contains(&mut self, key: Key) -> Result<bool, Fault> {
        Ok(self.entry(key)?.now.is_some())
    }

    /// Writes a record under a number that was just given out, so that nothing can be there (I3).
    pub(crate) fn create<T: RecordType>(&mut self, key: Key, record: T) -> Result<(), Fault> {
        if let Place::Vacant(vacant) = self.entries.entry(key) {
            let salt = Salted::Known(Salt::default());
            vacant.insert(Entry { before: None, now: None, salt, changed: false });
        }
        self.put(key, record)
    }

    pub fn put<T: RecordType>(&mut self, key: Key, record: T) -> Result<(), Fault> {
        self.write(key, Some(Arc::new(record.wrap())))
    }

    pub fn remove(&mut self, key: Key) -> Result<(), Fault> {
        self.write(key, None)
    }

    /// The next number of `kind`; the first is 1.
    pub fn next_number(&mut self, kind: CounterKind) -> Result<u64, Failure> {
        let last: u64 = self.get(Key::Counter(kind))?.unwrap_or(0);
        let next = last.checked_add(1).ok_or(Rejection::AmountOverflow {})?;
        self.put(Key::Counter(kind), next)?;
        Ok(next)
    }

    pub fn add_index(&mut self, row: IndexKey) {
        self.write_index(row.encode(), true);
    }

    pub fn remove_index(&mut self, row: IndexKey) {
        self.write_index(row.encode(), false);
    }

    pub(crate) fn remove_index_row(&mut self, row: Vec<u8>) {
        self.write_index(row, false);
    }

    /// Whether a row that was read earlier in this block is still there.
    pub(crate) fn has_index_row(&self, row: &[u8]) -> bool {
        self.index.get(row) != Some(&false)
    }

    pub(crate) const fn height(&self) -> Height {
        self.height
    }

    /// Up to `limit` rows of `prefix` from `from` on, committed and of this block, in order.
    pub fn index_from(&self, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, Fault> {
        self.index_between(from.max(prefix), end_of(prefix).as_deref(), limit)
    }

    /// Up to `limit` rows ≥ `from` and < `before`, committed and of this block, in order.
    pub fn index_between(
        &self,
        from: &[u8],
        before: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Vec<u8>>, Fault> {
        let touched: Vec<(&Vec<u8>, bool)> = self
            .index
            .range(from.to_vec()..)
            .take_while(|(row, _)| before.is_none_or(|before| row.as_slice() < before))
            .map(|(row, present)| (row, *present))
            .collect();
        let removed = touched.iter().filter(|(_, present)| !present).count();
        // every removed row may hide one committed row, so as many more are read
        let mut rows = self.base.index_between(from, before, limit.saturating_add(removed))?;
        rows.retain(|row| self.index.get(row) != Some(&false));
        rows.extend(touched.into_iter().filter(|(_, present)| *present).map(|(row, _)| row.clone()));
        rows.sort_unstable();
        rows.dedup();
        rows.truncate(limit);
        Ok(rows)
    }

    /// Begins a transaction: what follows is undone by [`Self::rollback`] up to here.
    pub(crate) fn begin(&mut self, changer: Changer) {
        self.begin_next();
        self.changer = changer;
    }

    /// Begins what follows from the same work: it is undone and told apart from what was before.
    pub(crate) fn begin_next(&mut self) {
        if let Some(watched) = &mut self.watched {
            for step in self.journal.drain(..) {
                if let Step::Record(key, before, ..) = step {
                    watched.entry(key).or_insert(before);
                }
            }
        }
        self.journal.clear();
    }

    /// From now on every change is remembered until [`Self::observed`].
    pub(crate) fn watch(&mut self) {
        self.watched = Some(BTreeMap::new());
    }

    /// What changed since this was asked last, in key order; ends what can be undone.
    pub(crate) fn observed(&mut self) -> Vec<Touched> {
        self.begin_next();
        let watched = self.watched.as_mut().map(std::mem::take).unwrap_or_default();
        self.changes_since(watched)
    }

    /// The records among `wanted` that were written since `begin`, with what they were then, in key order.
    pub(crate) fn touched(&self, wanted: impl Fn(&Key) -> bool) -> Vec<Touched> {
        let mut before = BTreeMap::new();
        for step in &self.journal {
            if let Step::Record(key, was, ..) = step
                && wanted(key)
            {
                before.entry(*key).or_insert_with(|| was.clone());
            }
        }
        self.changes_since(before)
    }

    fn changes_since(&self, before: BTreeMap<Key, Option<Arc<Record>>>) -> Vec<Touched> {
        let change = |(key, before): (Key, Option<Arc<Record>>)| {
            let entry = self.entries.get(&key)?;
            let now = entry.now.clone();
            (before != now).then_some(Touched { key, before, now })
        };
        before.into_iter().filter_map(change).collect()
    }

    /// Begins what falls due by itself for the record under `key`.
    pub(crate) fn begin_due(&mut self, key: Key) -> Result<(), Fault> {
        let seed = self.entry(key)?.salt.value(&key);
        self.begin(Changer::BlockEnd { seed });
        Ok(())
    }

    /// Tries `work` out: whatever it did is undone, and only its answer remains.
    pub(crate) fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let steps = self.journal.len();
        let answer = work(self);
        self.rollback_to(steps);
        answer
    }

    /// Undoes everything since [`Self::begin`].
    pub(crate) fn rollback(&mut self) {
        self.rollback_to(0);
    }

    fn rollback_to(&mut self, steps: usize) {
        while self.journal.len() > steps
            && let Some(step) = self.journal.pop()
        {
            match step {
                Step::Record(key, now, salt, changed) => {
                    if let Some(entry) = self.entries.get_mut(&key) {
                        entry.now = now;
                        entry.salt = salt;
                        entry.changed = changed;
                    }
                }
                Step::Index(row, Some(present)) => {
                    self.index.insert(row, present);
                }
                Step::Index(row, None) => {
                    self.index.remove(&row);
                }
            }
        }
    }

    /// What this block changed, in key order.
    pub(crate) fn into_changes(self) -> Changes {
        let records = self
            .entries
            .into_iter()
            .filter(|(_, entry)| entry.changed && entry.before != entry.now)
            .map(|(key, entry)| {
                let salt = entry.salt.value(&key);
                RecordChange { key, before: entry.before, now: entry.now, salt }
            })
            .collect();
        Changes { records, index: self.index.into_iter().collect() }
    }

    fn entry(&mut self, key: Key) -> Result<&mut Entry, Fault> {
        match self.entries.entry(key) {
            Place::Occupied(found) => Ok(found.into_mut()),
            Place::Vacant(vacant) => {
                let loaded = self.base.load(&key)?;
                let salt = Salted::Known(loaded.as_ref().map(|loaded| loaded.salt).unwrap_or_default());
                let record = loaded.map(|loaded| loaded.record);
                Ok(vacant.insert(Entry { before: record.clone(), now: record, salt, changed: false }))
            }
        }
    }

    fn write(&mut self, key: Key, record: Option<Arc<Record>>) -> Result<(), Fault> {
        let (changer, height) = (self.changer, self.height);
        let rows_now = record.as_deref().map(Record::rows).unwrap_or_default();
        let entry = self.entry(key)?;
        let rows_before = entry.now.as_deref().map(Record::rows).unwrap_or_default();
        let salt = salt(changer, height, &key, entry.salt);
        let old = Step::Record(key, entry.now.take(), entry.salt, entry.changed);
        entry.now = record;
        entry.salt = salt;
        entry.changed = true;
        self.journal.push(old);
        let gone = rows_before.iter().filter(|row| !rows_now.contains(row));
        gone.for_each(|row| self.remove_index(*row));
        let new = rows_now.iter().filter(|row| !rows_before.contains(row));
        new.for_each(|row| self.add_index(*row));
        Ok(())
    }

    fn write_index(&mut self, row: Vec<u8>, present: bool) {
        let old = self.index.insert(row.clone(), present);
        self.journal.push(Step::Index(row, old));
    }
}

/// Nobody who sees one record can compute the salt of another: it is bound to the key, and to bytes that
/// only who sent what changed it knows, and the full nodes (`state-tree.md`).
fn salt(changer: Changer, height: Height, key: &Key, previous: Salted) -> Salted {
    match changer {
        Changer::Transaction(id) => Salted::By(id),
        Changer::BlockEnd { seed } => {
            let (previous, height) = (previous.value(key), height.number().to_be_bytes());
            let parts = [previous.as_slice(), &seed, &height, &key.path()];
            Salted::Known(shorten(tagged_hash("tallystick/salt/block-end", &parts)))
        }
    }
}

fn shorten(hash: Hash) -> Salt {
    hash.0.first_chunk::<16>().copied().unwrap_or_default()
}

fn corrupt(key: &Key) -> Fault {
    Fault::CorruptRecord { key: format!("{key:?}") }
}
