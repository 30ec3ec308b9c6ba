//! Where leaves lie that no block touched lately: pages outside memory, behind one trait.

use std::fmt;

/// Bytes of a page at most: four leaves, so that sixteen buckets share a block of a usual file system. The hand shelves
/// one bucket in six of those that it passes: with larger pages every other block stays clean between two dirty
/// ones, and the disk gets tens of thousands of separate writes a second.
pub const PAGE_BYTES: usize = 256;

/// A place for pages, by number. It is scratch, never the truth: nothing in it outlives the tree, nothing need be
/// durable, and what it gives back is checked against a hash in memory.
pub trait Shelf: fmt::Debug + Send + Sync {
    /// Keeps up to [`PAGE_BYTES`] under a number, in the place of what was there.
    fn put(&mut self, page: u64, bytes: &[u8]) -> Result<(), ShelfError>;

    /// Says that a page will be read soon, so that many can be on their way at once. Only a hint.
    fn expect(&self, _page: u64) {}

    /// Fills `bytes` from the beginning of a page that was put with at least as many.
    fn read(&self, page: u64, bytes: &mut [u8]) -> Result<(), ShelfError>;
}

/// Why a shelf is of no use any more. The tree's content is as it was, but it cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShelfError {
    #[error("{detail}")]
    Storage { detail: String },
    #[error(
        "what lies in the state tree's scratch file for bucket {bucket} is not what was put there; check the disk \
         and start the node again, which builds the tree anew"
    )]
    Damaged { bucket: usize },
}
