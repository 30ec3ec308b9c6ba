//! Where leaves lie that no block touched lately: pages outside memory, behind one trait.

use std::fmt;

/// Bytes of a page at most: sixteen leaves, twice what a bucket holds where memory suffices, so that one page is
/// nearly always enough; and four of them are a block of a usual file system.
pub const PAGE_BYTES: usize = 1024;

/// A place for pages, by number. It is scratch, never the truth: nothing in it outlives the tree, nothing need be
/// durable, and what it gives back is checked against a hash in memory.
pub trait Shelf: fmt::Debug + Send + Sync {
    /// Keeps up to [`PAGE_BYTES`] under a number, in the place of what was there.
    fn put(&mut self, page: u64, bytes: &[u8]) -> Result<(), ShelfError>;

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
