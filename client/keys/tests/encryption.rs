//! Encryption keys on a real disk, and what is wrapped for them.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

use std::fs;

use tally_keys::{Cost, EncryptionKey, KeyError, KeyFile, Passphrase, wrap};

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse").unwrap()
}

#[test]
fn a_key_opens_what_is_wrapped_for_it_and_nobody_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alpha.x25519");
    let key = EncryptionKey::create(&path, &passphrase(), Cost::Quick).unwrap();
    assert_eq!(EncryptionKey::inspect(&path).unwrap(), key.public());
    let opened = EncryptionKey::open(&path, &passphrase()).unwrap();
    let other = EncryptionKey::create(&folder.path().join("other"), &passphrase(), Cost::Quick).unwrap();
    let wrapped = wrap(&key.public(), b"for A7", &[7; 64]).unwrap();
    assert_eq!(wrapped.sealed.len(), 80);
    assert_eq!(opened.unwrap(&wrapped, b"for A7").unwrap().as_slice(), [7; 64]);
    assert!(opened.unwrap(&wrapped, b"for A8").is_none(), "what it is for is part of it");
    assert!(other.unwrap(&wrapped, b"for A7").is_none());
    let mut damaged = wrapped.clone();
    damaged.sealed[0] ^= 1;
    assert!(opened.unwrap(&damaged, b"for A7").is_none());
    assert_ne!(wrap(&key.public(), b"for A7", &[7; 64]).unwrap(), wrapped, "no two wrappings are the same");
    assert_eq!(format!("{opened:?}"), "EncryptionKey(…)");
}

#[test]
fn signing_keys_and_encryption_keys_are_not_taken_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (signing, opening) = (folder.path().join("a.pem"), folder.path().join("a.x25519"));
    KeyFile::create_with_cost(&signing, &passphrase(), Cost::Quick).unwrap();
    EncryptionKey::create(&opening, &passphrase(), Cost::Quick).unwrap();
    let error = EncryptionKey::open(&signing, &passphrase()).unwrap_err();
    assert!(matches!(error, KeyError::NotAnEncryptionKey { .. }), "{error}");
    let error = KeyFile::open(&opening, &passphrase()).unwrap_err();
    assert!(matches!(error, KeyError::NotAKey { .. }), "{error}");
    let wrong = EncryptionKey::open(&opening, &Passphrase::new("incorrect horse").unwrap()).unwrap_err();
    assert!(matches!(wrong, KeyError::WrongPassphrase { .. }), "{wrong}");
}

#[test]
fn nothing_is_wrapped_for_a_key_of_small_order() {
    for key in [[0; 32], {
        let mut one = [0; 32];
        one[0] = 1;
        one
    }] {
        assert!(matches!(wrap(&key, b"", &[7; 64]), Err(KeyError::RecipientUnusable { .. })));
    }
}

#[test]
fn a_rotation_that_was_interrupted_goes_on_with_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alpha.x25519");
    let old = EncryptionKey::create(&path, &passphrase(), Cost::Quick).unwrap();
    let next = EncryptionKey::prepare_next(&path, &passphrase(), Cost::Quick).unwrap();
    let again = EncryptionKey::prepare_next(&path, &passphrase(), Cost::Quick).unwrap();
    assert_eq!(next.public(), again.public());
    assert_eq!(EncryptionKey::inspect(&path).unwrap(), old.public());
    EncryptionKey::finish_rotation(&path).unwrap();
    assert_eq!(EncryptionKey::inspect(&path).unwrap(), next.public());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "the old key is gone");
}
