//! Ed25519 secrets in memory, the one verification rule, and the network's names for peer keys.

use std::fmt;

use ed25519_dalek::{SigningKey, VerifyingKey};
use libp2p::identity::{Keypair, PeerId, PublicKey, ed25519};
use tally_keys::KeyHandle;
use zeroize::Zeroizing;

use crate::types::{PeerKey, ValidatorKey};

/// 32 bytes of an ed25519 secret, erased from memory when dropped and never printed.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    /// Takes the seed of RFC 8032, section 5.1.5.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self(Zeroizing::new(seed))
    }

    /// The public key, for a consensus secret.
    #[must_use]
    pub fn validator_key(&self) -> ValidatorKey {
        ValidatorKey::new(self.signing_key().verifying_key().to_bytes())
    }

    /// The public key, for a network secret.
    #[must_use]
    pub fn peer_key(&self) -> PeerKey {
        PeerKey::new(self.signing_key().verifying_key().to_bytes())
    }

    pub(crate) fn signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.0)
    }

    #[cfg(test)]
    pub(crate) fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        ed25519_dalek::Signer::sign(&self.signing_key(), bytes).to_bytes()
    }

    /// The identity with which the network layer authenticates its connections.
    pub(crate) fn keypair(&self) -> Keypair {
        let mut seed = Zeroizing::new(*self.0);
        Keypair::ed25519_from_bytes(seed.as_mut_slice()).expect("any 32 bytes are an ed25519 seed")
    }
}

/// A consensus key in this process's memory, as one that signs wherever it is.
impl From<SecretKey> for KeyHandle {
    fn from(secret: SecretKey) -> Self {
        secret.signing_key().into()
    }
}

/// The name of a signing key among validators.
pub fn validator_key(key: &KeyHandle) -> ValidatorKey {
    ValidatorKey::new(key.public().to_bytes())
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// Verifies by the strict rule (RFC 8032 without cofactor, no small-order keys, canonical encodings only), which gives
/// the same verdict everywhere because every message is checked alone, never in a batch.
#[must_use]
pub fn verify_strict(key: &ValidatorKey, bytes: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(key.as_bytes())
        .is_ok_and(|key| key.verify_strict(bytes, &ed25519_dalek::Signature::from_bytes(signature)).is_ok())
}

/// The network's name of a peer ("12D3Koo…"), as it appears in multiaddresses and logs.
///
/// # Errors
/// If the bytes are no point of the curve.
pub fn peer_id(key: &PeerKey) -> Result<String, PeerKeyError> {
    libp2p_peer_id(key).map(|id| id.to_base58())
}

/// These bytes are no ed25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} is no ed25519 public key")]
pub struct PeerKeyError {
    /// The bytes.
    pub key: PeerKey,
}

pub(crate) fn libp2p_peer_id(key: &PeerKey) -> Result<PeerId, PeerKeyError> {
    let public =
        ed25519::PublicKey::try_from_bytes(key.as_bytes()).map_err(|_| PeerKeyError { key: *key })?;
    Ok(PublicKey::from(public).to_peer_id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_id_is_the_one_the_network_derives_from_the_secret() {
        let secret = SecretKey::new([7; 32]);
        assert_eq!(peer_id(&secret.peer_key()).unwrap(), secret.keypair().public().to_peer_id().to_base58());
    }

    #[test]
    fn a_small_order_key_verifies_nothing() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert!(!verify_strict(&ValidatorKey::new(identity), b"anything", &[0; 64]));
    }

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?}", SecretKey::new([7; 32])), "SecretKey(..)");
    }
}
