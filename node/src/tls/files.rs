//! The files: a certificate chain, its key, and optionally whose certificates clients must show.
use crate::limits::TLS_FILE_BYTES_MAX;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tally_contracts::types::{Hash, tagged_hash};
use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use zeroize::Zeroizing;

/// Where they lie, PEM each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The node's own first, then those that lead to what clients trust.
    pub certificate: PathBuf,
    /// Mode 0600.
    pub key: PathBuf,
    /// Who signs clients' certificates; with it, each client must show one.
    pub client_ca: Option<PathBuf>,
}

/// Why certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{} has more than {limit} bytes", path.display())]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("{} holds no {what} in PEM form", path.display())]
    Nothing { path: PathBuf, what: &'static str },
    #[error("{} can be read by others (mode {mode:o}); chmod 600 it", path.display())]
    Open { path: PathBuf, mode: u32 },
    #[error("certificate and key do not go together, or are of a kind that is not supported: {0}")]
    Unfit(#[from] rustls::Error),
    #[error("the authority of clients' certificates cannot be used: {0}")]
    ClientCa(#[from] rustls::server::VerifierBuilderError),
}

impl TlsFiles {
    /// The configuration that follows from the files, and what they said.
    pub(super) fn load(&self) -> Result<(ServerConfig, Hash), TlsError> {
        let content = self.content()?;
        check_private(&self.key)?;
        let chain = certificates(&self.certificate)?;
        let key_bytes = read(&self.key)?;
        let key = PrivateKeyDer::from_pem_slice(&key_bytes)
            .map_err(|_| TlsError::Nothing { path: self.key.clone(), what: "private key" })?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?;
        let builder = match &self.client_ca {
            None => builder.with_no_client_auth(),
            Some(path) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates(path)? {
                    roots.add(authority)?;
                }
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let mut config = builder.with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok((config, content))
    }

    pub(super) fn content(&self) -> Result<Hash, TlsError> {
        let files = [Some(&self.certificate), Some(&self.key), self.client_ca.as_ref()];
        let read =
            files.into_iter().flatten().map(|path: &PathBuf| read(path)).collect::<Result<Vec<_>, _>>()?;
        let parts: Vec<&[u8]> = read.iter().map(|bytes| bytes.as_slice()).collect();
        Ok(tagged_hash("tallystick/tls", &parts))
    }
}

/// Every certificate of a file.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bytes = read(path)?;
    let nothing = || TlsError::Nothing { path: path.to_owned(), what: "certificate" };
    let found: Vec<_> =
        CertificateDer::pem_slice_iter(&bytes).collect::<Result<_, _>>().map_err(|_| nothing())?;
    if found.is_empty() { Err(nothing()) } else { Ok(found) }
}

/// Wiped afterwards, since one of them is a key.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, TlsError> {
    let io = |source| TlsError::Io { path: path.to_owned(), source };
    let file = File::open(path).map_err(io)?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(TLS_FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > TLS_FILE_BYTES_MAX {
        return Err(TlsError::TooLarge { path: path.to_owned(), limit: TLS_FILE_BYTES_MAX });
    }
    Ok(bytes)
}

/// Refuses a key that others can read.
pub(super) fn check_private(path: &Path) -> Result<(), TlsError> {
    let io = |source| TlsError::Io { path: path.to_owned(), source };
    let mode = std::fs::metadata(path).map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(TlsError::Open { path: path.to_owned(), mode }) }
}
