//! The node's private keys in memory: wiped when dropped, never printed.

use super::Config;
use std::fmt;
use std::path::{Path, PathBuf};
use tally_contracts::types::PublicKey;
use tally_keys::{KeyError, KeyFile, Passphrase, PassphraseSource};
use zeroize::Zeroizing;

/// 32 bytes of an ed25519 seed (RFC 8032, section 5.1.5).
pub type Secret = Zeroizing<[u8; 32]>;

/// The keys of one node.
#[derive(Clone)]
pub struct NodeKeys {
    /// Only a validator has one.
    pub consensus: Option<Secret>,
    pub peer: Secret,
}

/// Why a node's keys were not opened.
#[derive(Debug, thiserror::Error)]
pub enum NodeKeysError {
    #[error("{key} is {}: {source}", path.display())]
    File { key: &'static str, path: PathBuf, source: KeyError },
    #[error(
        "keys.consensus and keys.peer hold the same key {public}; make another with `tallyd key new --out FILE`"
    )]
    Same { public: PublicKey },
}

impl NodeKeys {
    /// Opens the key files of a configuration. Takes tenths of a second per key, on purpose.
    pub fn open(config: &Config) -> Result<Self, NodeKeysError> {
        let keys = &config.keys;
        let source = PassphraseSource::File(keys.passphrase_file.clone());
        let passphrase = Passphrase::obtain(&source, "the node's keys")
            .map_err(in_file("keys.passphrase_file", &keys.passphrase_file))?;
        let open = |key, path: &Path| {
            let opened = KeyFile::open(path, &passphrase).map_err(in_file(key, path))?;
            Ok::<_, NodeKeysError>(Zeroizing::new(opened.to_bytes()))
        };
        let peer = open("keys.peer", &keys.peer)?;
        let consensus = keys.consensus.as_ref().map(|path| open("keys.consensus", path)).transpose()?;
        let keys = Self { consensus, peer };
        match keys.consensus_public() {
            Some(public) if public == keys.peer_public() => Err(NodeKeysError::Same { public }),
            Some(_) | None => Ok(keys),
        }
    }

    pub fn consensus_public(&self) -> Option<PublicKey> {
        self.consensus.as_ref().map(public)
    }

    pub fn peer_public(&self) -> PublicKey {
        public(&self.peer)
    }
}

impl fmt::Debug for NodeKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeKeys")
            .field("consensus", &self.consensus_public())
            .field("peer", &self.peer_public())
            .finish()
    }
}

fn public(secret: &Secret) -> PublicKey {
    PublicKey(tally_keys::SigningKey::from_bytes(secret).verifying_key().to_bytes())
}

fn in_file(key: &'static str, path: &Path) -> impl FnOnce(KeyError) -> NodeKeysError {
    let path = path.to_owned();
    move |source| NodeKeysError::File { key, path, source }
}
