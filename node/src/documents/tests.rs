//! The store on a real disk: uploads, damage, room, keys, destruction.
use super::*;
use crate::documents::payload::Received;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tally_contracts::document::{DocumentKind, Payload};
use tally_contracts::types::{Hash, Height, MemberId, ReceivableId, X25519Key};

fn member(slug: &str) -> MemberId {
    MemberId::new(slug).unwrap()
}

fn document(number: u64, owner: &str, content: &[u8]) -> Document {
    let ciphertext = Hash(Sha256::digest(content).into());
    Document {
        id: DocumentId::new(number),
        receivable: ReceivableId::new(1),
        tranche: None,
        kind: DocumentKind::Other,
        owner: member(owner),
        payload: Payload { commitment: Hash::default(), ciphertext, bytes: content.len() as u64 },
        replaces: None,
        parties: BTreeSet::new(),
        registered_at: Height::new(1),
        shredded_at: None,
    }
}

fn store(folder: &Path) -> DocumentStore {
    DocumentStore::open(folder, Limits { total: 250, member: 150 }).unwrap()
}

#[test]
fn a_payload_comes_in_chunks_and_is_kept_only_as_the_ledger_says() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let content = [[1; 40], [2; 40]].concat();
    let one = document(1, "alpha", &content);
    let by = member("alpha");
    assert_eq!(store.state(&one).unwrap(), State::Missing);
    assert_eq!(store.put(&one, by, 0, &content[..40]).unwrap(), Received { bytes: 40, complete: false });
    let skipped = store.put(&one, by, 60, &content[60..]);
    assert!(matches!(skipped, Err(StoreError::Offset { expected: 40, found: 60, .. })), "{skipped:?}");
    let beyond = store.put(&one, by, 40, &[2; 41]);
    assert!(matches!(beyond, Err(StoreError::TooMuch { .. })), "{beyond:?}");
    let false_end = store.put(&one, by, 40, &[3; 40]);
    assert!(matches!(false_end, Err(StoreError::Mismatch { .. })), "{false_end:?}");
    store.put(&one, by, 0, &content[..40]).unwrap();
    assert_eq!(store.put(&one, by, 40, &content[40..]).unwrap(), Received { bytes: 80, complete: true });
    assert_eq!(store.get(&one, 0, 50).unwrap(), content[..50]);
    assert_eq!(store.get(&one, 50, 50).unwrap(), content[50..]);
    assert!(store.get(&one, 80, 50).unwrap().is_empty());
    let payload = folder.path().join("alpha/1/payload");
    assert_eq!(fs::metadata(&payload).unwrap().permissions().mode() & 0o777, 0o600);
    fs::write(&payload, &content[1..]).unwrap();
    assert_eq!(store.state(&one).unwrap(), State::Damaged);
    assert!(matches!(store.get(&one, 0, 50), Err(StoreError::Damaged { .. })));
    store.put(&one, by, 0, &content).unwrap();
    assert_eq!(store.state(&one).unwrap(), State::Here, "a damaged payload is replaced");
}

#[test]
fn each_owner_and_the_node_have_so_much_room_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let put = |store: &DocumentStore, number: u8, owner: &str| {
        let content = [number; 80];
        store.put(&document(number.into(), owner, &content), member(owner), 0, &content)
    };
    let first = store(folder.path());
    put(&first, 1, "alpha").unwrap();
    put(&first, 1, "alpha").unwrap();
    assert!(matches!(put(&first, 2, "alpha"), Err(StoreError::MemberFull { wanted: 160, limit: 150, .. })));
    put(&first, 3, "beta").unwrap();
    let again = store(folder.path());
    assert!(matches!(put(&again, 2, "alpha"), Err(StoreError::MemberFull { .. })));
    put(&again, 4, "gamma").unwrap();
    assert!(matches!(put(&again, 5, "delta"), Err(StoreError::Full { wanted: 320, limit: 250 })));
    assert!(again.shred(DocumentId::new(1)).unwrap());
    put(&again, 5, "delta").unwrap();
}

#[test]
fn wrapped_keys_are_given_to_their_recipient_and_destroyed_with_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let one = document(1, "alpha", &[1; 80]);
    let wrap = |recipient: &str, wrapped_by: &str, byte| StoredEnvelope {
        recipient: member(recipient),
        recipient_key: X25519Key([9; 32]),
        wrapped_by: member(wrapped_by),
        encapsulated_key: [byte; 32],
        sealed: vec![byte; 80],
    };
    for envelope in [wrap("beta", "alpha", 1), wrap("beta-2", "alpha", 2), wrap("beta", "acme", 3)] {
        store.put_envelope(&one, &envelope).unwrap();
    }
    store.put_envelope(&one, &wrap("beta", "alpha", 4)).unwrap();
    let found = store.envelopes(&one, Some(member("beta"))).unwrap();
    assert_eq!(found, [wrap("beta", "acme", 3), wrap("beta", "alpha", 4)]);
    assert_eq!(store.envelopes(&one, None).unwrap().len(), 3);
    store.put(&one, member("alpha"), 0, &[1; 80]).unwrap();
    assert_eq!(store.numbers().unwrap(), [DocumentId::new(1)]);
    assert!(store.shred(DocumentId::new(1)).unwrap());
    assert!(!store.shred(DocumentId::new(1)).unwrap(), "there is nothing left");
    assert!(!folder.path().join("alpha/1").exists());
    assert!(store.envelopes(&one, None).unwrap().is_empty());
}
