//! Ed25519 key files: encrypted PKCS#8, private to their owner, never overwritten.
#![forbid(unsafe_code)]

mod error;
mod key_file;
pub mod limits;
mod passphrase;
mod pem;
mod private_file;
pub mod rotate;

pub use ed25519_dalek::{SigningKey, VerifyingKey};
pub use error::KeyError;
pub use key_file::{KeyFile, sign};
pub use passphrase::{Passphrase, PassphraseSource};
pub use pem::Cost;
pub use private_file::{read as read_private, write_new as write_private};
