//! Bundles of key files: all or nothing, and readable by the age format's own tools.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tally_keys::{Cost, EncryptionKey, KeyError, KeyFile, Passphrase, backup, restore};

#[test]
fn a_bundle_gives_back_every_key_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (key_passphrase, passphrase) =
        (Passphrase::new("correct horse").unwrap(), Passphrase::new("battery staple").unwrap());
    let (signing, opening) = (folder.path().join("alpha.pem"), folder.path().join("alpha.x25519"));
    let public = KeyFile::create_with_cost(&signing, &key_passphrase, Cost::Quick).unwrap();
    EncryptionKey::create(&opening, &key_passphrase, Cost::Quick).unwrap();
    let bundle = folder.path().join("safe.age");
    let names = backup(&bundle, &[signing.clone(), opening.clone()], &passphrase).unwrap();
    assert_eq!(names, ["alpha.pem", "alpha.x25519"]);
    assert_eq!(fs::metadata(&bundle).unwrap().permissions().mode() & 0o777, 0o600);
    let sealed = fs::read(&bundle).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n-> scrypt "));
    assert!(!sealed.windows(9).any(|window| window == b"alpha.pem"));

    let elsewhere = folder.path().join("restored");
    fs::create_dir(&elsewhere).unwrap();
    let wrong = restore(&bundle, &elsewhere, &key_passphrase);
    assert!(matches!(wrong, Err(KeyError::WrongPassphrase { .. })), "{wrong:?}");
    let restored = restore(&bundle, &elsewhere, &passphrase).unwrap();
    assert_eq!(restored, [elsewhere.join("alpha.pem"), elsewhere.join("alpha.x25519")]);
    for (one, other) in restored.iter().zip([&signing, &opening]) {
        assert_eq!(fs::read(one).unwrap(), fs::read(other).unwrap());
        assert_eq!(fs::metadata(one).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(KeyFile::open(&restored[0], &key_passphrase).unwrap().verifying_key(), public);
    let again = restore(&bundle, &elsewhere, &passphrase);
    assert!(matches!(again, Err(KeyError::Exists { .. })), "nothing is overwritten");

    let mut damaged = sealed;
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    let spoilt = folder.path().join("spoilt.age");
    tally_keys::write_private(&spoilt, &damaged).unwrap();
    let third = folder.path().join("third");
    fs::create_dir(&third).unwrap();
    assert!(matches!(restore(&spoilt, &third, &passphrase), Err(KeyError::NotABundle { .. })));
    assert_eq!(fs::read_dir(&third).unwrap().count(), 0, "nothing is written of what is damaged");
    assert!(matches!(restore(&signing, &third, &passphrase), Err(KeyError::NotABundle { .. })));
    let twice = backup(&folder.path().join("twice"), &[signing.clone(), signing], &passphrase);
    assert!(matches!(twice, Err(KeyError::BundleName { .. })), "{twice:?}");
}

#[test]
fn a_bundle_has_one_form() {
    let bundle =
        |lines: &str| tally_keys::fuzz::bundle(format!("tallystick key bundle 1\n{lines}").as_bytes());
    assert!(bundle("alpha.pem 5\nhelloalpha.x25519 0\n"));
    for (what, lines) in [
        // restoring would write the first and fail at the second, with nothing to show for it
        ("a name that comes twice", "alpha.pem 1\nxalpha.pem 1\ny"),
        ("a sign before a number", "alpha.pem +5\nhello"),
        ("zeros before a number", "alpha.pem 05\nhello"),
        ("a name that leads elsewhere", "../alpha.pem 5\nhello"),
        ("more than there is", "alpha.pem 6\nhello"),
    ] {
        assert!(!bundle(lines), "{what}");
    }
}
