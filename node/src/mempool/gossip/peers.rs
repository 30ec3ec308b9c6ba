//! Who may connect: listed identities, nobody else.

use libp2p::{Multiaddr, PeerId, identity};

/// A listed node: its network identity and where to dial it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    id: PeerId,
    addresses: Vec<Multiaddr>,
}

/// A peer that cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    #[error("{} is not an ed25519 public key", hex::encode(key))]
    Key { key: [u8; 32], source: identity::DecodingError },
}

impl Peer {
    /// A peer by the ed25519 public key that it proves in the handshake, the same as in consensus.
    /// Without an address it is only waited for.
    pub fn new(key: [u8; 32], addresses: Vec<Multiaddr>) -> Result<Self, PeerError> {
        let id = match identity::ed25519::PublicKey::try_from_bytes(&key) {
            Ok(public) => identity::PublicKey::from(public).to_peer_id(),
            Err(source) => return Err(PeerError::Key { key, source }),
        };
        Ok(Self { id, addresses })
    }

    pub fn id(&self) -> PeerId {
        self.id
    }

    pub fn addresses(&self) -> &[Multiaddr] {
        &self.addresses
    }
}
