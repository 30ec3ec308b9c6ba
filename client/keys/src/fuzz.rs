//! Key files, bundles and references from strangers, for `testnet/fuzz`: each says whether the bytes were taken, and panics
//! where they break a promise of this crate.
use std::path::Path;
use std::sync::LazyLock;

use age::scrypt;
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::pbes2::Kdf;
use zeroize::Zeroizing;

use crate::bundle::{self, HEAD};
use crate::encryption::{EncryptionKey, Random, Wrapped, wrap_with};
use crate::limits::{BUNDLE_FILES_MAX, PBKDF2_ROUNDS_MAX, SCRYPT_N_MAX, SCRYPT_P_MAX, SCRYPT_R_MAX};
use crate::passphrase::Passphrase;
use crate::pem;
use crate::pkcs11::KeyUri;

/// Opens the seeds of the corpus.
pub const PASSPHRASE: &[u8] = b"correct horse";
/// scrypt's N and rounds of PBKDF2 up to which a file is opened here: more would measure the key derivation.
const QUICK_COST_MAX: u32 = 16;
/// The logarithm of the same for bundles.
const QUICK_LOG_N_MAX: u8 = 4;

/// The text of a key file, plain or encrypted.
pub fn key_file(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let path = Path::new("key.pem");
    let stated = pem::stated_public_key(text);
    let plain = pem::decode_plain(path, text).is_ok();
    let Ok(document) = pem::sealed(path, text) else { return plain };
    let Ok(encrypted) = pem::affordable(path, &document) else { return plain };
    if is_quick(&encrypted) {
        let opened = pem::decode(path, text, &passphrase());
        let is_other = opened.is_ok_and(|key| stated.is_some_and(|stated| stated != key.verifying_key()));
        assert!(!is_other, "a public key line that lies is refused");
        drop(pem::decode_x25519(path, text, &passphrase()));
    }
    true
}

/// Whether opening costs nothing to speak of; what is affordable must be within its limits.
fn is_quick(encrypted: &EncryptedPrivateKeyInfoRef<'_>) -> bool {
    match encrypted.encryption_algorithm.pbes2().map(|parameters| &parameters.kdf) {
        Some(Kdf::Scrypt(scrypt)) => {
            assert!(scrypt.cost_parameter <= SCRYPT_N_MAX, "N");
            assert!(scrypt.block_size <= SCRYPT_R_MAX, "r");
            assert!(scrypt.parallelization <= SCRYPT_P_MAX, "p");
            scrypt.cost_parameter <= u64::from(QUICK_COST_MAX)
        }
        Some(Kdf::Pbkdf2(pbkdf2)) => {
            assert!(pbkdf2.iteration_count <= PBKDF2_ROUNDS_MAX, "rounds");
            pbkdf2.iteration_count <= QUICK_COST_MAX
        }
        Some(_) | None => panic!("only scrypt and PBKDF2 are affordable"),
    }
}

/// A bundle: as it is encrypted, and what is inside.
pub fn bundle(bytes: &[u8]) -> bool {
    let opened = bundle::decrypt(Path::new("keys.age"), bytes, &BUNDLE_IDENTITY);
    let is_opened = opened.is_ok_and(|plain| is_whole(&plain));
    is_whole(bytes) || is_opened
}

/// Made once: `age` measures this machine whenever it makes one.
static BUNDLE_IDENTITY: LazyLock<scrypt::Identity> = LazyLock::new(|| {
    bundle::identity(Path::new("keys.age"), &passphrase(), QUICK_LOG_N_MAX).expect("it is text")
});

fn is_whole(plain: &[u8]) -> bool {
    let Some(files) = bundle::parse(plain) else { return false };
    assert!(files.len() <= BUNDLE_FILES_MAX, "files");
    let mut again = format!("{HEAD}\n").into_bytes();
    for (name, content) in &files {
        assert!(
            Path::new(name).components().count() == 1 && !name.starts_with('.'),
            "{name} leads elsewhere"
        );
        bundle::append(&mut again, name, content);
    }
    assert_eq!(again, plain, "a bundle has one form");
    true
}

/// A reference to a key in a module.
pub fn key_uri(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(Some(uri)) = KeyUri::of(Path::new(text)) else { return false };
    assert_eq!(uri.reference(), text);
    let next = uri.next_reference();
    let next = KeyUri::of(Path::new(&next)).ok().flatten().expect("the next key's reference is one too");
    assert_eq!((&next.token, &next.module, &next.pin_source), (&uri.token, &uri.module, &uri.pin_source));
    assert_eq!(next.object, format!("{}.next", uri.object), "a rotation makes another key");
    true
}

/// A secret wrapped for a key of ours, after HPKE's encapsulated key: only what was wrapped opens.
pub fn wrapped(bytes: &[u8]) -> bool {
    let Some((encapsulated, sealed)) = bytes.split_first_chunk::<32>() else { return false };
    let (key, genuine) = &*WRAPPED;
    let wrapped = Wrapped { encapsulated: *encapsulated, sealed: sealed.to_vec() };
    let Some(opened) = key.unwrap(&wrapped, INFO) else { return false };
    assert_eq!(opened.as_slice(), SECRET, "what opens is what was wrapped");
    assert_eq!(wrapped, *genuine, "a wrapped key has one form");
    assert!(key.unwrap(&wrapped, b"another document").is_none(), "it is bound to its document");
    true
}

/// What [`wrapped`] takes.
pub fn wrapped_seed() -> Vec<u8> {
    let (_, Wrapped { encapsulated, sealed }) = &*WRAPPED;
    [&encapsulated[..], sealed].concat()
}

const INFO: &[u8] = b"a document";
const SECRET: &[u8] = &[5; 64];
static WRAPPED: LazyLock<(EncryptionKey, Wrapped)> = LazyLock::new(|| {
    let key = EncryptionKey(Zeroizing::new([9; 32]));
    // one byte for ever: whoever wraps with it wraps the same again
    let wrapped = wrap_with(&mut Random(|bytes| bytes.fill(9)), &key.public(), INFO, SECRET);
    (key, wrapped.expect("the key is a point"))
});

fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE).expect("it is short enough")
}
