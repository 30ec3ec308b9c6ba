//! Connections from addresses of the attackers' own, with and without TLS.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::frames;

/// An encrypted connection.
pub type Line = TlsStream<TcpStream>;

/// How long an attacker waits for a handshake.
const PATIENCE: Duration = Duration::from_secs(15);

/// Dials the nodes.
#[derive(Clone)]
pub struct Dialler {
    tls: TlsConnector,
    /// How many addresses the attackers have.
    addresses: u8,
}

impl Dialler {
    /// Believes the network's own authority; each handshake is a full one.
    pub fn new(authority: &Path, addresses: u8) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(authority).map_err(io::Error::other)? {
            roots.add(certificate.map_err(io::Error::other)?).map_err(io::Error::other)?;
        }
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        config.resumption = Resumption::disabled();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)), addresses })
    }

    /// From the attackers' address number `from`, modulo how many there are.
    pub async fn plain(&self, to: SocketAddr, from: usize) -> io::Result<TcpStream> {
        let number = u8::try_from(from % usize::from(self.addresses.max(1))).unwrap_or(0);
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::new(127, 0, 1, 1 + number), 0).into())?;
        let stream = timeout(PATIENCE, socket.connect(to)).await??;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// The same with TLS.
    pub async fn secure(&self, to: SocketAddr, from: usize) -> io::Result<Line> {
        let stream = self.plain(to, from).await?;
        let name = ServerName::from(to.ip());
        timeout(PATIENCE, self.tls.connect(name, stream)).await?
    }

    /// The same, greeted in HTTP/2.
    pub async fn greeted(&self, to: SocketAddr, from: usize) -> io::Result<Line> {
        let mut line = self.secure(to, from).await?;
        line.write_all(&frames::greeting()).await?;
        line.flush().await?;
        Ok(line)
    }
}

/// Reads until the node ends the connection, or for so long. True where it ended.
pub async fn ends<S: AsyncReadExt + Unpin>(stream: &mut S, most: Duration) -> bool {
    let mut buffer = [0; 1_024];
    let reading = async { while let Ok(1..) = stream.read(&mut buffer).await {} };
    timeout(most, reading).await.is_ok()
}
