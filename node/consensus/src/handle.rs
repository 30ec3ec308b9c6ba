//! What the node holds of a running engine: its position, its end, and the means to stop it.

use std::sync::Arc;

use tally_keys::KeyHandle;
use tokio::sync::{mpsc, watch};

use crate::application::ApplicationFault;
use crate::engine::network::PeerChange;
use crate::guard::GuardError;
use crate::settings::{Peer, SettingsError};
use crate::start::StartError;
use crate::types::{Height, Round, ValidatorKey};

/// Where consensus is, for metrics and health checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The height being decided.
    pub height: Height,
    /// The round it is in; more than 0 means that a proposer was late or absent.
    pub round: Round,
    /// Whose turn it is; `None` before the first round.
    pub proposer: Option<ValidatorKey>,
    /// The key with which it votes where it does; another one after a rotation.
    pub own: Option<ValidatorKey>,
    /// Whether this node votes at this height.
    pub is_voting: bool,
    /// Connected nodes.
    pub peers: usize,
}

/// Why an engine ended. Everything but `Shutdown` means: exit with this message, and let the supervisor decide.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EndReason {
    /// It was asked to.
    #[error("shut down")]
    Shutdown,
    /// The application is broken.
    #[error(transparent)]
    Application(Arc<ApplicationFault>),
    /// The application said a decision was committed, but its tip says otherwise.
    #[error("height {height} was decided but the last committed height is {tip}")]
    NotCommitted {
        /// What was decided.
        height: Height,
        /// Where the application is.
        tip: Height,
    },
    /// The application has no validator set for a height it must know.
    #[error("the validators of height {height} are not known")]
    ValidatorsUnknown {
        /// Which height.
        height: Height,
    },
    /// Signing would have risked a contradiction. After a restart the node follows without voting until it is safe.
    #[error("the signer refused: {0}")]
    SignerRefused(Arc<GuardError>),
    /// The node had to be silent for a while; a restart lets it vote again.
    #[error("height {height} is committed: restart to vote again after an earlier refusal to sign")]
    ReadyToVote {
        /// What it waited for.
        height: Height,
    },
    /// The engine halted itself because its write-ahead log failed or is damaged. Going on might sign twice.
    #[error(
        "the engine halted to stay safe, because its write-ahead log failed (its last log lines say how): check the disk"
    )]
    SafetyHalt,
    /// It ended to go on with another key, and could not.
    #[error("the engine did not go on with the next consensus key: {0}")]
    NotRestarted(Arc<StartError>),
    /// The engine runs on without its network: it could not listen, or its network failed. It would never say so itself.
    #[error("the engine has no network any more (its last log lines say why): restart")]
    Deaf,
    /// The engine died of something else; a restart is safe.
    #[error("the engine stopped unexpectedly (its last log lines say why)")]
    EngineStopped,
}

/// How one life of the engine ended: for good, or to go on with another key.
#[derive(Debug)]
pub(crate) enum Ended {
    For(EndReason),
    Rotated(KeyHandle),
}

impl EndReason {
    pub(crate) fn fault(fault: ApplicationFault) -> Self {
        Self::Application(Arc::new(fault))
    }

    pub(crate) fn fault_of(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::fault(ApplicationFault::new(error))
    }
}

/// The list of peers of a running engine.
#[derive(Clone, Debug)]
pub struct PeerList(mpsc::Sender<PeerChange>);

impl PeerList {
    /// Lets one more node connect, until the next start.
    ///
    /// # Errors
    /// If the peer's key or address is malformed. An engine that has ended ignores it.
    pub async fn add(&self, peer: &Peer) -> Result<(), SettingsError> {
        peer.check()?;
        self.change(PeerChange::Add(peer.clone())).await;
        Ok(())
    }

    /// Disconnects a node at once and keeps it out, until the next start.
    ///
    /// # Errors
    /// If the peer's key or address is malformed. An engine that has ended ignores it.
    pub async fn remove(&self, peer: &Peer) -> Result<(), SettingsError> {
        peer.check()?;
        self.change(PeerChange::Remove(peer.clone())).await;
        Ok(())
    }

    async fn change(&self, change: PeerChange) {
        if self.0.send(change).await.is_err() {
            tracing::warn!("the engine has ended; the change of its peers is lost");
        }
    }
}

/// A running engine. Dropping it shuts the engine down without waiting.
#[derive(Debug)]
pub struct Handle {
    pub(crate) status: watch::Receiver<Status>,
    pub(crate) end: watch::Receiver<Option<EndReason>>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) peers: mpsc::Sender<PeerChange>,
}

impl Handle {
    /// Where consensus is, now and whenever it changes.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Resolves when the engine has ended, for everybody who asks. Then nothing of it is left: no task, no open file,
    /// no port.
    pub async fn ended(&self) -> EndReason {
        let mut end = self.end.clone();
        match end.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or(EndReason::EngineStopped),
            // The task that reports the end is itself gone, which only a panic can cause.
            Err(_) => EndReason::EngineStopped,
        }
    }

    /// Stops the engine after a commit in progress, and waits until it has ended.
    pub async fn shutdown(self) -> EndReason {
        self.stop.send_replace(true);
        self.ended().await
    }

    /// Its list of peers, which can be changed as long as it runs.
    #[must_use]
    pub fn peer_list(&self) -> PeerList {
        PeerList(self.peers.clone())
    }
}
