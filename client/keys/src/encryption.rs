//! Encryption keys: X25519, in files like those of signing keys, and the wrapping of documents' keys (HPKE, RFC 9180).
//!
//! The suite is DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, base mode. Who wrapped a key is not shown
//! by the wrapping; that it is the right one shows when the document opens to what the ledger committed to.

use std::fmt;
use std::fs;
use std::path::Path;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::{Kem as _, X25519HkdfSha256};
use hpke::rand_core::{CryptoRng, RngCore};
use hpke::{Deserializable, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use crate::error::KeyError;
use crate::limits::KEY_FILE_BYTES_MAX;
use crate::passphrase::Passphrase;
use crate::pem::{self, Cost};
use crate::private_file;
use crate::rotate::next_path;

type Kem = X25519HkdfSha256;

/// A private X25519 key, wiped when dropped and never printed.
#[derive(Clone)]
pub struct EncryptionKey(pub(crate) Zeroizing<[u8; 32]>);

/// A secret wrapped for one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// HPKE's encapsulated key.
    pub encapsulated: [u8; 32],
    /// The secret and a tag of 16 bytes.
    pub sealed: Vec<u8>,
}

impl EncryptionKey {
    /// Makes a new random key and stores it. Never overwrites.
    pub fn create(path: &Path, passphrase: &Passphrase, cost: Cost) -> Result<Self, KeyError> {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(secret.as_mut_slice()).map_err(|_| KeyError::NoRandomness)?;
        let key = Self(secret);
        passphrase.check_strength()?;
        let text = pem::encode_x25519(path, (&key.0, &key.public()), passphrase, cost)?;
        private_file::write_new(path, text.as_bytes())?;
        Ok(key)
    }

    /// The private key of a file.
    pub fn open(path: &Path, passphrase: &Passphrase) -> Result<Self, KeyError> {
        let bytes = private_file::read(path, KEY_FILE_BYTES_MAX)?;
        let not_a_key = || KeyError::NotAnEncryptionKey { path: path.to_path_buf() };
        let text = std::str::from_utf8(&bytes).map_err(|_| not_a_key())?;
        let key = Self(pem::decode_x25519(path, text, passphrase)?);
        match stated(text) {
            Some(stated) if stated != key.public() => Err(KeyError::PublicKeyMismatch {
                path: path.to_path_buf(),
                stated: hex::encode(stated),
                found: hex::encode(key.public()),
            }),
            Some(_) | None => Ok(key),
        }
    }

    /// The public key as the file's first line states it, without a passphrase.
    pub fn inspect(path: &Path) -> Result<[u8; 32], KeyError> {
        let bytes = private_file::read(path, KEY_FILE_BYTES_MAX)?;
        let not_a_key = || KeyError::NotAnEncryptionKey { path: path.to_path_buf() };
        stated(std::str::from_utf8(&bytes).map_err(|_| not_a_key())?).ok_or_else(not_a_key)
    }

    /// Makes the next key beside the one of `path`, or opens the one that an interrupted rotation made.
    pub fn prepare_next(path: &Path, passphrase: &Passphrase, cost: Cost) -> Result<Self, KeyError> {
        let next = next_path(path);
        if next.exists() { Self::open(&next, passphrase) } else { Self::create(&next, passphrase, cost) }
    }

    /// Puts the next key in place and destroys the old one: what was wrapped for it only is lost. Call it once every
    /// wrapped key is wrapped anew.
    pub fn finish_rotation(path: &Path) -> Result<(), KeyError> {
        let next = next_path(path);
        if !next.exists() {
            return Err(KeyError::RotationNotPrepared { path: next });
        }
        fs::rename(&next, path).map_err(KeyError::io(path, "replace"))?;
        private_file::sync_folder(path)
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        Kem::sk_to_pk(&self.secret()).to_bytes().into()
    }

    /// Opens what was wrapped for this key under the same `info`; `None` where it was not.
    #[must_use]
    pub fn unwrap(&self, wrapped: &Wrapped, info: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(&wrapped.encapsulated).ok()?;
        let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Kem>(
            &OpModeR::Base,
            &self.secret(),
            &encapsulated,
            info,
            &wrapped.sealed,
            &[],
        );
        opened.ok().map(Zeroizing::new)
    }

    fn secret(&self) -> <Kem as hpke::Kem>::PrivateKey {
        <Kem as hpke::Kem>::PrivateKey::from_bytes(self.0.as_slice()).expect("any 32 bytes are a scalar")
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptionKey(…)")
    }
}

/// Wraps a secret for whoever has the private key of `recipient`. `info` says what the secret is for, and is needed
/// to open it.
pub fn wrap(recipient: &[u8; 32], info: &[u8], secret: &[u8]) -> Result<Wrapped, KeyError> {
    // tried before, so that the generator below cannot fail half-way
    getrandom::fill(&mut [0; 32]).map_err(|_| KeyError::NoRandomness)?;
    wrap_with(&mut Random(system_random), recipient, info, secret)
}

pub(crate) fn wrap_with(
    random: &mut Random,
    recipient: &[u8; 32],
    info: &[u8],
    secret: &[u8],
) -> Result<Wrapped, KeyError> {
    let unusable = |_| KeyError::RecipientUnusable { key: hex::encode(recipient) };
    let key = <Kem as hpke::Kem>::PublicKey::from_bytes(recipient).map_err(unusable)?;
    let (encapsulated, sealed) = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, Kem, _>(
        &OpModeS::Base,
        &key,
        info,
        secret,
        &[],
        random,
    )
    .map_err(unusable)?;
    Ok(Wrapped { encapsulated: encapsulated.to_bytes().into(), sealed })
}

/// Whatever fills bytes, as HPKE's library asks for it.
pub(crate) struct Random(pub(crate) fn(&mut [u8]));

/// The operating system's random bytes.
fn system_random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("a source that gave bytes a moment ago gives more");
}

impl RngCore for Random {
    fn next_u32(&mut self) -> u32 {
        hpke::rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        hpke::rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        (self.0)(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), hpke::rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Random {}

/// The public key in a file's first line.
fn stated(text: &str) -> Option<[u8; 32]> {
    let hexadecimal = text.lines().next()?.strip_prefix(pem::X25519_LINE)?;
    hex::decode(hexadecimal.trim()).ok()?.try_into().ok()
}
