//! The record of what regulators read: appended and synced before the answer leaves, each line bound to the one
//! before, so that nothing before the last line can be taken out or changed without being seen. Who owns the machine can write
//! all of it anew: regulators compare it with what they asked.
use crate::limits::AUDIT_LINE_BYTES_MAX;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tally_contracts::types::{Hash, tagged_hash};

/// One read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// From 1.
    pub number: u64,
    /// Milliseconds since 1970, by the machine's clock.
    pub time_ms: u64,
    pub member: String,
    pub method: String,
    /// The request message, hexadecimal; cut where it is very long.
    pub request: String,
    /// Over this entry and the hash of the one before.
    pub hash: String,
}

/// Begins the names of records that were changed by somebody.
const ASIDE: &str = "reads.broken-";

/// Why a read cannot be recorded, and is therefore not answered.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{}: line {line} does not follow from the one before: it was changed, or lines were taken out", path.display())]
    Broken { path: PathBuf, line: u64 },
}

/// The file, and where it ends.
#[derive(Debug)]
pub struct AuditLog {
    path: PathBuf,
    end: Mutex<End>,
}

#[derive(Debug)]
struct End {
    file: File,
    number: u64,
    hash: Hash,
}

impl AuditLog {
    /// Opens or makes the file at `path`, and checks what is in it.
    pub fn open(path: &Path) -> Result<Self, AuditError> {
        let io = |source| AuditError::Io { path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        let file =
            OpenOptions::new().create(true).append(true).read(true).mode(0o600).open(path).map_err(io)?;
        drop_cut_line(&file).map_err(io)?;
        let (number, hash) = check(path, BufReader::new(&file))?;
        Ok(Self { path: path.to_owned(), end: Mutex::new(End { file, number, hash }) })
    }

    /// The same; a record that was tampered with is kept aside, under a name of its own, and another one is begun.
    pub fn open_or_begin(path: &Path) -> Result<Self, AuditError> {
        match Self::open(path) {
            Err(error @ AuditError::Broken { .. }) => {
                let aside = (1_u64..).map(|number| path.with_file_name(format!("{ASIDE}{number}.jsonl")));
                let aside = aside.into_iter().find(|aside| !aside.exists()).expect("numbers do not end");
                tracing::error!(%error, aside = %aside.display(), "the record was changed by somebody; it is kept aside");
                std::fs::rename(path, aside)
                    .map_err(|source| AuditError::Io { path: path.to_owned(), source })?;
                Self::open(path)
            }
            opened => opened,
        }
    }

    /// Records beside this one that were kept aside.
    pub fn kept_aside(path: &Path) -> usize {
        let names = path.parent().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten();
        let is_one = |name: &std::ffi::OsString| name.to_string_lossy().starts_with(ASIDE);
        names.filter_map(Result::ok).filter(|entry| is_one(&entry.file_name())).count()
    }

    /// Appends a read; it is on the disk when this returns.
    pub fn append(&self, time_ms: u64, member: &str, method: &str, request: &[u8]) -> Result<(), AuditError> {
        let mut end = self.end.lock().expect("nothing panics while it holds the end");
        let shown = request.get(..AUDIT_LINE_BYTES_MAX / 4).unwrap_or(request);
        let mut entry = Entry {
            number: end.number.saturating_add(1),
            time_ms,
            member: member.to_owned(),
            method: method.to_owned(),
            request: hex::encode(shown),
            hash: String::new(),
        };
        let hash = entry.bound_to(end.hash);
        entry.hash = hash.to_string();
        let line = serde_json::to_string(&entry).expect("an entry holds only texts and numbers") + "\n";
        let io = |source| AuditError::Io { path: self.path.clone(), source };
        end.file.write_all(line.as_bytes()).and_then(|()| end.file.sync_data()).map_err(io)?;
        (end.number, end.hash) = (entry.number, hash);
        Ok(())
    }
}

impl Entry {
    fn bound_to(&self, before: Hash) -> Hash {
        let (number, time) = (self.number.to_be_bytes(), self.time_ms.to_be_bytes());
        let parts: [&[u8]; 6] = [
            &before.0,
            &number,
            &time,
            self.member.as_bytes(),
            self.method.as_bytes(),
            self.request.as_bytes(),
        ];
        tagged_hash("tallystick/audit/v1", &parts)
    }
}

/// A last line that a crash cut short was never acknowledged.
fn drop_cut_line(mut file: &File) -> std::io::Result<()> {
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end.saturating_add(1));
    if whole < text.len() {
        file.set_len(u64::try_from(whole).unwrap_or(u64::MAX))?;
    }
    file.rewind()
}

/// Number and hash of the last entry, where every entry follows from the one before.
fn check(path: &Path, lines: impl BufRead) -> Result<(u64, Hash), AuditError> {
    let (mut number, mut hash) = (0, Hash::ZERO);
    for line in lines.lines() {
        let line = line.map_err(|source| AuditError::Io { path: path.to_owned(), source })?;
        let broken = || AuditError::Broken { path: path.to_owned(), line: number + 1 };
        let entry: Entry = serde_json::from_str(&line).map_err(|_| broken())?;
        let expected = entry.bound_to(hash);
        if entry.number != number + 1 || entry.hash != expected.to_string() {
            return Err(broken());
        }
        (number, hash) = (entry.number, expected);
    }
    Ok((number, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_appended_across_restarts_and_a_changed_line_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit").join("reads.jsonl");
        AuditLog::open(&path).unwrap().append(7, "overseer", "/x/Get", b"one").unwrap();
        let log = AuditLog::open(&path).unwrap();
        log.append(8, "overseer", "/x/Get", b"two").unwrap();
        log.append(9, "overseer", "/x/List", &[7; 100_000]).unwrap();
        drop(log);
        let text = std::fs::read_to_string(&path).unwrap();
        let entries: Vec<Entry> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(entries[1].request, hex::encode("two"));
        assert!(AuditLog::open(&path).is_ok());

        let changed = text.replacen(&hex::encode("two"), &hex::encode("2.."), 1);
        std::fs::write(&path, changed).unwrap();
        assert!(matches!(AuditLog::open(&path), Err(AuditError::Broken { line: 2, .. })));
        std::fs::write(&path, format!("{text}{{\"number\":4,")).unwrap();
        AuditLog::open(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "a line that a crash cut short is dropped");

        for times in 1..3 {
            std::fs::write(&path, text.replacen(&hex::encode("two"), "22", 1)).unwrap();
            AuditLog::open_or_begin(&path).unwrap();
            assert_eq!(AuditLog::kept_aside(&path), times, "what was kept aside before stays");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
        }

        let without_the_first: String = text.lines().skip(1).map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, without_the_first).unwrap();
        assert!(matches!(AuditLog::open(&path), Err(AuditError::Broken { line: 1, .. })));
    }
}
