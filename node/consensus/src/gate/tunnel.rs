//! An encrypted connection between two nodes that have proved their keys to each other.

use std::io;

use libp2p::core::upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade};
use libp2p::identity::{Keypair, PeerId};
use libp2p::noise;
use tokio::net::TcpStream;

use crate::gate::adapt::{Inward, Outward};
use crate::limits::TUNNEL_BUFFER_BYTES;

/// The encrypted stream.
pub type Tunnel = Inward<noise::Output<Outward<TcpStream>>>;

/// First bytes of the handshake's transcript: a node of another chain, or another protocol, fails here.
const PROLOGUE: &[u8] = b"tallystick/gate/v1/";
/// The name under which the network library runs the handshake; it is not sent.
const HANDSHAKE: &str = "/noise";

/// Why there is no tunnel.
#[derive(Debug, thiserror::Error)]
pub enum TunnelError {
    /// The network refuses.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
    /// The other side does not speak our handshake, or on another chain.
    #[error("the handshake failed: {0}")]
    Handshake(#[from] noise::Error),
    /// The other side is not who it should be, or nobody we know.
    #[error("{peer} is not let in")]
    Refused {
        /// Who it proved to be.
        peer: PeerId,
    },
}

/// Proves our key and learns the other one's.
#[derive(Clone)]
pub struct Handshake {
    identity: Keypair,
    prologue: Vec<u8>,
}

impl Handshake {
    /// Handshakes of this node on this chain.
    pub fn new(identity: Keypair, chain_id: &str) -> Self {
        Self { identity, prologue: [PROLOGUE, chain_id.as_bytes()].concat() }
    }

    /// Who we are to others.
    pub fn own_id(&self) -> PeerId {
        self.identity.public().to_peer_id()
    }

    fn config(&self) -> Result<noise::Config, noise::Error> {
        Ok(noise::Config::new(&self.identity)?.with_prologue(self.prologue.clone()))
    }

    /// Answers whoever connected, and says who it is.
    pub async fn answer(&self, socket: TcpStream) -> Result<(PeerId, Tunnel), TunnelError> {
        socket.set_nodelay(true)?;
        let (peer, stream) = self.config()?.upgrade_inbound(Outward(socket), HANDSHAKE).await?;
        Ok((peer, Inward(stream)))
    }

    /// Connects to a node, which must prove to be the expected one.
    pub async fn connect(&self, address: &str, expected: PeerId) -> Result<Tunnel, TunnelError> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        let (peer, stream) = self.config()?.upgrade_outbound(Outward(socket), HANDSHAKE).await?;
        if peer != expected {
            return Err(TunnelError::Refused { peer });
        }
        Ok(Inward(stream))
    }
}

/// Passes bytes both ways until either side ends.
pub async fn splice(mut plain: TcpStream, mut tunnel: Tunnel) {
    if plain.set_nodelay(true).is_ok() {
        let size = TUNNEL_BUFFER_BYTES;
        // However it ends, both connections are closed, which both sides' engines notice.
        let _ = tokio::io::copy_bidirectional_with_sizes(&mut plain, &mut tunnel, size, size).await;
    }
}
