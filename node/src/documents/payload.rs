//! Payloads: written chunk by chunk, kept only with the hash that the ledger says, checked again when they are read.
use super::error::StoreError;
use super::{DocumentStore, State, files};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use tally_contracts::document::Document;
use tally_contracts::types::{Hash, MemberId};

const PAYLOAD: &str = "payload";

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    pub bytes: u64,
    /// Whole, checked and kept.
    pub complete: bool,
}

impl DocumentStore {
    /// What is kept of a payload: reads and hashes all of it.
    pub fn state(&self, document: &Document) -> Result<State, StoreError> {
        let path = self.place(document).join(PAYLOAD);
        match hash_of(&path)? {
            None => Ok(State::Missing),
            Some(found) if found == document.payload.ciphertext => Ok(State::Here),
            Some(_) => Ok(State::Damaged),
        }
    }

    /// Writes the next chunk of a payload that `by` uploads; one at 0 begins anew. What is kept is not written again.
    pub fn put(
        &self,
        document: &Document,
        by: MemberId,
        offset: u64,
        chunk: &[u8],
    ) -> Result<Received, StoreError> {
        let _alone = self.alone(document.id);
        let size = document.payload.bytes;
        if self.state(document)? == State::Here {
            return Ok(Received { bytes: size, complete: true });
        }
        let bytes = chunk.len() as u64;
        let end = offset.saturating_add(bytes);
        if end > size {
            return Err(StoreError::TooMuch { document: document.id, offset, bytes, size });
        }
        let folder = self.place(document);
        let part = folder.join(format!("part.{by}"));
        if offset == 0 {
            self.room().take(document)?;
            files::make_folder(&folder)?;
        }
        let there = std::fs::metadata(&part).map_or(0, |metadata| metadata.len());
        if offset != 0 && offset != there {
            return Err(StoreError::Offset { document: document.id, expected: there, found: offset });
        }
        let file = files::open_at(&part, offset)?;
        file.write_all_at(chunk, offset).map_err(StoreError::io(&part, "written"))?;
        if end < size {
            return Ok(Received { bytes: end, complete: false });
        }
        file.sync_all().map_err(StoreError::io(&part, "synced"))?;
        self.keep(document, &part)
    }

    fn keep(&self, document: &Document, part: &Path) -> Result<Received, StoreError> {
        let expected = document.payload.ciphertext;
        let found = hash_of(part)?.unwrap_or_default();
        if found != expected {
            files::remove(part)?;
            return Err(StoreError::Mismatch { document: document.id, found, expected });
        }
        files::publish(part, &self.place(document).join(PAYLOAD))?;
        Ok(Received { bytes: document.payload.bytes, complete: true })
    }

    /// Up to `limit` bytes from `offset` on. The first chunk is given only of what is undamaged as a whole.
    pub fn get(&self, document: &Document, offset: u64, limit: usize) -> Result<Vec<u8>, StoreError> {
        let missing = || StoreError::Missing { document: document.id, tried: "" };
        if offset == 0 {
            match self.state(document)? {
                State::Here => {}
                State::Missing => return Err(missing()),
                State::Damaged => return Err(StoreError::Damaged { document: document.id, tried: "" }),
            }
        }
        let path = self.place(document).join(PAYLOAD);
        let file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(missing()),
            opened => opened.map_err(StoreError::io(&path, "opened"))?,
        };
        let left = usize::try_from(document.payload.bytes.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut chunk = vec![0; left.min(limit)];
        let damaged = |_| StoreError::Damaged { document: document.id, tried: "" };
        file.read_exact_at(&mut chunk, offset).map_err(damaged)?;
        Ok(chunk)
    }
}

/// SHA-256 of a file; nothing where there is none.
fn hash_of(path: &Path) -> Result<Option<Hash>, StoreError> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(StoreError::io(path, "opened"))?,
    };
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer).map_err(StoreError::io(path, "read"))?;
        if read == 0 {
            return Ok(Some(Hash(hasher.finalize().into())));
        }
        hasher.update(&buffer[..read]);
    }
}
