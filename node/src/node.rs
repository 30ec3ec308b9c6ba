//! The node: the one place that knows all rooms, makes them and takes them down in order.
mod consensus;
mod edge;
mod member;
mod peers;
mod registry;

use crate::admission::{Admission, PeerAdmission, TransactionPool};
use crate::api::{self, ApiSettings, AuditError, AuditLog, NodeKind, NodeView, OperatorError, OperatorView};
use crate::chain::{Chain, Clock, Pace, Supply};
use crate::config::{Config, NodeKeys, Role, Storage};
use crate::documents::{DocumentStore, Limits, StoreError};
use crate::ledger::{Ledger, LedgerError};
use crate::mempool::gossip::{About, Fetcher, Gossip, GossipConfig, GossipError, Peer, PeerError, identity};
use crate::mempool::{Mempool, PoolLimits};
use crate::replica::ReplicaError;
use crate::storage::{Database, FORMAT_VERSION, Identity, StorageError};
use crate::telemetry::{Metrics, Observed, observe};
use edge::Edge;
use registry::{Networks, Registry};
use std::future::Future;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tally_consensus::{EndReason, StartError};
use tally_contracts::Genesis;
use tally_contracts::types::PublicKey;
use tally_keys::{KeyHandle, SigningKey};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Why a node did not start, or could not go on.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("a validator needs its consensus key; set keys.consensus to the key file")]
    ConsensusKeyMissing,
    #[error("peer {name}: {source}")]
    Peer { name: String, source: PeerError },
    #[error("gossip address {address} is not host:port")]
    GossipAddress { address: String },
    #[error(transparent)]
    Gossip(#[from] GossipError),
    #[error(transparent)]
    Consensus(#[from] StartError),
    #[error("cannot listen on {address} for the API: {source}; is another node running there?")]
    ApiListen { address: SocketAddr, source: std::io::Error },
    #[error(transparent)]
    Api(#[from] api::ApiError),
    #[error(transparent)]
    Operator(#[from] OperatorError),
    #[error("the record of regulators' reads: {0}")]
    Audit(#[from] AuditError),
    #[error("the documents kept here: {0}")]
    Documents(#[from] StoreError),
    #[error(transparent)]
    Replica(#[from] ReplicaError),
    #[error("a member node needs member.id and keys.reader")]
    MemberMissing,
    #[error("consensus ended: {0}")]
    Ended(EndReason),
    #[error("a worker thread ended abnormally: {0}")]
    Worker(#[from] tokio::task::JoinError),
    #[error("the threads of the API cannot be started: {0}")]
    Threads(std::io::Error),
    #[error("folder {} cannot be made: {source}", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
}

/// Runs a node until `shutdown` resolves or something ends it. Must be called in a multi-threaded runtime.
pub async fn run(
    config: Config,
    genesis: Genesis,
    keys: NodeKeys,
    metrics: Arc<Metrics>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), NodeError> {
    if config.role == Role::Member {
        return member::run(config, genesis, keys, metrics, shutdown).await;
    }
    let rooms = Rooms::open(&config, genesis, &keys).await?;
    let registry = Registry::new(keys.peer_public(), &config.consensus.peers);
    let listed = registry.listed(&rooms.ledger.tip().validators);
    let gossip = rooms.start_gossip(&config, &keys, registry.for_gossip(&listed)?).await?;
    let edge = Edge::open()?;
    let listener = edge.spawn(listen(config.api.listen)).await??;
    let socket = api::open_socket(&config.operator.socket)?;
    let application = Arc::new(rooms.chain(&config, gossip.fetcher()));
    let mut settings = consensus::settings(&config, &rooms.ledger, &keys)?;
    settings.peers = registry.for_consensus(&listed);
    let engine = tally_consensus::start(settings, application).await?;
    tracing::info!(
        chain = rooms.ledger.chain_id(),
        height = rooms.ledger.tip().height,
        api = %config.api.listen,
        "node started"
    );

    let (stop, stopped) = watch::channel(false);
    let observed = Observed {
        ledger: Arc::clone(&rooms.ledger),
        pool: rooms.pool.clone(),
        consensus: engine.status(),
        gossip: gossip.metrics(),
    };
    let observer = tokio::spawn(observe(metrics, observed, stopped.clone()));
    let networks = Networks { consensus: engine.peer_list(), gossip: gossip.list() };
    let following = tokio::spawn(registry::follow(
        registry,
        Arc::clone(&rooms.ledger),
        networks,
        listed,
        stopped.clone(),
    ));
    let view = Arc::new(rooms.view(&config, &keys, engine.status()));
    let operator = rooms.operator_view(&config, &keys, &view, &gossip);
    let mut told = tokio::spawn(api::serve_operator(socket, operator, until(stopped.clone())));
    let served = api::serve(listener, view, api_settings(&config), until(stopped.clone()));
    let mut served = edge.spawn(served);
    let ended = tokio::select! {
        () = shutdown => Ok(()),
        reason = engine.ended() => Err(NodeError::Ended(reason)),
        served = &mut served => served?.map_err(NodeError::from),
        told = &mut told => told?.map_err(NodeError::from),
    };

    tracing::info!("node stopping");
    stop.send_replace(true);
    if !served.is_finished() {
        // clients get the answers under way; those that wait for ever do not hold the node up
        let _ = tokio::time::timeout(STOP_GRACE, served).await;
    }
    engine.shutdown().await;
    gossip.stop().await;
    observer.abort();
    following.abort();
    told.abort();
    // the next start would replace it, too
    let _ = std::fs::remove_file(&config.operator.socket);
    let checkpoint = tokio::task::spawn_blocking(move || rooms.ledger.checkpoint()).await?;
    if let Err(error) = checkpoint {
        tracing::warn!(%error, "state tree not written; the next start computes it from the records");
    }
    ended
}

/// How long calls under way may take when the node stops.
const STOP_GRACE: Duration = Duration::from_secs(3);

/// What lives as long as the node, in the order in which it is made.
struct Rooms {
    ledger: Arc<Ledger>,
    pool: TransactionPool,
    admission: Arc<Admission>,
    clock: Clock,
    audit: Arc<AuditLog>,
    documents: Arc<DocumentStore>,
}

impl Rooms {
    async fn open(config: &Config, genesis: Genesis, keys: &NodeKeys) -> Result<Self, NodeError> {
        if config.role == Role::Validator && keys.consensus.is_none() {
            return Err(NodeError::ConsensusKeyMissing);
        }
        make_private(&config.data_dir)?;
        let (directory, storage) = (config.data_dir.clone(), config.storage);
        let clock = Clock::new(genesis.clock);
        let opened = tokio::task::spawn_blocking(move || open_ledger(&directory, storage, genesis)).await?;
        let ledger = Arc::new(opened?);
        let pool: TransactionPool = Mempool::new(PoolLimits::default(), ledger.tip().height);
        let rate = config.api.member_transactions_per_second;
        let admission = Arc::new(Admission::start_at(Arc::clone(&ledger), pool.clone(), rate));
        let audit = Arc::new(open_audit(&config.data_dir)?);
        let documents = Arc::new(open_documents(config)?);
        Ok(Self { ledger, pool, admission, clock, audit, documents })
    }

    async fn start_gossip(
        &self,
        config: &Config,
        keys: &NodeKeys,
        peers: Vec<Peer>,
    ) -> Result<Gossip, NodeError> {
        let ledger = Arc::clone(&self.ledger);
        let gossip = GossipConfig {
            identity: identity(*keys.peer),
            listen: peers::multiaddr(&config.gossip.listen.to_string())?,
            peers,
            introduce: Arc::new(move || About {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                data_format: FORMAT_VERSION,
                height: ledger.tip().height,
            }),
        };
        let admit = Arc::new(PeerAdmission(Arc::clone(&self.admission)));
        Ok(Gossip::start(gossip, Arc::new(self.pool.clone()), admit).await?)
    }

    fn chain(&self, config: &Config, fetcher: Fetcher) -> Chain {
        let consensus = &config.consensus;
        let pace = Pace {
            heartbeat: Duration::from_millis(consensus.heartbeat_ms),
            block_bytes_max: usize::try_from(consensus.block_bytes_max).unwrap_or(usize::MAX),
            block_transactions_max: usize::try_from(consensus.block_transactions_max).unwrap_or(usize::MAX),
            propose_timeout: Duration::from_millis(consensus.timeouts_ms.propose),
        };
        let supply = Supply { pool: self.pool.clone(), fetcher: Some(fetcher) };
        Chain::new(Arc::clone(&self.ledger), supply, self.clock, pace)
    }

    fn operator_view(
        &self,
        config: &Config,
        keys: &NodeKeys,
        node: &Arc<NodeView>,
        gossip: &Gossip,
    ) -> OperatorView {
        let named = config.consensus.peers.iter();
        OperatorView {
            node: Arc::clone(node),
            peer_key: keys.peer_public(),
            names: named.map(|peer| (PublicKey(peer.peer_key), peer.name.clone())).collect(),
            introductions: gossip.introductions(),
            connected: gossip.connected(),
        }
    }

    fn view(
        &self,
        config: &Config,
        keys: &NodeKeys,
        consensus: watch::Receiver<tally_consensus::Status>,
    ) -> NodeView {
        let kind = match (config.role, keys.consensus_public()) {
            (Role::Validator, Some(key)) => NodeKind::Validator { key },
            (Role::Validator | Role::Observer | Role::Member, _) => NodeKind::Observer,
        };
        NodeView {
            ledger: Arc::clone(&self.ledger),
            admission: Arc::clone(&self.admission),
            pool: self.pool.clone(),
            clock: self.clock,
            consensus,
            kind,
            heartbeat: Duration::from_millis(config.consensus.heartbeat_ms),
            audit: Arc::clone(&self.audit),
            documents: Arc::clone(&self.documents),
            document_peers: config.documents.peers(),
            relay: None,
            signer: KeyHandle::from(SigningKey::from_bytes(&keys.peer)),
            document_trust: config.documents.trust(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

fn api_settings(config: &Config) -> ApiSettings {
    let api = &config.api;
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let names = api.names.split(',').map(str::trim).filter(|name| !name.is_empty());
    ApiSettings {
        names: names.map(str::to_owned).collect(),
        tls: api.tls(),
        allow_remote: api.allow_remote,
        reflection: api.reflection,
        connections_max: count(api.connections_max),
        connections_per_address_max: count(api.connections_per_address_max),
        requests_per_connection_max: u32::try_from(api.requests_per_connection_max).unwrap_or(u32::MAX),
        streams_max: count(api.streams_max),
        message_bytes_max: count(api.message_bytes_max),
        request_timeout: Duration::from_millis(api.request_timeout_ms),
        ..ApiSettings::default()
    }
}

fn open_ledger(directory: &std::path::Path, storage: Storage, genesis: Genesis) -> Result<Ledger, NodeError> {
    let identity =
        Identity { chain_id: genesis.chain_id.as_str().to_owned(), genesis_hash: *genesis.hash().as_bytes() };
    let database = Database::open(directory, &identity)?.with_tree_memory(storage.tree_memory_bytes());
    Ok(Ledger::open(Arc::new(database), Arc::new(genesis))?)
}

/// The record of what regulators read. Validating does not wait for one that was tampered with.
fn open_audit(data: &std::path::Path) -> Result<AuditLog, AuditError> {
    AuditLog::open_or_begin(&audit_file(data))
}

/// Where a node with this data folder keeps it.
pub(crate) fn audit_file(data: &std::path::Path) -> PathBuf {
    data.join("audit").join("reads.jsonl")
}

/// A new folder is this user's alone; one that is there stays as its operator made it.
fn make_private(path: &std::path::Path) -> Result<(), NodeError> {
    let failed = |source| NodeError::Folder { path: path.to_owned(), source };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)
}

fn open_documents(config: &Config) -> Result<DocumentStore, StoreError> {
    let limits = Limits { total: config.documents.bytes_max, member: config.documents.member_bytes_max };
    DocumentStore::open(&config.data_dir.join("documents"), limits)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, NodeError> {
    TcpListener::bind(address).await.map_err(|source| NodeError::ApiListen { address, source })
}

/// Resolves when the node stops.
async fn until(mut stopped: watch::Receiver<bool>) {
    // an error means that the sender is gone, which is a stop too
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
