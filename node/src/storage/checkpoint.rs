//! Checkpoints: the leaves of the state tree in a file, so that a start need not hash every record.
//!
//! ```text
//! tree-<height, 20 digits>.leaves
//!   "TALLYCP1" ‖ height 8 B ‖ state root 32 B ‖ number of leaves 8 B
//!   leaf = path 32 B ‖ value hash 32 B, in path order, that many times
//!   SHA-256 of all bytes before 32 B
//! ```
//! A checkpoint is never believed: its checksum must match, its leaves must give its root, and that
//! must be the root in the tip. The records are what counts; a checkpoint only saves time.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tally_contracts::tree::{Leaf, StateTree, TreeBuilder, TreeError};

use super::error::{CheckpointFlaw, FileAction, StorageError};
use super::files::{UNFINISHED, create_directory, write_whole};
use super::limits::FILE_BUFFER_BYTES;
use super::rebuild::tree_of_records;
use super::shelf::TreeRoom;
use super::snapshot::View;

const MAGIC: &[u8; 8] = b"TALLYCP1";
const HEADER_BYTES: u64 = 56;
const LEAF_BYTES: u64 = 64;
const CHECKSUM_BYTES: u64 = 32;

/// The checkpoint files of one data directory.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    directory: PathBuf,
    room: TreeRoom,
}

/// Where a tree came from when the node started.
#[derive(Debug)]
pub enum TreeSource {
    /// Nothing is committed yet.
    Empty,
    Checkpoint {
        height: u64,
    },
    /// All records were hashed; with the checkpoint that was refused, if there was one.
    Records {
        refused: Option<StorageError>,
    },
}

impl Checkpoints {
    pub(super) fn new(directory: PathBuf, room: TreeRoom) -> Self {
        Self { directory, room }
    }

    /// Writes the tree as it is after the block at `height`: whole and synced, or not at all.
    pub fn write(&self, height: u64, tree: &StateTree) -> Result<PathBuf, StorageError> {
        create_directory(&self.directory)?;
        let file = self.file(height);
        write_whole(&file, |writer| write_leaves(writer, height, tree))?;
        Ok(file)
    }

    /// Reads one checkpoint and checks everything that it says about itself.
    pub fn load(&self, height: u64) -> Result<StateTree, StorageError> {
        let path = self.file(height);
        let file = File::open(&path).map_err(|source| StorageError::file(FileAction::Read, &path, source))?;
        read_leaves(file, height, self.room.empty_tree()?).map_err(|failure| match failure {
            Failure::Disk(source) => StorageError::file(FileAction::Read, &path, source),
            Failure::Flaw(flaw) => StorageError::CheckpointDamaged { file: path, flaw },
            Failure::Tree(source) => StorageError::Tree(source),
        })
    }

    /// Heights of the checkpoints, lowest first.
    pub fn heights(&self) -> Result<Vec<u64>, StorageError> {
        let mut heights: Vec<u64> = self.files()?.iter().filter_map(|path| height_of(path)).collect();
        heights.sort_unstable();
        Ok(heights)
    }

    /// Removes all but the `keep` newest checkpoints, and what a crash left unfinished. MUST NOT
    /// run beside `write`.
    pub fn prune(&self, keep: usize) -> Result<(), StorageError> {
        let mut heights = self.heights()?;
        heights.truncate(heights.len().saturating_sub(keep));
        let unfinished = self.files()?.into_iter().filter(|path| path.extension().is_some_and(is_unfinished));
        for path in heights.into_iter().map(|height| self.file(height)).chain(unfinished) {
            fs::remove_file(&path).map_err(|source| StorageError::file(FileAction::Remove, &path, source))?;
        }
        Ok(())
    }

    /// The state tree of the view's tip: from the checkpoint of that height if there is a good
    /// one, else from the records. Its root is the one in the tip, or the result is an error.
    pub fn open_tree(&self, view: &View<'_>) -> Result<(StateTree, TreeSource), StorageError> {
        let Some(tip) = view.tip()? else { return Ok((self.room.empty_tree()?, TreeSource::Empty)) };
        let refused = match self.load(tip.height) {
            Ok(tree) if tree.root() == tip.state_root => {
                return Ok((tree, TreeSource::Checkpoint { height: tip.height }));
            }
            Ok(_) => Some(StorageError::CheckpointDamaged {
                file: self.file(tip.height),
                flaw: CheckpointFlaw::OtherRoot,
            }),
            Err(StorageError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => None,
            Err(error) => Some(error),
        };
        let tree = tree_of_records(view)?;
        if tree.root() != tip.state_root {
            return Err(StorageError::StateDiffers {
                directory: self.directory.parent().unwrap_or(&self.directory).to_owned(),
                height: tip.height,
                expected: hex::encode(tip.state_root),
                computed: hex::encode(tree.root()),
            });
        }
        Ok((tree, TreeSource::Records { refused }))
    }

    fn file(&self, height: u64) -> PathBuf {
        self.directory.join(format!("tree-{height:020}.leaves"))
    }

    fn files(&self) -> Result<Vec<PathBuf>, StorageError> {
        let failed = |source| StorageError::file(FileAction::List, &self.directory, source);
        match fs::read_dir(&self.directory) {
            Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path()).map_err(failed)).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(failed(error)),
        }
    }
}

fn height_of(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.strip_prefix("tree-")?.strip_suffix(".leaves")?.parse().ok()
}

fn is_unfinished(extension: &std::ffi::OsStr) -> bool {
    extension == UNFINISHED
}

fn write_leaves(writer: &mut impl Write, height: u64, tree: &StateTree) -> io::Result<()> {
    let mut checksum = Sha256::new();
    let mut put = |bytes: &[u8]| {
        checksum.update(bytes);
        writer.write_all(bytes)
    };
    put(MAGIC)?;
    put(&height.to_be_bytes())?;
    put(&tree.root())?;
    put(&u64::try_from(tree.len()).map_err(io::Error::other)?.to_be_bytes())?;
    for leaf in tree.leaves() {
        let (path, value) = leaf.map_err(io::Error::other)?;
        put(&path)?;
        put(&value)?;
    }
    writer.write_all(&checksum.finalize())
}

/// Why a checkpoint gave no tree.
enum Failure {
    Disk(io::Error),
    Flaw(CheckpointFlaw),
    Tree(TreeError),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<TreeError> for Failure {
    fn from(error: TreeError) -> Self {
        match error {
            // It stopped in the middle, so the checksum cannot be told any more.
            TreeError::OutOfOrder { .. } => Self::Flaw(CheckpointFlaw::OutOfOrder),
            TreeError::UndoOutOfOrder { .. } | TreeError::Shelf(_) => Self::Tree(error),
        }
    }
}

/// Fills `tree` with the file's leaves.
fn read_leaves(file: File, height: u64, tree: StateTree) -> Result<StateTree, Failure> {
    let found = file.metadata()?.len();
    if found < HEADER_BYTES + CHECKSUM_BYTES {
        return Err(Failure::Flaw(CheckpointFlaw::NotACheckpoint));
    }
    let mut reader = Summed { inner: BufReader::with_capacity(FILE_BUFFER_BYTES, file), sum: Sha256::new() };
    if reader.array()? != *MAGIC {
        return Err(Failure::Flaw(CheckpointFlaw::NotACheckpoint));
    }
    let (made_at, root, count) =
        (u64::from_be_bytes(reader.array()?), reader.array()?, u64::from_be_bytes(reader.array()?));
    let expected = count.saturating_mul(LEAF_BYTES).saturating_add(HEADER_BYTES + CHECKSUM_BYTES);
    if expected != found {
        return Err(Failure::Flaw(CheckpointFlaw::WrongLength { expected, found }));
    }
    if made_at != height {
        return Err(Failure::Flaw(CheckpointFlaw::OtherHeight { named: height, found: made_at }));
    }
    let mut builder = TreeBuilder::new(tree, usize::try_from(count).unwrap_or(usize::MAX));
    for _ in 0..count {
        builder.push(reader.leaf()?)?;
    }
    let tree = builder.finish()?;
    if !reader.matches()? {
        return Err(Failure::Flaw(CheckpointFlaw::WrongChecksum));
    }
    if tree.root() != root {
        return Err(Failure::Flaw(CheckpointFlaw::OtherRoot));
    }
    Ok(tree)
}

/// A file whose bytes are hashed as they are read.
struct Summed {
    inner: BufReader<File>,
    sum: Sha256,
}

impl Summed {
    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.inner.read_exact(&mut bytes)?;
        self.sum.update(bytes);
        Ok(bytes)
    }

    fn leaf(&mut self) -> io::Result<Leaf> {
        Ok((self.array()?, self.array()?))
    }

    fn matches(mut self) -> io::Result<bool> {
        let mut stored = [0; 32];
        self.inner.read_exact(&mut stored)?;
        Ok(self.sum.finalize()[..] == stored)
    }
}
