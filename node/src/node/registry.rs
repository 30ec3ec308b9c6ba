//! The registry: whom the ledger lists as validator or observer is let in by both networks, and nobody else.
//!
//! The configuration says where nodes are; the ledger says who may connect. A listed node whose address is not configured is
//! waited for. One that governance removes is disconnected with the block that removes it.
use super::{NodeError, peers};
use crate::config;
use crate::ledger::Ledger;
use crate::mempool::gossip;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tally_consensus::{Peer, PeerKey, PeerList};
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::types::PublicKey;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

/// What the configuration says of other nodes.
#[derive(Clone, Debug)]
pub(super) struct Registry {
    own: PublicKey,
    configured: BTreeMap<PublicKey, config::Peer>,
}

impl Registry {
    pub(super) fn new(own: PublicKey, peers: &[config::Peer]) -> Self {
        let configured = peers.iter().map(|peer| (PublicKey(peer.peer_key), peer.clone())).collect();
        Self { own, configured }
    }

    /// Whom the ledger lists beside this node.
    pub(super) fn listed(&self, set: &ValidatorSet) -> BTreeSet<PublicKey> {
        let validators = set.validators.iter().map(|one| one.peer_key);
        let observers = set.observers.iter().map(|one| one.peer_key);
        validators.chain(observers).filter(|key| *key != self.own).collect()
    }

    /// Them as consensus wants them; those that are only waited for without an address.
    pub(super) fn for_consensus(&self, listed: &BTreeSet<PublicKey>) -> Vec<Peer> {
        listed.iter().map(|key| self.peer(*key)).collect()
    }

    fn peer(&self, key: PublicKey) -> Peer {
        let address = self.configured.get(&key).map(|peer| peer.consensus_address.clone());
        Peer { key: PeerKey::new(key.0), address: address.unwrap_or_default() }
    }

    /// The same for gossip.
    pub(super) fn for_gossip(&self, listed: &BTreeSet<PublicKey>) -> Result<Vec<gossip::Peer>, NodeError> {
        let peer = |key: &PublicKey| {
            let configured = self.configured.get(key);
            let address = configured.map(|peer| peers::multiaddr(&peer.gossip_address)).transpose()?;
            let name = configured.map_or_else(|| key.to_string(), |peer| peer.name.clone());
            gossip::Peer::new(key.0, address.into_iter().collect())
                .map_err(|source| NodeError::Peer { name, source })
        };
        listed.iter().map(peer).collect()
    }
}

/// Both networks of a running node.
pub(super) struct Networks {
    pub consensus: PeerList,
    pub gossip: gossip::PeerList,
}

/// Follows the ledger's registry until the node stops. `listed` is what the networks were started with.
pub(super) async fn follow(
    registry: Registry,
    ledger: Arc<Ledger>,
    networks: Networks,
    mut listed: BTreeSet<PublicKey>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut blocks = ledger.watch();
    loop {
        let now = registry.listed(&ledger.tip().validators);
        if now != listed {
            networks.change(&registry, &listed, &now).await;
            listed = now;
        }
        tokio::select! {
            // an error means that the sender is gone, which is a stop too
            _ = stopped.wait_for(|stop| *stop) => return,
            block = blocks.recv() => match block {
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            },
        }
    }
}

impl Networks {
    async fn change(&self, registry: &Registry, before: &BTreeSet<PublicKey>, now: &BTreeSet<PublicKey>) {
        for key in before.difference(now) {
            tracing::info!(peer = %key, "the ledger lists it no longer: disconnected");
            if let Err(error) = self.consensus.remove(&registry.peer(*key)).await {
                tracing::error!(peer = %key, %error, "consensus keeps a peer");
            }
        }
        let listed = registry.for_gossip(now);
        match listed {
            Ok(peers) => {
                if let Err(error) = self.gossip.set(peers).await {
                    tracing::error!(%error, "gossip keeps its list of peers");
                }
            }
            Err(error) => tracing::error!(%error, "gossip keeps its list of peers"),
        }
        for key in now.difference(before) {
            tracing::info!(peer = %key, "the ledger lists it: let in");
            if let Err(error) = self.consensus.add(&registry.peer(*key)).await {
                tracing::error!(peer = %key, %error, "consensus does not let a peer in");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_contracts::genesis::{Observer, Validator};
    use tally_contracts::types::MemberId;

    fn key(number: u8) -> PublicKey {
        let secret = tally_consensus::SecretKey::new([number; 32]);
        PublicKey(*secret.peer_key().as_bytes())
    }

    fn configured(number: u8) -> config::Peer {
        config::Peer {
            name: format!("node-{number}"),
            peer_key: key(number).0,
            consensus_address: format!("127.0.0.1:{}", 1_000 + u16::from(number)),
            gossip_address: format!("127.0.0.1:{}", 2_000 + u16::from(number)),
        }
    }

    #[test]
    fn the_ledger_says_who_and_the_configuration_where() {
        let member = MemberId::new("bank-a").unwrap();
        let validator = |number: u8| Validator {
            member,
            consensus_key: key(100 + number),
            peer_key: key(number),
            power: 1,
        };
        let set = ValidatorSet {
            validators: [1, 2, 3].map(validator).into(),
            observers: vec![Observer { member, peer_key: key(4) }],
        };
        // 3 is listed without an address, 9 has an address and is not listed
        let registry = Registry::new(key(1), &[configured(2), configured(4), configured(9)]);
        let listed = registry.listed(&set);
        assert_eq!(listed, [2, 3, 4].map(key).into());
        let address = |number: u8| {
            let peers = registry.for_consensus(&listed);
            peers.into_iter().find(|peer| *peer.key.as_bytes() == key(number).0).map(|peer| peer.address)
        };
        assert_eq!(address(2).as_deref(), Some("127.0.0.1:1002"));
        assert_eq!(address(3).as_deref(), Some(""));
        assert_eq!((address(1), address(9)), (None, None));
        let gossip = registry.for_gossip(&listed).unwrap();
        assert_eq!(gossip.iter().map(|peer| peer.addresses().len()).sum::<usize>(), 2);
    }
}
