//! State: typed records under ordered keys, indexes to find them, and the overlay that actions write to.
mod changes;
mod index;
mod key;
mod overlay;
pub(crate) mod pages;
mod record;

pub use changes::{Changes, RecordChange, Touched};
pub use index::{DueKind, IndexKey, index_prefix, trailing_id};
pub(crate) use index::{due_before, read_arrival, read_due, read_unpaid, read_withheld};
pub use key::Key;
pub(crate) use overlay::Changer;
pub use overlay::State;
pub use record::{Record, RecordType};

use crate::failure::Fault;
use std::sync::Arc;

/// A record's 16-byte salt: stored with it, hashed with it (see [`crate::tree::value_hash`]).
pub type Salt = [u8; 16];

/// A record as it is stored: its salt and its borsh bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    pub salt: Salt,
    pub bytes: Vec<u8>,
}

/// A record as the overlay holds it: decoded, and shared with whoever keeps it in memory.
#[derive(Clone, Debug)]
pub struct LoadedRecord {
    pub salt: Salt,
    pub record: Arc<Record>,
}

/// Read access to the committed state of one height. Implemented by storage, and by a map in tests.
pub trait StateRead {
    /// The record under `key` ([`Key::encode`]).
    fn record(&self, key: &[u8]) -> Result<Option<StoredRecord>, Fault>;

    /// The same, decoded. Override it where decoded records are kept.
    fn load(&self, key: &Key) -> Result<Option<LoadedRecord>, Fault> {
        let Some(StoredRecord { salt, bytes }) = self.record(&key.encode())? else { return Ok(None) };
        let record = Record::decode(key, &bytes);
        let record = record.ok_or_else(|| Fault::CorruptRecord { key: format!("{key:?}") })?;
        Ok(Some(LoadedRecord { salt, record: Arc::new(record) }))
    }

    /// Up to `limit` records with keys ≥ `from` that begin with `prefix`, in key order.
    fn records_from(
        &self,
        prefix: &[u8],
        from: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, StoredRecord)>, Fault>;

    /// Up to `limit` index rows ≥ `from` and < `before`, where there is an end, in order.
    fn index_between(&self, from: &[u8], before: Option<&[u8]>, limit: usize) -> Result<Vec<Vec<u8>>, Fault>;

    /// Up to `limit` index rows ≥ `from` that begin with `prefix`, in order.
    fn index_from(&self, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, Fault> {
        self.index_between(from.max(prefix), end_of(prefix).as_deref(), limit)
    }
}

/// The first key after all that begin with `prefix`; `None` when there is none.
pub fn end_of(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = prefix.get(..=last)?.to_vec();
    let byte = end.last_mut()?;
    *byte = byte.checked_add(1)?;
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::end_of;

    #[test]
    fn a_prefix_ends_before_the_next_one() {
        let ends: [(&[u8], Option<&[u8]>); 4] =
            [(b"", None), (b"a", Some(b"b")), (&[1, 255], Some(&[2])), (&[255, 255], None)];
        for (prefix, end) in ends {
            assert_eq!(end_of(prefix).as_deref(), end);
        }
    }
}
