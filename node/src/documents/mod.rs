//! Documents: encrypted payloads and wrapped keys as files beside the database; nothing here can be read by this node.
//!
//! ```text
//! documents/<owner>/<number>/payload              what has the hash that the ledger says
//! documents/<owner>/<number>/part.<uploader>      what is on its way
//! documents/<owner>/<number>/keys/<recipient>.<its key>.<who wrapped>
//! ```
mod envelope;
mod error;
mod files;
mod payload;
mod room;

pub use envelope::StoredEnvelope;
pub use error::StoreError;
pub use room::Limits;

use crate::limits::DOCUMENT_LOCKS;
use room::Room;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use tally_contracts::document::Document;
use tally_contracts::types::DocumentId;

/// What is kept of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Missing,
    /// There, but not what the ledger says.
    Damaged,
    Here,
}

/// See the module's description. Blocks its thread on files.
pub struct DocumentStore {
    folder: PathBuf,
    room: Mutex<Room>,
    /// One of them for each document: writers of one wait for each other, writers of others seldom.
    locks: Vec<Mutex<()>>,
}

impl DocumentStore {
    /// Opens or makes the folder, and counts what is there.
    pub fn open(folder: &Path, limits: Limits) -> Result<Self, StoreError> {
        files::make_folder(folder)?;
        let mut room = Room::new(limits);
        for (owner, number, path) in files::documents(folder)? {
            room.count(&owner, number, files::bytes_of(&path)?);
        }
        let locks = (0..DOCUMENT_LOCKS).map(|_| Mutex::default()).collect();
        Ok(Self { folder: folder.to_owned(), room: Mutex::new(room), locks })
    }

    /// The numbers of all documents of which something is here.
    pub fn numbers(&self) -> Result<Vec<DocumentId>, StoreError> {
        let found = files::documents(&self.folder)?;
        Ok(found.into_iter().map(|(_, number, _)| DocumentId::new(number)).collect())
    }

    /// Destroys keys first, then the payload; what was never here is destroyed too.
    pub fn shred(&self, document: DocumentId) -> Result<bool, StoreError> {
        let _alone = self.alone(document);
        let mut found = false;
        for (owner, number, path) in files::documents(&self.folder)? {
            if number == document.number() {
                files::destroy(&path)?;
                self.room().release(&owner, number);
                found = true;
            }
        }
        Ok(found)
    }

    /// Where a document's files are.
    fn place(&self, document: &Document) -> PathBuf {
        self.folder.join(document.owner.as_str()).join(document.id.number().to_string())
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().expect("nothing panics while it counts")
    }

    fn alone(&self, document: DocumentId) -> MutexGuard<'_, ()> {
        let index = usize::try_from(document.number() % DOCUMENT_LOCKS as u64).unwrap_or(0);
        self.locks[index].lock().expect("nothing panics while it writes a document")
    }
}

#[cfg(test)]
mod tests;
