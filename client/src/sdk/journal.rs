//! The journal of requests: what is about to be sent lies on disk first, so that no outcome is ever lost.
//!
//! One file per request id: `ID.open.json` until its outcome is known, then `ID.done.json`.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::error::ClientError;
use super::limits::{ENTRY_BYTES_MAX, JOURNAL_DECIDED_MAX};

/// What the client chooses to name a request.
pub type RequestId = [u8; 16];

/// A folder of requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    folder: PathBuf,
}

/// One request as it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The chain it was signed for.
    pub chain_id: String,
    /// The member that acts.
    pub sender: String,
    /// 16 bytes, hexadecimal.
    pub request_id: String,
    /// Its name, such as `split_tranche`.
    pub action: String,
    /// 32 bytes, hexadecimal.
    pub transaction_id: String,
    /// The last height at which it may be in a block.
    pub valid_until_height: u64,
    /// The signed transaction's bytes, hexadecimal.
    pub envelope: String,
}

impl Journal {
    /// A journal in `folder`, which is made when the first request is written.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The request of that id, if it was made here.
    pub fn find(&self, id: &RequestId) -> Result<Option<Entry>, ClientError> {
        for path in [self.open_path(id), self.done_path(id)] {
            if let Some(text) = read_bounded(&path)? {
                let entry = serde_json::from_str(&text);
                return entry.map(Some).map_err(|_| ClientError::JournalDamaged { path });
            }
        }
        Ok(None)
    }

    /// Writes a request and waits until the disk has it. Never replaces one.
    pub fn write(&self, id: &RequestId, entry: &Entry) -> Result<(), ClientError> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .map_err(io(&self.folder, "create"))?;
        let path = self.open_path(id);
        let text = serde_json::to_string_pretty(entry).expect("an entry holds only texts and a number");
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(io(&path, "create"))?;
        file.write_all(text.as_bytes()).map_err(io(&path, "write"))?;
        file.sync_all().map_err(io(&path, "sync"))?;
        let folder = File::open(&self.folder).map_err(io(&self.folder, "open"))?;
        folder.sync_all().map_err(io(&self.folder, "sync"))
    }

    /// Notes that the outcome is known. Forgets the oldest known outcomes beyond the limit.
    pub fn close(&self, id: &RequestId) -> Result<(), ClientError> {
        let (open, done) = (self.open_path(id), self.done_path(id));
        match fs::rename(&open, &done) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(io(&open, "rename")(error)),
            Ok(()) | Err(_) => self.prune(JOURNAL_DECIDED_MAX),
        }
    }

    /// Requests whose outcome is unknown, by request id.
    pub fn open_requests(&self) -> Result<Vec<Entry>, ClientError> {
        let mut paths = self.paths(".open.json")?;
        paths.sort();
        let read = |path: PathBuf| -> Result<Option<Entry>, ClientError> {
            let Some(text) = read_bounded(&path)? else { return Ok(None) };
            serde_json::from_str(&text).map(Some).map_err(|_| ClientError::JournalDamaged { path })
        };
        paths.into_iter().filter_map(|path| read(path).transpose()).collect()
    }

    fn prune(&self, keep: usize) -> Result<(), ClientError> {
        let done = self.paths(".done.json")?;
        if done.len() <= keep {
            return Ok(());
        }
        let age = |path: &PathBuf| {
            fs::metadata(path).and_then(|known| known.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
        };
        let mut aged: Vec<_> = done.into_iter().map(|path| (age(&path), path)).collect();
        aged.sort();
        // A file that another process removed first is as good as removed.
        aged.iter().take(aged.len() - keep).for_each(|(_, path)| drop(fs::remove_file(path)));
        Ok(())
    }

    fn paths(&self, suffix: &str) -> Result<Vec<PathBuf>, ClientError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io(&self.folder, "list")(error)),
        };
        let is_ours = |path: &PathBuf| path.to_string_lossy().ends_with(suffix);
        Ok(entries.filter_map(Result::ok).map(|entry| entry.path()).filter(is_ours).collect())
    }

    fn open_path(&self, id: &RequestId) -> PathBuf {
        self.folder.join(format!("{}.open.json", hex::encode(id)))
    }

    fn done_path(&self, id: &RequestId) -> PathBuf {
        self.folder.join(format!("{}.done.json", hex::encode(id)))
    }
}

fn read_bounded(path: &Path) -> Result<Option<String>, ClientError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(path, "open")(error)),
    };
    let mut text = String::new();
    file.take(ENTRY_BYTES_MAX).read_to_string(&mut text).map_err(io(path, "read"))?;
    Ok(Some(text))
}

fn io(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> ClientError + use<> {
    let path = path.to_path_buf();
    move |source| ClientError::Journal { path, action, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &RequestId) -> Entry {
        Entry {
            chain_id: "test".into(),
            sender: "alpha".into(),
            request_id: hex::encode(id),
            action: "split_tranche".into(),
            transaction_id: "00".repeat(32),
            valid_until_height: 1_000,
            envelope: "00".into(),
        }
    }

    #[test]
    fn a_request_is_found_until_and_after_its_outcome_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(folder.path().join("requests"));
        let id = [7; 16];
        assert_eq!(journal.find(&id).unwrap(), None);
        journal.write(&id, &entry(&id)).unwrap();
        assert!(journal.write(&id, &entry(&id)).is_err(), "never replaced");
        assert_eq!(journal.open_requests().unwrap(), [entry(&id)]);
        journal.close(&id).unwrap();
        journal.close(&id).unwrap();
        assert_eq!(journal.open_requests().unwrap(), []);
        assert_eq!(journal.find(&id).unwrap(), Some(entry(&id)));
    }

    #[test]
    fn only_the_oldest_known_outcomes_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(folder.path().to_path_buf());
        for number in 0..5 {
            let id = [number; 16];
            journal.write(&id, &entry(&id)).unwrap();
            if number < 4 {
                journal.close(&id).unwrap();
            }
        }
        journal.prune(1).unwrap();
        assert_eq!(journal.paths(".done.json").unwrap().len(), 1);
        assert_eq!(journal.open_requests().unwrap().len(), 1, "an unknown outcome is never forgotten");
    }
}
