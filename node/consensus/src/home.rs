//! The folder of a node's own consensus files, used by one process at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const LOCK_FILE: &str = "lock";
const LOG_FILE: &str = "consensus.wal";

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Another process uses it.
    #[error("{} is in use by another process", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The disk refuses.
    #[error("{} cannot be used: {source}", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The folder, locked until this is dropped.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    _lock: File,
}

impl Home {
    /// Creates the folder if need be and locks it. The lock ends with the process, however it ends.
    ///
    /// # Errors
    /// If another process holds it, or the disk refuses.
    pub fn open(path: &Path) -> Result<Self, HomeError> {
        let io_error = |source| HomeError::Io { path: path.to_owned(), source };
        std::fs::create_dir_all(path).map_err(io_error)?;
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(path.join(LOCK_FILE));
        let lock = lock.map_err(io_error)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(HomeError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(io_error(source)),
        }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The engine's write-ahead log.
    #[must_use]
    pub fn log_path(&self) -> PathBuf {
        self.path.join(LOG_FILE)
    }

    /// Whether nobody has the log open. The engine's log thread lets go of it a moment after the engine stopped.
    #[must_use]
    pub fn is_log_free(&self) -> bool {
        match File::open(self.log_path()) {
            Ok(file) => file.try_lock().is_ok(),
            Err(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_user_of_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = Home::open(folder.path()).unwrap();
        let second = Home::open(folder.path());
        assert!(matches!(second, Err(HomeError::InUse { .. })), "{second:?}");
        drop(first);
        Home::open(folder.path()).unwrap();
    }
}
