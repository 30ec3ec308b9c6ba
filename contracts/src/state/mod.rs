//! State: typed records under ordered keys, indexes to find them, and the overlay that actions write to.
mod changes;
mod index;
mod key;
mod overlay;
mod record;

pub use changes::{Changes, RecordChange};
pub use index::{DueKind, IndexKey, index_prefix, trailing_id};
pub(crate) use index::{read_arrival, read_due, read_unpaid};
pub use key::Key;
pub(crate) use overlay::Changer;
pub use overlay::State;
pub use record::{Record, RecordType};

use crate::failure::Fault;

/// A record's 16-byte salt: stored with it, hashed with it (see [`crate::tree::value_hash`]).
pub type Salt = [u8; 16];

/// A record as it is stored: its salt and its borsh bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    pub salt: Salt,
    pub bytes: Vec<u8>,
}

/// Read access to the committed state of one height. Implemented by storage, and by a map in tests.
pub trait StateRead {
    /// The record under `key` ([`Key::encode`]).
    fn record(&self, key: &[u8]) -> Result<Option<StoredRecord>, Fault>;

    /// Up to `limit` records with keys ≥ `from` that begin with `prefix`, in key order.
    fn records_from(
        &self,
        prefix: &[u8],
        from: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, StoredRecord)>, Fault>;

    /// Up to `limit` index rows ≥ `from` that begin with `prefix`, in order.
    fn index_from(&self, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, Fault>;
}
