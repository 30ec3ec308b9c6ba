//! The client: channels to several nodes, the next one where one does not answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};

use super::error::ClientError;
use super::limits::{CONNECT_TIMEOUT, TIMEOUT_DEFAULT};
use super::problem::Problem;

/// Connections to the nodes of one chain. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Client {
    nodes: Arc<[Node]>,
    /// The node that answered last; the next request begins there.
    preferred: Arc<AtomicUsize>,
    timeout: Duration,
}

#[derive(Clone, Debug)]
struct Node {
    url: String,
    channel: Channel,
}

impl Client {
    /// For nodes in the order to try. Dials when it is used, so that a dead node costs nothing here.
    ///
    /// MUST be called within a tokio runtime.
    pub fn new<U: AsRef<str>>(urls: &[U]) -> Result<Self, ClientError> {
        if urls.is_empty() {
            return Err(ClientError::NoNode);
        }
        let nodes = urls.iter().map(|url| Node::new(url.as_ref())).collect::<Result<_, _>>()?;
        Ok(Self { nodes, preferred: Arc::default(), timeout: TIMEOUT_DEFAULT })
    }

    /// The same with another limit for one request and for waiting.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
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
        F: Fn(Channel) -> A,
        A: Future<Output = Result<Response<T>, Status>>,
    {
        let mut last = None;
        for index in self.order() {
            let Some(node) = self.nodes.get(index) else { continue };
            match ask(node.channel.clone()).await {
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
    fn new(url: &str) -> Result<Self, ClientError> {
        let bad = || ClientError::BadAddress { url: url.to_owned() };
        if url.starts_with("https://") {
            return Err(ClientError::TlsNotSpoken { url: url.to_owned() });
        }
        let endpoint = Endpoint::from_shared(url.to_owned()).map_err(|_| bad())?;
        let channel = endpoint.connect_timeout(CONNECT_TIMEOUT).tcp_nodelay(true).connect_lazy();
        Ok(Self { url: url.to_owned(), channel })
    }
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
