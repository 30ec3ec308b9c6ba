//! The store: one RocksDB database and the checkpoint files beside it; nothing else names RocksDB.
//!
//! A data directory:
//!
//! ```text
//! LOCK          held by the process that uses the directory
//! FORMAT        the data format's version, read before anything else
//! db/           RocksDB (`schema.rs` draws what is in it)
//! checkpoints/  leaves of the state tree (`checkpoint.rs`)
//! (no name)     leaves that have no room in memory, while the process runs (`shelf.rs`)
//! ```
//!
//! Block, certificate, receipts and state of a height are one batch and one sync. A write that
//! fails stops all writing, because nobody knows what of it reached the disk; reads go on, and the
//! next start reads the log back to the last batch that was whole.

mod batch;
mod checkpoint;
mod db;
mod error;
mod files;
mod format;
pub mod fuzz;
mod limits;
mod rebuild;
mod schema;
mod shelf;
mod snapshot;
#[cfg(test)]
mod tests;

pub use batch::Batch;
pub use checkpoint::{Checkpoints, TreeSource};
pub use db::{Database, Identity};
pub use error::{CheckpointFlaw, FileAction, StorageError};
pub use rebuild::tree_of_records;
pub use schema::{EventLocation, FORMAT_VERSION, Family, Location, RequestOutcome, Tip, UndecidedBlock};
pub use snapshot::View;
