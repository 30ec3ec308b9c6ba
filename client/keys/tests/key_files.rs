//! The life of key files on a real disk: modes, passphrases, imports, damage and rotation.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use ed25519_dalek::pkcs8::EncodePrivateKey;
use ed25519_dalek::{Signature, SigningKey};
use tally_keys::{Cost, KeyError, KeyFile, Passphrase, PassphraseSource, rotate, sign};
use tempfile::TempDir;

struct Desk {
    folder: TempDir,
    passphrase: Passphrase,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), passphrase: Passphrase::new("correct horse").unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn key(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        KeyFile::create_with_cost(&path, &self.passphrase, Cost::Quick).unwrap();
        path
    }

    fn secret(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        set_mode(&path, 0o600);
        path
    }

    fn import(&self, source: &Path) -> Result<SigningKey, KeyError> {
        KeyFile::read_source(source, || Ok(self.passphrase.clone()))
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_new_key_opens_signs_and_shows_its_public_key() {
    let desk = Desk::new();
    let path = desk.path("alpha.pem");
    let public = KeyFile::create(&path, &desk.passphrase).unwrap();
    let key = KeyFile::open(&path, &desk.passphrase).unwrap();
    assert_eq!(key.verifying_key(), public);
    assert_eq!(KeyFile::inspect(&path).unwrap(), public);
    let signature = Signature::from_bytes(&sign(&key, b"body"));
    public.verify_strict(b"body", &signature).unwrap();
    assert_eq!(mode(&path), 0o600);
    let left: Vec<_> =
        fs::read_dir(desk.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["alpha.pem"], "no draft is left behind");
}

#[test]
fn the_secret_is_not_in_the_file() {
    let desk = Desk::new();
    let path = desk.key("alpha.pem");
    let key = KeyFile::open(&path, &desk.passphrase).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    assert!(!text.contains(&hex::encode(key.to_bytes())));
}

#[test]
fn a_wrong_passphrase_is_refused() {
    let desk = Desk::new();
    let path = desk.key("alpha.pem");
    let wrong = Passphrase::new("incorrect horse").unwrap();
    assert!(matches!(KeyFile::open(&path, &wrong), Err(KeyError::WrongPassphrase { .. })));
}

#[test]
fn a_key_is_never_overwritten() {
    let desk = Desk::new();
    let path = desk.key("alpha.pem");
    let before = fs::read(&path).unwrap();
    let again = KeyFile::create_with_cost(&path, &desk.passphrase, Cost::Quick);
    assert!(matches!(again, Err(KeyError::Exists { .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_dangling_link_is_not_written_through() {
    let desk = Desk::new();
    let link = desk.path("alpha.pem");
    std::os::unix::fs::symlink(desk.path("elsewhere"), &link).unwrap();
    let made = KeyFile::create_with_cost(&link, &desk.passphrase, Cost::Quick);
    assert!(matches!(made, Err(KeyError::Exists { .. })));
    assert!(!desk.path("elsewhere").exists());
}

#[test]
fn a_file_that_others_can_reach_is_refused_with_what_to_do() {
    let desk = Desk::new();
    let path = desk.key("alpha.pem");
    for open in [0o644, 0o640, 0o660, 0o604, 0o602, 0o601] {
        set_mode(&path, open);
        let error = KeyFile::open(&path, &desk.passphrase).unwrap_err();
        assert!(matches!(error, KeyError::TooOpen { .. }), "{open:o}: {error}");
        assert!(error.to_string().contains("chmod 600"), "{error}");
        assert!(matches!(KeyFile::inspect(&path), Err(KeyError::TooOpen { .. })), "{open:o}");
    }
    set_mode(&path, 0o400);
    assert!(KeyFile::open(&path, &desk.passphrase).is_ok(), "read-only is private too");
}

#[test]
fn keys_of_others_are_imported_from_seed_and_pem() {
    let desk = Desk::new();
    let key = SigningKey::from_bytes(&[7; 32]);
    let seed = hex::encode(key.to_bytes());
    let plain = key.to_pkcs8_pem(pkcs8::LineEnding::LF).unwrap();
    let encrypted = key.to_pkcs8_encrypted_pem("correct horse", pkcs8::LineEnding::LF).unwrap();
    let sources = [
        desk.secret("seed", &seed),
        desk.secret("seed-line", &format!("{seed}\n")),
        desk.secret("plain.pem", &plain),
        desk.secret("encrypted.pem", &encrypted),
    ];
    for source in sources {
        let read = desk.import(&source).unwrap();
        assert_eq!(read.verifying_key(), key.verifying_key(), "{}", source.display());
    }
    let target = desk.path("imported.pem");
    KeyFile::store(&target, &key, &desk.passphrase, Cost::Quick).unwrap();
    assert_eq!(KeyFile::open(&target, &desk.passphrase).unwrap().to_bytes(), [7; 32]);
}

#[test]
fn what_is_no_key_is_told_so() {
    let desk = Desk::new();
    let plain = SigningKey::from_bytes(&[7; 32]).to_pkcs8_pem(pkcs8::LineEnding::LF).unwrap();
    let open = |content: &str| KeyFile::open(&desk.secret("file", content), &desk.passphrase).unwrap_err();
    assert!(matches!(open(""), KeyError::NotAKey { .. }));
    assert!(matches!(open("hello"), KeyError::NotAKey { .. }));
    assert!(matches!(open(&plain), KeyError::NotEncrypted { .. }));
    assert!(matches!(open(&"x".repeat(20_000)), KeyError::TooLarge { .. }));
    let import = |content: &str| desk.import(&desk.secret("seed", content)).unwrap_err();
    assert!(matches!(import("07"), KeyError::NotASeed { .. }));
    assert!(matches!(import(&"zz".repeat(32)), KeyError::NotASeed { .. }));
    assert!(matches!(import("-----BEGIN RSA PRIVATE KEY-----"), KeyError::NotAKey { .. }));
    let absent = KeyFile::open(&desk.path("absent"), &desk.passphrase).unwrap_err();
    assert!(matches!(absent, KeyError::Io { action: "open", .. }), "{absent}");
    assert!(matches!(KeyFile::open(desk.folder.path(), &desk.passphrase), Err(KeyError::NotAFile { .. })));
}

#[test]
fn every_damage_to_a_key_file_is_an_error_and_never_another_key() {
    let desk = Desk::new();
    let path = desk.key("alpha.pem");
    let good = fs::read(&path).unwrap();
    let public = KeyFile::inspect(&path).unwrap();
    // Every 29th byte: the key derivation makes each try cost milliseconds.
    for at in (0..good.len()).step_by(29) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&path, &bad).unwrap();
        if let Ok(key) = KeyFile::open(&path, &desk.passphrase) {
            assert_eq!(key.verifying_key(), public, "byte {at}");
        }
    }
}

#[test]
fn the_public_key_line_must_tell_the_truth() {
    let desk = Desk::new();
    let (alpha, beta) = (desk.key("alpha.pem"), desk.key("beta.pem"));
    let alpha_text = fs::read_to_string(&alpha).unwrap();
    let beta_text = fs::read_to_string(&beta).unwrap();
    let (_, alpha_pem) = alpha_text.split_once('\n').unwrap();
    let (beta_line, _) = beta_text.split_once('\n').unwrap();
    let mixed = desk.secret("mixed.pem", &format!("{beta_line}\n{alpha_pem}"));
    assert!(matches!(KeyFile::open(&mixed, &desk.passphrase), Err(KeyError::PublicKeyMismatch { .. })));
    let bare = desk.secret("bare.pem", alpha_pem);
    assert!(KeyFile::open(&bare, &desk.passphrase).is_ok(), "the line is optional for keys of others");
}

#[test]
fn passphrases_come_from_private_files_and_descriptors() {
    let desk = Desk::new();
    let key = desk.key("alpha.pem");
    let file = desk.secret("passphrase", "correct horse\n");
    let source = PassphraseSource::File(file.clone());
    assert!(KeyFile::open(&key, &Passphrase::obtain(&source, "alpha").unwrap()).is_ok());
    set_mode(&file, 0o644);
    assert!(matches!(Passphrase::obtain(&source, "alpha"), Err(KeyError::TooOpen { .. })));
    set_mode(&file, 0o600);
    let open = fs::File::open(&file).unwrap();
    let number = u32::try_from(std::os::fd::AsRawFd::as_raw_fd(&open)).unwrap();
    let source = PassphraseSource::Descriptor(number);
    assert!(KeyFile::open(&key, &Passphrase::obtain(&source, "alpha").unwrap()).is_ok());
}

#[test]
fn a_passphrase_must_be_able_to_protect() {
    let desk = Desk::new();
    assert!(matches!(Passphrase::new(""), Err(KeyError::PassphraseEmpty)));
    assert!(matches!(Passphrase::new("\r\n"), Err(KeyError::PassphraseEmpty)));
    assert!(matches!(Passphrase::new("x".repeat(1025)), Err(KeyError::PassphraseTooLong { .. })));
    let short = Passphrase::new("1234567").unwrap();
    let made = KeyFile::create_with_cost(&desk.path("alpha.pem"), &short, Cost::Quick);
    assert!(matches!(made, Err(KeyError::PassphraseTooShort { bytes: 7, .. })));
    assert_eq!(format!("{short:?}"), "Passphrase(…)");
}

#[test]
fn rotation_keeps_both_keys_until_it_is_finished() {
    let desk = Desk::new();
    let path = desk.key("alpha.pem");
    assert!(matches!(rotate::finish(&path), Err(KeyError::RotationNotPrepared { .. })));
    let prepared = rotate::prepare(&path, &desk.passphrase, Cost::Quick).unwrap();
    assert_ne!(prepared.current, prepared.next);
    assert_eq!(KeyFile::inspect(&path).unwrap(), prepared.current, "the old key stays in use");
    let again = rotate::prepare(&path, &desk.passphrase, Cost::Quick).unwrap();
    assert_eq!(again, prepared, "preparing again makes no third key");
    let retired = rotate::finish(&path).unwrap();
    assert_eq!(KeyFile::inspect(&path).unwrap(), prepared.next);
    assert_eq!(KeyFile::inspect(&retired).unwrap(), prepared.current);
    assert!(!prepared.next_path.exists());
    assert_eq!((mode(&path), mode(&retired)), (0o600, 0o600));
}

#[test]
fn an_absurd_key_derivation_cost_is_refused_at_once() {
    let desk = Desk::new();
    let key = SigningKey::from_bytes(&[7; 32]);
    let scrypt = pkcs8::pkcs5::scrypt::Params::new(14, 8, 4096).unwrap();
    let parameters =
        pkcs8::pkcs5::pbes2::Parameters::generate_scrypt_aes256cbc(scrypt, &[1; 16], [2; 16]).unwrap();
    let scheme = pkcs8::pkcs5::EncryptionScheme::from(parameters);
    let info = pkcs8::EncryptedPrivateKeyInfoRef {
        encryption_algorithm: scheme,
        encrypted_data: pkcs8::der::asn1::OctetStringRef::new(&key.as_bytes()[..]).unwrap(),
    };
    let document = pkcs8::SecretDocument::try_from(info).unwrap();
    let pem = document.to_pem("ENCRYPTED PRIVATE KEY", pkcs8::LineEnding::LF).unwrap();
    let path = desk.secret("costly.pem", &pem);
    assert!(matches!(KeyFile::open(&path, &desk.passphrase), Err(KeyError::CostRefused { .. })));
}

#[test]
fn openssl_can_read_what_we_write() {
    let desk = Desk::new();
    let text = fs::read_to_string(desk.key("alpha.pem")).unwrap();
    let (_, document) = pkcs8::SecretDocument::from_pem(&text).unwrap();
    let info: pkcs8::EncryptedPrivateKeyInfoRef<'_> = document.as_bytes().try_into().unwrap();
    let scrypt = info.encryption_algorithm.pbes2().unwrap().kdf.scrypt().copied().unwrap();
    // OpenSSL refuses more than 32 MiB for scrypt, and version 2 of PKCS#8.
    assert!(128 * scrypt.cost_parameter * u64::from(scrypt.block_size) < 32 * 1024 * 1024);
    let plain = info.decrypt("correct horse").unwrap();
    let key = pkcs8::PrivateKeyInfoRef::try_from(plain.as_bytes()).unwrap();
    assert_eq!(key.public_key, None);
}
