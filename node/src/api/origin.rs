//! Origins: which web pages may call this node (CORS).
//!
//! A browser names the page's origin. Pages from loopback may call, and where remote callers are allowed also
//! pages that came from the address they call. Every other page is refused outright, not only left without
//! permission to read the answer: that also keeps a foreign page from reaching a node on its visitor's machine
//! by a host name that it points there. Callers that are not browsers name no origin.
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HOST, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use std::future::Future;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::pin::Pin;
use std::task::{Context, Poll};
use tonic::body::Body;
use tower::{Layer, Service};

/// Headers that gRPC-web sends.
const ALLOWED_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization,content-type,x-grpc-web,x-user-agent,grpc-timeout,grpc-accept-encoding",
);
/// Headers in which gRPC-web finds a call's outcome.
const EXPOSED_HEADERS: HeaderValue =
    HeaderValue::from_static("grpc-status,grpc-message,grpc-status-details-bin");
/// Seconds that a browser remembers a permission.
const REMEMBERED_SECONDS: HeaderValue = HeaderValue::from_static("600");

/// Checks the origin of every request.
#[derive(Clone, Copy, Debug)]
pub(super) struct OriginLayer {
    pub allow_remote: bool,
}

#[derive(Clone, Debug)]
pub(super) struct OriginCheck<S> {
    inner: S,
    allow_remote: bool,
}

impl<S> Layer<S> for OriginLayer {
    type Service = OriginCheck<S>;

    fn layer(&self, inner: S) -> OriginCheck<S> {
        OriginCheck { inner, allow_remote: self.allow_remote }
    }
}

impl<S, R> Service<Request<R>> for OriginCheck<S>
where
    S: Service<Request<R>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        let Some(origin) = request.headers().get(ORIGIN).cloned() else {
            return Box::pin(self.inner.call(request));
        };
        if !is_allowed(&origin, &request, self.allow_remote) {
            return answer(empty(StatusCode::FORBIDDEN));
        }
        if request.method() == Method::OPTIONS {
            let mut response = empty(StatusCode::NO_CONTENT);
            permit(response.headers_mut(), origin);
            return answer(response);
        }
        let answered = self.inner.call(request);
        Box::pin(async move {
            let mut response = answered.await?;
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
            headers.append(VARY, HeaderValue::from_static("origin"));
            Ok(response)
        })
    }
}

/// Answers a browser that asks before it calls.
fn permit(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS);
    headers.insert(ACCESS_CONTROL_MAX_AGE, REMEMBERED_SECONDS);
    headers.insert(VARY, HeaderValue::from_static("origin"));
}

fn is_allowed<R>(origin: &HeaderValue, request: &Request<R>, allow_remote: bool) -> bool {
    let Some(origin) = origin.to_str().ok().and_then(|text| text.parse::<Uri>().ok()) else { return false };
    let Some(authority) = origin.authority() else { return false };
    is_loopback(authority.host()) || (allow_remote && called_host(request) == Some(authority.as_str()))
}

/// Host and port that the request was sent to.
fn called_host<R>(request: &Request<R>) -> Option<&str> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    request.uri().authority().map(http::uri::Authority::as_str).or(host)
}

fn is_loopback(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback()),
        None => host == "localhost" || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
    }
}

/// Whether a page of this origin may call a node that only its own machine reaches, for `testnet/fuzz`. Whoever may names
/// that machine and nothing else, read here in another way.
pub fn fuzz_origin(bytes: &[u8]) -> bool {
    let Ok(origin) = HeaderValue::from_bytes(bytes) else { return false };
    let mut request = Request::new(());
    request.headers_mut().insert(HOST, HeaderValue::from_static("ledger.example:7602"));
    let is_local = is_allowed(&origin, &request, false);
    if is_local {
        let text = origin.to_str().expect("what is allowed is text").to_owned();
        let after = text.split_once("//").map_or(text.as_str(), |(_, after)| after);
        let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let is_loopback = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, _)) => address.starts_with([':', '0']) && address.ends_with('1'),
            None => {
                let name = host.split(':').next().unwrap_or_default();
                let is_dotted = |name: &str| name.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit());
                name == "localhost" || (name.starts_with("127.") && is_dotted(name))
            }
        };
        assert!(is_loopback, "{text} is another machine");
        assert!(is_allowed(&origin, &request, true), "remote callers take nothing from local ones");
    }
    is_local
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn answer<E: Send + 'static>(
    response: Response<Body>,
) -> Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>> {
    Box::pin(std::future::ready(Ok(response)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_pages_and_the_nodes_own_may_call() {
        let allowed = |origin: &str, allow_remote| {
            let request = Request::builder().uri("/").header(HOST, "node.example:7602").body(()).unwrap();
            is_allowed(&HeaderValue::from_str(origin).unwrap(), &request, allow_remote)
        };
        for loopback in
            ["http://localhost:5173", "http://127.0.0.1:7602", "https://[::1]:1", "http://127.9.9.9"]
        {
            assert!(allowed(loopback, false), "{loopback}");
        }
        for foreign in [
            "null",
            "https://evil.example",
            "http://localhost.evil.example",
            "http://10.0.0.1",
            "http://[127.0.0.1]",
            "",
        ] {
            assert!(!allowed(foreign, false) && !allowed(foreign, true), "{foreign}");
        }
        assert!(!allowed("https://node.example:7602", false));
        assert!(allowed("https://node.example:7602", true));
    }
}
