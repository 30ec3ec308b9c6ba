//! The state tree's shelf: a scratch file in the data directory, and the memory beyond which leaves go there.
//!
//! Page n lies at n × 256 bytes; the file has holes where nothing was put. Its name is removed as soon as it is open, so
//! nothing of it outlives the tree: a start builds the tree anew, from its checkpoint or from the records.

use std::fs::{self, File};
use std::io;
use std::num::NonZeroU64;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Advice, fadvise};
use tally_contracts::tree::{PAGE_BYTES, Shelf, ShelfError, StateTree};

use super::error::{FileAction, StorageError};
use super::files::UNFINISHED;

/// Where the trees of one data directory have room.
#[derive(Clone, Debug)]
pub(super) struct TreeRoom {
    directory: PathBuf,
    memory_bytes: usize,
}

impl TreeRoom {
    pub(super) fn new(directory: &Path, memory_bytes: usize) -> Self {
        Self { directory: directory.to_owned(), memory_bytes }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }

    /// A tree with a shelf of its own.
    pub(super) fn empty_tree(&self) -> Result<StateTree, StorageError> {
        let shelf = ScratchFile::create(&self.directory.join("shelf").with_extension(UNFINISHED))?;
        Ok(StateTree::with_shelf(Box::new(shelf), self.memory_bytes))
    }
}

/// A file without a name.
#[derive(Debug)]
pub(super) struct ScratchFile {
    file: File,
    /// Where it had one, for errors.
    path: PathBuf,
}

impl ScratchFile {
    pub(super) fn create(path: &Path) -> Result<Self, StorageError> {
        let failed = |source| StorageError::file(FileAction::Write, path, source);
        // what a crash between the next two lines left
        remove(path).map_err(failed)?;
        let file = File::options().read(true).write(true).create_new(true).open(path).map_err(failed)?;
        remove(path).map_err(failed)?;
        Ok(Self { file, path: path.to_owned() })
    }

    fn failed(&self, action: FileAction, source: io::Error) -> ShelfError {
        ShelfError::Storage { detail: StorageError::file(action, &self.path, source).with_cause() }
    }
}

impl Shelf for ScratchFile {
    fn put(&mut self, page: u64, bytes: &[u8]) -> Result<(), ShelfError> {
        let written = self.file.write_all_at(bytes, offset(page));
        written.map_err(|source| self.failed(FileAction::Write, source))
    }

    fn expect(&self, page: u64) {
        // where the system takes no hints, the page is read when it is needed
        let _ = fadvise(&self.file, offset(page), NonZeroU64::new(PAGE_BYTES as u64), Advice::WillNeed);
    }

    fn read(&self, page: u64, bytes: &mut [u8]) -> Result<(), ShelfError> {
        let read = self.file.read_exact_at(bytes, offset(page));
        read.map_err(|source| self.failed(FileAction::Read, source))
    }
}

fn offset(page: u64) -> u64 {
    page.saturating_mul(PAGE_BYTES as u64)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
