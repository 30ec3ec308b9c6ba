//! Why the store refused: what happened, to which directory, and what the operator does next.

use std::io;
use std::path::{Path, PathBuf};

use tally_contracts::tree::TreeError;

use super::schema::Family;

/// Every one of these is a fault of this machine or of its setup, never a rejection.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error(
        "{directory} is in use by another process; end that process, or start this one with a data \
         directory of its own"
    )]
    Locked { directory: PathBuf },
    #[error(
        "{directory} has data format {found}, this program knows formats up to {supported}; start \
         the newer program that wrote it, or restore a backup made before the upgrade"
    )]
    NewerFormat { directory: PathBuf, found: u32, supported: u32 },
    #[error(
        "{directory} has data format {found}, which this program no longer reads (it knows {supported}); choose an \
         empty data directory: the node fetches the chain from its peers"
    )]
    OlderFormat { directory: PathBuf, found: u32, supported: u32 },
    #[error(
        "{directory} belongs to the network with genesis {found}, the configuration says {expected}; \
         correct the genesis file, or choose an empty data directory"
    )]
    OtherGenesis { directory: PathBuf, expected: String, found: String },
    #[error(
        "the disk of {directory} is full; nothing that was acknowledged is lost: free some space and \
         start the node again"
    )]
    DiskFull { directory: PathBuf },
    #[error(
        "cannot write to {directory}; nothing that was acknowledged is lost: check the disk and start \
         the node again"
    )]
    WriteFailed { directory: PathBuf, source: rocksdb::Error },
    #[error("writing to {directory} stopped after an earlier failure; start the node again")]
    WritesStopped { directory: PathBuf },
    #[error("cannot read from {directory}; check the disk, then start the node again")]
    ReadFailed { directory: PathBuf, source: rocksdb::Error },
    #[error("cannot open the database in {directory}; check the disk and who may read and write there")]
    OpenFailed { directory: PathBuf, source: rocksdb::Error },
    #[error(
        "the database in {directory} is damaged; restore it from a backup, or empty the directory and \
         let the node fetch the chain from its peers"
    )]
    Damaged { directory: PathBuf, source: rocksdb::Error },
    #[error(
        "the {family} row {key:02x?} in {directory} does not read back; restore a backup, or empty the \
         directory and let the node fetch the chain from its peers"
    )]
    DamagedRow { directory: PathBuf, family: Family, key: Vec<u8> },
    #[error("{file} is not a file of this program; move it away and start the node again")]
    NotOurs { file: PathBuf },
    #[error("{file} is missing beside a database; restore it from the backup that the database came from")]
    FormatMissing { file: PathBuf },
    #[error("cannot {action} {path}; check that it exists and that this user may read and write it")]
    File { action: FileAction, path: PathBuf, source: io::Error },
    #[error("checkpoint {file} is damaged ({flaw}); remove it, the node rebuilds it from its records")]
    CheckpointDamaged { file: PathBuf, flaw: CheckpointFlaw },
    #[error(
        "the records in {directory} give state root {computed}, the block at height {height} says \
         {expected}; stop this node, keep its files for analysis, and restore it from a backup"
    )]
    StateDiffers { directory: PathBuf, height: u64, expected: String, computed: String },
    #[error("the state tree cannot be built: {0}")]
    Tree(#[from] TreeError),
}

/// What was tried with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileAction {
    CreateDirectory,
    List,
    Lock,
    Read,
    Write,
    Remove,
}

/// What is wrong with a checkpoint file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointFlaw {
    #[error("it does not begin as a checkpoint")]
    NotACheckpoint,
    #[error("it has {found} bytes where its header says {expected}")]
    WrongLength { expected: u64, found: u64 },
    #[error("its checksum does not match")]
    WrongChecksum,
    #[error("its leaves are not in order")]
    OutOfOrder,
    #[error("its leaves give another root than its header")]
    OtherRoot,
    #[error("it is named for height {named} but made at {found}")]
    OtherHeight { named: u64, found: u64 },
}

impl StorageError {
    pub(super) fn file(action: FileAction, path: &Path, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::StorageFull {
            return Self::DiskFull { directory: path.to_owned() };
        }
        Self::File { action, path: path.to_owned(), source }
    }

    /// In words, with its cause: contracts know no storage errors.
    pub(super) fn with_cause(&self) -> String {
        let cause = std::error::Error::source(self).map(|cause| format!(": {cause}")).unwrap_or_default();
        format!("{self}{cause}")
    }

    pub(super) fn write(directory: &Path, source: rocksdb::Error) -> Self {
        if is_disk_full(&source) {
            return Self::DiskFull { directory: directory.to_owned() };
        }
        Self::WriteFailed { directory: directory.to_owned(), source }
    }

    pub(super) fn read(directory: &Path, source: rocksdb::Error) -> Self {
        let directory = directory.to_owned();
        if source.kind() == rocksdb::ErrorKind::Corruption {
            return Self::Damaged { directory, source };
        }
        Self::ReadFailed { directory, source }
    }

    pub(super) fn open(directory: &Path, source: rocksdb::Error) -> Self {
        if is_disk_full(&source) {
            return Self::DiskFull { directory: directory.to_owned() };
        }
        let directory = directory.to_owned();
        if source.kind() == rocksdb::ErrorKind::Corruption {
            return Self::Damaged { directory, source };
        }
        Self::OpenFailed { directory, source }
    }
}

/// RocksDB hands the system's error on as text only.
fn is_disk_full(error: &rocksdb::Error) -> bool {
    let text = error.as_ref();
    ["No space left on device", "Disk quota exceeded"].iter().any(|cause| text.contains(cause))
}

impl std::fmt::Display for FileAction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::CreateDirectory => "create directory",
            Self::List => "list directory",
            Self::Lock => "lock",
            Self::Read => "read",
            Self::Write => "write",
            Self::Remove => "remove",
        })
    }
}
