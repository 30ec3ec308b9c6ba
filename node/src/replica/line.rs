//! A line to one full node: every question signed with the reader's key, answers bounded in size and time.
use crate::limits::{
    FOLLOW_CALL_TIMEOUT, FOLLOW_CONNECT_TIMEOUT, FOLLOW_MESSAGE_BYTES_MAX, FOLLOW_WAIT_MS_MAX,
};
use crate::tls::{PeerCallError, PeerTrust};
use prost::Message;
use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tally_contracts::types::{Hash, MemberId, PublicKey};
use tally_keys::{KeyError, KeyHandle};
use tally_proto::access::{Authorization, Call, SignedRead};
use tally_proto::v1::follow::follow_service_client::FollowServiceClient;
use tally_proto::v1::follow::{FollowRequest, FollowResponse, ProveRequest, ProveResponse};
use tally_proto::v1::node::node_service_client::NodeServiceClient;
use tally_proto::v1::node::{GetStatusRequest, GetStatusResponse};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{Request, Status};

const FOLLOW: &str = "/tally.follow.v1.FollowService/Follow";
const PROVE: &str = "/tally.follow.v1.FollowService/Prove";
const STATUS: &str = "/tally.node.v1.NodeService/GetStatus";

/// Milliseconds that a signature counts: the node's clock may be a little off.
const SIGNATURE_MS: u64 = 30_000;

/// Why a node cannot be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    #[error("member.validators has {url}, which is no address such as https://bank-a.example:7602")]
    Address { url: String },
    #[error("member.validators: {0}")]
    Unusable(#[from] PeerCallError),
    #[error(
        "member.validators is empty: a member node follows the chain through the full nodes listed there"
    )]
    NoNode,
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Asker {
    pub chain_id: String,
    pub member: MemberId,
    pub key: KeyHandle,
}

/// See the module's description.
#[derive(Clone, Debug)]
pub struct Line {
    url: String,
    /// Host and port, as signatures name them.
    audience: String,
    /// What is believed of the node, and shown to it.
    trust: PeerTrust,
    /// Shared by all who ask this node, so that a new one counts for all.
    channel: Arc<RwLock<Channel>>,
    asker: Asker,
}

impl Line {
    /// To the node at `url`. Dials when it is used. MUST be called within a tokio runtime.
    pub fn new(url: &str, trust: &PeerTrust, asker: Asker) -> Result<Self, LineError> {
        let bad = || LineError::Address { url: url.to_owned() };
        let uri: http::Uri = url.parse().map_err(|_| bad())?;
        let audience = uri.authority().ok_or_else(bad)?.to_string();
        let channel = Arc::new(RwLock::new(dial(url, trust)?));
        Ok(Self { url: url.to_owned(), audience, trust: trust.clone(), channel, asker })
    }

    /// Dials anew with the certificates as they are now: those of before may have ended. Where they cannot be used, nothing
    /// changes. MUST be called within a tokio runtime.
    pub(super) fn redial(&self) -> Result<(), LineError> {
        let channel = dial(&self.url, &self.trust)?;
        *self.channel.write().expect("nothing panics while it holds the channel") = channel;
        Ok(())
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn channel(&self) -> Channel {
        self.channel.read().expect("nothing panics while it holds the channel").clone()
    }

    /// What shows that the member makes this call with this message here; good for one call.
    pub fn authorization(&self, method: &str, message: &[u8]) -> Result<MetadataValue<Ascii>, Status> {
        let refused = |error: KeyError| Status::unauthenticated(error.to_string());
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|_| Status::aborted("no random bytes for a nonce"))?;
        let call = Call { chain_id: &self.asker.chain_id, method, body_hash: Hash::of(message) };
        let mut read = SignedRead {
            member: self.asker.member,
            key: PublicKey(self.asker.key.public().to_bytes()),
            nonce,
            not_after_ms: now_ms().saturating_add(SIGNATURE_MS),
            audience: self.audience.clone(),
            signature: [0; 64],
        };
        read.signature = self.asker.key.sign(&read.signing_bytes(&call)).map_err(refused)?;
        let text = Authorization::Signature(read).to_string();
        text.parse().map_err(|_| Status::invalid_argument("the address has letters that no header has"))
    }

    pub(super) async fn follow(&self, request: FollowRequest) -> Result<FollowResponse, Status> {
        let wait = Duration::from_millis(u64::try_from(FOLLOW_WAIT_MS_MAX).unwrap_or(u64::MAX));
        let request = self.request(FOLLOW, request, FOLLOW_CALL_TIMEOUT.saturating_add(wait))?;
        Ok(self.client().follow(request).await?.into_inner())
    }

    pub(super) async fn prove(&self, keys: Vec<Vec<u8>>) -> Result<ProveResponse, Status> {
        let request = self.request(PROVE, ProveRequest { keys }, FOLLOW_CALL_TIMEOUT)?;
        Ok(self.client().prove(request).await?.into_inner())
    }

    /// What the node says of itself to its members.
    pub async fn status(&self, timeout: Duration) -> Result<GetStatusResponse, Status> {
        let request = self.request(STATUS, GetStatusRequest {}, timeout)?;
        let mut client = NodeServiceClient::new(self.channel());
        // a connection that nobody answers is waited for longer than a call
        let answer = tokio::time::timeout(timeout, client.get_status(request)).await;
        let answer = answer.map_err(|_| Status::deadline_exceeded("the full node did not answer"))?;
        Ok(answer?.into_inner())
    }

    fn client(&self) -> FollowServiceClient<Channel> {
        FollowServiceClient::new(self.channel()).max_decoding_message_size(FOLLOW_MESSAGE_BYTES_MAX)
    }

    fn request<M: Message>(&self, method: &str, message: M, timeout: Duration) -> Result<Request<M>, Status> {
        let shown = self.authorization(method, &message.encode_to_vec())?;
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", shown);
        request.set_timeout(timeout);
        Ok(request)
    }
}

fn dial(url: &str, trust: &PeerTrust) -> Result<Channel, LineError> {
    let endpoint = trust.endpoint(url, FOLLOW_CONNECT_TIMEOUT)?;
    let endpoint = endpoint
        .http2_keep_alive_interval(FOLLOW_CONNECT_TIMEOUT)
        .keep_alive_timeout(FOLLOW_CONNECT_TIMEOUT)
        .tcp_nodelay(true);
    Ok(endpoint.connect_lazy())
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
