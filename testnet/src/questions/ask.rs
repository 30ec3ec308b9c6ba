//! One member's raw calls: any method, any bytes, and everything that comes back with its time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use http_body_util::{BodyExt, Full};
use prost::Message;
use tally_contracts::types::{Hash, MemberId};
use tally_keys::SigningKey;
use tally_proto::access::{Authorization, Call, SignedRead};
use tally_proto::v1::access::{OpenSessionRequest, OpenSessionResponse};
use tonic::body::Body;
use tonic::transport::{Channel, Endpoint};
use tower::ServiceExt;

use crate::limits::{QUOTA_PAUSE, QUOTA_TRIES_MAX};

const OPEN_SESSION: &str = "/tally.access.v1.AccessService/OpenSession";
/// gRPC's number for a quota that is used up.
const RESOURCE_EXHAUSTED: &str = "8";
/// Compression flag and length.
const FRAME_HEAD: usize = 5;
/// Milliseconds that a signed read counts here.
const VALID_MS: u64 = 30_000;

/// Why a call brought nothing back, not even a refusal.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No connection.
    #[error("{url} cannot be reached ({source})")]
    Connection {
        /// Of the node.
        url: String,
        /// What the transport said.
        source: tonic::transport::Error,
    },
    /// The connection broke.
    #[error("{method}: the answer broke off ({what})")]
    Broken {
        /// What was asked.
        method: String,
        /// What the transport said.
        what: String,
    },
    /// The node opens no session for this member.
    #[error("{member} cannot open a session: {what}")]
    Session {
        /// Who.
        member: MemberId,
        /// What came instead.
        what: String,
    },
    /// The machine.
    #[error("the operating system gives no random bytes")]
    NoRandomness,
}

/// A member with a session on a connection of its own.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Who asks.
    pub member: MemberId,
    channel: Channel,
    pass: HeaderValue,
}

/// What came back, as it travelled.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Headers, then trailers.
    pub heads: [HeaderMap; 2],
    /// The body with its frames.
    pub body: Bytes,
    /// From handing the request to the connection until the last byte.
    pub took: Duration,
}

impl Answer {
    /// gRPC's status: where nothing follows, it stands among the headers.
    pub fn status(&self) -> &str {
        let found = self.heads.iter().rev().find_map(|head| head.get("grpc-status"));
        found.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Everything in one piece, for a search: names and values of both heads, the body, details decoded.
    pub fn everything(&self) -> Vec<u8> {
        let mut bytes = self.body.to_vec();
        for (name, value) in self.heads.iter().flatten() {
            bytes.push(b'\n');
            bytes.extend(name.as_str().bytes().chain(*b": ").chain(value.as_bytes().iter().copied()));
            if name.as_str().ends_with("-bin") {
                bytes.push(b'\n');
                bytes.extend(unbase64(value.as_bytes()));
            }
        }
        bytes
    }

    /// The first message of the body.
    pub fn message(&self) -> &[u8] {
        let Some((head, rest)) = self.body.split_first_chunk::<FRAME_HEAD>() else { return &[] };
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        rest.get(..usize::try_from(length).unwrap_or(usize::MAX)).unwrap_or(rest)
    }
}

impl Asker {
    /// Connects and opens a session.
    pub async fn connect(
        (member, key): (MemberId, &SigningKey),
        url: &str,
        chain_id: &str,
    ) -> Result<Self, AskError> {
        let channel = connect(url).await?;
        let message = OpenSessionRequest {}.encode_to_vec();
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|_| AskError::NoRandomness)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let not_after = u64::try_from(now).unwrap_or(0).saturating_add(VALID_MS);
        let call = Call { chain_id, method: OPEN_SESSION, body_hash: Hash::of(&message) };
        let audience = url.split_once("://").map_or(url, |(_, rest)| rest);
        let read = SignedRead::sign(&call, (member, key), audience, nonce, not_after);
        let signed = Self { member, channel, pass: header(&Authorization::Signature(read)) };
        let answer = signed.ask(OPEN_SESSION, &message).await?;
        let refused =
            || AskError::Session { member, what: String::from_utf8_lossy(&answer.everything()).into_owned() };
        let opened = OpenSessionResponse::decode(answer.message()).map_err(|_| refused())?;
        let token: [u8; 32] = opened.token.try_into().map_err(|_| refused())?;
        Ok(Self { pass: header(&Authorization::Token(token)), ..signed })
    }

    /// Connects and shows nothing; `unix:PATH` is the operator's socket.
    pub async fn nobody(member: MemberId, url: &str) -> Result<Self, AskError> {
        let channel = connect(url).await?;
        Ok(Self { member, channel, pass: HeaderValue::from_static("none") })
    }

    /// Asks once and reads to the end; who asks too fast waits and asks again.
    pub async fn ask(&self, method: &str, message: &[u8]) -> Result<Answer, AskError> {
        let mut answer = self.ask_once(method, message).await?;
        for _ in 0..QUOTA_TRIES_MAX {
            if answer.status() != RESOURCE_EXHAUSTED {
                break;
            }
            tokio::time::sleep(QUOTA_PAUSE).await;
            answer = self.ask_once(method, message).await?;
        }
        Ok(answer)
    }

    /// Asks once, whatever comes.
    pub async fn ask_once(&self, method: &str, message: &[u8]) -> Result<Answer, AskError> {
        let request = self.request(method, message);
        let begun = Instant::now();
        let response = self.send(method, request).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| broken(method, &error))?;
        let took = begun.elapsed();
        let trailers = body.trailers().cloned().unwrap_or_default();
        Ok(Answer { heads: [head.headers, trailers], body: body.to_bytes(), took })
    }

    /// Listens to a stream until it was silent for a while, or ended.
    pub async fn listen(&self, method: &str, message: &[u8], silence: Duration) -> Result<Vec<u8>, AskError> {
        let response = self.send(method, self.request(method, message)).await?;
        let mut body = response.into_body();
        let mut heard = Vec::new();
        while let Ok(Some(frame)) = tokio::time::timeout(silence, body.frame()).await {
            let frame = frame.map_err(|error| broken(method, &error))?;
            heard.extend(frame.data_ref().into_iter().flatten());
        }
        Ok(heard)
    }

    async fn send(
        &self,
        method: &str,
        request: http::Request<Body>,
    ) -> Result<http::Response<Body>, AskError> {
        self.channel.clone().oneshot(request).await.map_err(|error| broken(method, &error))
    }

    fn request(&self, method: &str, message: &[u8]) -> http::Request<Body> {
        let mut frame = vec![0];
        frame.extend(u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
        frame.extend(message);
        let mut request = http::Request::new(Body::new(Full::new(Bytes::from(frame))));
        *request.method_mut() = http::Method::POST;
        *request.version_mut() = http::Version::HTTP_2;
        // the paths are the schema's, which are legal
        *request.uri_mut() = method.parse().unwrap_or_default();
        let headers = request.headers_mut();
        headers.insert("content-type", HeaderValue::from_static("application/grpc"));
        headers.insert("te", HeaderValue::from_static("trailers"));
        headers.insert(AUTHORIZATION, self.pass.clone());
        request
    }
}

async fn connect(url: &str) -> Result<Channel, AskError> {
    let failed = |source| AskError::Connection { url: url.to_owned(), source };
    let endpoint = Endpoint::from_shared(url.to_owned()).map_err(failed)?.tcp_nodelay(true);
    endpoint.connect().await.map_err(failed)
}

fn header(authorization: &Authorization) -> HeaderValue {
    HeaderValue::from_str(&authorization.to_string()).unwrap_or_else(|_| HeaderValue::from_static("none"))
}

fn broken(method: &str, error: &dyn std::fmt::Display) -> AskError {
    AskError::Broken { method: method.to_owned(), what: error.to_string() }
}

/// Standard base64 without padding, as gRPC's binary headers have it; stops at what is none.
fn unbase64(text: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| {
        Some(match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        })
    };
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for value in text.iter().map_while(digit) {
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap_or_default());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::unbase64;

    #[test]
    fn binary_headers_are_read_with_and_without_padding() {
        assert_eq!(unbase64(b"Zm9vYmFy"), b"foobar");
        assert_eq!(unbase64(b"Zm9vYg=="), b"foob");
        assert_eq!(unbase64(b"Zm9vYmE"), b"fooba");
        assert_eq!(unbase64(b"+/8"), [0xfb, 0xff]);
        assert_eq!(unbase64(b""), b"");
    }
}
