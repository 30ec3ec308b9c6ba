//! The node's private keys in memory: wiped when dropped, never printed. A consensus key may stay in a module.

use super::Config;
use std::fmt;
use std::path::{Path, PathBuf};
use tally_contracts::types::PublicKey;
use tally_keys::{KeyError, KeyFile, KeyHandle, KeyUri, Passphrase, PassphraseSource, Pkcs11Signer, rotate};
use zeroize::Zeroizing;

/// 32 bytes of an ed25519 seed (RFC 8032, section 5.1.5).
pub type Secret = Zeroizing<[u8; 32]>;

/// The keys of one node.
#[derive(Clone)]
pub struct NodeKeys {
    /// Only a validator has one.
    pub consensus: Option<KeyHandle>,
    /// Of a member node: the one with which it reads.
    pub peer: Secret,
    /// Where the consensus key is, and what opens it.
    place: Option<(PathBuf, PathBuf)>,
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
        let passphrase = passphrase(&keys.passphrase_file)?;
        let (name, path) = config.identity_key();
        let peer = KeyFile::open(path, &passphrase).map_err(in_file(name, path))?;
        let peer = Zeroizing::new(peer.to_bytes());
        let open = |path: &PathBuf| {
            KeyHandle::open(path, || Ok(passphrase.clone())).map_err(in_file("keys.consensus", path))
        };
        let consensus = keys.consensus.as_ref().map(open).transpose()?;
        let place = keys.consensus.clone().map(|path| (path, keys.passphrase_file.clone()));
        let keys = Self { consensus, peer, place };
        match keys.consensus_public() {
            Some(public) if public == keys.peer_public() => Err(NodeKeysError::Same { public }),
            Some(_) | None => Ok(keys),
        }
    }

    /// The same with the next consensus key, where a rotation prepared one and it is one of `voting`. What the key file
    /// or label named before is kept under another name.
    pub fn rotated(&self, voting: impl Fn(PublicKey) -> bool) -> Result<Option<Self>, NodeKeysError> {
        let Some((place, passphrase_file)) = &self.place else { return Ok(None) };
        let next = next_of(place).map_err(in_file("keys.consensus", place))?;
        let Some(public) = next_public(&next).filter(|public| voting(*public)) else { return Ok(None) };
        let passphrase = passphrase(passphrase_file)?;
        let in_next = || in_file("keys.consensus", &next);
        let consensus = KeyHandle::open(&next, || Ok(passphrase.clone())).map_err(in_next())?;
        finish(place, &next, &passphrase).map_err(in_next())?;
        tracing::info!(consensus_key = %public, "the consensus key was rotated");
        Ok(Some(Self { consensus: Some(consensus), ..self.clone() }))
    }

    pub fn consensus_public(&self) -> Option<PublicKey> {
        self.consensus.as_ref().map(|key| PublicKey(key.public().to_bytes()))
    }

    pub fn peer_public(&self) -> PublicKey {
        PublicKey(tally_keys::SigningKey::from_bytes(&self.peer).verifying_key().to_bytes())
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

/// Where a rotation puts the next key.
fn next_of(place: &Path) -> Result<PathBuf, KeyError> {
    Ok(match KeyUri::of(place)? {
        Some(uri) => uri.next_reference().into(),
        None => rotate::next_path(place),
    })
}

/// A key that is not there, or half made, is none.
fn next_public(next: &Path) -> Option<PublicKey> {
    Some(PublicKey(KeyHandle::inspect(next).ok()?.to_bytes()))
}

fn finish(place: &Path, next: &Path, passphrase: &Passphrase) -> Result<(), KeyError> {
    let (Some(uri), Some(next)) = (KeyUri::of(place)?, KeyUri::of(next)?) else {
        rotate::finish(place)?;
        return Ok(());
    };
    let pin = || Ok(passphrase.clone());
    let old = Pkcs11Signer::inspect(&uri)?;
    let retired = format!("{}.retired-{}", uri.object, hex::encode(&old.as_bytes()[..8]));
    Pkcs11Signer::rename(&uri, &retired, pin)?;
    Pkcs11Signer::rename(&next, &uri.object, pin)
}

fn passphrase(file: &Path) -> Result<Passphrase, NodeKeysError> {
    let source = PassphraseSource::File(file.to_owned());
    Passphrase::obtain(&source, "the node's keys").map_err(in_file("keys.passphrase_file", file))
}

fn in_file(key: &'static str, path: &Path) -> impl FnOnce(KeyError) -> NodeKeysError + use<> {
    let path = path.to_owned();
    move |source| NodeKeysError::File { key, path, source }
}
