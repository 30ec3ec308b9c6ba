//! The node's gRPC edge: submissions, reads, streams, health and reflection on one port.
//!
//! Reads are answered to **members that show who they are** (`access/`); a method that the table there does not
//! name is refused. Writes need nothing more: authority comes from the signatures in a transaction. An address that
//! others reach is served with TLS or not at all ([`ApiSettings::tls`]). Operators ask on a socket of their own
//! (`operator.rs`).
//!
//! Every database read and every signature check runs on a blocking thread, of which there is a bounded
//! number; the async threads only move bytes.
mod access;
mod addresses;
mod audit;
mod bodies;
mod connections;
mod documents;
mod error;
mod follow;
mod health;
mod lane;
mod newcomers;
mod operator;
mod origin;
mod outcome;
mod outlet;
mod page;
mod query;
mod relay;
mod report;
mod server;
mod sight;
mod simulate_policy;
mod standing;
mod status;
mod submit;
mod submit_many;
mod unread;
mod watch;

pub use audit::{AuditError, AuditLog};
pub use documents::{fuzz_wrapped, fuzz_wrapped_seed};
pub use operator::{OperatorError, OperatorView, open_socket, serve_operator};
pub use origin::fuzz_origin;
pub use page::{fuzz_token, fuzz_token_seed};
pub use relay::Relay;
pub use server::{ApiError, serve};

use crate::admission::{Admission, TransactionPool};
use crate::chain::Clock;
use crate::documents::DocumentStore;
use crate::events::Feed;
use crate::ledger::Ledger;
use crate::limits;
use crate::tls::{PeerTrust, TlsFiles};
use access::{Quotas, Reader};
use error::CallError;
use lane::Lane;
use prost::Message;
use query::Reading;
use std::sync::Arc;
use std::time::Duration;
use tally_contracts::types::PublicKey;
use tally_keys::KeyHandle;
use tokio::sync::{Semaphore, watch as changes};
use tokio::time::Instant;
use tonic::{Request, Response, Status};

/// What the edge sees of the node. `node.rs` makes it.
pub struct NodeView {
    pub ledger: Arc<Ledger>,
    pub admission: Arc<Admission>,
    pub pool: TransactionPool,
    pub clock: Clock,
    /// Where consensus is.
    pub consensus: changes::Receiver<tally_consensus::Status>,
    pub kind: NodeKind,
    /// Longest time without a block on a healthy chain.
    pub heartbeat: Duration,
    /// What regulators read here.
    pub audit: Arc<AuditLog>,
    /// Encrypted documents that are kept here.
    pub documents: Arc<DocumentStore>,
    /// Other nodes' addresses, which are asked for documents that are not kept here.
    pub document_peers: Vec<String>,
    /// Of a member node: who is asked what its replica does not hold.
    pub relay: Option<Arc<Relay>>,
    /// Signs what member nodes are answered, as the ledger knows this node.
    pub signer: KeyHandle,
    /// What is believed of them and shown to them.
    pub document_trust: PeerTrust,
    /// Of the software.
    pub version: &'static str,
}

/// Whether the node votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    Validator {
        key: PublicKey,
    },
    Observer,
    /// Holds what one member may see.
    Member,
}

/// What an operator may choose.
#[derive(Clone, Debug)]
pub struct ApiSettings {
    /// Hosts and ports under which readers dial the node, beside its own address.
    pub names: Vec<String>,
    /// Certificates; without them the listener must be loopback.
    pub tls: Option<TlsFiles>,
    /// Time between two looks at them.
    pub tls_look_interval: Duration,
    /// For a TLS handshake, and for the first bytes after it.
    pub greeting_timeout: Duration,
    /// Silence after which an HTTP/2 caller is asked whether it is there. One that is in the middle of its headers cannot answer.
    pub keepalive: Duration,
    /// For the answer.
    pub keepalive_timeout: Duration,
    /// For which a caller may take nothing of what it is sent.
    pub unread_timeout: Duration,
    /// Lets pages call that came from the address they call, as with TLS: a proxy on this machine adds it.
    pub allow_remote: bool,
    /// Whether gRPC reflection answers.
    pub reflection: bool,
    pub connections_max: usize,
    /// Of those, the ones whose caller nobody knows yet.
    pub strangers_max: usize,
    pub connections_per_address_max: usize,
    pub requests_per_connection_max: u32,
    /// Watch streams over all connections.
    pub streams_max: usize,
    /// Bytes of one request message.
    pub message_bytes_max: usize,
    /// Of one request, a wait for its commit included.
    pub request_timeout: Duration,
    /// Silence after which a stream says how far it is.
    pub stream_heartbeat: Duration,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            tls: None,
            tls_look_interval: limits::TLS_LOOK_INTERVAL,
            greeting_timeout: limits::API_GREETING_TIMEOUT,
            keepalive: limits::API_KEEPALIVE,
            keepalive_timeout: limits::API_KEEPALIVE_TIMEOUT,
            unread_timeout: limits::API_UNREAD_TIMEOUT,
            allow_remote: false,
            reflection: true,
            connections_max: limits::API_CONNECTIONS_MAX,
            strangers_max: limits::API_STRANGERS_MAX,
            connections_per_address_max: limits::API_CONNECTIONS_PER_ADDRESS_MAX,
            requests_per_connection_max: limits::API_REQUESTS_PER_CONNECTION_MAX,
            streams_max: limits::API_STREAMS_MAX,
            message_bytes_max: limits::API_MESSAGE_BYTES_MAX,
            request_timeout: limits::API_REQUEST_TIMEOUT,
            stream_heartbeat: limits::API_STREAM_HEARTBEAT,
        }
    }
}

/// What all services share.
struct Edge {
    node: Arc<NodeView>,
    settings: ApiSettings,
    feed: Arc<Feed>,
    reads: Lane,
    /// Checks of the whole state, one at a time.
    audits: Lane,
    /// Of what regulators read: one file.
    records: Lane,
    /// One permit: a replay holds a whole past state in memory.
    simulations: Arc<Semaphore>,
    /// One permit for each document that is brought from elsewhere.
    fetches: Semaphore,
    /// One permit for each watch stream.
    streams: Arc<Semaphore>,
    /// What each member may still ask.
    quotas: Arc<Quotas>,
    /// True once the server stops.
    stopping: changes::Receiver<bool>,
}

/// Every gRPC service of the node; each area implements its own in a file of its own.
#[derive(Clone)]
struct Services {
    edge: Arc<Edge>,
}

impl Services {
    fn new(
        node: Arc<NodeView>,
        settings: ApiSettings,
        quotas: Arc<Quotas>,
        stopping: changes::Receiver<bool>,
    ) -> Self {
        let feed = Arc::new(Feed::new(Arc::clone(&node.ledger)));
        let streams = Arc::new(Semaphore::new(settings.streams_max));
        let edge = Edge {
            node,
            settings,
            feed,
            reads: Lane::new(limits::API_READS_MAX),
            audits: Lane::new(1),
            records: Lane::new(1),
            simulations: Arc::new(Semaphore::new(1)),
            fetches: Semaphore::new(limits::DOCUMENT_FETCHES_MAX),
            streams,
            quotas,
            stopping,
        };
        Self { edge: Arc::new(edge) }
    }

    /// Who asks, and what. What a regulator asks is on record before it is answered.
    async fn enter<T: Message>(&self, request: Request<T>) -> Result<(Reader, T), CallError> {
        let (reader, request) = Reader::of(request)?;
        self.record(&reader, &request).await?;
        Ok((reader, request))
    }

    async fn record(&self, reader: &Reader, request: &impl Message) -> Result<(), CallError> {
        if reader.reads_everything() {
            let (node, who, asked) = (Arc::clone(&self.edge.node), reader.clone(), request.encode_to_vec());
            let record =
                move || Ok(node.audit.append(access::now_ms(), who.member.as_str(), who.method, &asked)?);
            self.edge.records.run(record).await?;
        }
        Ok(())
    }

    /// Answers a reader from one view of the committed state, on a blocking thread.
    async fn read<T: Message + 'static>(
        &self,
        reader: Reader,
        answer: impl FnOnce(&Reading<'_>) -> Result<T, CallError> + Send + 'static,
    ) -> Result<Response<T>, Status> {
        self.answer(&self.edge.reads, Some(reader), answer).await
    }

    /// The same for what reads all of it.
    async fn audit<T: Message + 'static>(
        &self,
        reader: Reader,
        answer: impl FnOnce(&Reading<'_>) -> Result<T, CallError> + Send + 'static,
    ) -> Result<Response<T>, Status> {
        self.answer(&self.edge.audits, Some(reader), answer).await
    }

    async fn answer<T: Message + 'static>(
        &self,
        lane: &Lane,
        reader: Option<Reader>,
        answer: impl FnOnce(&Reading<'_>) -> Result<T, CallError> + Send + 'static,
    ) -> Result<Response<T>, Status> {
        let node = Arc::clone(&self.edge.node);
        let absence = Instant::now() + limits::API_ABSENCE_TIME;
        let answered = lane.run(move || {
            let reading = Reading::of(&node)?.by(reader);
            let told = answer(&reading)?;
            let is_empty = says_nothing(&told, &reading);
            Ok((told, is_empty))
        });
        let answered = answered.await;
        let is_absence = match &answered {
            Ok((_, is_empty)) => *is_empty,
            Err(error) => error.is_absence(),
        };
        if is_absence {
            tokio::time::sleep_until(absence).await;
        }
        Ok(Response::new(answered?.0))
    }
}

/// Whether an answer holds nothing but where it was read, as a list of what the reader may not see does.
fn says_nothing(told: &impl Message, reading: &Reading<'_>) -> bool {
    let position = reading.position().map_or(0, |position| position.encoded_len());
    told.encoded_len() <= position.saturating_add(FIELD_HEAD_BYTES)
}

/// Of a position inside an answer: its field's number and its length.
const FIELD_HEAD_BYTES: usize = 3;

impl Edge {
    /// Resolves when the server stops.
    async fn stopped(&self) {
        let mut stopping = self.stopping.clone();
        // an error means that the server is gone, which is the same
        let _ = stopping.wait_for(|stop| *stop).await;
    }
}
