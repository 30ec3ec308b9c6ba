//! Key files: made new or imported, opened with their passphrase, inspected without it.

use std::path::Path;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::error::KeyError;
use crate::limits::KEY_FILE_BYTES_MAX;
use crate::passphrase::Passphrase;
use crate::pem::{self, Cost};
use crate::private_file;

/// The operations on one key file.
pub struct KeyFile;

impl KeyFile {
    /// Makes a new random key and stores it. Never overwrites.
    pub fn create(path: &Path, passphrase: &Passphrase) -> Result<VerifyingKey, KeyError> {
        Self::create_with_cost(path, passphrase, Cost::Standard)
    }

    /// The same with another cost of guessing the passphrase.
    pub fn create_with_cost(
        path: &Path,
        passphrase: &Passphrase,
        cost: Cost,
    ) -> Result<VerifyingKey, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(|_| KeyError::NoRandomness)?;
        Self::store(path, &SigningKey::from_bytes(&seed), passphrase, cost)
    }

    /// Stores an existing key. Never overwrites.
    pub fn store(
        path: &Path,
        key: &SigningKey,
        passphrase: &Passphrase,
        cost: Cost,
    ) -> Result<VerifyingKey, KeyError> {
        passphrase.check_strength()?;
        let text = pem::encode(path, key, passphrase, cost)?;
        private_file::write_new(path, text.as_bytes())?;
        Ok(key.verifying_key())
    }

    /// Reads a key from elsewhere, to be stored: 64 hexadecimal digits, a plain PKCS#8 PEM, or an encrypted one,
    /// for which alone `passphrase_of_source` is called.
    pub fn read_source(
        source: &Path,
        passphrase_of_source: impl FnOnce() -> Result<Passphrase, KeyError>,
    ) -> Result<SigningKey, KeyError> {
        let bytes = private_file::read(source, KEY_FILE_BYTES_MAX)?;
        let not_a_seed = || KeyError::NotASeed { path: source.to_path_buf() };
        let text = std::str::from_utf8(&bytes).map_err(|_| not_a_seed())?;
        if pem::is_encrypted(text) {
            return pem::decode(source, text, &passphrase_of_source()?);
        }
        if text.contains("-----BEGIN ") {
            return pem::decode_plain(source, text);
        }
        let mut seed = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim(), seed.as_mut_slice()).map_err(|_| not_a_seed())?;
        Ok(SigningKey::from_bytes(&seed))
    }

    /// The private key. It wipes itself from memory when dropped.
    pub fn open(path: &Path, passphrase: &Passphrase) -> Result<SigningKey, KeyError> {
        pem::decode(path, &read_text(path)?, passphrase)
    }

    /// The public key as the file's first line states it, without a passphrase; [`KeyFile::open`] proves it.
    pub fn inspect(path: &Path) -> Result<VerifyingKey, KeyError> {
        pem::stated_public_key(&read_text(path)?)
            .ok_or_else(|| KeyError::NotAKey { path: path.to_path_buf() })
    }
}

/// Signs bytes exactly as given; domain separation is the caller's (`tally-proto`).
#[must_use]
pub fn sign(key: &SigningKey, bytes: &[u8]) -> [u8; 64] {
    key.sign(bytes).to_bytes()
}

fn read_text(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let bytes = private_file::read(path, KEY_FILE_BYTES_MAX)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| KeyError::NotAKey { path: path.to_path_buf() })?;
    Ok(Zeroizing::new(text.to_owned()))
}
