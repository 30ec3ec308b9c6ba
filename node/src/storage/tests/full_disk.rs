//! A disk that is full: a small file system of its own, where the system lets the test mount one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tally_contracts::tree::StateTree;

use super::super::Family;
use super::*;

/// A memory file system of a few megabytes, gone when the value is dropped.
pub(super) struct SmallDisk {
    home: tempfile::TempDir,
}

impl SmallDisk {
    /// `None` where mounting is not allowed; says so on the terminal, past the test's capture.
    pub(super) fn mount(megabytes: u32) -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let output =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tally-test"]).arg(home.path()).output();
        if output.is_ok_and(|output| output.status.success()) {
            return Some(Self { home });
        }
        let _ = writeln!(std::io::stderr(), "NOT TESTED: a full disk (this user may not mount a tmpfs)");
        None
    }

    pub(super) fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    pub(super) fn fill(&self) -> PathBuf {
        let filler = self.home.path().join("filler");
        let mut file = std::fs::File::create(&filler).unwrap();
        let chunk = [0; 4096];
        while file.write_all(&chunk).is_ok() {}
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.home.path()).status();
    }
}

fn is_disk_full(error: &StorageError, directory: &Path) -> bool {
    matches!(error, StorageError::DiskFull { directory: named } if named.starts_with(directory))
}

#[test]
fn a_full_disk_stops_writing_loses_nothing_and_recovers_with_space() {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let database = open(&disk.data());
    database.commit(block_batch(1, 1_000)).unwrap();
    let filler = disk.fill();

    let mut acknowledged = 1;
    let error = loop {
        match database.commit(block_batch(acknowledged + 1, 100_000)) {
            Ok(()) => acknowledged += 1,
            Err(error) => break error,
        }
        assert!(acknowledged < 1_000, "the disk should have been full");
    };
    assert!(is_disk_full(&error, &disk.data()), "{error:?}");
    assert!(error.to_string().contains("nothing that was acknowledged is lost"));
    assert!(database.are_writes_stopped());

    std::fs::remove_file(&filler).unwrap();
    let again = database.commit(block_batch(acknowledged + 1, 10)).unwrap_err();
    assert!(matches!(again, StorageError::WritesStopped { .. }), "space alone does not undo a failed write");
    for height in 1..=acknowledged {
        assert!(database.view().block(height).unwrap().is_some(), "reads go on");
    }
    drop(database);

    let database = open(&disk.data());
    let tip_height = database.view().tip().unwrap().unwrap().height;
    assert!(
        tip_height == acknowledged || tip_height == acknowledged + 1,
        "{tip_height} after {acknowledged}"
    );
    database.commit(block_batch(tip_height + 1, 1_000)).unwrap();
    assert_eq!(database.view().tip().unwrap(), Some(tip(tip_height + 1)));
}

#[test]
fn a_directory_on_a_full_disk_says_so_at_the_start() {
    let Some(disk) = SmallDisk::mount(1) else { return };
    disk.fill();
    let error = refusal(&disk.data());
    assert!(is_disk_full(&error, &disk.data()), "{error:?}");
}

#[test]
fn a_checkpoint_that_does_not_fit_leaves_the_old_one() {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let database = open(&disk.data());
    let checkpoints = database.checkpoints();
    checkpoints.write(1, &StateTree::new()).unwrap();
    let leaves = (0..100_000u32).map(|number| {
        let mut path = [0; 32];
        path[..4].copy_from_slice(&number.to_be_bytes());
        (path, [1; 32])
    });
    let big = StateTree::from_sorted_leaves(leaves).unwrap();
    disk.fill();
    assert!(is_disk_full(&checkpoints.write(2, &big).unwrap_err(), &disk.data()));
    assert_eq!(checkpoints.heights().unwrap(), [1]);
    checkpoints.load(1).unwrap();
}

#[test]
fn a_full_disk_met_in_the_background_does_not_end_the_process() {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let database = open(&disk.data());
    for height in 1..=8 {
        database.commit(block_batch(height, 1_000_000)).unwrap();
    }
    disk.fill();
    for family in Family::ALL {
        let _ = database.rocks().flush_cf(database.family(family));
    }
    assert!(database.commit(block_batch(9, 10_000)).is_err());
    assert_eq!(database.view().block(8).unwrap(), Some(vec![8; 1_000_000]), "reads go on");
    drop(database);
    assert!(is_disk_full(&refusal(&disk.data()), &disk.data()));
}
