//! References to documents: a hash, or a file that is hashed here and never leaves.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sha2::{Digest, Sha256};
use tally_contracts::types::Hash;

use super::error::ValueError;

/// Bytes hashed at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// 64 hexadecimal digits, or a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceText {
    /// SHA-256 of the document.
    Hash(Hash),
    /// The document.
    File(PathBuf),
}

impl ReferenceText {
    /// The hash.
    pub fn resolve(&self) -> Result<Hash, ValueError> {
        match self {
            Self::Hash(hash) => Ok(*hash),
            Self::File(path) => hash_file(path),
        }
    }
}

impl FromStr for ReferenceText {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Hash::from_hex(text).map_or_else(|| Self::File(text.into()), Self::Hash))
    }
}

/// SHA-256 of a file's bytes, whatever its size.
pub fn hash_file(path: &Path) -> Result<Hash, ValueError> {
    let hash = || -> io::Result<Hash> {
        let mut file = File::open(path)?;
        let mut hasher = Sha256::new();
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            match file.read(&mut chunk)? {
                0 => return Ok(Hash(hasher.finalize().into())),
                read => hasher.update(chunk.get(..read).unwrap_or_default()),
            }
        }
    };
    hash().map_err(|source| ValueError::File { path: path.to_path_buf(), source })
}
