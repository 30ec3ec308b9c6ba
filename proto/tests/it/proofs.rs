//! A record is believed only with certificate, header, root and salt in line.
use crate::certificates::{certificate, validators};
use crate::common::{CHAIN, hash, key};
use tally_contracts::tree::{self, StateTree};
use tally_contracts::types::{Hash, Height, Timestamp};
use tally_proto::BlockHeader;
use tally_proto::block::HEADER_VERSION;
use tally_proto::convert::row_key;
use tally_proto::proof::{ProofError, TrustedChain, verify};
use tally_proto::v1::ledger::record_key::Key;
use tally_proto::v1::ledger::{GetProofResponse, RawKey, RecordKey};

const SALT: [u8; 16] = [5; 16];
const RECORD: &[u8] = b"a record";

fn row(tranche: u64) -> Vec<u8> {
    row_key(&RecordKey { key: Some(Key::Tranche(tranche)) }).unwrap()
}

fn path(row: &[u8]) -> tree::Path {
    tree::path(row[0], &row[1..])
}

/// What a node answers about a tranche, in a state with tranches 1 to 20.
fn answer(tranche: u64) -> GetProofResponse {
    let value = tree::value_hash(&SALT, RECORD);
    let mut leaves: Vec<_> = (1..=20).map(|number| (path(&row(number)), value)).collect();
    leaves.sort();
    let tree = StateTree::from_sorted_leaves(leaves).unwrap();
    let header = header(Hash(tree.root()));
    let proof = tree.prove(&path(&row(tranche))).unwrap();
    let present = (1..=20).contains(&tranche);
    GetProofResponse {
        key: Some(RawKey::of_row(&row(tranche))),
        present,
        salt: if present { SALT.to_vec() } else { vec![] },
        record: if present { RECORD.to_vec() } else { vec![] },
        proof: Some((&proof).into()),
        certificate: certificate(&[2, 3, 4], CHAIN, header.id().0),
        header: Some((&header).into()),
    }
}

fn header(state_root: Hash) -> BlockHeader {
    BlockHeader {
        version: HEADER_VERSION,
        chain_id: CHAIN.to_owned(),
        height: Height::new(7),
        time: Timestamp::from_ms(1),
        parent: hash(1),
        proposer: key(1),
        transactions_root: hash(2),
        receipts_root: hash(3),
        state_root,
        validators_hash: hash(4),
        transaction_count: 0,
    }
}

fn check(answer: &GetProofResponse, tranche: u64) -> Result<Option<Vec<u8>>, ProofError> {
    let chain = TrustedChain { chain_id: CHAIN, validators: &validators() };
    verify(answer, &row(tranche), chain).map(|proven| proven.record)
}

#[test]
fn presence_and_absence_are_both_proven() {
    assert_eq!(check(&answer(7), 7), Ok(Some(RECORD.to_vec())));
    assert_eq!(check(&answer(21), 21), Ok(None));
}

#[test]
fn an_answer_that_was_changed_is_refused() {
    type Change = fn(&mut GetProofResponse);
    let rows: Vec<(&str, Change)> = vec![
        ("record", |answer| answer.record[0] ^= 1),
        ("salt", |answer| answer.salt[0] ^= 1),
        ("short salt", |answer| answer.salt.truncate(15)),
        ("presence", |answer| answer.present = false),
        ("key", |answer| answer.key.as_mut().unwrap().key[0] ^= 1),
        ("type", |answer| answer.key.as_mut().unwrap().r#type = 3),
        ("no key", |answer| answer.key = None),
        ("leaf", |answer| answer.proof.as_mut().unwrap().leaf_path[0] ^= 1),
        ("sibling", |answer| answer.proof.as_mut().unwrap().steps[0].sibling[0] ^= 1),
        ("bit", |answer| answer.proof.as_mut().unwrap().steps[0].bit += 256),
        ("no proof", |answer| answer.proof = None),
        ("header", |answer| answer.header.as_mut().unwrap().encoded[30] ^= 1),
        ("no header", |answer| answer.header = None),
        ("certificate", |answer| answer.certificate[60] ^= 1),
        ("no certificate", |answer| answer.certificate.clear()),
    ];
    for (what, change) in rows {
        let mut answer = answer(7);
        change(&mut answer);
        assert!(check(&answer, 7).is_err(), "{what}");
    }
}

#[test]
fn an_answer_about_something_else_is_refused() {
    assert_eq!(check(&answer(8), 7), Err(ProofError::OtherRecord));
    let mut absent = answer(21);
    absent.present = true;
    assert_eq!(check(&absent, 21), Err(ProofError::OtherPresence));

    let chain = TrustedChain { chain_id: "other-chain", validators: &validators() };
    let elsewhere = verify(&answer(7), &row(7), chain);
    assert_eq!(elsewhere, Err(ProofError::OtherChain { found: CHAIN.to_owned() }));

    let mut other_block = answer(7);
    other_block.certificate = certificate(&[2, 3, 4], CHAIN, [0xaa; 32]);
    assert!(matches!(check(&other_block, 7), Err(ProofError::OtherBlock { .. })));
}
