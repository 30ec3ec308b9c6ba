//! Checkpoints give the tree back, or are refused and replaced by the records.

use std::fs;

use sha2::{Digest, Sha256};
use tally_contracts::tree::{StateTree, path, value_hash};

use super::super::{CheckpointFlaw, Checkpoints, TreeSource};
use super::*;

/// Stores records and a tip with their root, as a block would; returns their tree.
pub(super) fn fill(database: &Database, height: u64, records: u16) -> StateTree {
    let mut batch = Batch::new();
    let mut updates = Vec::new();
    for number in 0..records {
        let id = number.to_be_bytes();
        let record = format!("record {number}");
        batch.put_record([&[9][..], &id].concat(), &[1; 16], record.as_bytes());
        updates.push((path(9, &id), Some(value_hash(&[1; 16], record.as_bytes()))));
    }
    let mut tree = StateTree::new();
    let _undo = tree.apply(&updates).unwrap();
    batch.set_tip(&Tip { height, block_id: [1; 32], state_root: tree.root() });
    database.commit(batch).unwrap();
    tree
}

fn flaw(checkpoints: &Checkpoints, height: u64) -> CheckpointFlaw {
    let error = checkpoints.load(height).unwrap_err();
    let StorageError::CheckpointDamaged { flaw, .. } = error else { panic!("{error}") };
    flaw
}

#[test]
fn a_checkpoint_gives_the_same_tree_back() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let checkpoints = database.checkpoints();
    for records in [0, 1, 3_000] {
        let tree = fill(&database, 5, records);
        let file = checkpoints.write(5, &tree).unwrap();
        assert_eq!(fs::metadata(file).unwrap().len(), 88 + 64 * u64::from(records));
        let (opened, source) = checkpoints.open_tree(&database.view()).unwrap();
        assert!(matches!(source, TreeSource::Checkpoint { height: 5 }), "{source:?}");
        assert!(opened.leaves().map(Result::unwrap).eq(tree.leaves().map(Result::unwrap)));
        assert_eq!(opened.root(), tree.root());
    }
}

#[test]
fn without_a_checkpoint_the_tree_is_built_from_the_records() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let (empty, source) = database.checkpoints().open_tree(&database.view()).unwrap();
    assert!(empty.is_empty() && matches!(source, TreeSource::Empty));
    let tree = fill(&database, 5, 500);
    let (opened, source) = database.checkpoints().open_tree(&database.view()).unwrap();
    assert!(matches!(source, TreeSource::Records { refused: None }), "{source:?}");
    assert_eq!(opened.root(), tree.root());
}

#[test]
fn a_torn_checkpoint_is_refused_and_rebuilt_from_the_records() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let tree = fill(&database, 5, 500);
    let checkpoints = database.checkpoints();
    let file = checkpoints.write(5, &tree).unwrap();
    let whole = fs::read(&file).unwrap();
    for length in [0, 7, 60, 88, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..length]).unwrap();
        let (opened, source) = checkpoints.open_tree(&database.view()).unwrap();
        let TreeSource::Records { refused: Some(StorageError::CheckpointDamaged { .. }) } = source else {
            panic!("{length} bytes: {source:?}")
        };
        assert_eq!(opened.root(), tree.root());
    }
}

#[test]
fn every_flaw_of_a_checkpoint_is_named() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let tree = fill(&database, 5, 100);
    let checkpoints = database.checkpoints();
    let file = checkpoints.write(5, &tree).unwrap();
    let whole = fs::read(&file).unwrap();
    let end = whole.len() - 32;
    let resealed = |mut bytes: Vec<u8>| {
        let sum = Sha256::digest(&bytes[..end]);
        bytes[end..].copy_from_slice(&sum);
        bytes
    };
    let flipped = |index: usize| {
        let mut bytes = whole.clone();
        bytes[index] ^= 1;
        bytes
    };
    let mut swapped = whole.clone();
    let (first, second) = (whole[56..120].to_vec(), whole[120..184].to_vec());
    swapped[56..184].copy_from_slice(&[second, first].concat());
    let other_count = CheckpointFlaw::WrongLength { expected: 88 + 64 * 101, found: 88 + 64 * 100 };
    let table = [
        (flipped(0), CheckpointFlaw::NotACheckpoint),
        (flipped(15), CheckpointFlaw::OtherHeight { named: 5, found: 4 }),
        (flipped(16), CheckpointFlaw::WrongChecksum),
        (resealed(flipped(16)), CheckpointFlaw::OtherRoot),
        (flipped(55), other_count),
        (flipped(100), CheckpointFlaw::WrongChecksum),
        (resealed(flipped(100)), CheckpointFlaw::OtherRoot),
        (flipped(end), CheckpointFlaw::WrongChecksum),
        (resealed(swapped), CheckpointFlaw::OutOfOrder),
    ];
    for (bytes, expected) in table {
        fs::write(&file, bytes).unwrap();
        assert_eq!(flaw(&checkpoints, 5), expected);
    }
}

#[test]
fn a_checkpoint_of_another_state_is_not_believed() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let older = fill(&database, 5, 10);
    database.checkpoints().write(6, &older).unwrap();
    let newer = fill(&database, 6, 11);
    let (opened, source) = database.checkpoints().open_tree(&database.view()).unwrap();
    assert!(matches!(source, TreeSource::Records { refused: Some(_) }), "{source:?}");
    assert_eq!(opened.root(), newer.root());
}

#[test]
fn records_that_give_another_root_than_the_tip_stop_the_node() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    fill(&database, 5, 10);
    let mut batch = Batch::new();
    batch.put_record(vec![9, 0, 3], &[1; 16], b"forged");
    database.commit(batch).unwrap();
    let error = database.checkpoints().open_tree(&database.view()).expect_err("the state differs");
    assert!(matches!(error, StorageError::StateDiffers { height: 5, .. }), "{error}");
}

#[test]
fn pruning_keeps_the_newest_and_removes_what_was_never_finished() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let checkpoints = database.checkpoints();
    checkpoints.prune(2).unwrap();
    for height in [9, 10, 100, 11] {
        checkpoints.write(height, &StateTree::new()).unwrap();
    }
    let unfinished = home.path().join("checkpoints/tree-00000000000000000012.tmp");
    fs::write(&unfinished, "half").unwrap();
    checkpoints.prune(2).unwrap();
    assert_eq!(checkpoints.heights().unwrap(), [11, 100]);
    assert!(!unfinished.exists());
}
