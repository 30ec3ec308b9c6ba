//! This node's own transactions to its listed peers, and theirs to this node.
//!
//! Every node sends what its own API received to every connected peer and never relays what a peer
//! sent: with all validators connected to each other one hop is enough, and nothing can circulate.
//! Connections are TCP with Noise; the identity that the handshake proves must be listed. A frame
//! carries transactions, its answer one verdict each. When a peer connects, it is offered everything
//! local that still waits; it answers "duplicate" to what it has.
//!
//! What a proposal names and this node lacks can be fetched from whoever has it.
//!
//! `frame` and `codec` are the bytes, `outbound` and `inbound` what one peer is owed and allowed,
//! `link` whether it is there, `run` and `events` the loop.

mod admit;
mod behaviour;
mod callers;
mod codec;
mod events;
mod fetch;
mod frame;
pub mod fuzz;
mod hello;
mod inbound;
mod link;
mod metrics;
mod outbound;
mod pace;
mod peers;
mod run;

#[cfg(test)]
mod outbound_tests;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::sync::Arc;
use std::time::Instant;

use futures::StreamExt;
use libp2p::identity::Keypair;
use libp2p::swarm::SwarmEvent;
use libp2p::{Multiaddr, PeerId, Swarm, TransportError as ListenError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};

pub use admit::{Admit, AdmitRefusal, Outbox, Verdict};
pub use behaviour::TransportError;
pub use fetch::Fetcher;
pub use hello::{About, Introduce, Introduction, Introductions, PeerStates};
pub use metrics::{Counter, GossipMetrics, Verdicts};
pub use peers::{Peer, PeerError};

use crate::limits;
use behaviour::GossipBehaviour;
use run::{Command, Runner};

/// What gossip needs to know at the start.
pub struct GossipConfig {
    /// The node's network identity, the same as in consensus.
    pub identity: Keypair,
    /// Where to listen, for example `/ip4/127.0.0.1/tcp/0`.
    pub listen: Multiaddr,
    /// Who may connect. This node itself may be among them and is left out.
    pub peers: Vec<Peer>,
    /// What this node says of itself to them.
    pub introduce: Introduce,
}

/// Why gossip did not start or obey.
#[derive(Debug, thiserror::Error)]
pub enum GossipError {
    #[error(transparent)]
    Transport(#[from] TransportError),
    #[error("cannot listen on {address}")]
    Listen { address: Multiaddr, source: ListenError<io::Error> },
    #[error("listening on {address} ended at once")]
    ListenerClosed { address: Multiaddr },
    #[error("{count} peers exceed the limit of {limit}")]
    TooManyPeers { count: usize, limit: usize },
    #[error("gossip has stopped")]
    Stopped,
}

/// The running gossip. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct Gossip {
    id: PeerId,
    listening: Multiaddr,
    metrics: Arc<GossipMetrics>,
    introductions: Introductions,
    connected: PeerStates,
    commands: mpsc::Sender<Command>,
    task: JoinHandle<()>,
}

/// The list of peers of a running gossip.
#[derive(Clone, Debug)]
pub struct PeerList {
    commands: mpsc::Sender<Command>,
}

impl PeerList {
    /// As [`Gossip::set_peers`].
    pub async fn set(&self, peers: Vec<Peer>) -> Result<(), GossipError> {
        check_count(&peers)?;
        let (done, applied) = oneshot::channel();
        let command = Command::SetPeers { peers, done };
        self.commands.send(command).await.map_err(|_| GossipError::Stopped)?;
        applied.await.map_err(|_| GossipError::Stopped)
    }
}

/// The network identity of an ed25519 secret key.
pub fn identity(secret: [u8; 32]) -> Keypair {
    Keypair::ed25519_from_bytes(secret).expect("32 bytes are an ed25519 secret key")
}

impl Gossip {
    /// Starts to listen and to dial. The caller MUST be inside a tokio runtime.
    pub async fn start(
        config: GossipConfig,
        outbox: Arc<dyn Outbox>,
        admit: Arc<dyn Admit>,
    ) -> Result<Self, GossipError> {
        let GossipConfig { identity, listen, peers, introduce } = config;
        check_count(&peers)?;
        let mut swarm = behaviour::swarm(identity)?;
        let id = *swarm.local_peer_id();
        let listening = start_listening(&mut swarm, listen).await?;
        tracing::info!(%id, address = %listening, "listening for peers");
        let metrics = Arc::new(GossipMetrics::default());
        let introductions = Introductions::default();
        let connected = PeerStates::default();
        let (commands, inbox) = mpsc::channel(limits::GOSSIP_COMMANDS_MAX);
        let mut runner = Runner {
            swarm,
            links: BTreeMap::new(),
            outbox,
            admit,
            admissions: JoinSet::new(),
            unanswered: HashSet::new(),
            fetches: HashMap::new(),
            introduce,
            connected: connected.clone(),
            introductions: Arc::clone(&introductions),
            greetings: HashMap::new(),
            greet_at: Instant::now() + limits::GOSSIP_HELLO_INTERVAL,
            metrics: Arc::clone(&metrics),
            commands: inbox,
            stop_at: None,
        };
        runner.set_peers(peers, Instant::now());
        let task = tokio::spawn(runner.run());
        Ok(Self { id, listening, metrics, introductions, connected, commands, task })
    }

    /// Lists exactly these peers from now on: connections of others end, new ones are dialled. Holds
    /// when it returns.
    pub async fn set_peers(&self, peers: Vec<Peer>) -> Result<(), GossipError> {
        self.list().set(peers).await
    }

    /// With which the list of peers can be changed as long as gossip runs.
    pub fn list(&self) -> PeerList {
        PeerList { commands: self.commands.clone() }
    }

    /// Who is connected, kept up to date.
    pub fn connected(&self) -> PeerStates {
        self.connected.clone()
    }

    /// What peers say of themselves, kept up to date.
    pub fn introductions(&self) -> Introductions {
        Arc::clone(&self.introductions)
    }

    /// Lets frames under way be answered, for at most `GOSSIP_STOP_GRACE`, and ends all connections.
    pub async fn stop(self) {
        // An error means that it has stopped already.
        let _ = self.commands.send(Command::Stop).await;
        if let Err(error) = self.task.await {
            tracing::error!(%error, "gossip ended abnormally");
        }
    }

    /// With which transactions can be asked for as long as gossip runs.
    pub fn fetcher(&self) -> Fetcher {
        Fetcher { commands: self.commands.clone() }
    }

    pub fn id(&self) -> PeerId {
        self.id
    }

    /// The address bound, with the port that the system chose.
    pub fn listening(&self) -> &Multiaddr {
        &self.listening
    }

    pub fn metrics(&self) -> Arc<GossipMetrics> {
        Arc::clone(&self.metrics)
    }
}

fn check_count(peers: &[Peer]) -> Result<(), GossipError> {
    let (count, limit) = (peers.len(), limits::GOSSIP_PEERS_MAX);
    if count > limit {
        return Err(GossipError::TooManyPeers { count, limit });
    }
    Ok(())
}

async fn start_listening(
    swarm: &mut Swarm<GossipBehaviour>,
    address: Multiaddr,
) -> Result<Multiaddr, GossipError> {
    let listener = swarm
        .listen_on(address.clone())
        .map_err(|source| GossipError::Listen { address: address.clone(), source })?;
    loop {
        let event = swarm.select_next_some().await;
        if let SwarmEvent::NewListenAddr { address, .. } = event {
            return Ok(address);
        }
        if let SwarmEvent::ListenerClosed { listener_id, .. } = event
            && listener_id == listener
        {
            return Err(GossipError::ListenerClosed { address });
        }
    }
}
