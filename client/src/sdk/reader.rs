//! The reader: a member's key that opens sessions, so that one signature stands for many reads.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prost::Message;
use tally_contracts::types::{DocumentId, Hash, MemberId, PublicKey};
use tally_keys::{KeyError, KeyHandle};
use tally_proto::access::{Authorization, Call, DOCUMENT_AUDIENCE, FETCH_PAYLOAD, SignedRead};
use tally_proto::v1::access::access_service_client::AccessServiceClient;
use tally_proto::v1::access::{OpenSessionRequest, OpenSessionResponse};
use tokio::sync::Mutex;
use tokio::time::Instant;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{Code, Status};

use super::error::ClientError;
use super::limits::{READ_VALIDITY, SESSION_MARGIN};
use super::line::{Line, Pass};
use super::problem::Problem;

/// Who reads, and on which chain.
#[derive(Clone)]
pub struct Reader {
    chain_id: String,
    member: MemberId,
    key: KeyHandle,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("chain_id", &self.chain_id).field("member", &self.member).finish()
    }
}

impl Reader {
    /// A member with one of its keys.
    #[must_use]
    pub fn new(chain_id: impl Into<String>, member: MemberId, key: impl Into<KeyHandle>) -> Self {
        Self { chain_id: chain_id.into(), member, key: key.into() }
    }

    /// A signature with which any node may ask any other for one document, for as long as a signed read counts.
    pub(super) fn ticket(&self, document: DocumentId) -> Result<String, ClientError> {
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|_| ClientError::NoRandomness)?;
        let body_hash = Hash::of(&document.number().to_be_bytes());
        let call = Call { chain_id: &self.chain_id, method: FETCH_PAYLOAD, body_hash };
        let read = self.signed(&call, DOCUMENT_AUDIENCE, nonce)?;
        Ok(Authorization::Signature(read).to_string())
    }

    fn signed(&self, call: &Call<'_>, audience: &str, nonce: [u8; 16]) -> Result<SignedRead, KeyError> {
        let mut read = SignedRead {
            member: self.member,
            key: PublicKey(self.key.public().to_bytes()),
            nonce,
            not_after_ms: not_after_ms(),
            audience: audience.to_owned(),
            signature: [0; 64],
        };
        read.signature = self.key.sign(&read.signing_bytes(call))?;
        Ok(read)
    }

    /// What shows that this reader makes a call with this request at this address; good for one call.
    fn sign<M: Message>(&self, method: &str, message: &M, url: &str) -> Result<MetadataValue<Ascii>, Status> {
        let unfit = |what| Status::invalid_argument(format!("{url}: {what}"));
        let uri: http::Uri = url.parse().map_err(|_| unfit("no address"))?;
        let audience = uri.authority().ok_or_else(|| unfit("no host"))?.as_str();
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|_| Status::aborted("no random bytes for a nonce"))?;
        let body_hash = Hash::of(&message.encode_to_vec());
        let call = Call { chain_id: &self.chain_id, method, body_hash };
        let refused = |error: KeyError| Status::unauthenticated(error.to_string());
        let read = self.signed(&call, audience, nonce).map_err(refused)?;
        header(&Authorization::Signature(read))
    }
}

fn not_after_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from((now + READ_VALIDITY).as_millis()).unwrap_or(u64::MAX)
}

const OPEN_SESSION: &str = "/tally.access.v1.AccessService/OpenSession";

/// A reader's session at one node, opened when it is first needed and again before it ends.
#[derive(Debug, Default)]
pub(super) struct Session(Mutex<Option<Opened>>);

#[derive(Debug)]
struct Opened {
    pass: Pass,
    renew_at: Instant,
}

impl Session {
    /// What to send with a call. Whoever comes while it is opened waits for it.
    pub(super) async fn pass(&self, reader: &Reader, channel: &Channel, url: &str) -> Result<Pass, Status> {
        let mut session = self.0.lock().await;
        if let Some(opened) = &*session
            && Instant::now() < opened.renew_at
        {
            return Ok(opened.pass.clone());
        }
        let opened = open(reader, channel, url).await?;
        let pass = opened.pass.clone();
        *session = Some(opened);
        Ok(pass)
    }

    /// The node does not know it any more; one that was opened since stays.
    pub(super) async fn forget(&self, pass: &Pass) {
        let mut session = self.0.lock().await;
        if session.as_ref().is_some_and(|opened| opened.pass == *pass) {
            *session = None;
        }
    }
}

async fn open(reader: &Reader, channel: &Channel, url: &str) -> Result<Opened, Status> {
    let request = OpenSessionRequest {};
    let signed = reader.sign(OPEN_SESSION, &request, url)?;
    let mut client = AccessServiceClient::new(Line::new(channel.clone(), Pass(Some(signed))));
    let asked = Instant::now();
    let answer = client.open_session(request).await?.into_inner();
    let OpenSessionResponse { token, lifetime_seconds, .. } = answer;
    let token = token.try_into().map_err(|_| Status::data_loss("the node's token has another length"))?;
    let lifetime = Duration::from_secs(lifetime_seconds.into());
    let pass = Pass(Some(header(&Authorization::Token(token))?));
    Ok(Opened { pass, renew_at: asked + lifetime.saturating_sub(SESSION_MARGIN) })
}

fn header(authorization: &Authorization) -> Result<MetadataValue<Ascii>, Status> {
    let mut value: MetadataValue<Ascii> =
        authorization.to_string().parse().map_err(|_| Status::invalid_argument("no header"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Whether a node refuses because it does not know the session any more.
pub(super) fn is_stale(status: &Status) -> bool {
    status.code() == Code::Unauthenticated && Problem::from(status).reason.as_deref() == Some("TOKEN_UNKNOWN")
}
