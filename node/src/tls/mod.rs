//! TLS: certificates from files, taken anew when they change; connections that exist do not notice.
//!
//! A certificate's dates matter to clients only: consensus and gossip know keys, not certificates, and a node whose
//! certificate expired goes on voting.
mod expiry;
mod files;
mod member;
mod peers;

pub use expiry::{Expiry, expiries, expiries_of};
pub use files::{TlsError, TlsFiles};
pub use member::member_of;
pub use peers::{PeerCallError, PeerTrust};

use crate::limits::{TLS_EXPIRY_SPOKEN_INTERVAL, TLS_EXPIRY_WARNING_DAYS};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tally_contracts::types::Hash;
use tokio::sync::watch;
use tokio_rustls::rustls::ServerConfig;

/// The certificates in use.
#[derive(Debug)]
pub struct Certificates {
    files: TlsFiles,
    current: RwLock<Loaded>,
}

#[derive(Clone, Debug)]
struct Loaded {
    config: Arc<ServerConfig>,
    /// Of what the files said.
    content: Hash,
}

impl Certificates {
    pub fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let (config, content) = files.load()?;
        warn_of_ends(&files);
        let current = RwLock::new(Loaded { config: Arc::new(config), content });
        Ok(Self { files, current })
    }

    /// For the next handshake.
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.current.read().expect("nothing panics while it holds the certificates").config)
    }

    /// Whether clients must show a certificate.
    pub fn asks_clients(&self) -> bool {
        self.files.client_ca.is_some()
    }

    /// Looks at the files; what they say now counts from the next handshake on. Files that do not fit together
    /// change nothing.
    pub fn renew(&self) -> Result<bool, TlsError> {
        let content = self.files.content()?;
        if self.current.read().expect("nothing panics while it holds the certificates").content == content {
            return Ok(false);
        }
        let (config, content) = self.files.load()?;
        warn_of_ends(&self.files);
        let mut current = self.current.write().expect("nothing panics while it holds the certificates");
        *current = Loaded { config: Arc::new(config), content };
        Ok(true)
    }

    /// Renews for as long as the node runs.
    pub async fn follow(self: Arc<Self>, interval: Duration, mut stopped: watch::Receiver<bool>) {
        let (mut is_told, mut spoken) = (false, Instant::now());
        loop {
            tokio::select! {
                () = tokio::time::sleep(interval) => {}
                // an error means that the sender is gone, which is a stop too
                _ = stopped.wait_for(|stop| *stop) => return,
            }
            let certificates = Arc::clone(&self);
            let is_due = spoken.elapsed() >= TLS_EXPIRY_SPOKEN_INTERVAL;
            spoken = if is_due { Instant::now() } else { spoken };
            let look = move || {
                if is_due {
                    warn_of_ends(&certificates.files);
                }
                certificates.renew()
            };
            match tokio::task::spawn_blocking(look).await {
                Ok(Ok(true)) => {
                    tracing::info!("new certificates are in use");
                    is_told = false;
                }
                Ok(Err(error)) if !is_told => {
                    tracing::error!(%error, "the new certificates cannot be used; the old ones stay in use");
                    is_told = true;
                }
                Ok(Ok(false) | Err(_)) | Err(_) => {}
            }
        }
    }
}

/// Says which certificates end soon or have ended; nothing else follows from that here.
fn warn_of_ends(files: &TlsFiles) {
    let Ok(found) = expiries(files) else { return };
    for expiry in found {
        let days = expiry.days_left(now_seconds());
        if days < TLS_EXPIRY_WARNING_DAYS {
            let (file, subject) = (expiry.file.display(), &expiry.subject);
            tracing::warn!(%file, %subject, days, "a certificate ends soon or has ended: renew it in its file");
        }
    }
}

/// Seconds since 1970 by this machine's clock.
pub fn now_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
