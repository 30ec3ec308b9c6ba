//! Starts the engine, watches over it, and takes it down again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_malachitebft_app_channel::app::types::codec::Codec;
use arc_malachitebft_app_channel::{
    AppMsg, Channels, ConsensusContext, EngineBuilder, EngineHandle, NetworkContext, NetworkIdentity,
    RequestContext, Signer, SyncContext, WalContext,
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::application::Application;
use crate::engine::assemble::Assembler;
use crate::engine::codec::{CodecError, WireCodec};
use crate::engine::commit::{Commit, Committer};
use crate::engine::context::{Chain, engine_timeouts};
use crate::engine::desk::{Desk, Lines, next_height};
use crate::engine::network::{EngineConfig, watch_peers};
use crate::engine::signer::{GuardedSigner, Refusal, StrictVerifier};
use crate::engine::split::Publisher;
use crate::gate::{Gate, GateError};
use crate::guard::{Guard, GuardError};
use crate::handle::{EndReason, Handle, Status};
use crate::home::{Home, HomeError};
use crate::keys::SecretKey;
use crate::limits::SHUTDOWN_TIMEOUT;
use crate::settings::{Role, Settings, SettingsError};
use crate::types::{Height, Round, ValidatorKey};

/// Requests to the engine that may wait; each is a count of peers or a change of their list.
const REQUESTS_MAX: usize = 16;
/// Commits that may wait: a decision and the end of its height.
const COMMITS_MAX: usize = 4;
/// How long the engine's supervisor needs to be gone after an ordinary failure; after a safety failure it stays.
const SUPERVISOR_TIMEOUT: Duration = Duration::from_secs(1);

/// Why the engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings are wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The folder cannot be used.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The signer's record cannot be used.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The application has no validator set for its next height.
    #[error("the validators of height {height} are not known")]
    ValidatorsUnknown {
        /// Which height.
        height: Height,
    },
    /// The gate did not open, most likely because its port is in use.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The engine itself refuses.
    #[error("the engine did not start: {0}")]
    Engine(String),
}

/// Who this node is to the others.
struct Identity {
    address: ValidatorKey,
    consensus_key: Option<SecretKey>,
    /// Set while the node must be silent: up to which height.
    silent_until: Option<Height>,
}

/// Starts consensus for this application. Needs a multi-threaded tokio runtime, and the application's current tip.
///
/// # Errors
/// If the settings are wrong, the folder or the signer's record cannot be used, or the engine refuses.
pub async fn start(settings: Settings, application: Arc<dyn Application>) -> Result<Handle, StartError> {
    settings.check()?;
    let home = Home::open(&settings.home)?;
    let height = next_height(application.as_ref());
    if application.validator_set(height).is_none() {
        return Err(StartError::ValidatorsUnknown { height });
    }
    let (identity, signer, refusal) = identify(&settings, &home, application.as_ref())?;
    let gate = Gate::open(&settings).await?;
    let config = EngineConfig::new(&settings, &gate, signer.is_none());
    let (channels, engine) = build_engine(&settings, config, &home, &identity, signer).await?;
    let running = Running { settings, application, home, gate, identity, refusal };
    Ok(supervise(running, channels, engine))
}

/// Opens the signer, if this node has a key and may use it.
fn identify(
    settings: &Settings,
    home: &Home,
    application: &dyn Application,
) -> Result<(Identity, Option<GuardedSigner>, Refusal), StartError> {
    let silent = |silent_until| {
        // Not in any validator set, because nobody has this key's secret for votes.
        let address = ValidatorKey::new(*settings.peer_key.peer_key().as_bytes());
        (Identity { address, consensus_key: None, silent_until }, None, Refusal::default())
    };
    match &settings.role {
        Role::Observer => Ok(silent(None)),
        Role::Validator { consensus_key } => {
            let address = consensus_key.validator_key();
            let guard = Guard::open(home.path(), address)?;
            let tip = application.tip().unwrap_or(Height::GENESIS);
            if let Some(until) = guard.silent_until(tip) {
                tracing::warn!(%until, "following without a vote after an earlier refusal to sign");
                return Ok(silent(Some(until)));
            }
            let consensus_key = consensus_key.clone();
            let (signer, refusal) =
                GuardedSigner::new(settings.chain_id.clone(), consensus_key.clone(), guard);
            let identity = Identity { address, consensus_key: Some(consensus_key), silent_until: None };
            Ok((identity, Some(signer), refusal))
        }
    }
}

async fn build_engine(
    settings: &Settings,
    config: EngineConfig,
    home: &Home,
    identity: &Identity,
    signer: Option<GuardedSigner>,
) -> Result<(Channels<Chain>, EngineHandle), StartError> {
    let keypair = settings.peer_key.keypair();
    let moniker = settings.moniker.clone();
    let network_identity = match &signer {
        Some(signer) => {
            let peer_id = keypair.public().to_peer_id().to_bytes();
            let proof = signer.sign_validator_proof(identity.address.as_bytes().to_vec(), peer_id).await;
            let proof = proof.map_err(|error| StartError::Engine(error.to_string()))?;
            let proof = WireCodec.encode(&proof);
            let proof = proof.map_err(|error: CodecError| StartError::Engine(error.to_string()))?;
            NetworkIdentity::new_validator(moniker, keypair, identity.address.to_string(), proof)
        }
        None => NetworkIdentity::new(moniker, keypair, None),
    };
    let verifier = Box::new(StrictVerifier::new(settings.chain_id.clone()));
    let consensus = match signer {
        Some(signer) => ConsensusContext::new_validator(identity.address, verifier, Box::new(signer)),
        None => ConsensusContext::new_full_node(identity.address, verifier),
    };
    let builder = EngineBuilder::new(Chain, config)
        .with_default_wal(WalContext::new(home.log_path(), WireCodec))
        .with_default_network(NetworkContext::new(network_identity, WireCodec))
        .with_default_sync(SyncContext::new(WireCodec))
        .with_default_consensus(consensus)
        .with_default_request(RequestContext::new(REQUESTS_MAX));
    builder.build().await.map_err(|report| StartError::Engine(format!("{report:#}")))
}

/// A started engine and all that belongs to it.
struct Running {
    settings: Settings,
    application: Arc<dyn Application>,
    home: Home,
    gate: Gate,
    identity: Identity,
    refusal: Refusal,
}

/// Everything that watches over one engine.
struct Supervisor {
    messages: mpsc::Receiver<AppMsg<Chain>>,
    engine: EngineHandle,
    refusal: Refusal,
    silent_until: Option<Height>,
    application: Arc<dyn Application>,
    stop: watch::Receiver<bool>,
    home: Home,
}

fn supervise(running: Running, channels: Channels<Chain>, engine: EngineHandle) -> Handle {
    let Running { settings, application, home, gate, identity, refusal } = running;
    let height = next_height(application.as_ref());
    let first = Status { height, round: Round::FIRST, proposer: None, is_voting: false, peers: 0 };
    let (status_sender, status) = watch::channel(first);
    let (ahead_sender, ahead) = watch::channel(Height::GENESIS);
    let (commits_sender, commits) = mpsc::channel::<Commit>(COMMITS_MAX);
    let (stop_sender, stop) = watch::channel(false);
    let (end_sender, end) = watch::channel(None);
    let (peers, changes) = mpsc::channel(REQUESTS_MAX);
    let timeouts = engine_timeouts(&settings.timeouts);
    let chain_id = settings.chain_id;
    let lines = Lines {
        network: channels.network,
        commits: commits_sender,
        ahead: ahead_sender,
        status: status_sender.clone(),
    };
    let publisher =
        identity.consensus_key.map(|key| Publisher::new(chain_id.clone(), key, settings.part_bytes));
    let assembler = Assembler::new(chain_id.clone(), settings.block_bytes_max);
    let committer = Committer { application: application.clone(), chain_id, timeouts, ahead };
    let silent_until = identity.silent_until;
    let messages = channels.consensus;
    let supervisor =
        Supervisor { messages, engine, refusal, silent_until, application: application.clone(), stop, home };
    let (close_gate, closed) = oneshot::channel();
    let watcher = tokio::spawn(watch_peers(channels.net_requests, gate, changes, status_sender, closed));
    tokio::spawn(async move {
        let desk = Desk::new(application, timeouts, publisher, assembler, lines);
        let committer = tokio::spawn(committer.run(commits));
        let reason = supervisor.run(desk, committer).await;
        drop(close_gate);
        let _ = watcher.await;
        tracing::info!(%reason, "consensus ended");
        end_sender.send_replace(Some(reason));
    });
    Handle { status, end, stop: stop_sender, peers }
}

/// Resolves when the handle asks to stop or is dropped.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

type Committing = JoinHandle<Result<(), EndReason>>;

impl Supervisor {
    async fn run(mut self, desk: Result<Desk, EndReason>, mut committer: Committing) -> EndReason {
        let reason = match desk {
            Ok(desk) => self.serve(desk, &mut committer).await,
            Err(reason) => reason,
        };
        // The desk is gone by now, so the committer finishes what it is at and ends.
        if !committer.is_finished() {
            let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, &mut committer).await;
        }
        let reason = self.refine(reason).await;
        self.take_down().await;
        reason
    }

    async fn serve(&mut self, mut desk: Desk, committer: &mut Committing) -> EndReason {
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut self.stop) => return EndReason::Shutdown,
                ended = &mut *committer => return match ended {
                    Ok(Err(reason)) => reason,
                    Ok(Ok(())) => EndReason::EngineStopped,
                    // A panic of the application ends up here.
                    Err(error) => EndReason::fault_of(error),
                },
                message = self.messages.recv() => match message {
                    None => return EndReason::EngineStopped,
                    Some(message) => if let Err(reason) = desk.answer(message).await {
                        return reason;
                    },
                },
            }
            let tip = self.application.tip().unwrap_or(Height::GENESIS);
            if let Some(height) = self.silent_until.filter(|until| tip >= *until) {
                return EndReason::ReadyToVote { height };
            }
        }
    }

    /// Finds out why the engine's channel closed.
    async fn refine(&mut self, reason: EndReason) -> EndReason {
        if !matches!(reason, EndReason::EngineStopped) {
            return reason;
        }
        let refused = self.refusal.lock().expect("nothing panics while it holds the refusal").clone();
        if let Some(refused) = refused {
            return EndReason::SignerRefused(refused);
        }
        match tokio::time::timeout(SUPERVISOR_TIMEOUT, &mut self.engine.handle).await {
            Ok(_) => EndReason::EngineStopped,
            Err(_) => EndReason::SafetyHalt,
        }
    }

    /// Stops every actor and waits until the log is free, so that the same process may start again.
    async fn take_down(mut self) {
        drop(self.messages);
        let why = || Some("consensus ended".to_owned());
        let cell = self.engine.actor.get_cell();
        cell.stop_children_and_wait(why(), Some(SHUTDOWN_TIMEOUT)).await;
        cell.stop(why());
        if !self.engine.handle.is_finished()
            && tokio::time::timeout(SHUTDOWN_TIMEOUT, &mut self.engine.handle).await.is_err()
        {
            cell.kill();
        }
        // The log's thread is not an actor and outlives the log's actor for a moment.
        let deadline = Instant::now() + SHUTDOWN_TIMEOUT;
        while !self.home.is_log_free() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
