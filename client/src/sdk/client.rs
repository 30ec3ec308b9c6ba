//! The client: channels to several nodes, the next one where one does not answer; reads in its reader's name.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tally_contracts::types::DocumentId;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};

use super::error::ClientError;
use super::limits::{CONNECT_TIMEOUT, TIMEOUT_DEFAULT};
use super::line::{Line, Pass};
use super::problem::Problem;
use super::reader::{Reader, Session, is_stale};
use super::trust::Trust;

/// Connections to the nodes of one chain. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Client {
    nodes: Arc<[Node]>,
    /// The node that answered last; the next request begins there.
    preferred: Arc<AtomicUsize>,
    timeout: Duration,
    /// Who reads; without one, only what strangers may ask is answered.
    reader: Option<Arc<Reader>>,
}

#[derive(Clone, Debug)]
struct Node {
    url: String,
    channel: Channel,
    /// Of the client's reader at this node.
    session: Arc<Session>,
}

impl Client {
    /// For nodes in the order to try. Dials when it is used, so that a dead node costs nothing here.
    ///
    /// MUST be called within a tokio runtime.
    pub fn new<U: AsRef<str>>(urls: &[U]) -> Result<Self, ClientError> {
        Self::trusting(urls, None)
    }

    /// The same with what addresses of the form `https://HOST:PORT` need.
    ///
    /// MUST be called within a tokio runtime.
    pub fn trusting<U: AsRef<str>>(urls: &[U], trust: Option<&Trust>) -> Result<Self, ClientError> {
        if urls.is_empty() {
            return Err(ClientError::NoNode);
        }
        let nodes = urls.iter().map(|url| Node::new(url.as_ref(), trust)).collect::<Result<_, _>>()?;
        Ok(Self { nodes, preferred: Arc::default(), timeout: TIMEOUT_DEFAULT, reader: None })
    }

    /// The same with another limit for one request and for waiting.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The same, reading for a member: sessions are opened and renewed as they are needed, at each node one.
    #[must_use]
    pub fn with_reader(self, reader: Reader) -> Self {
        let anew = |node: &Node| Node { session: Arc::default(), ..node.clone() };
        let nodes = self.nodes.iter().map(anew).collect();
        Self { nodes, reader: Some(Arc::new(reader)), ..self }
    }

    /// What lets a node ask other nodes for a document in the reader's name; empty for strangers.
    pub(super) fn ticket(&self, document: DocumentId) -> Result<String, ClientError> {
        self.reader.as_ref().map_or(Ok(String::new()), |reader| reader.ticket(document))
    }

    /// The same for what needs no reader, such as handing in what is signed.
    pub(super) fn without_reader(&self) -> Self {
        Self { reader: None, ..self.clone() }
    }

    /// How long one request may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The same client for each node alone, with its address.
    pub fn each(&self) -> impl Iterator<Item = (&str, Self)> {
        self.nodes.iter().map(|node| {
            let one = Self { nodes: Arc::new([node.clone()]), preferred: Arc::default(), ..self.clone() };
            (node.url.as_str(), one)
        })
    }

    /// Asks one node after the other, each once, until one answers for good.
    pub(super) async fn call<T, F, A>(&self, ask: F) -> Result<T, ClientError>
    where
        F: Fn(Line) -> A,
        A: Future<Output = Result<Response<T>, Status>>,
    {
        let mut last = None;
        for index in self.order() {
            let Some(node) = self.nodes.get(index) else { continue };
            match self.ask_node(node, &ask).await {
                Ok(response) => {
                    self.preferred.store(index, Ordering::Relaxed);
                    return Ok(response.into_inner());
                }
                Err(status) => {
                    let problem = Box::new(Problem::from(&status));
                    if !problem.is_passing() {
                        return Err(ClientError::Node { url: node.url.clone(), problem });
                    }
                    last = Some((node.url.clone(), problem));
                }
            }
        }
        let (url, problem) = last.ok_or(ClientError::NoNode)?;
        Err(ClientError::Unreachable { nodes: self.nodes.len(), url, problem })
    }

    /// A session may have ended with its connection, which shows only now: then the question is asked once more.
    async fn ask_node<T, F, A>(&self, node: &Node, ask: &F) -> Result<Response<T>, Status>
    where
        F: Fn(Line) -> A,
        A: Future<Output = Result<Response<T>, Status>>,
    {
        let Some(reader) = &self.reader else {
            return ask(Line::new(node.channel.clone(), Pass::default())).await;
        };
        let pass = node.session.pass(reader, &node.channel, &node.url).await?;
        match ask(Line::new(node.channel.clone(), pass.clone())).await {
            Err(status) if is_stale(&status) => {
                node.session.forget(&pass).await;
                let pass = node.session.pass(reader, &node.channel, &node.url).await?;
                ask(Line::new(node.channel.clone(), pass)).await
            }
            answered => answered,
        }
    }

    /// The next request begins at the node after the one that answered last.
    pub(super) fn pass_over(&self) {
        let next = self.preferred.load(Ordering::Relaxed).wrapping_add(1) % self.nodes.len().max(1);
        self.preferred.store(next, Ordering::Relaxed);
    }

    fn order(&self) -> impl Iterator<Item = usize> + use<> {
        let (first, count) = (self.preferred.load(Ordering::Relaxed), self.nodes.len());
        (0..count).map(move |step| (first + step) % count)
    }
}

impl Node {
    fn new(url: &str, trust: Option<&Trust>) -> Result<Self, ClientError> {
        let bad = || ClientError::BadAddress { url: url.to_owned() };
        let mut endpoint = Endpoint::from_shared(url.to_owned()).map_err(|_| bad())?;
        if url.starts_with("https://") {
            let trust = trust.ok_or_else(|| ClientError::NoAuthority { url: url.to_owned() })?;
            let unfit = |error| ClientError::TlsUnfit { url: url.to_owned(), reason: innermost(&error) };
            endpoint = endpoint.tls_config(trust.config()).map_err(unfit)?;
        }
        let channel = endpoint.connect_timeout(CONNECT_TIMEOUT).tcp_nodelay(true).connect_lazy();
        Ok(Self { url: url.to_owned(), channel, session: Arc::default() })
    }
}

/// The last cause says what happened.
fn innermost(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}

/// A request that gives up after `timeout`, here and at the node.
pub(super) fn within<T>(message: T, timeout: Duration) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(timeout);
    request
}

/// Asks one method of one service, with failover.
macro_rules! ask {
    ($client:expr, $service:ident . $method:ident, $request:expr) => {
        $crate::sdk::client::ask!($client, $service.$method, $request, $client.timeout())
    };
    ($client:expr, $service:ident . $method:ident, $request:expr, $timeout:expr) => {{
        let (request, timeout) = ($request, $timeout);
        $client.call(move |channel| {
            let request = $crate::sdk::client::within(request.clone(), timeout);
            async move {
                $service::new(channel)
                    .max_decoding_message_size($crate::sdk::limits::RESPONSE_BYTES_MAX)
                    .$method(request)
                    .await
            }
        })
    }};
}
pub(super) use ask;
