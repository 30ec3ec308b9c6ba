//! The engine's network as this project runs it: a fixed list of known peers, and nobody else.

use std::net::SocketAddr;
use std::time::Duration;

use arc_malachitebft_app_channel::NetworkRequest;
use arc_malachitebft_app_channel::app::config::{
    ConsensusConfig, DiscoveryConfig, GossipSubConfig, NodeConfig, P2pConfig, ProtocolNames, PubSubProtocol,
    ScoringStrategy, ValuePayload, ValueSyncConfig,
};
use libp2p::identity::PeerId;
use libp2p::multiaddr::{Multiaddr, Protocol};
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot, watch};

use crate::gate::Gate;
use crate::handle::Status;
use crate::keys::libp2p_peer_id;
use crate::limits::{
    BUFFERED_HEIGHTS, BUFFERED_MESSAGES_PER_HEIGHT, CERTIFICATE_BYTES_MAX, CONNECTIONS_PER_IP_MAX,
    CONNECTIONS_PER_PEER_MAX, NETWORK_SILENT_MAX, PART_BYTES_MAX, PART_OVERHEAD_BYTES, PEER_COUNT_INTERVAL,
    PEERS_MAX, SYNC_BATCH_HEIGHTS, SYNC_PARALLEL_REQUESTS, SYNC_REQUEST_BYTES_MAX, SYNC_REQUEST_TIMEOUT,
};
use crate::settings::{Peer, Settings, Transport};

/// A change of the list of peers while the engine runs.
#[derive(Clone, Debug)]
pub enum PeerChange {
    /// Let this one in.
    Add(Peer),
    /// Keep this one out.
    Remove(Peer),
}

/// The engine's configuration.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    moniker: String,
    consensus: ConsensusConfig,
    value_sync: ValueSyncConfig,
}

impl NodeConfig for EngineConfig {
    fn moniker(&self) -> &str {
        &self.moniker
    }

    fn consensus(&self) -> &ConsensusConfig {
        &self.consensus
    }

    fn consensus_mut(&mut self) -> &mut ConsensusConfig {
        &mut self.consensus
    }

    fn value_sync(&self) -> &ValueSyncConfig {
        &self.value_sync
    }

    fn value_sync_mut(&mut self) -> &mut ValueSyncConfig {
        &mut self.value_sync
    }
}

impl EngineConfig {
    /// The configuration these settings stand for, behind this gate. Blocks always travel in parts, because only then the
    /// engine asks for a verdict; and only listed peers are let in. Neither can be configured away.
    pub fn new(settings: &Settings, gate: &Gate, is_observer: bool) -> Self {
        let consensus = ConsensusConfig {
            enabled: !is_observer,
            p2p: p2p_config(settings, gate),
            value_payload: ValuePayload::ProposalAndParts,
            queue_capacity: BUFFERED_HEIGHTS,
            queue_per_height_capacity: BUFFERED_MESSAGES_PER_HEIGHT,
        };
        let mut value_sync = ValueSyncConfig {
            enabled: true,
            status_update_interval: settings.status_interval,
            request_timeout: SYNC_REQUEST_TIMEOUT,
            parallel_requests: SYNC_PARALLEL_REQUESTS,
            scoring_strategy: ScoringStrategy::Ema,
            inactive_threshold: Duration::from_secs(60),
            batch_size: SYNC_BATCH_HEIGHTS,
            ..ValueSyncConfig::default()
        };
        value_sync.max_request_size.0 = SYNC_REQUEST_BYTES_MAX as u64;
        value_sync.max_response_size.0 = sync_response_bytes(settings);
        Self { moniker: settings.moniker.clone(), consensus, value_sync }
    }
}

/// At least one block and its certificate always fit; small blocks come in batches.
fn sync_response_bytes(settings: &Settings) -> u64 {
    (settings.block_bytes_max + CERTIFICATE_BYTES_MAX + PART_OVERHEAD_BYTES) as u64
}

fn p2p_config(settings: &Settings, gate: &Gate) -> P2pConfig {
    let mut config = P2pConfig {
        listen_addr: engine_address(gate.engine()),
        persistent_peers: gate.peers().map(peer_address).collect(),
        persistent_peers_only: true,
        discovery: discovery_config(),
        protocol: match settings.transport {
            Transport::Gossipsub => PubSubProtocol::GossipSub(GossipSubConfig::default()),
            Transport::Broadcast => PubSubProtocol::Broadcast,
        },
        protocol_names: protocol_names(&settings.chain_id),
        ..P2pConfig::default()
    };
    config.pubsub_max_size.0 = (PART_BYTES_MAX + PART_OVERHEAD_BYTES) as u64;
    config.rpc_max_size.0 = sync_response_bytes(settings);
    config
}

/// The list is complete, so there is nothing to discover; the limits only bound misbehaving listed peers.
fn discovery_config() -> DiscoveryConfig {
    DiscoveryConfig {
        enabled: false,
        num_outbound_peers: PEERS_MAX,
        num_inbound_peers: PEERS_MAX,
        max_connections_per_peer: CONNECTIONS_PER_PEER_MAX,
        max_connections_per_ip: CONNECTIONS_PER_IP_MAX,
        // A restarted peer must be let in at once; strangers are turned away by their identity.
        ip_throttle_duration: Duration::ZERO,
        ..DiscoveryConfig::default()
    }
}

/// Nodes of different chains do not even speak the same protocols.
fn protocol_names(chain_id: &str) -> ProtocolNames {
    let chain = hex::encode(&Sha256::digest(chain_id.as_bytes())[..8]);
    let name = |protocol: &str| format!("/tallystick/{chain}/{protocol}/1");
    ProtocolNames {
        consensus: name("consensus"),
        discovery_kad: name("discovery-kad"),
        discovery_regres: name("discovery"),
        sync: name("sync"),
        validator_proof: name("validator-proof"),
    }
}

fn engine_address(address: SocketAddr) -> Multiaddr {
    Multiaddr::from(address.ip()).with(Protocol::Tcp(address.port()))
}

/// The peer's identity is part of its address: the engine accepts nobody else there, nor from anywhere else.
fn peer_address((peer, address): (PeerId, SocketAddr)) -> Multiaddr {
    engine_address(address).with(Protocol::P2p(peer))
}

/// What its watcher knows of a running engine.
pub struct Watch {
    /// Where to ask.
    pub network: mpsc::Sender<NetworkRequest>,
    /// Where peers are counted.
    pub status: watch::Sender<Status>,
    /// Becomes true once the engine's network is gone, which the engine itself never mentions.
    pub is_deaf: watch::Sender<bool>,
    /// Resolves when the engine has ended.
    pub stop: oneshot::Receiver<()>,
}

/// What is left when an engine ends: for the next one.
pub struct Watched {
    /// Changes still to come.
    pub changes: mpsc::Receiver<PeerChange>,
    /// What was changed meanwhile, in order.
    pub applied: Vec<PeerChange>,
}

/// Counts connected peers and applies changes of the list, until the engine is gone. Keeps the gate open that long.
pub async fn watch_peers(watch: Watch, mut gate: Gate, mut changes: mpsc::Receiver<PeerChange>) -> Watched {
    let Watch { network, status, is_deaf, mut stop } = watch;
    let mut applied = Vec::new();
    let mut tick = tokio::time::interval(PEER_COUNT_INTERVAL);
    let mut silent = 0;
    loop {
        tokio::select! {
            _ = &mut stop => break,
            _ = tick.tick() => match NetworkRequest::dump_state(&network).await {
                Ok(Some(dump)) => {
                    silent = 0;
                    count(&status, dump.peers.len());
                }
                // the engine lives and its network does not answer it
                Ok(None) => {
                    silent += 1;
                    is_deaf.send_replace(silent >= NETWORK_SILENT_MAX);
                }
                // the engine itself is gone, which its end tells
                Err(_) => {}
            },
            Some(change) = changes.recv() => {
                applied.push(change.clone());
                apply(&network, &mut gate, change).await;
            }
        }
    }
    gate.close().await;
    Watched { changes, applied }
}

fn count(status: &watch::Sender<Status>, peers: usize) {
    status.send_if_modified(|status| {
        let changed = status.peers != peers;
        status.peers = peers;
        changed
    });
}

async fn apply(network: &mpsc::Sender<NetworkRequest>, gate: &mut Gate, change: PeerChange) {
    let result = match &change {
        PeerChange::Add(peer) => match gate.add(peer).await {
            Ok(way) => NetworkRequest::add_persistent_peer(network, peer_address(way)).await,
            Err(error) => return tracing::warn!(%error, "the list of peers stays as it is"),
        },
        PeerChange::Remove(peer) => {
            let Ok(id) = libp2p_peer_id(&peer.key) else { return };
            let Some(address) = gate.remove(&id) else { return };
            NetworkRequest::remove_persistent_peer(network, peer_address((id, address))).await
        }
    };
    match result {
        Ok(Ok(())) => {}
        // The gate has it right already, and the gate decides.
        Ok(Err(error)) => tracing::warn!(?error, "the engine keeps its list of peers"),
        Err(error) => tracing::warn!(%error, "the engine keeps its list of peers"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SecretKey;
    use crate::settings::Role;
    use std::path::PathBuf;

    #[tokio::test]
    async fn only_listed_peers_are_let_in_and_always_by_identity() {
        let own = SecretKey::new([1; 32]);
        let other = SecretKey::new([2; 32]).peer_key();
        let listen = "127.0.0.1:0".parse().unwrap();
        let mut settings = Settings::new("chain", PathBuf::new(), Role::Observer, own.clone(), listen);
        settings.peers = vec![
            Peer { key: own.peer_key(), address: "127.0.0.1:1".to_owned() },
            Peer { key: other, address: "127.0.0.1:2".to_owned() },
        ];
        let gate = Gate::open(&settings).await.unwrap();
        let config = EngineConfig::new(&settings, &gate, true);
        let p2p = &config.consensus.p2p;
        assert!(p2p.persistent_peers_only && !p2p.discovery.enabled);
        assert_eq!(config.consensus.value_payload, ValuePayload::ProposalAndParts);
        let [peer] = &p2p.persistent_peers[..] else { panic!("{:?}", p2p.persistent_peers) };
        assert!(peer.to_string().ends_with(&format!("/p2p/{}", crate::keys::peer_id(&other).unwrap())));
    }

    #[test]
    fn two_chains_speak_different_protocols() {
        assert_ne!(protocol_names("a").consensus, protocol_names("b").consensus);
    }
}
