//! Ed25519 key files: encrypted PKCS#8, private to their owner, never overwritten.
#![forbid(unsafe_code)]

mod bundle;
mod encryption;
mod error;
pub mod fuzz;
mod key_file;
pub mod limits;
mod passphrase;
mod pem;
mod pkcs11;
mod private_file;
pub mod rotate;
mod signer;

pub use bundle::{backup, restore};
pub use ed25519_dalek::{SigningKey, VerifyingKey};
pub use encryption::{EncryptionKey, Wrapped, wrap};
pub use error::KeyError;
pub use key_file::{KeyFile, sign};
pub use passphrase::{Passphrase, PassphraseSource};
pub use pem::Cost;
pub use pkcs11::{KeyUri, Pkcs11Signer, is_module};
pub use private_file::{read as read_private, write_new as write_private};
pub use signer::{KeyHandle, Signer};
