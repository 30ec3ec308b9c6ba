//! The swarm: TCP, Noise and Yamux, closed to everyone who is not listed.

use std::io;

use libp2p::allow_block_list::{self, AllowedPeers};
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::core::upgrade;
use libp2p::identity::Keypair;
use libp2p::request_response::{self, ProtocolSupport};
use libp2p::swarm::NetworkBehaviour;
use libp2p::{Swarm, SwarmBuilder, noise, tcp, yamux};

use super::callers::Callers;
use super::codec::{FrameCodec, PROTOCOL};
use super::fetch::{self, FetchCodec};
use super::hello::{self, HelloCodec};
use crate::limits;

/// The guards come first: they see a connection before anything is exchanged over it, and after the
/// handshake has proved the identity.
#[derive(NetworkBehaviour)]
pub(super) struct GossipBehaviour {
    pub(super) allowed: allow_block_list::Behaviour<AllowedPeers>,
    callers: Callers,
    limits: connection_limits::Behaviour,
    pub(super) exchange: request_response::Behaviour<FrameCodec>,
    pub(super) fetch: request_response::Behaviour<FetchCodec>,
    pub(super) hello: request_response::Behaviour<HelloCodec>,
}

/// Why the transport could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    #[error("the identity cannot be used for the handshake")]
    Noise { source: noise::Error },
    #[error("the name resolver of this machine cannot be read")]
    Resolver { source: io::Error },
}

/// A swarm with nobody listed yet.
pub(super) fn swarm(identity: Keypair) -> Result<Swarm<GossipBehaviour>, TransportError> {
    let tcp = tcp::Config::default().nodelay(true);
    let swarm = SwarmBuilder::with_existing_identity(identity)
        .with_tokio()
        .with_tcp(tcp, noise::Config::new, yamux::Config::default)
        .map_err(|source| TransportError::Noise { source })?
        .with_dns()
        .map_err(|source| TransportError::Resolver { source })?
        .with_behaviour(|_| behaviour())
        .expect("building the behaviour cannot fail")
        .with_swarm_config(|config| {
            config
                .with_idle_connection_timeout(limits::GOSSIP_IDLE_TIMEOUT)
                .with_max_negotiating_inbound_streams(limits::GOSSIP_STREAMS_MAX)
                // The protocol is known, so a frame need not wait for its negotiation.
                .with_substream_upgrade_protocol_override(upgrade::Version::V1Lazy)
        })
        .build();
    Ok(swarm)
}

fn behaviour() -> GossipBehaviour {
    let connections = ConnectionLimits::default()
        .with_max_pending_incoming(Some(limits::GOSSIP_HANDSHAKES_MAX))
        .with_max_established_incoming(Some(limits::GOSSIP_INBOUND_CONNECTIONS_MAX))
        .with_max_established_per_peer(Some(limits::GOSSIP_CONNECTIONS_PER_PEER_MAX));
    let within = |timeout| {
        request_response::Config::default()
            .with_request_timeout(timeout)
            .with_max_concurrent_streams(limits::GOSSIP_STREAMS_MAX)
    };
    let exchange = within(limits::GOSSIP_ANSWER_TIMEOUT);
    let fetches = within(limits::GOSSIP_ANSWER_TIMEOUT);
    let hellos = within(limits::GOSSIP_HELLO_TIMEOUT);
    GossipBehaviour {
        allowed: allow_block_list::Behaviour::default(),
        callers: Callers::default(),
        limits: connection_limits::Behaviour::new(connections),
        exchange: request_response::Behaviour::new([(PROTOCOL, ProtocolSupport::Full)], exchange),
        fetch: request_response::Behaviour::new([(fetch::PROTOCOL, ProtocolSupport::Full)], fetches),
        hello: request_response::Behaviour::new([(hello::PROTOCOL, ProtocolSupport::Full)], hellos),
    }
}
