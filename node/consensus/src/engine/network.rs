//! The engine's network as this project runs it: a fixed list of known peers, and nobody else.

use std::time::Duration;

use arc_malachitebft_app_channel::NetworkRequest;
use arc_malachitebft_app_channel::app::config::{
    ConsensusConfig, DiscoveryConfig, GossipSubConfig, NodeConfig, P2pConfig, ProtocolNames, PubSubProtocol,
    ScoringStrategy, ValuePayload, ValueSyncConfig,
};
use arc_malachitebft_app_channel::app::net::Multiaddr;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, watch};

use crate::handle::Status;
use crate::limits::{
    BUFFERED_HEIGHTS, BUFFERED_MESSAGES_PER_HEIGHT, CERTIFICATE_BYTES_MAX, CONNECTIONS_PER_IP_MAX,
    CONNECTIONS_PER_PEER_MAX, PART_BYTES_MAX, PART_OVERHEAD_BYTES, PEER_COUNT_INTERVAL, PEERS_MAX,
    SYNC_BATCH_HEIGHTS, SYNC_PARALLEL_REQUESTS, SYNC_REQUEST_BYTES_MAX, SYNC_REQUEST_TIMEOUT,
};
use crate::settings::{Peer, Settings, SettingsError, Transport, multiaddr_ip};

/// A change of the list of peers while the engine runs.
#[derive(Clone, Debug)]
pub enum PeerChange {
    /// Let this one in.
    Add(String),
    /// Keep this one out.
    Remove(String),
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
    /// The configuration these settings stand for. Blocks always travel in parts, because only then the engine asks
    /// for a verdict; and only listed peers are let in. Neither can be configured away.
    ///
    /// # Errors
    /// If a peer's key or address is malformed.
    pub fn new(settings: &Settings, is_observer: bool) -> Result<Self, SettingsError> {
        let consensus = ConsensusConfig {
            enabled: !is_observer,
            p2p: p2p_config(settings)?,
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
        Ok(Self { moniker: settings.moniker.clone(), consensus, value_sync })
    }
}

/// At least one block and its certificate always fit; small blocks come in batches.
fn sync_response_bytes(settings: &Settings) -> u64 {
    (settings.block_bytes_max + CERTIFICATE_BYTES_MAX + PART_OVERHEAD_BYTES) as u64
}

fn p2p_config(settings: &Settings) -> Result<P2pConfig, SettingsError> {
    let own = settings.peer_key.peer_key();
    let others = settings.peers.iter().filter(|peer| peer.key != own);
    let listen = format!("{}/tcp/{}", multiaddr_ip(settings.listen.ip()), settings.listen.port());
    let mut config = P2pConfig {
        listen_addr: listen.parse().expect("an IP address and a port make a multiaddress"),
        persistent_peers: others.map(engine_address).collect::<Result<_, _>>()?,
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
    Ok(config)
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

fn engine_address(peer: &Peer) -> Result<Multiaddr, SettingsError> {
    peer.multiaddr()?.parse().map_err(|_| SettingsError::PeerAddress { key: peer.key })
}

/// Counts connected peers and applies changes of the list, until the engine is gone.
pub async fn watch_peers(
    network: mpsc::Sender<NetworkRequest>,
    mut changes: mpsc::Receiver<PeerChange>,
    status: watch::Sender<Status>,
) {
    let mut tick = tokio::time::interval(PEER_COUNT_INTERVAL);
    loop {
        tokio::select! {
            _ = tick.tick() => {
                let Ok(Some(dump)) = NetworkRequest::dump_state(&network).await else { return };
                let peers = dump.peers.len();
                status.send_if_modified(|status| {
                    let changed = status.peers != peers;
                    status.peers = peers;
                    changed
                });
            }
            change = changes.recv() => match change {
                Some(change) => apply(&network, change).await,
                None => return,
            },
        }
    }
}

async fn apply(network: &mpsc::Sender<NetworkRequest>, change: PeerChange) {
    let (PeerChange::Add(text) | PeerChange::Remove(text)) = &change;
    let Ok(address) = text.parse::<Multiaddr>() else { return };
    let result = match change {
        PeerChange::Add(_) => NetworkRequest::add_persistent_peer(network, address).await,
        PeerChange::Remove(_) => NetworkRequest::remove_persistent_peer(network, address).await,
    };
    match result {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(?error, "the list of peers stays as it is"),
        Err(error) => tracing::warn!(%error, "the list of peers stays as it is"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SecretKey;
    use crate::settings::Role;
    use std::path::PathBuf;

    #[test]
    fn only_listed_peers_are_let_in_and_always_by_identity() {
        let own = SecretKey::new([1; 32]);
        let other = SecretKey::new([2; 32]).peer_key();
        let listen = "127.0.0.1:1".parse().unwrap();
        let mut settings = Settings::new("chain", PathBuf::new(), Role::Observer, own.clone(), listen);
        settings.peers = vec![
            Peer { key: own.peer_key(), address: "127.0.0.1:1".to_owned() },
            Peer { key: other, address: "127.0.0.1:2".to_owned() },
        ];
        let config = EngineConfig::new(&settings, true).unwrap();
        let p2p = &config.consensus.p2p;
        assert!(p2p.persistent_peers_only && !p2p.discovery.enabled);
        assert_eq!(config.consensus.value_payload, ValuePayload::ProposalAndParts);
        let expected = format!("/ip4/127.0.0.1/tcp/2/p2p/{}", crate::keys::peer_id(&other).unwrap());
        assert_eq!(p2p.persistent_peers.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn two_chains_speak_different_protocols() {
        assert_ne!(protocol_names("a").consensus, protocol_names("b").consensus);
    }
}
