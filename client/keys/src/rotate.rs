//! Rotation in two steps, so that no key is ever lost: the next key is made beside the current one, registered on
//! the ledger, and only then put in its place.

use std::fs;
use std::path::{Path, PathBuf};

use ed25519_dalek::VerifyingKey;

use crate::error::KeyError;
use crate::key_file::KeyFile;
use crate::passphrase::Passphrase;
use crate::pem::Cost;
use crate::private_file;

/// A rotation that waits for the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedRotation {
    /// The key in use, which signs the rotation.
    pub current: VerifyingKey,
    /// The key to register.
    pub next: VerifyingKey,
    /// Where the next key lies until [`finish`].
    pub next_path: PathBuf,
}

/// Makes the next key beside the current one. Called again, it returns the key already made.
pub fn prepare(path: &Path, passphrase: &Passphrase, cost: Cost) -> Result<PreparedRotation, KeyError> {
    let current = KeyFile::open(path, passphrase)?.verifying_key();
    let next_path = next_path(path);
    let next = if next_path.exists() {
        KeyFile::open(&next_path, passphrase)?.verifying_key()
    } else {
        KeyFile::create_with_cost(&next_path, passphrase, cost)?
    };
    Ok(PreparedRotation { current, next, next_path })
}

/// Puts the next key in place; the old one stays under the returned path. Call it once the ledger accepted.
///
/// A crash in between leaves both keys on disk and a second call finishes.
pub fn finish(path: &Path) -> Result<PathBuf, KeyError> {
    let next = next_path(path);
    if !next.exists() {
        return Err(KeyError::RotationNotPrepared { path: next });
    }
    let current = KeyFile::inspect(path)?;
    let retired = retired_path(path, &current);
    match private_file::publish(path, &retired) {
        Ok(()) | Err(KeyError::Exists { .. }) => {}
        Err(error) => return Err(error),
    }
    fs::rename(&next, path).map_err(KeyError::io(path, "replace"))?;
    private_file::sync_folder(path)?;
    Ok(retired)
}

/// Where the next key waits.
#[must_use]
pub fn next_path(path: &Path) -> PathBuf {
    with_suffix(path, ".next")
}

fn retired_path(path: &Path, key: &VerifyingKey) -> PathBuf {
    with_suffix(path, &format!(".retired-{}", hex::encode(key.as_bytes())))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(suffix);
    path.with_file_name(name)
}
