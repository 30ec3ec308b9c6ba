//! Scale: one validator's ledger on a real database, with much in it or much to do. Commands of their own, because they
//! take minutes.
mod desk;
pub mod due;
pub mod growth;
pub mod shelf;

use std::fs;
use std::path::Path;

/// A folder that goes when it is dropped.
pub struct BenchFolder(tempfile::TempDir);

impl BenchFolder {
    /// In `parent`, or beside the build, because a system's temporary folder may be memory, which syncs for nothing.
    pub fn new(parent: Option<&Path>) -> Self {
        let parent = parent.unwrap_or(Path::new(env!("CARGO_TARGET_TMPDIR")));
        Self(tempfile::tempdir_in(parent).expect("a folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Resident memory of this process.
fn memory_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0)
        >> 10
}
