//! Files that hold secrets: mode 0600 on read and write, written whole or not at all, never overwritten.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::KeyError;

/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

/// Owner may read and write, nobody else anything.
const PRIVATE: u32 = 0o600;

/// Reads a secret file of at most `limit` bytes. Refuses one that others can reach.
pub fn read(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let file = File::open(path).map_err(KeyError::io(path, "open"))?;
    let metadata = file.metadata().map_err(KeyError::io(path, "inspect"))?;
    if !metadata.is_file() {
        return Err(KeyError::NotAFile { path: path.to_path_buf() });
    }
    check_mode(path, metadata.mode())?;
    read_bounded(path, file, limit)
}

/// Reads at most `limit` bytes of an open file, wiping them when dropped.
pub(crate) fn read_bounded(path: &Path, file: File, limit: u64) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    // Reserved at once, so that growing leaves no unwiped copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(limit).unwrap_or(usize::MAX) + 1));
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(KeyError::io(path, "read"))?;
    let read = bytes.len() as u64;
    if read > limit {
        return Err(KeyError::TooLarge { path: path.to_path_buf(), bytes: read, limit });
    }
    Ok(bytes)
}

fn check_mode(path: &Path, mode: u32) -> Result<(), KeyError> {
    if mode & OTHERS != 0 {
        return Err(KeyError::TooOpen { path: path.to_path_buf(), mode: mode & 0o7777 });
    }
    Ok(())
}

/// Writes a new secret file: complete and durable under its name, or not there. Never replaces a file.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    if path.symlink_metadata().is_ok() {
        return Err(KeyError::Exists { path: path.to_path_buf() });
    }
    let draft = draft_path(path)?;
    let written = write_draft(&draft, bytes).and_then(|()| publish(&draft, path));
    // The draft is a second name of the published file or the rest of a failure; either way it goes.
    let removed = fs::remove_file(&draft).map_err(KeyError::io(&draft, "remove"));
    written?;
    removed?;
    sync_folder(path)
}

fn write_draft(draft: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE)
        .open(draft)
        .map_err(KeyError::io(draft, "create"))?;
    file.write_all(bytes).map_err(KeyError::io(draft, "write"))?;
    file.sync_all().map_err(KeyError::io(draft, "sync"))
}

/// A hard link fails if the name is taken, where a rename would replace what is there.
pub(crate) fn publish(draft: &Path, path: &Path) -> Result<(), KeyError> {
    fs::hard_link(draft, path).map_err(|source| {
        let path = path.to_path_buf();
        if source.kind() == ErrorKind::AlreadyExists {
            return KeyError::Exists { path };
        }
        KeyError::Io { path, action: "create", source }
    })
}

/// Makes a new or replaced name durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), KeyError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let open = File::open(folder).map_err(KeyError::io(folder, "open"))?;
    open.sync_all().map_err(KeyError::io(folder, "sync"))
}

/// A name beside `path` that no other process uses.
fn draft_path(path: &Path) -> Result<PathBuf, KeyError> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|_| KeyError::NoRandomness)?;
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.draft", hex::encode(random)));
    Ok(path.with_file_name(name))
}
