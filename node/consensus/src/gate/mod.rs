//! Lets nobody near the engine's network who is not on the list of peers.
//!
//! The engine refuses a stranger only once the stranger has said who it is, and until then (or forever, if it says
//! nothing) serves it like anybody else: it could read the whole chain. So the engine listens and dials on a loopback
//! address of its own, and this gate carries its connections to the other nodes' gates through tunnels that open only
//! between listed keys:
//!
//! ```text
//! engine ─▶ forwarder of that peer ═══ tunnel ═══▶ gate (the public port) ─▶ engine
//! ```
//!
//! The tunnel is encrypted and bound to both keys, so that nobody in the middle can take it over after the handshake. Other
//! users of the same machine could reach the engine's loopback port; a validator's machine has none.

mod adapt;
mod callers;
mod tunnel;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use libp2p::identity::PeerId;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};

use crate::gate::callers::Callers;
use crate::gate::tunnel::{Handshake, Tunnel, TunnelError, splice};
use crate::keys::libp2p_peer_id;
use crate::limits::{HANDSHAKE_TIMEOUT, HANDSHAKES_MAX};
use crate::settings::{Peer, Settings, SettingsError};

/// Pause after the operating system refused a connection, most likely for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Time for a peer with a smaller id to call first.
const DIAL_PATIENCE: Duration = Duration::from_secs(1);

/// Time in which an engine notices that a connection ended.
const END_NOTICED: Duration = Duration::from_millis(250);

/// Second byte of the loopback addresses of engines, and of the forwarders that engines call.
const ENGINES: u8 = 64;
const WAYS: u8 = ENGINES + LOOPBACKS;
const LOOPBACKS: u8 = 64;

/// Why the gate did not open or a peer was not added.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// A peer's key or address is malformed.
    #[error(transparent)]
    Peer(#[from] SettingsError),
    /// Somebody listens there already, or nobody may.
    #[error("cannot listen on {listen}: {source}")]
    Listen {
        /// Where.
        listen: SocketAddr,
        /// Why not.
        source: io::Error,
    },
}

/// Who may come in, and the tunnels of those who did. Gone when the gate is closed.
type Members = Option<HashMap<PeerId, JoinSet<()>>>;

struct Shared {
    handshake: Handshake,
    /// Where our engine listens.
    engine: SocketAddr,
    members: Mutex<Members>,
}

/// The open gate. Closed when dropped.
pub struct Gate {
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
    /// Where our forwarders listen. Not on the engine's address: its port stands free until the engine takes it, and an
    /// engine that comes too late hears nothing for ever.
    ways: IpAddr,
    /// Per peer: where our engine finds it, and the task that carries it there.
    forwarders: HashMap<PeerId, (SocketAddr, JoinHandle<()>)>,
}

impl Gate {
    /// Listens on the settings' public address, for the settings' peers.
    ///
    /// # Errors
    /// If it cannot listen there.
    pub async fn open(settings: &Settings) -> Result<Self, GateError> {
        let keypair = settings.peer_key.keypair();
        let listener = listen(settings.listen).await?;
        let engine = free_address(own_loopback(ENGINES)).await?;
        let shared = Arc::new(Shared {
            handshake: Handshake::new(keypair, &settings.chain_id),
            engine,
            members: Mutex::new(Some(HashMap::new())),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        let mut gate = Self { shared, accepting, ways: own_loopback(WAYS), forwarders: HashMap::new() };
        let own = settings.peer_key.peer_key();
        for peer in settings.peers.iter().filter(|peer| peer.key != own) {
            gate.add(peer).await?;
        }
        Ok(gate)
    }

    /// Where our engine must listen.
    pub fn engine(&self) -> SocketAddr {
        self.shared.engine
    }

    /// Where our engine finds its peers.
    pub fn peers(&self) -> impl Iterator<Item = (PeerId, SocketAddr)> {
        self.forwarders.iter().map(|(peer, (address, _))| (*peer, *address))
    }

    /// Lets a peer in, and says where our engine finds it.
    ///
    /// # Errors
    /// If its key is malformed, or there is no free port.
    pub async fn add(&mut self, peer: &Peer) -> Result<(PeerId, SocketAddr), GateError> {
        let id = libp2p_peer_id(&peer.key).map_err(SettingsError::PeerKey)?;
        self.remove(&id);
        let wanted = SocketAddr::new(self.ways, 0);
        let listener = listen(wanted).await?;
        let address = listener.local_addr().map_err(|source| GateError::Listen { listen: wanted, source })?;
        if let Some(members) = self.shared.members().as_mut() {
            members.insert(id, JoinSet::new());
        }
        let forwarding = forward(listener, Arc::clone(&self.shared), id, peer.address.clone());
        self.forwarders.insert(id, (address, tokio::spawn(forwarding)));
        Ok((id, address))
    }

    /// Cuts a peer off, and says where our engine used to find it.
    pub fn remove(&mut self, peer: &PeerId) -> Option<SocketAddr> {
        if let Some(members) = self.shared.members().as_mut() {
            members.remove(peer);
        }
        let (address, forwarding) = self.forwarders.remove(peer)?;
        forwarding.abort();
        Some(address)
    }

    /// Closes the gate and waits until its port is free.
    pub async fn close(mut self) {
        self.accepting.abort();
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        *self.shared.members() = None;
        self.accepting.abort();
        self.forwarders.values().for_each(|(_, forwarding)| forwarding.abort());
    }
}

impl Shared {
    fn members(&self) -> std::sync::MutexGuard<'_, Members> {
        self.members.lock().expect("nothing panics while it holds the members")
    }

    /// Runs a peer's tunnel, if it is a member, in place of an older one: the peer may have lost that without our
    /// knowing.
    async fn run(&self, peer: PeerId, plain: TcpStream, tunnel: Tunnel) -> Result<(), TunnelError> {
        loop {
            self.end_others(peer).await?;
            let mut members = self.members();
            let tunnels = members.as_mut().and_then(|members| members.get_mut(&peer));
            let tunnels = tunnels.ok_or(TunnelError::Refused { peer })?;
            // another one may have come meanwhile
            if tunnels.is_empty() {
                tunnels.spawn(splice(plain, tunnel));
                return Ok(());
            }
        }
    }

    /// Ends a peer's tunnels and gives both engines time to notice, before anything of a new one reaches them. An engine
    /// that saw the new connection before the end of the old one would never say again what it listens to, and the
    /// other, which saw them in their order, would never speak to it again.
    async fn end_others(&self, peer: PeerId) -> Result<(), TunnelError> {
        let mut others = {
            let mut members = self.members();
            let tunnels = members.as_mut().and_then(|members| members.get_mut(&peer));
            std::mem::take(tunnels.ok_or(TunnelError::Refused { peer })?)
        };
        while others.try_join_next().is_some() {}
        if !others.is_empty() {
            others.shutdown().await;
            tokio::time::sleep(END_NOTICED).await;
        }
        Ok(())
    }

    /// Whether a tunnel to this peer is open.
    fn is_connected(&self, peer: &PeerId) -> bool {
        let mut members = self.members();
        members.as_mut().and_then(|members| members.get_mut(peer)).is_some_and(|tunnels| {
            while tunnels.try_join_next().is_some() {}
            !tunnels.is_empty()
        })
    }

    fn is_member(&self, peer: &PeerId) -> bool {
        self.members().as_ref().is_some_and(|members| members.contains_key(peer))
    }

    async fn admit(&self, socket: TcpStream) -> Result<(), TunnelError> {
        let (peer, tunnel) = self.handshake.answer(socket).await?;
        if !self.is_member(&peer) {
            return Err(TunnelError::Refused { peer });
        }
        self.end_others(peer).await?;
        self.run(peer, TcpStream::connect(self.engine).await?, tunnel).await
    }

    async fn carry(&self, plain: TcpStream, peer: PeerId, address: &str) -> Result<(), TunnelError> {
        let tunnel = self.handshake.connect(address, peer).await?;
        self.run(peer, plain, tunnel).await
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut handshakes = JoinSet::new();
    let mut oldest_first: VecDeque<AbortHandle> = VecDeque::new();
    let mut callers = Callers::default();
    loop {
        let Ok((socket, from)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        if !callers.admit(from.ip(), Instant::now()) {
            continue;
        }
        while handshakes.try_join_next().is_some() {}
        oldest_first.retain(|handshake| !handshake.is_finished());
        if oldest_first.len() >= HANDSHAKES_MAX
            && let Some(oldest) = oldest_first.pop_front()
        {
            oldest.abort();
        }
        let shared = Arc::clone(&shared);
        // not worth a line of the log each: strangers could fill a disk with them
        oldest_first.push_back(handshakes.spawn(async move {
            match tokio::time::timeout(HANDSHAKE_TIMEOUT, shared.admit(socket)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%from, %error, "a connection was refused"),
                Err(_) => tracing::debug!(%from, "a connection was refused: it said nothing for too long"),
            }
        }));
    }
}

/// Carries our engine's connections to one peer.
async fn forward(listener: TcpListener, shared: Arc<Shared>, peer: PeerId, address: String) {
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        if address.is_empty() {
            // Nobody knows where it is: our engine tries again, and meanwhile it may call.
            tokio::time::sleep(DIAL_PATIENCE).await;
            continue;
        }
        if shared.handshake.own_id() > peer {
            // Of two that dial each other at once one waits, so that one connection is the rule: the engine announces
            // itself once on each, and might lose the one that it announced itself on.
            tokio::time::sleep(DIAL_PATIENCE).await;
            if shared.is_connected(&peer) {
                continue;
            }
        }
        // One after the other: the engine dials a peer seldom, and never in haste.
        match tokio::time::timeout(HANDSHAKE_TIMEOUT, shared.carry(socket, peer, &address)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%peer, %address, %error, "no connection"),
            Err(_) => tracing::debug!(%peer, %address, "no connection: no answer"),
        }
    }
}

async fn listen(listen: SocketAddr) -> Result<TcpListener, GateError> {
    TcpListener::bind(listen).await.map_err(|source| GateError::Listen { listen, source })
}

async fn free_address(ip: IpAddr) -> Result<SocketAddr, GateError> {
    let wanted = SocketAddr::new(ip, 0);
    let listener = listen(wanted).await?;
    listener.local_addr().map_err(|source| GateError::Listen { listen: wanted, source })
}

/// A loopback address that no other node on this machine uses, so that a free port on it stays free: one of the four million
/// whose second byte is `first` or up to [`LOOPBACKS`] above it.
fn own_loopback(first: u8) -> IpAddr {
    let [b, c, d]: [u8; 3] = rand::random();
    IpAddr::V4(Ipv4Addr::new(127, first + b % LOOPBACKS, c, 1 + d % 254))
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
