//! Bodies: how many bytes of requests are in memory at once, and how long a request may take to arrive.
use super::access::Door;
use super::error::CallError;
use crate::limits::{API_BODY_BYTES_MAX, API_BODY_TIMEOUT, API_CONNECTION_BODY_BYTES_MAX};
use bytes::Bytes;
use futures::Stream;
use http::Request;
use http_body::Frame;
use http_body_util::{BodyStream, StreamBody};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use tokio::time::Sleep;
use tonic::Status;
use tonic::body::Body;

/// Bytes held for callers that are known, and for those that are not: the one cannot use up the other's.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    known: AtomicUsize,
    unknown: AtomicUsize,
}

/// What one request holds; dropping it gives it back.
struct Held {
    bodies: Arc<Bodies>,
    door: Arc<Door>,
    is_known: bool,
    bytes: usize,
    /// A stream's messages are consumed as they come, so it never holds more than one.
    bytes_max: usize,
}

/// A request's body on its way in.
struct Metered {
    frames: BodyStream<Body>,
    held: Held,
    /// A request that is one message has this long to be there.
    until: Option<Pin<Box<Sleep>>>,
}

impl Bodies {
    /// The request with a body that is counted. One of a connection without a door is none of the listener's.
    pub(super) fn meter(
        self: &Arc<Self>,
        request: Request<Body>,
        is_stream: bool,
        message_bytes_max: usize,
    ) -> Request<Body> {
        let Some(door) = request.extensions().get::<Arc<Door>>().cloned() else { return request };
        let is_known = door.standing().is_known();
        let held = Held { bodies: Arc::clone(self), door, is_known, bytes: 0, bytes_max: message_bytes_max };
        let until = (!is_stream).then(|| Box::pin(tokio::time::sleep(API_BODY_TIMEOUT)));
        request.map(|body| {
            let frames = BodyStream::new(body);
            Body::new(StreamBody::new(Metered { frames, held, until }))
        })
    }

    fn of(&self, is_known: bool) -> &AtomicUsize {
        if is_known { &self.known } else { &self.unknown }
    }
}

impl Held {
    /// Counts what came; an error where there is no room for it.
    fn add(&mut self, bytes: usize) -> Result<(), CallError> {
        let bytes = bytes.min(self.bytes_max.saturating_sub(self.bytes));
        self.bytes = self.bytes.saturating_add(bytes);
        let own = self.door.held().fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let all = self.bodies.of(self.is_known).fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if own > API_CONNECTION_BODY_BYTES_MAX {
            return Err(CallError::QuotaUsed { whose: "connection" });
        }
        if all > API_BODY_BYTES_MAX {
            return Err(CallError::BodiesFull { limit: API_BODY_BYTES_MAX });
        }
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.door.held().fetch_sub(self.bytes, Ordering::Relaxed);
        self.bodies.of(self.is_known).fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Stream for Metered {
    type Item = Result<Frame<Bytes>, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.until.as_mut().is_some_and(|until| until.as_mut().poll(context).is_ready()) {
            return Poll::Ready(Some(Err(CallError::BodyTooSlow { limit: API_BODY_TIMEOUT }.into())));
        }
        let frame = match ready!(Pin::new(&mut self.frames).poll_next(context)) {
            None => {
                self.until = None;
                return Poll::Ready(None);
            }
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            Some(Ok(frame)) => frame,
        };
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        Poll::Ready(Some(self.held.add(bytes).map(|()| frame).map_err(Status::from)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::{BodyExt, Full};

    fn request(door: &Arc<Door>, bytes: usize) -> Request<Body> {
        let mut request = Request::new(Body::new(Full::new(Bytes::from(vec![0; bytes]))));
        request.extensions_mut().insert(Arc::clone(door));
        request
    }

    #[tokio::test]
    async fn a_connection_holds_so_much_and_gives_it_back() {
        let (bodies, door) = (Arc::new(Bodies::default()), Arc::new(Door::default()));
        let metered = bodies.meter(request(&door, 1_000), false, 4_096);
        let mut body = metered.into_body();
        assert!(body.frame().await.unwrap().is_ok());
        assert_eq!(door.held().load(Ordering::Relaxed), 1_000);
        drop(body);
        assert_eq!(door.held().load(Ordering::Relaxed), 0);
        door.held().store(API_CONNECTION_BODY_BYTES_MAX, Ordering::Relaxed);
        let mut body = bodies.meter(request(&door, 1), false, 4_096).into_body();
        assert_eq!(body.frame().await.unwrap().unwrap_err().code(), tonic::Code::ResourceExhausted);
    }

    #[tokio::test]
    async fn whoever_is_not_known_cannot_use_up_what_the_known_have() {
        let bodies = Arc::new(Bodies::default());
        bodies.unknown.store(API_BODY_BYTES_MAX, Ordering::Relaxed);
        let (stranger, member) = (Arc::new(Door::default()), Arc::new(Door::default()));
        member.standing().know();
        for (door, is_served) in [(stranger, false), (member, true)] {
            let mut body = bodies.meter(request(&door, 10), false, 4_096).into_body();
            assert_eq!(body.frame().await.unwrap().is_ok(), is_served);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_does_not_arrive_ends() {
        let bodies = Arc::new(Bodies::default());
        for (is_stream, ends) in [(false, true), (true, false)] {
            let silent = StreamBody::new(futures::stream::pending::<Result<Frame<Bytes>, Status>>());
            let mut request = Request::new(Body::new(silent));
            request.extensions_mut().insert(Arc::new(Door::default()));
            let mut body = bodies.meter(request, is_stream, 4_096).into_body();
            let frame = tokio::time::timeout(API_BODY_TIMEOUT * 2, body.frame()).await;
            assert_eq!(frame.is_ok(), ends);
        }
    }
}
