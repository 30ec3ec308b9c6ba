//! A member node: the replica that follows, and the same API in front of it.
use super::edge::Edge;
use super::{NodeError, STOP_GRACE, api_settings, listen, make_private, open_audit, open_documents, until};
use crate::admission::{Admission, TransactionPool};
use crate::api::{self, NodeKind, NodeView, OperatorView, Relay};
use crate::chain::Clock;
use crate::config::{Config, NodeKeys};
use crate::ledger::Ledger;
use crate::mempool::gossip::{Introductions, PeerStates};
use crate::mempool::{Mempool, PoolLimits};
use crate::replica::{Evidence, Following, Settings};
use crate::storage::{Database, Identity};
use crate::telemetry::Metrics;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tally_contracts::Genesis;
use tally_contracts::types::MemberId;
use tally_keys::{KeyHandle, SigningKey};
use tokio::sync::watch;

/// Folder of what nodes were caught at, in the data folder.
pub(super) const EVIDENCE_FOLDER: &str = "evidence";

/// Runs a member node until `shutdown` resolves or this machine is broken.
pub(super) async fn run(
    config: Config,
    genesis: Genesis,
    keys: NodeKeys,
    metrics: Arc<Metrics>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), NodeError> {
    make_private(&config.data_dir)?;
    let clock = Clock::new(genesis.clock);
    let directory = config.data_dir.clone();
    let opened = tokio::task::spawn_blocking(move || open(&directory, genesis)).await?;
    let ledger = Arc::new(opened?);
    let settings = settings(&config, &keys)?;
    let (member, key) = (settings.member, settings.key.clone());
    let following = Following::new(Arc::clone(&ledger), settings)?;
    let relay = Arc::new(Relay::new(member, following.lines()));
    let evidence = following.evidence();
    let (_stays, consensus) = watch::channel(standing(&ledger));
    let pool: TransactionPool = Mempool::new(PoolLimits::default(), ledger.tip().height);
    let view = Arc::new(NodeView {
        admission: Arc::new(Admission::start(Arc::clone(&ledger), pool.clone())),
        pool,
        clock,
        consensus,
        kind: NodeKind::Member,
        heartbeat: Duration::from_millis(config.consensus.heartbeat_ms),
        audit: Arc::new(open_audit(&config.data_dir)?),
        documents: Arc::new(open_documents(&config)?),
        document_peers: config.documents.peers(),
        document_trust: config.documents.trust(),
        relay: Some(relay),
        signer: key,
        version: env!("CARGO_PKG_VERSION"),
        ledger: Arc::clone(&ledger),
    });
    let operator = OperatorView {
        node: Arc::clone(&view),
        peer_key: keys.peer_public(),
        names: Vec::new(),
        introductions: Introductions::default(),
        connected: PeerStates::default(),
    };
    let edge = Edge::open()?;
    let listener = edge.spawn(listen(config.api.listen)).await??;
    let socket = api::open_socket(&config.operator.socket)?;
    tracing::info!(
        chain = ledger.chain_id(),
        %member,
        height = ledger.tip().height,
        api = %config.api.listen,
        "member node started"
    );

    let (stop, stopped) = watch::channel(false);
    let observer = tokio::spawn(observe(metrics, Arc::clone(&ledger), evidence, stopped.clone()));
    let mut follows = tokio::spawn(following.run(stopped.clone()));
    let mut told = tokio::spawn(api::serve_operator(socket, operator, until(stopped.clone())));
    let mut served = edge.spawn(api::serve(listener, view, api_settings(&config), until(stopped.clone())));
    let ended = tokio::select! {
        () = shutdown => Ok(()),
        follows = &mut follows => follows?.map_err(NodeError::from),
        served = &mut served => served?.map_err(NodeError::from),
        told = &mut told => told?.map_err(NodeError::from),
    };

    tracing::info!("member node stopping");
    stop.send_replace(true);
    if !served.is_finished() {
        // clients get the answers under way; those that wait for ever do not hold the node up
        let _ = tokio::time::timeout(STOP_GRACE, served).await;
    }
    if !follows.is_finished() {
        // what is being written is written
        let _ = tokio::time::timeout(STOP_GRACE, follows).await;
    }
    observer.abort();
    told.abort();
    // the next start would replace it, too
    let _ = std::fs::remove_file(&config.operator.socket);
    ended
}

fn open(directory: &Path, genesis: Genesis) -> Result<Ledger, NodeError> {
    let identity =
        Identity { chain_id: genesis.chain_id.as_str().to_owned(), genesis_hash: *genesis.hash().as_bytes() };
    let database = Arc::new(Database::open(directory, &identity)?);
    Ok(Ledger::replica(database, Arc::new(genesis))?)
}

fn settings(config: &Config, keys: &NodeKeys) -> Result<Settings, NodeError> {
    let member = config.member.id.as_deref().and_then(|id| MemberId::new(id).ok());
    Ok(Settings {
        member: member.ok_or(NodeError::MemberMissing)?,
        key: KeyHandle::from(SigningKey::from_bytes(&keys.peer)),
        validators: config.member.validators(),
        trust: config.member.trust(),
        evidence: config.data_dir.join(EVIDENCE_FOLDER),
    })
}

/// It takes no part in consensus.
fn standing(ledger: &Ledger) -> tally_consensus::Status {
    tally_consensus::Status {
        height: tally_consensus::Height::new(ledger.tip().height.saturating_add(1)),
        round: tally_consensus::Round::new(0),
        proposer: None,
        own: None,
        is_voting: false,
        peers: 0,
    }
}

/// Copies what an operator watches into the metrics, once a second.
async fn observe(
    metrics: Arc<Metrics>,
    ledger: Arc<Ledger>,
    evidence: Arc<Evidence>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut period = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = period.tick() => {}
        }
        let tip = ledger.tip();
        metrics.height.set(i64::try_from(tip.height).unwrap_or(i64::MAX));
        metrics.chain_time_ms.set(i64::try_from(tip.time.ms()).unwrap_or(i64::MAX));
        metrics.lies.set(i64::try_from(evidence.reports().len()).unwrap_or(i64::MAX));
        metrics.storage_bytes.set(i64::try_from(ledger.database().table_bytes()).unwrap_or(i64::MAX));
    }
}
