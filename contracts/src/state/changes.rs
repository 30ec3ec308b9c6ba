//! Changes: what a block did to the state, as storage writes it and the tree hashes it.
use super::{Key, Record, Salt};
use crate::tree::{self, Update};
use std::sync::Arc;

/// One record that differs after the block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordChange {
    pub key: Key,
    pub before: Option<Arc<Record>>,
    pub now: Option<Arc<Record>>,
    pub salt: Salt,
}

/// One record that something wrote, while the block goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    pub key: Key,
    pub before: Option<Arc<Record>>,
    pub now: Option<Arc<Record>>,
}

/// Everything that differs after the block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// In key order, each key once.
    pub records: Vec<RecordChange>,
    /// Rows added (true) or removed (false), in order, each once.
    pub index: Vec<(Vec<u8>, bool)>,
}

impl Changes {
    /// The same as updates of the state tree, in path order.
    pub fn tree_updates(&self) -> Vec<Update> {
        let mut updates: Vec<Update> = self
            .records
            .iter()
            .map(|change| {
                let value = change.now.as_ref().map(|now| tree::value_hash(&change.salt, &now.encode()));
                (change.key.path(), value)
            })
            .collect();
        updates.sort_unstable();
        updates
    }
}
