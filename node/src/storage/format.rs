//! Who may open a data directory: one process, which knows its format.

use std::cmp::Ordering;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::{FileAction, StorageError};
use super::files::{create_directory, write_whole};
use super::schema::FORMAT_VERSION;

const LOCK_FILE: &str = "LOCK";
const FORMAT_FILE: &str = "FORMAT";
const FORMAT_PREFIX: &str = "tallystick data format ";
/// A longer format file is somebody else's.
const FORMAT_FILE_BYTES_MAX: u64 = 64;

/// A data directory that this process has for itself until the value is dropped.
#[derive(Debug)]
pub(super) struct DataDirectory {
    path: PathBuf,
    _lock: File,
}

impl DataDirectory {
    /// Creates the directory if need be, locks it, then checks the format, in this order: the
    /// format of a directory that another process is upgrading means nothing.
    pub(super) fn claim(path: &Path) -> Result<Self, StorageError> {
        create_directory(path)?;
        let directory = Self { path: path.to_owned(), _lock: lock(path)? };
        directory.check_format()?;
        Ok(directory)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn database(&self) -> PathBuf {
        self.path.join("db")
    }

    pub(super) fn checkpoints(&self) -> PathBuf {
        self.path.join("checkpoints")
    }

    fn check_format(&self) -> Result<(), StorageError> {
        let file = self.path.join(FORMAT_FILE);
        let Some(text) = read_short(&file)? else {
            if self.database().exists() {
                return Err(StorageError::FormatMissing { file });
            }
            return write_whole(&file, |writer| writeln!(writer, "{FORMAT_PREFIX}{FORMAT_VERSION}"));
        };
        let found = text.trim_end().strip_prefix(FORMAT_PREFIX).and_then(|version| version.parse().ok());
        match found {
            None => Err(StorageError::NotOurs { file }),
            Some(found) => fits(&self.path, found),
        }
    }
}

/// Whether this program reads the format.
pub(super) fn fits(directory: &Path, found: u32) -> Result<(), StorageError> {
    let (directory, supported) = (directory.to_owned(), FORMAT_VERSION);
    match found.cmp(&FORMAT_VERSION) {
        Ordering::Less => Err(StorageError::OlderFormat { directory, found, supported }),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(StorageError::NewerFormat { directory, found, supported }),
    }
}

fn lock(directory: &Path) -> Result<File, StorageError> {
    let path = directory.join(LOCK_FILE);
    let failed = |source| StorageError::file(FileAction::Lock, &path, source);
    let file = File::options().create(true).append(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StorageError::Locked { directory: directory.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

fn read_short(path: &Path) -> Result<Option<String>, StorageError> {
    let failed = |source| StorageError::file(FileAction::Read, path, source);
    let not_ours = || StorageError::NotOurs { file: path.to_owned() };
    let length = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    if length > FORMAT_FILE_BYTES_MAX {
        return Err(not_ours());
    }
    let bytes = fs::read(path).map_err(failed)?;
    String::from_utf8(bytes).map(Some).map_err(|_| not_ours())
}
