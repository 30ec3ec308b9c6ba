//! Signers: a key that signs, wherever it is: in a file, opened into memory, or in a module that never lets it out.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};

use crate::error::KeyError;
use crate::key_file::KeyFile;
use crate::passphrase::Passphrase;
use crate::pkcs11::{KeyUri, Pkcs11Signer};

/// An ed25519 key that signs bytes exactly as given; domain separation is the caller's.
pub trait Signer: Send + Sync {
    /// Whose signatures they are.
    fn public(&self) -> VerifyingKey;

    /// RFC 8032, pure. A module may be slow, or gone.
    fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], KeyError>;
}

/// A shared signer. Printing it shows the public key only.
#[derive(Clone)]
pub struct KeyHandle(Arc<dyn Signer>);

impl KeyHandle {
    /// The key that `reference` names: a key file, or a module's key as `pkcs11:…` (RFC 7512). `secret` is asked for the
    /// file's passphrase, or for the module's PIN where the reference names no file with it.
    pub fn open(
        reference: &Path,
        secret: impl FnOnce() -> Result<Passphrase, KeyError>,
    ) -> Result<Self, KeyError> {
        match KeyUri::of(reference)? {
            Some(uri) => Ok(Self(Arc::new(Pkcs11Signer::open(&uri, secret)?))),
            None => Ok(KeyFile::open(reference, &secret()?)?.into()),
        }
    }

    /// The public key that `reference` names, without a passphrase or PIN.
    pub fn inspect(reference: &Path) -> Result<VerifyingKey, KeyError> {
        match KeyUri::of(reference)? {
            Some(uri) => Pkcs11Signer::inspect(&uri),
            None => KeyFile::inspect(reference),
        }
    }

    /// Whose signatures they are.
    #[must_use]
    pub fn public(&self) -> VerifyingKey {
        self.0.public()
    }

    /// Signs bytes exactly as given.
    pub fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], KeyError> {
        self.0.sign(bytes)
    }
}

impl From<SigningKey> for KeyHandle {
    fn from(key: SigningKey) -> Self {
        Self(Arc::new(InMemory(key)))
    }
}

impl fmt::Debug for KeyHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyHandle({})", hex::encode(self.public().as_bytes()))
    }
}

/// A key in this process's memory, wiped when dropped.
struct InMemory(SigningKey);

impl Signer for InMemory {
    fn public(&self) -> VerifyingKey {
        self.0.verifying_key()
    }

    fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], KeyError> {
        Ok(self.0.sign(bytes).to_bytes())
    }
}
