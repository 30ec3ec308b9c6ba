//! What is written reads back, in order and within bounds.

use tally_contracts::state::StateRead;

use super::super::{Location, RequestOutcome, UndecidedBlock};
use super::*;

fn undecided(height: u64, round: u32, id: u8) -> UndecidedBlock {
    UndecidedBlock {
        height,
        round,
        block_id: [id; 32],
        valid_round: None,
        proposer: [3; 32],
        is_valid: id.is_multiple_of(2),
        bytes: vec![id; 100],
    }
}

#[test]
fn a_block_brings_all_its_rows_in_one_batch() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let location = Location { height: 1, position: 4 };
    let outcome = RequestOutcome { transaction: [6; 32], location };
    let mut batch = block_batch(1, 50);
    batch.put_receipts(1, b"receipts".to_vec());
    batch.put_record(vec![1, 1], &[9; 16], b"record");
    batch.put_index(vec![2, 2]);
    batch.put_transaction(&[6; 32], location);
    batch.put_request("alpha", &[5; 16], &outcome);
    batch.put_evidence(1, b"two votes".to_vec());
    let before = database.view();
    database.commit(batch).unwrap();

    let view = database.view();
    assert_eq!(view.tip().unwrap(), Some(tip(1)));
    assert_eq!(view.block(1).unwrap(), Some(vec![1; 50]));
    assert_eq!(view.certificate(1).unwrap().as_deref(), Some(b"certificate".as_slice()));
    assert_eq!(view.receipts(1).unwrap().as_deref(), Some(b"receipts".as_slice()));
    assert_eq!(view.transaction(&[6; 32]).unwrap(), Some(location));
    assert_eq!(view.request("alpha", &[5; 16]).unwrap(), Some(outcome));
    assert_eq!(view.request("beta", &[5; 16]).unwrap(), None);
    assert_eq!(view.evidence_from(0, 10).unwrap(), [(1, b"two votes".to_vec())]);
    assert_eq!(view.first_block_height().unwrap(), Some(1));
    assert_eq!(before.tip().unwrap(), None, "a view does not change");
    assert_eq!(before.first_block_height().unwrap(), None);
}

#[test]
fn records_and_index_are_scanned_by_prefix_start_and_limit() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let mut batch = Batch::new();
    for number in 0..10u8 {
        batch.put_record(vec![5, number], &[number; 16], &[number]);
        batch.put_index(vec![5, number]);
    }
    batch.put_record(vec![4, 255], &[0; 16], b"before");
    batch.put_record(vec![6], &[0; 16], b"after");
    batch.delete_record(vec![5, 3]);
    batch.delete_index(vec![5, 3]);
    database.commit(batch).unwrap();

    let view = database.view();
    let state: &dyn StateRead = &view;
    let numbers = |prefix: &[u8], from: &[u8], limit| -> Vec<u8> {
        let records = state.records_from(prefix, from, limit).unwrap();
        assert!(records.iter().all(|(key, record)| record.bytes == [key[1]] && record.salt == [key[1]; 16]));
        let rows: Vec<u8> = state.index_from(prefix, from, limit).unwrap().iter().map(|row| row[1]).collect();
        assert_eq!(rows, records.iter().map(|(key, _)| key[1]).collect::<Vec<_>>());
        rows
    };
    assert_eq!(numbers(&[5], &[], 100), [0, 1, 2, 4, 5, 6, 7, 8, 9]);
    assert_eq!(numbers(&[5], &[5, 2], 3), [2, 4, 5]);
    assert_eq!(numbers(&[5], &[5, 9, 0], 3), Vec::<u8>::new());
    assert_eq!(numbers(&[5], &[], 0), Vec::<u8>::new());
    assert_eq!(numbers(&[7], &[], 5), Vec::<u8>::new());
    assert_eq!(state.record(&[5, 3]).unwrap(), None);
    assert_eq!(state.record(&[6]).unwrap().unwrap().bytes, b"after");
}

#[test]
fn undecided_blocks_survive_a_restart_until_they_are_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let blocks =
        [undecided(1, 0, 1), undecided(2, 0, 2), undecided(2, 1, 3), undecided(2, 1, 4), undecided(3, 0, 5)];
    for block in &blocks {
        let mut batch = Batch::new();
        batch.put_undecided(block);
        database.commit(batch).unwrap();
    }
    drop(database);
    let database = open(home.path());
    assert_eq!(database.view().undecided(2, 1).unwrap(), blocks[2..4]);
    assert_eq!(database.view().undecided_at(2).unwrap(), blocks[1..4]);
    database.forget_undecided(0, 2).unwrap();
    let view = database.view();
    assert_eq!(view.undecided_at(1).unwrap(), []);
    assert_eq!(view.undecided_at(2).unwrap(), []);
    assert_eq!(view.undecided_at(3).unwrap(), blocks[4..]);
}

#[test]
fn of_the_blocks_of_a_height_only_the_decided_one_stays() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let mut batch = Batch::new();
    for block in [undecided(1, 0, 1), undecided(1, 1, 2), undecided(1, 2, 1)] {
        batch.put_undecided(&block);
    }
    database.commit(batch).unwrap();
    assert_eq!(database.view().block(1).unwrap(), None, "nothing is decided yet");
    assert_eq!(database.view().first_block_height().unwrap(), None);
    let mut batch = Batch::new();
    batch.put_decided(1, &[1; 32]);
    database.commit(batch).unwrap();
    database.forget_undecided(0, 1).unwrap();
    let view = database.view();
    assert_eq!(view.undecided_at(1).unwrap(), []);
    assert_eq!(view.block(1).unwrap(), Some(vec![1; 100]));
    assert!(!view.has_block(1, &[2; 32]).unwrap());
}

#[test]
fn a_height_is_decided_by_the_latest_validator_set_at_or_before_it() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let mut batch = Batch::new();
    batch.put_validators(1, b"four".to_vec());
    batch.put_validators(300, b"five".to_vec());
    database.commit(batch).unwrap();
    let at = |height| database.view().validators_at(height).unwrap();
    assert_eq!(at(0), None);
    assert_eq!(at(1), Some((1, b"four".to_vec())));
    assert_eq!(at(299), Some((1, b"four".to_vec())));
    assert_eq!(at(300), Some((300, b"five".to_vec())));
    assert_eq!(at(u64::MAX), Some((300, b"five".to_vec())));
}

#[test]
fn a_row_that_does_not_read_back_is_named() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let mut batch = Batch::new();
    batch.put(super::super::Family::Records, vec![1, 2], b"short".to_vec());
    database.commit(batch).unwrap();
    let view = database.view();
    let error = view.record(&[1, 2]).unwrap_err();
    assert!(matches!(&error, StorageError::DamagedRow { key, .. } if *key == [1, 2]), "{error}");
    assert!(view.records_from(&[], &[], 9).is_err());
    assert!(view.for_each_record(|_, _, _| {}).is_err());
    assert!(StateRead::record(&view, &[1, 2]).is_err());
}

#[test]
fn the_same_evidence_is_kept_once() {
    let home = tempfile::tempdir().unwrap();
    let database = open(home.path());
    let mut batch = Batch::new();
    batch.put_evidence(7, b"a".to_vec());
    batch.put_evidence(7, b"a".to_vec());
    batch.put_evidence(6, b"b".to_vec());
    database.commit(batch).unwrap();
    assert_eq!(database.view().evidence_from(0, 9).unwrap(), [(6, b"b".to_vec()), (7, b"a".to_vec())]);
    assert_eq!(database.view().evidence_from(7, 9).unwrap(), [(7, b"a".to_vec())]);
}

#[test]
fn the_store_may_be_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Database>();
    is_shared::<Batch>();
    is_shared::<super::super::View<'static>>();
}
