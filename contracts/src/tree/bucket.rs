//! A bucket: its leaves in memory, or the hash and the number of those that lie on the shelf.

use super::hash::Hash;
use super::subtree::Subtree;
use super::upper::Hashed;

#[derive(Debug)]
pub(super) enum Bucket {
    Resident(Subtree),
    Shelved(Shelved),
}

/// What memory keeps of a shelved bucket: enough to hash what lies above, and to know the leaves again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shelved {
    pub hash: Hash,
    pub leaves: u32,
}

impl Bucket {
    pub(super) fn empty() -> Self {
        Self::Resident(Subtree::empty())
    }
}

impl Hashed for Bucket {
    fn hash(&self) -> &Hash {
        match self {
            Self::Resident(subtree) => subtree.hash(),
            Self::Shelved(shelved) => &shelved.hash,
        }
    }
}
