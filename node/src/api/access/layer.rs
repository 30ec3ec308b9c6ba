//! The layer between the transport and all services.
use super::super::bodies::Bodies;
use super::super::error::CallError;
use super::gate::Gate;
use super::table::{HELD, STREAMED, Who};
use super::{AccessError, Door};
use crate::limits::API_STREAMS_PER_CONNECTION_MAX;
use http::{Request, Response};
use http_body_util::BodyExt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::OwnedSemaphorePermit;
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};

/// Puts the gate before a service.
#[derive(Clone)]
pub(in super::super) struct AccessLayer {
    pub gate: Arc<Gate>,
    pub bodies: Arc<Bodies>,
}

#[derive(Clone)]
pub(in super::super) struct AccessCheck<S> {
    inner: S,
    gate: Arc<Gate>,
    bodies: Arc<Bodies>,
}

impl<S> Layer<S> for AccessLayer {
    type Service = AccessCheck<S>;

    fn layer(&self, inner: S) -> AccessCheck<S> {
        AccessCheck { inner, gate: Arc::clone(&self.gate), bodies: Arc::clone(&self.bodies) }
    }
}

impl<S> Service<Request<Body>> for AccessCheck<S>
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
        let offered = self.gate.rule(request.uri().path()).filter(|(_, who)| *who != Who::Operator);
        let door = request.extensions().get::<Arc<Door>>().cloned();
        let Some(rule) = offered else {
            let path = request.uri().path().chars().take(PATH_SHOWN_MAX).collect();
            let refused = refusal(AccessError::NotOffered { path }.into(), door.as_deref());
            return Box::pin(std::future::ready(Ok(refused)));
        };
        if rule.1 == Who::Anyone && !passes(&request) {
            let refused = refusal(CallError::QuotaUsed { whose: "connection" }, door.as_deref());
            return Box::pin(std::future::ready(Ok(refused)));
        }
        let request = self.bodies.meter(request, STREAMED.contains(&rule.0), self.gate.message_bytes_max());
        if rule.1 == Who::Anyone && HELD.contains(&rule.0) {
            let Some(place) = door.as_deref().map(Door::stream).unwrap_or_default() else {
                let full = CallError::StreamsFull { limit: API_STREAMS_PER_CONNECTION_MAX };
                return Box::pin(std::future::ready(Ok(refusal(full, door.as_deref()))));
            };
            let answered = self.inner.call(request);
            return Box::pin(async move { Ok(answered.await?.map(|body| held(body, place))) });
        }
        if rule.1 == Who::Anyone {
            return Box::pin(self.inner.call(request));
        }
        let gate = Arc::clone(&self.gate);
        // the clone takes the place of the one that was asked whether it is ready
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            match gate.admit(rule, request).await {
                Ok(request) => inner.call(request).await,
                Err(error) => Ok(refusal(error, door.as_deref())),
            }
        })
    }
}

/// The body, which keeps the place for as long as it is read.
fn held(body: Body, place: OwnedSemaphorePermit) -> Body {
    Body::new(body.map_frame(move |frame| {
        let _stays = &place;
        frame
    }))
}

/// Whether the connection may make one more call in nobody's name.
pub(super) fn passes(request: &Request<Body>) -> bool {
    request.extensions().get::<Arc<Door>>().is_none_or(|door| door.take_call())
}

/// Characters of an unknown path that are repeated to the caller.
const PATH_SHOWN_MAX: usize = 100;

/// Nobody may be refused like that for long: what cost a signature check in vain counts at once, whoever else showed itself over
/// the connection, and everything else once it has used up its calls in nobody's name. A member that asks too fast is told so.
fn refusal(error: CallError, door: Option<&Door>) -> Response<Body> {
    let was_checked = matches!(&error, CallError::Access(AccessError::Refused | AccessError::Replayed));
    if let Some(door) = door
        && (was_checked || (!door.standing().is_known() && !door.take_call()))
    {
        door.strike();
    }
    Status::from(error).into_http()
}
