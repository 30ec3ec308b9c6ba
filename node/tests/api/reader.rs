//! Readers: what a member's software does to show who reads.
use crate::rig::{CHAIN, key_of, member, now};
use prost::Message;
use std::net::SocketAddr;
use tally_contracts::types::Hash;
use tally_proto::access::{Authorization, Call, SignedRead};
use tally_proto::v1::access::OpenSessionRequest;
use tally_proto::v1::access::access_service_client::AccessServiceClient;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

pub type Line = InterceptedService<Channel, Pass>;

/// What goes into the `authorization` header.
#[derive(Clone, Debug, Default)]
pub struct Pass(Option<MetadataValue<Ascii>>);

impl Interceptor for Pass {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request.metadata_mut().insert("authorization", value.clone());
        }
        Ok(request)
    }
}

pub const OPEN_SESSION: &str = "/tally.access.v1.AccessService/OpenSession";

pub fn stranger(channel: &Channel) -> Line {
    Line::new(channel.clone(), Pass::default())
}

pub fn showing(channel: &Channel, authorization: &Authorization) -> Line {
    Line::new(channel.clone(), Pass(Some(authorization.to_string().parse().unwrap())))
}

/// A signature over one call, valid for half a minute.
pub fn sign(slug: &str, audience: &str, method: &str, message: &impl Message) -> SignedRead {
    sign_until(slug, audience, method, message, now().ms() + 30_000)
}

pub fn sign_until(
    slug: &str,
    audience: &str,
    method: &str,
    message: &impl Message,
    not_after_ms: u64,
) -> SignedRead {
    let call = Call { chain_id: CHAIN, method, body_hash: Hash::of(&message.encode_to_vec()) };
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).unwrap();
    SignedRead::sign(&call, (member(slug), &key_of(slug)), audience, nonce, not_after_ms)
}

pub async fn token(channel: &Channel, address: SocketAddr, slug: &str) -> Result<[u8; 32], Status> {
    let request = OpenSessionRequest {};
    let read = sign(slug, &address.to_string(), OPEN_SESSION, &request);
    let mut client = AccessServiceClient::new(showing(channel, &Authorization::Signature(read)));
    let answer = client.open_session(request).await?.into_inner();
    assert_eq!((answer.member.as_str(), answer.lifetime_seconds), (slug, 900));
    Ok(answer.token.try_into().unwrap())
}

/// The connection with a member's session.
pub async fn open(channel: &Channel, address: SocketAddr, slug: &str) -> Line {
    try_open(channel, address, slug).await.unwrap()
}

/// The same, or why there is none.
pub async fn try_open(channel: &Channel, address: SocketAddr, slug: &str) -> Result<Line, Status> {
    let token = token(channel, address, slug).await?;
    Ok(showing(channel, &Authorization::Token(token)))
}
