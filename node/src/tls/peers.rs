//! Other nodes' APIs: whose certificates are believed there, and which one this node shows.
use super::files::{TlsError, check_private, read};
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;
use tonic::transport::{self, Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

/// PEM files, read anew for each connection, so that renewed ones count at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeerTrust {
    /// Who signs other nodes' certificates; without it no https address is called.
    pub authority: Option<PathBuf>,
    /// The certificate chain of the member that runs this node, and its key, mode 0600: for nodes that ask for one.
    pub own: Option<(PathBuf, PathBuf)>,
}

/// Why another node's API is not reached.
#[derive(Debug, thiserror::Error)]
pub enum PeerCallError {
    #[error(transparent)]
    Files(#[from] TlsError),
    #[error(
        "{address} needs an authority to believe: set documents.peers_ca, or member.tls_roots on a member node"
    )]
    NoAuthority { address: String },
    #[error("{address} cannot be called: {}", innermost(source))]
    Unusable { address: String, source: transport::Error },
    #[error("{address} is not reached: {}", innermost(source))]
    Unreached { address: String, source: transport::Error },
}

impl PeerTrust {
    /// Where `http://HOST:PORT` or `https://HOST:PORT` is, with the files as they are now.
    pub fn endpoint(&self, address: &str, timeout: Duration) -> Result<Endpoint, PeerCallError> {
        let unusable = |source| PeerCallError::Unusable { address: address.to_owned(), source };
        let endpoint = Endpoint::from_shared(address.to_owned()).map_err(unusable)?.connect_timeout(timeout);
        if !address.starts_with("https:") {
            return Ok(endpoint);
        }
        endpoint.tls_config(self.config(address)?).map_err(unusable)
    }

    /// Connects there.
    pub async fn connect(&self, address: &str, timeout: Duration) -> Result<Channel, PeerCallError> {
        let endpoint = self.endpoint(address, timeout)?;
        let unreached = |source| PeerCallError::Unreached { address: address.to_owned(), source };
        endpoint.connect().await.map_err(unreached)
    }

    /// Files of a few kilobytes, seldom read.
    fn config(&self, address: &str) -> Result<ClientTlsConfig, PeerCallError> {
        let missing = || PeerCallError::NoAuthority { address: address.to_owned() };
        let authority = read(self.authority.as_ref().ok_or_else(missing)?)?;
        let config = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(&*authority));
        let Some((certificate, key)) = &self.own else { return Ok(config) };
        check_private(key)?;
        Ok(config.identity(Identity::from_pem(&*read(certificate)?, &*read(key)?)))
    }
}

/// The library's own words are "transport error"; what happened stands below.
fn innermost(error: &transport::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
