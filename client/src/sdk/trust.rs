//! Trust: whose certificates are believed of nodes, and which one this client shows.

use std::path::{Path, PathBuf};

use tonic::transport::{Certificate, ClientTlsConfig, Identity};

use super::error::ClientError;
use super::limits::TLS_FILE_BYTES_MAX;

/// PEM files for TLS, read once.
#[derive(Clone)]
pub struct Trust {
    config: ClientTlsConfig,
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trust(..)")
    }
}

/// A client's certificate chain and its private key, PEM each; the key's file has mode 0600.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The chain, the client's own first.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Trust {
    /// Believes the authorities in this file, and no other. Where nodes ask who calls, `own` is shown.
    pub fn load(authorities: &Path, own: Option<&ClientCertificate>) -> Result<Self, ClientError> {
        let mut config = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(read(authorities)?));
        if let Some(own) = own {
            let key = tally_keys::read_private(&own.key, TLS_FILE_BYTES_MAX)?;
            config = config.identity(Identity::from_pem(read(&own.certificate)?, key.as_slice()));
        }
        Ok(Self { config })
    }

    pub(super) fn config(&self) -> ClientTlsConfig {
        self.config.clone()
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    let failed = |source| ClientError::TlsFile { path: path.to_path_buf(), source };
    let bytes = std::fs::metadata(path).map_err(failed)?.len();
    if bytes > TLS_FILE_BYTES_MAX {
        return Err(failed(std::io::ErrorKind::FileTooLarge.into()));
    }
    std::fs::read(path).map_err(failed)
}
