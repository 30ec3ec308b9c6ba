//! The state tree's scratch file, and trees that are built beyond their memory.

use tally_contracts::tree::{PAGE_BYTES, Shelf, ShelfError, StateTree};

use super::super::rebuild::in_passes;
use super::super::shelf::ScratchFile;
use super::checkpoint::fill;
use super::full_disk::SmallDisk;
use super::*;

#[test]
fn pages_come_back_and_the_file_has_no_name() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("shelf.tmp");
    std::fs::write(&path, "what a crash left").unwrap();
    let mut file = ScratchFile::create(&path).unwrap();
    assert!(!path.exists());
    let far = 1 << 30;
    for (page, filling, length) in [(0, 1, PAGE_BYTES), (far, 2, 64), (1, 3, 128), (0, 4, 64)] {
        file.put(page, &vec![filling; length]).unwrap();
        let mut found = vec![0; length];
        file.read(page, &mut found).unwrap();
        assert_eq!(found, vec![filling; length]);
    }
    let mut whole = [0; PAGE_BYTES];
    let error = file.read(far, &mut whole).unwrap_err();
    assert!(error.to_string().contains("cannot read"), "beyond the end: {error}");
}

#[test]
fn a_full_disk_is_named_by_the_shelf() {
    let Some(disk) = SmallDisk::mount(1) else { return };
    std::fs::create_dir(disk.data()).unwrap();
    let path = disk.data().join("shelf.tmp");
    let mut file = ScratchFile::create(&path).unwrap();
    file.put(0, &[1; 64]).unwrap();
    disk.fill();
    let refused = (1..10_000).find_map(|page| file.put(page, &[1; PAGE_BYTES]).err());
    let Some(ShelfError::Storage { detail }) = refused else { panic!("{refused:?}") };
    assert!(detail.contains("is full; nothing that was acknowledged is lost"), "{detail}");
}

#[test]
fn records_give_the_same_tree_in_however_many_passes() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let expected = fill(&database, 5, 3_000);
    let view = database.view();
    for most in [200, 1_000, 2_048, 3_000, 1 << 20] {
        let tree = in_passes(&view, StateTree::new(), most).unwrap();
        assert_eq!((tree.root(), tree.len()), (expected.root(), 3_000), "{most} leaves a pass");
    }
}

#[test]
fn checkpoints_are_written_and_read_beyond_memory() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path()).with_tree_memory(0);
    let expected = fill(&database, 5, 3_000);
    let (from_records, _) = database.checkpoints().open_tree(&database.view()).unwrap();
    database.checkpoints().write(5, &from_records).unwrap();
    let from_checkpoint = database.checkpoints().load(5).unwrap();
    for tree in [from_records, from_checkpoint] {
        assert_eq!((tree.root(), tree.resident()), (expected.root(), 0));
        assert!(tree.leaves().map(Result::unwrap).eq(expected.leaves().map(Result::unwrap)));
    }
}
