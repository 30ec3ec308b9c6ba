//! `tallyd start`: runs the node until it is asked to end, or cannot go on.

use super::error::CommandError;
use super::settings::ConfigArguments;
use crate::config::{Config, Loaded, NodeKeys, agree};
use crate::telemetry::{self, Metrics};
use crate::{genesis_file, node};
use clap::Args;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tally_contracts::Genesis;
use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// What a shell reports for a process that a signal ended.
const ENDED_AT_ONCE: i32 = 130;
/// The machine or the program is broken.
const BROKEN: i32 = 70;

/// From then on a panic is only noise of things that are taken down.
static STOPPING: AtomicBool = AtomicBool::new(false);

#[derive(Args)]
#[command(after_help = "The first SIGINT or SIGTERM ends the node in order, the second at once.\n\n\
    Examples:\n  tallyd start --config /srv/tally/tallyd.toml\n  \
    tallyd start --config tallyd.toml --set log.format=json --set log.filter=info,tally_node=debug")]
pub(super) struct Start {
    #[command(flatten)]
    config: ConfigArguments,
}

impl Start {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let loaded = self.config.load()?;
        telemetry::start_logs(loaded.config.log.format, &loaded.config.log.filter);
        let genesis = genesis_file::load(&loaded.config.genesis)?;
        let keys = NodeKeys::open(&loaded.config)?;
        check_belonging(&loaded, &genesis, &keys)?;
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            chain = %genesis.chain_id,
            genesis = %genesis.hash(),
            role = ?loaded.config.role,
            moniker = loaded.config.moniker,
            peer_key = %keys.peer_public(),
            "starting"
        );
        if genesis.clock.speed > 1 {
            tracing::warn!(
                speed = genesis.clock.speed,
                "this chain's clock runs fast: it is a demonstration"
            );
        }
        allow_open_files();
        end_on_panic();
        let ended = block_on(run_node(loaded.config, genesis, keys))?;
        match &ended {
            Ok(()) => tracing::info!("ended"),
            Err(error) => tracing::error!(%error, "ended"),
        }
        ended
    }
}

/// As many files and connections as this user may have: the usual soft limit is fewer than the API's connections.
fn allow_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, current = ?limit.current, "the limit of open files stays as it is");
    }
}

/// Runs the future on a runtime of its own.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> Result<T, CommandError> {
    let runtime = Builder::new_multi_thread().enable_all().build();
    Ok(runtime.map_err(|source| CommandError::Runtime { source })?.block_on(future))
}

async fn run_node(config: Config, genesis: Genesis, keys: NodeKeys) -> Result<(), CommandError> {
    let asked = asked_to_end()?;
    let metrics = Arc::new(Metrics::new());
    let (stop, stopped) = oneshot::channel();
    let (fail, failed) = oneshot::channel();
    let served = tokio::spawn(serve_metrics(config.metrics.listen, Arc::clone(&metrics), stopped, fail));
    let shutdown = async move {
        tokio::select! {
            () = asked => {}
            // dropped without a word, it never resolves this
            Ok(()) = failed => {}
        }
        STOPPING.store(true, Ordering::Relaxed);
    };
    let ran = node::run(config, genesis, keys, metrics, shutdown).await;
    STOPPING.store(true, Ordering::Relaxed);
    let _ = stop.send(());
    match served.await {
        Ok(Err(error)) if ran.is_ok() => Err(error),
        Ok(_) | Err(_) => Ok(ran?),
    }
}

/// A node that nobody can watch does not run: says so through `fail`.
async fn serve_metrics(
    listen: Option<SocketAddr>,
    metrics: Arc<Metrics>,
    stopped: oneshot::Receiver<()>,
    fail: oneshot::Sender<()>,
) -> Result<(), CommandError> {
    let Some(address) = listen else {
        return Ok(());
    };
    let stop = async move {
        // an error means that the sender is gone, which is a stop too
        let _ = stopped.await;
    };
    let served = telemetry::serve(address, metrics, tally_consensus::engine_metrics, stop).await;
    if let Err(error) = &served {
        tracing::error!(%error, "no metrics");
        let _ = fail.send(());
    }
    Ok(served?)
}

/// Before the first start genesis is all there is. Later governance may have replaced keys and nodes of genesis, so what
/// does not agree with it is only said; a key that genesis never had may be waiting to be admitted.
fn check_belonging(loaded: &Loaded, genesis: &Genesis, keys: &NodeKeys) -> Result<(), CommandError> {
    let config = &loaded.config;
    let Err(source) = agree(config, genesis, keys.consensus_public(), keys.peer_public()) else {
        return Ok(());
    };
    if config.data_dir.join("FORMAT").exists() || source.may_be_admitted() {
        tracing::warn!(%source, "genesis says otherwise: right only if governance changed it since, or will");
        return Ok(());
    }
    Err(CommandError::Disagreement { config: loaded.file.clone(), genesis: config.genesis.clone(), source })
}

/// Resolves at the first signal; the second ends the process there and then.
fn asked_to_end() -> Result<impl Future<Output = ()> + Send + 'static, CommandError> {
    let source = |source| CommandError::Runtime { source };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(source)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(source)?;
    Ok(async move {
        next(&mut interrupt, &mut terminate).await;
        tracing::info!("asked to end; a second signal ends at once");
        tokio::spawn(async move {
            next(&mut interrupt, &mut terminate).await;
            std::process::exit(ENDED_AT_ONCE);
        });
    })
}

async fn next(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// A node with a part missing must not go on voting: the supervisor starts it again from what is on disk.
fn end_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        report(panic);
        if !STOPPING.load(Ordering::Relaxed) {
            std::process::exit(BROKEN);
        }
    }));
}
