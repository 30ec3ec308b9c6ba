//! The relay: what a member node cannot answer from its replica, a full node is asked in the member's name.
//!
//! A replica holds whole records only: those that its member may have proven. What a member sees in part (a receivable
//! further up, a tree, a report) exists on full nodes alone; their answers are passed on as they are, and are that node's
//! word. `LOCAL` names what is answered here, from what was verified.
use super::NodeView;
use super::access::Reader;
use super::error::CallError;
use super::health::is_well;
use crate::limits::{API_MESSAGE_BYTES_MAX, RELAY_ANSWER_BYTES_MAX};
use crate::replica::Line;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tally_contracts::member::Role;
use tally_contracts::types::MemberId;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};

/// Methods that are answered from the replica alone.
const LOCAL: &[&str] = &[
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    "/tally.access.v1.AccessService/OpenSession",
    "/tally.ledger.v1.LedgerService/ListBlocks",
    "/tally.ledger.v1.LedgerService/WatchBlocks",
    "/tally.ledger.v1.LedgerService/WatchEvents",
    "/tally.ledger.v1.LedgerService/ListValidators",
    "/tally.money.v1.MoneyService/ListDeposits",
    "/tally.node.v1.NodeService/GetStatus",
    "/tally.policy.v1.PolicyService/GetPolicy",
    "/tally.policy.v1.PolicyService/ListPolicies",
];

/// Methods that are answered from the replica where it holds the record whole, and relayed where it does not.
const LOCAL_FIRST: &[&str] = &[
    "/tally.facility.v1.FacilityService/GetFacility",
    "/tally.money.v1.MoneyService/GetPayout",
    "/tally.receivable.v1.ReceivableService/GetReceivable",
    "/tally.tranche.v1.TrancheService/GetTranche",
];

/// The full nodes of a member node, and whose it is.
pub struct Relay {
    pub member: MemberId,
    pub lines: Vec<Line>,
    /// The one that answered last.
    preferred: AtomicUsize,
}

impl Relay {
    pub fn new(member: MemberId, lines: Vec<Line>) -> Self {
        Self { member, lines, preferred: AtomicUsize::new(0) }
    }

    /// Whether a reader may ask here: a member node is its member's alone.
    fn admits(&self, request: &Request<Body>) -> bool {
        request.extensions().get::<Reader>().is_none_or(|reader| reader.member == self.member)
    }
}

/// Puts the relay before the services of a member node; does nothing on a full one.
#[derive(Clone)]
pub(super) struct RelayLayer {
    pub node: Arc<NodeView>,
}

#[derive(Clone)]
pub(super) struct RelayService<S> {
    inner: S,
    node: Arc<NodeView>,
}

impl<S> Layer<S> for RelayLayer {
    type Service = RelayService<S>;

    fn layer(&self, inner: S) -> RelayService<S> {
        RelayService { inner, node: Arc::clone(&self.node) }
    }
}

impl<S> Service<Request<Body>> for RelayService<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Some(relay) = self.node.relay.clone() else { return Box::pin(self.inner.call(request)) };
        if !relay.admits(&request) {
            let refused = CallError::OtherMembersNode { member: relay.member };
            return Box::pin(std::future::ready(Ok(Status::from(refused).into_http())));
        }
        let path = request.uri().path().to_owned();
        if LOCAL.contains(&path.as_str()) && !is_of_a_bank(&path, &request) {
            return Box::pin(self.inner.call(request));
        }
        // the clone takes the place of the one that was asked whether it is ready
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        // an old replica does not know what it lacks
        let is_fresh = is_well(&self.node);
        Box::pin(async move {
            if request.extensions().get::<Reader>().is_none() {
                // what is handed in carries its own authority, and may be a stream
                return Ok(relay.pass(request).await.unwrap_or_else(Status::into_http));
            }
            let (head, frame) = match collect(request).await {
                Ok(collected) => collected,
                Err(status) => return Ok(status.into_http()),
            };
            if is_fresh && LOCAL_FIRST.contains(&path.as_str()) {
                let mut local = Request::new(Body::new(Full::new(frame.clone())));
                *local.method_mut() = head.method.clone();
                *local.uri_mut() = head.uri.clone();
                *local.headers_mut() = head.headers.clone();
                *local.extensions_mut() = head.extensions.clone();
                let answered = inner.call(local).await?;
                if !is_not_found(answered.headers()) {
                    return Ok(answered);
                }
            }
            Ok(relay.ask(&head, &frame).await.unwrap_or_else(Status::into_http))
        })
    }
}

/// A bank sees the deposits that it keeps for others, which its replica does not hold.
fn is_of_a_bank(path: &str, request: &Request<Body>) -> bool {
    let is_bank = |reader: &Reader| reader.roles.contains(&Role::Bank);
    path == "/tally.money.v1.MoneyService/ListDeposits"
        && request.extensions().get::<Reader>().is_some_and(is_bank)
}

/// The request's one message in its frame, which a signature is over.
async fn collect(request: Request<Body>) -> Result<(http::request::Parts, Bytes), Status> {
    let (head, body) = request.into_parts();
    let too_large = |_| Status::from(CallError::OverLimit { field: "message", found: 0, limit: 0 });
    let frame = Limited::new(body, API_MESSAGE_BYTES_MAX).collect().await.map_err(too_large)?.to_bytes();
    Ok((head, frame))
}

fn is_not_found(headers: &HeaderMap) -> bool {
    let code = headers.get("grpc-status").and_then(|code| code.to_str().ok());
    code == Some("5")
}

/// Compression flag and length.
const FRAME_HEAD: usize = 5;

impl Relay {
    /// Asks one full node after the other, in the member's name.
    async fn ask(&self, head: &http::request::Parts, frame: &Bytes) -> Result<Response<Body>, Status> {
        let method = head.uri.path();
        let message = frame.get(FRAME_HEAD..).unwrap_or_default();
        let mut last = None;
        for index in self.order() {
            let Some(line) = self.lines.get(index) else { continue };
            let mut request = Request::new(Body::new(Full::new(frame.clone())));
            *request.method_mut() = head.method.clone();
            *request.headers_mut() = forwarded(&head.headers);
            *request.uri_mut() = Uri::try_from(method).map_err(|_| Status::internal("no path"))?;
            request.headers_mut().insert(AUTHORIZATION, authorization(line, method, message)?);
            match call(line, request).await {
                Ok(response) if !is_passing(response.headers()) => {
                    self.preferred.store(index, Ordering::Relaxed);
                    return Ok(response);
                }
                Ok(response) => last = Some(response),
                Err(error) => tracing::debug!(node = line.url(), %error, "not relayed"),
            }
        }
        last.ok_or_else(nobody)
    }

    /// Passes on what needs nobody's name, to the node that answered last.
    async fn pass(&self, request: Request<Body>) -> Result<Response<Body>, Status> {
        let (head, body) = request.into_parts();
        let index = self.order().next().unwrap_or(0);
        let line = self.lines.get(index).ok_or_else(nobody)?;
        let mut request = Request::new(body);
        *request.method_mut() = head.method;
        *request.headers_mut() = forwarded(&head.headers);
        *request.uri_mut() = Uri::try_from(head.uri.path()).map_err(|_| Status::internal("no path"))?;
        let answered = call(line, request).await;
        if answered.is_err() {
            // the caller asks again, with the same bytes; another node is tried then
            self.preferred.store(index.wrapping_add(1), Ordering::Relaxed);
        }
        answered.map_err(|_| nobody())
    }

    fn order(&self) -> impl Iterator<Item = usize> + use<> {
        let (first, count) = (self.preferred.load(Ordering::Relaxed), self.lines.len().max(1));
        (0..count).map(move |step| first.wrapping_add(step) % count)
    }
}

async fn call(line: &Line, request: Request<Body>) -> Result<Response<Body>, tonic::transport::Error> {
    let mut channel = line.channel();
    std::future::poll_fn(|context| channel.poll_ready(context)).await?;
    let response = channel.call(request).await?;
    Ok(response.map(|body| Body::new(Limited::new(body, RELAY_ANSWER_BYTES_MAX).map_err(cut))))
}

fn cut(_: Box<dyn std::error::Error + Send + Sync>) -> Status {
    Status::unavailable("the full node's answer broke off; ask again")
}

/// What belongs to the call, not to the connection it came over.
fn forwarded(headers: &HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in ["content-type", "te", "grpc-timeout", "grpc-accept-encoding", "user-agent"] {
        if let Some(value) = headers.get(name) {
            kept.insert(name, value.clone());
        }
    }
    kept
}

fn authorization(line: &Line, method: &str, message: &[u8]) -> Result<HeaderValue, Status> {
    let shown = line.authorization(method, message)?;
    let text = shown.to_str().map_err(|_| Status::internal("no header"))?;
    HeaderValue::from_str(text).map_err(|_| Status::internal("no header"))
}

/// Whether another node may answer what this one does not.
fn is_passing(headers: &HeaderMap) -> bool {
    let code = headers.get("grpc-status").and_then(|code| code.to_str().ok());
    code.and_then(|code| code.parse().ok()).is_some_and(|code: i32| Code::from(code) == Code::Unavailable)
}

fn nobody() -> Status {
    CallError::NoFullNode.into()
}

#[cfg(test)]
mod tests {
    use super::super::access::METHODS;
    use super::*;

    #[test]
    fn what_is_local_is_offered() {
        for path in LOCAL.iter().chain(LOCAL_FIRST) {
            assert!(METHODS.iter().any(|(method, _)| method == path), "{path}");
        }
    }
}
