//! Which directories open, and what the others are told.

use std::fs;

use super::*;

#[test]
fn a_new_directory_opens_and_knows_its_network() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("not/there/yet");
    let database = open(&directory);
    let view = database.view();
    assert_eq!(view.tip().unwrap(), None);
    assert_eq!(view.chain_id().unwrap().as_deref(), Some("tally-test"));
    assert_eq!(view.genesis_hash().unwrap(), Some([7; 32]));
    assert_eq!(fs::read_to_string(directory.join("FORMAT")).unwrap(), "tallystick data format 2\n");
}

#[test]
fn what_was_committed_is_there_after_reopening() {
    let home = tempfile::tempdir().unwrap();
    for height in 1..=3 {
        let database = open(home.path());
        database.commit(block_batch(height, 1_000)).unwrap();
    }
    let database = open(home.path());
    assert_eq!(database.view().tip().unwrap(), Some(tip(3)));
    assert_eq!(database.view().block(2).unwrap(), Some(vec![2; 1_000]));
}

#[test]
fn a_directory_in_use_is_refused_until_it_is_free() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let error = refusal(home.path());
    assert!(matches!(&error, StorageError::Locked { directory } if directory == home.path()), "{error}");
    assert!(error.to_string().contains("another process"));
    drop(database);
    open(home.path());
}

#[test]
fn another_format_is_refused_by_file_and_by_row() {
    let home = tempfile::tempdir().unwrap();
    drop(open(home.path()));
    let newer_row = {
        let mut batch = Batch::new();
        batch.put(super::super::Family::Meta, b"format".as_slice(), 3u32.to_be_bytes().to_vec());
        batch
    };
    open(home.path()).commit(newer_row).unwrap();
    assert!(matches!(refusal(home.path()), StorageError::NewerFormat { found: 3, supported: 2, .. }));
    fs::write(home.path().join("FORMAT"), "tallystick data format 4\n").unwrap();
    let error = refusal(home.path());
    assert!(matches!(error, StorageError::NewerFormat { found: 4, supported: 2, .. }), "{error}");
    fs::write(home.path().join("FORMAT"), "tallystick data format 1\n").unwrap();
    let error = refusal(home.path());
    assert!(matches!(error, StorageError::OlderFormat { found: 1, supported: 2, .. }), "{error}");
}

#[test]
fn another_genesis_is_refused_and_the_content_stays() {
    let home = tempfile::tempdir().unwrap();
    open(home.path()).commit(block_batch(1, 10)).unwrap();
    let other = Identity { genesis_hash: [8; 32], ..identity() };
    let error = Database::open(home.path(), &other).err().expect("another network");
    let StorageError::OtherGenesis { expected, found, .. } = &error else { panic!("{error}") };
    assert_eq!((expected.as_str(), found.as_str()), (&*"08".repeat(32), &*"07".repeat(32)));
    assert_eq!(open(home.path()).view().tip().unwrap(), Some(tip(1)));
}

#[test]
fn a_directory_of_somebody_else_is_refused() {
    for text in ["tallystick data format x\n", "", "something else", &"long ".repeat(100)] {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("FORMAT"), text).unwrap();
        assert!(matches!(refusal(home.path()), StorageError::NotOurs { .. }), "{text:?}");
    }
}

#[test]
fn a_database_without_its_format_file_is_refused() {
    let home = tempfile::tempdir().unwrap();
    drop(open(home.path()));
    fs::remove_file(home.path().join("FORMAT")).unwrap();
    assert!(matches!(refusal(home.path()), StorageError::FormatMissing { .. }));
}

#[test]
fn a_path_that_cannot_be_a_directory_says_which_one() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = refusal(&file);
    assert!(matches!(&error, StorageError::File { path, .. } if *path == file), "{error}");
}

#[test]
fn a_flipped_bit_in_the_middle_of_the_log_is_no_silent_loss() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    for height in 1..=20 {
        database.commit(block_batch(height, 10_000)).unwrap();
    }
    let files = database.files_directory();
    drop(database);
    let is_log = |path: &std::path::PathBuf| path.extension().is_some_and(|ending| ending == "log");
    let log = fs::read_dir(files).unwrap().map(|entry| entry.unwrap().path()).find(is_log).unwrap();
    let mut bytes = fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&log, bytes).unwrap();
    let error = refusal(home.path());
    assert!(matches!(error, StorageError::Damaged { .. }), "{error}");
}

#[test]
fn a_torn_end_of_the_log_costs_only_what_was_not_acknowledged() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    for height in 1..=3 {
        database.commit(block_batch(height, 10_000)).unwrap();
    }
    let files = database.files_directory();
    drop(database);
    let is_log = |path: &std::path::PathBuf| path.extension().is_some_and(|ending| ending == "log");
    let log = fs::read_dir(files).unwrap().map(|entry| entry.unwrap().path()).find(is_log).unwrap();
    let length = fs::metadata(&log).unwrap().len();
    fs::File::options().write(true).open(&log).unwrap().set_len(length - 5_000).unwrap();
    let database = open(home.path());
    assert_eq!(database.view().tip().unwrap(), Some(tip(2)), "the torn batch is gone as a whole");
    assert_eq!(database.view().certificate(3).unwrap(), None);
}
