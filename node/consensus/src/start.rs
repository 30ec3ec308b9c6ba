//! Starts the engine, watches over it, and takes it down again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_malachitebft_app_channel::app::types::codec::Codec;
use arc_malachitebft_app_channel::{
    AppMsg, Channels, ConsensusContext, EngineBuilder, EngineHandle, NetworkContext, NetworkIdentity,
    RequestContext, Signer, SyncContext, WalContext,
};
use tally_keys::KeyHandle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::application::Application;
use crate::engine::assemble::Assembler;
use crate::engine::codec::{CodecError, WireCodec};
use crate::engine::commit::{Commit, Committer};
use crate::engine::context::{Chain, engine_timeouts};
use crate::engine::desk::{Desk, Lines, next_height};
use crate::engine::network::{EngineConfig, PeerChange, Watch, Watched, watch_peers};
use crate::engine::signer::{GuardedSigner, Refusal, StrictVerifier};
use crate::engine::split::Publisher;
use crate::gate::{Gate, GateError};
use crate::guard::{Guard, GuardError};
use crate::handle::{EndReason, Ended, Handle, Status};
use crate::home::{Home, HomeError};
use crate::keys::validator_key;
use crate::limits::SHUTDOWN_TIMEOUT;
use crate::settings::{Peer, Role, Rotation, Settings, SettingsError};
use crate::types::{Height, Round, ValidatorKey};
use crate::validator_set::ValidatorSet;

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
    consensus_key: Option<KeyHandle>,
    /// Set while the node must be silent: up to which height.
    silent_until: Option<Height>,
}

/// Starts consensus for this application. Needs a multi-threaded tokio runtime, and the application's current tip.
///
/// # Errors
/// If the settings are wrong, the folder or the signer's record cannot be used, or the engine refuses.
pub async fn start(mut settings: Settings, application: Arc<dyn Application>) -> Result<Handle, StartError> {
    settings.check()?;
    let home = Home::open(&settings.home)?;
    take_rotated_key(&mut settings, &application).await;
    let life = Life::begin(&settings, &home, &application).await?;
    Ok(supervise(settings, home, application, life))
}

/// One run of the engine, between two rotations of its key.
struct Life {
    identity: Identity,
    refusal: Refusal,
    gate: Gate,
    channels: Channels<Chain>,
    engine: EngineHandle,
}

impl Life {
    async fn begin(
        settings: &Settings,
        home: &Home,
        application: &Arc<dyn Application>,
    ) -> Result<Self, StartError> {
        let height = next_height(application.as_ref());
        if application.validator_set(height).is_none() {
            return Err(StartError::ValidatorsUnknown { height });
        }
        Self::behind(Gate::open(settings).await?, settings, home, application).await
    }

    async fn behind(
        gate: Gate,
        settings: &Settings,
        home: &Home,
        application: &Arc<dyn Application>,
    ) -> Result<Self, StartError> {
        let (identity, signer, refusal) = identify(settings, home, application.as_ref())?;
        let config = EngineConfig::new(settings, &gate, signer.is_none());
        let (channels, engine) = build_engine(settings, config, home, &identity, signer).await?;
        Ok(Self { identity, refusal, gate, channels, engine })
    }
}

/// The key that votes at the next height, where that is the next one already.
async fn take_rotated_key(settings: &mut Settings, application: &Arc<dyn Application>) {
    let Role::Validator { consensus_key } = &settings.role else { return };
    let Some(validators) = application.validator_set(next_height(application.as_ref())) else { return };
    let own = validator_key(consensus_key);
    if let Some(consensus_key) = rotated(settings.rotation.as_ref(), own, &validators).await {
        settings.role = Role::Validator { consensus_key };
    }
}

/// The key that replaced `own` among these validators, if this node has it.
async fn rotated(
    rotation: Option<&Rotation>,
    own: ValidatorKey,
    validators: &ValidatorSet,
) -> Option<KeyHandle> {
    let rotation = rotation.filter(|_| validators.get(&own).is_none())?.clone();
    let validators = validators.clone();
    let next = tokio::task::spawn_blocking(move || rotation.next(&validators)).await;
    next.ok().flatten()
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
            let address = validator_key(consensus_key);
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

/// Everything that watches over one run of the engine.
struct Supervisor<'h> {
    messages: mpsc::Receiver<AppMsg<Chain>>,
    engine: EngineHandle,
    refusal: Refusal,
    silent_until: Option<Height>,
    /// With which key this run votes, and where the next one comes from.
    own: ValidatorKey,
    rotation: Option<Rotation>,
    application: Arc<dyn Application>,
    stop: watch::Receiver<bool>,
    is_deaf: watch::Receiver<bool>,
    home: &'h Home,
}

/// What outlives every run: the ends of the handle.
struct Wires {
    status: watch::Sender<Status>,
    stop: watch::Receiver<bool>,
    peers: mpsc::Receiver<PeerChange>,
}

fn supervise(settings: Settings, home: Home, application: Arc<dyn Application>, first: Life) -> Handle {
    let height = next_height(application.as_ref());
    let at_rest =
        Status { height, round: Round::FIRST, proposer: None, own: None, is_voting: false, peers: 0 };
    let (status_sender, status) = watch::channel(at_rest);
    let (stop_sender, stop) = watch::channel(false);
    let (end_sender, end) = watch::channel(None);
    let (peers_sender, peers) = mpsc::channel(REQUESTS_MAX);
    let wires = Wires { status: status_sender, stop, peers };
    tokio::spawn(async move {
        let reason = live(settings, &home, application, first, wires).await;
        tracing::info!(%reason, "consensus ended");
        drop(home);
        end_sender.send_replace(Some(reason));
    });
    Handle { status, end, stop: stop_sender, peers: peers_sender }
}

/// One run after the other, each with the next key, until one ends for good.
async fn live(
    mut settings: Settings,
    home: &Home,
    application: Arc<dyn Application>,
    first: Life,
    mut wires: Wires,
) -> EndReason {
    let mut life = first;
    loop {
        let ((ended, kept), changes) = run(&settings, home, &application, life, wires).await;
        let consensus_key = match ended {
            Ended::For(reason) => return reason,
            Ended::Rotated(key) => key,
        };
        wires = kept;
        settings.peers = changes.into_iter().fold(settings.peers, changed);
        tracing::info!(consensus_key = %validator_key(&consensus_key), "going on with the next consensus key");
        settings.role = Role::Validator { consensus_key };
        life = match Life::begin(&settings, home, &application).await {
            Ok(life) => life,
            Err(error) => return EndReason::NotRestarted(Arc::new(error)),
        };
    }
}

/// The list of peers after a change.
fn changed(mut peers: Vec<Peer>, change: PeerChange) -> Vec<Peer> {
    match change {
        PeerChange::Add(peer) => {
            peers.retain(|known| known.key != peer.key);
            peers.push(peer);
        }
        PeerChange::Remove(peer) => peers.retain(|known| known.key != peer.key),
    }
    peers
}

/// Runs the engine to its end, and gives back what the next run needs.
async fn run(
    settings: &Settings,
    home: &Home,
    application: &Arc<dyn Application>,
    life: Life,
    wires: Wires,
) -> ((Ended, Wires), Vec<PeerChange>) {
    let Life { identity, refusal, gate, channels, engine } = life;
    let Wires { status, stop, peers } = wires;
    let votes_with = identity.consensus_key.as_ref().map(|_| identity.address);
    status.send_modify(|status| status.own = votes_with);
    let (ahead_sender, ahead) = watch::channel(Height::GENESIS);
    let (commits_sender, commits) = mpsc::channel::<Commit>(COMMITS_MAX);
    let timeouts = engine_timeouts(&settings.timeouts);
    let chain_id = settings.chain_id.clone();
    let lines = Lines {
        network: channels.network,
        commits: commits_sender,
        ahead: ahead_sender,
        status: status.clone(),
    };
    let publisher =
        identity.consensus_key.map(|key| Publisher::new(chain_id.clone(), key, settings.part_bytes));
    let assembler = Assembler::new(chain_id.clone(), settings.block_bytes_max);
    let committer = Committer { application: application.clone(), chain_id, timeouts, ahead };
    let (deaf_sender, is_deaf) = watch::channel(false);
    let supervisor = Supervisor {
        messages: channels.consensus,
        engine,
        refusal,
        silent_until: identity.silent_until,
        own: identity.address,
        rotation: settings.rotation.clone().filter(|_| votes_with.is_some()),
        application: application.clone(),
        stop: stop.clone(),
        is_deaf,
        home,
    };
    let (close_gate, closed) = oneshot::channel();
    let watch =
        Watch { network: channels.net_requests, status: status.clone(), is_deaf: deaf_sender, stop: closed };
    let watcher = tokio::spawn(watch_peers(watch, gate, peers));
    let desk = Desk::new(application.clone(), timeouts, publisher, assembler, lines);
    let committer = tokio::spawn(committer.run(commits));
    let ended = supervisor.run(desk, committer).await;
    drop(close_gate);
    match watcher.await {
        Ok(Watched { changes, applied }) => ((ended, Wires { status, stop, peers: changes }), applied),
        // only a panic of the watcher loses the channel, and with it the next run
        Err(error) => {
            let (_, peers) = mpsc::channel(1);
            ((Ended::For(EndReason::fault_of(error)), Wires { status, stop, peers }), Vec::new())
        }
    }
}

/// Resolves when whoever says so says yes, or is gone: such as the handle that asks to stop.
async fn said(yes: &mut watch::Receiver<bool>) {
    let _ = yes.wait_for(|yes| *yes).await;
}

type Committing = JoinHandle<Result<(), EndReason>>;

impl Supervisor<'_> {
    async fn run(mut self, desk: Result<Desk, EndReason>, mut committer: Committing) -> Ended {
        let ended = match desk {
            Ok(desk) => self.serve(desk, &mut committer).await,
            Err(reason) => Ended::For(reason),
        };
        // The desk is gone by now, so the committer finishes what it is at and ends.
        if !committer.is_finished() {
            let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, &mut committer).await;
        }
        let ended = match ended {
            Ended::For(reason) => Ended::For(self.refine(reason).await),
            Ended::Rotated(key) => Ended::Rotated(key),
        };
        self.take_down().await;
        ended
    }

    async fn serve(&mut self, mut desk: Desk, committer: &mut Committing) -> Ended {
        let mut looked_at = Height::GENESIS;
        loop {
            tokio::select! {
                biased;
                () = said(&mut self.stop) => return Ended::For(EndReason::Shutdown),
                ended = &mut *committer => return Ended::For(match ended {
                    Ok(Err(reason)) => reason,
                    Ok(Ok(())) => EndReason::EngineStopped,
                    // A panic of the application ends up here.
                    Err(error) => EndReason::fault_of(error),
                }),
                message = self.messages.recv() => match message {
                    None => return Ended::For(EndReason::EngineStopped),
                    Some(message) => if let Err(reason) = desk.answer(message).await {
                        return Ended::For(reason);
                    },
                },
                () = said(&mut self.is_deaf) => return Ended::For(EndReason::Deaf),
            }
            let tip = self.application.tip().unwrap_or(Height::GENESIS);
            if let Some(height) = self.silent_until.filter(|until| tip >= *until) {
                return Ended::For(EndReason::ReadyToVote { height });
            }
            // asked once at each height: nothing else changes who votes
            if tip >= looked_at {
                looked_at = tip.next();
                if let Some(validators) = self.application.validator_set(looked_at)
                    && let Some(key) = rotated(self.rotation.as_ref(), self.own, &validators).await
                {
                    return Ended::Rotated(key);
                }
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

#[cfg(test)]
#[path = "start_tests.rs"]
mod tests;
