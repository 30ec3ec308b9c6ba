//! Who reads: default deny, signatures over the call, tokens bound to their connection.
use crate::reader::{self, Line, showing, sign, sign_until};
use crate::rig::{REGULATOR, Rig, key_of, member, now};
use prost::Message;
use tally_contracts::Action;
use tally_contracts::member::{AddKey, KeyCapacity, RevokeKey};
use tally_contracts::types::PublicKey;
use tally_proto::access::{Authorization, SignedRead};
use tally_proto::v1::access::OpenSessionRequest;
use tally_proto::v1::access::access_service_client::AccessServiceClient;
use tally_proto::v1::ledger::ledger_service_client::LedgerServiceClient;
use tally_proto::v1::ledger::watch_blocks_response::Message as BlockMessage;
use tally_proto::v1::ledger::{WatchBlocksRequest, WatchEventsRequest};
use tally_proto::v1::member::ListMembersRequest;
use tally_proto::v1::member::member_service_client::MemberServiceClient;
use tally_proto::v1::node::GetStatusRequest;
use tally_proto::v1::node::node_service_client::NodeServiceClient;
use tonic::codec::{BufferSettings, Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;
use tonic::{Code, Request, Status, Streaming};
use tonic_types::StatusExt;

const LIST_MEMBERS: &str = "/tally.member.v1.MemberService/ListMembers";

/// Messages as bytes, so that any method can be called.
#[derive(Clone, Debug, Default)]
pub struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        bytes::BufMut::put_slice(buffer, &item);
        Ok(())
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::default()
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let length = bytes::Buf::remaining(buffer);
        let bytes = bytes::Buf::copy_to_bytes(buffer, length);
        Ok(Some(bytes.to_vec()))
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::default()
    }
}

/// The first message of a method's answer.
pub async fn call(line: Line, method: &str, message: Vec<u8>) -> Result<Option<Vec<u8>>, Status> {
    answers(line, method, message).await?.message().await
}

/// The last one, of an answer that ends.
pub async fn last(line: Line, method: &str, message: Vec<u8>) -> Result<Option<Vec<u8>>, Status> {
    let mut answers = answers(line, method, message).await?;
    let mut last = None;
    while let Some(answer) = answers.message().await? {
        last = Some(answer);
    }
    Ok(last)
}

async fn answers(line: Line, method: &str, message: Vec<u8>) -> Result<Streaming<Vec<u8>>, Status> {
    let mut client = tonic::client::Grpc::new(line).max_decoding_message_size(1 << 26);
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let answers = client.server_streaming(Request::new(message), method.parse().unwrap(), Raw).await?;
    Ok(answers.into_inner())
}

/// Every method of the schema.
pub fn methods() -> Vec<String> {
    let files = prost_types::FileDescriptorSet::decode(tally_proto::FILE_DESCRIPTOR_SET).unwrap().file;
    let of = |file: &prost_types::FileDescriptorProto| {
        let of_service = |service: &prost_types::ServiceDescriptorProto| {
            let path = |method: &prost_types::MethodDescriptorProto| {
                format!("/{}.{}/{}", file.package(), service.name(), method.name())
            };
            service.method.iter().map(path).collect::<Vec<_>>()
        };
        file.service.iter().flat_map(of_service).collect::<Vec<_>>()
    };
    files.iter().flat_map(of).collect()
}

/// What a refused call says, for programs.
pub fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

async fn list(line: Line) -> Result<usize, String> {
    let listed = MemberServiceClient::new(line).list_members(ListMembersRequest::default()).await;
    listed.map(|answer| answer.into_inner().members.len()).map_err(|status| {
        assert!(matches!(status.code(), Code::Unauthenticated | Code::InvalidArgument), "{status:?}");
        reason(&status)
    })
}

async fn list_signed(rig: &Rig, read: SignedRead) -> Result<usize, String> {
    list(showing(&rig.bare, &Authorization::Signature(read))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_answered_by_no_method_but_those_that_carry_their_own_authority() {
    let rig = Rig::paused().await;
    let open = [
        "TransactionService/Submit",
        "TransactionService/SubmitMany",
        "NodeService/GetStatus",
        "DocumentService/FetchPayload",
    ];
    let operators = "/tally.operator.v1.OperatorService/";
    let mut asked = 0;
    for method in methods() {
        if method.starts_with(operators) || open.iter().any(|open| method.ends_with(open)) {
            continue;
        }
        asked += 1;
        let status = call(rig.stranger(), &method, Vec::new()).await.expect_err(&method);
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::Unauthenticated, "READER_NOT_SHOWN"),
            "{method}"
        );
    }
    assert!(asked > 40, "only {asked} methods were asked");
    let unknown = call(rig.stranger(), "/tally.node.v1.NodeService/Shutdown", Vec::new()).await.unwrap_err();
    assert_eq!((unknown.code(), reason(&unknown).as_str()), (Code::Unimplemented, "METHOD_NOT_OFFERED"));
    for line in [rig.stranger(), rig.channel.clone()] {
        let closed = call(line, &format!("{operators}GetReport"), Vec::new()).await.unwrap_err();
        assert_eq!((closed.code(), reason(&closed).as_str()), (Code::Unimplemented, "METHOD_NOT_OFFERED"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_learns_which_chain_it_is_and_nothing_about_the_machine() {
    let rig = Rig::paused().await;
    let status = |line| async move {
        NodeServiceClient::new(line).get_status(GetStatusRequest {}).await.unwrap().into_inner()
    };
    let (stranger, known) = (status(rig.stranger()).await, status(rig.line("beta").await).await);
    assert_eq!((stranger.chain_id, stranger.position), (known.chain_id, known.position));
    assert_eq!((stranger.peers, stranger.version.as_str()), (0, ""));
    assert_eq!((known.peers, known.version.as_str()), (3, "test"));
    assert!(stranger.validator_key.is_empty() && !known.validator_key.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_counts_once_for_its_call_its_node_and_its_time() {
    let rig = Rig::paused().await;
    let here = rig.address.to_string();
    let request = ListMembersRequest::default();
    let good = sign("beta", &here, LIST_MEMBERS, &request);
    assert_eq!(list_signed(&rig, good.clone()).await, Ok(9));
    assert_eq!(list_signed(&rig, good).await, Err("SIGNATURE_REPLAYED".to_owned()));
    let by_name = sign("beta", &format!("localhost:{}", rig.address.port()), LIST_MEMBERS, &request);
    assert_eq!(list_signed(&rig, by_name).await, Ok(9));

    let other_request = ListMembersRequest { page_size: 1, ..ListMembersRequest::default() };
    let stolen_key = SignedRead { member: member("gamma"), ..sign("beta", &here, LIST_MEMBERS, &request) };
    let rows = [
        ("another method", sign("beta", &here, "/x", &request), "READER_REFUSED"),
        ("another request", sign("beta", &here, LIST_MEMBERS, &other_request), "READER_REFUSED"),
        ("another member", stolen_key, "READER_REFUSED"),
        ("no member", sign("nobody", &here, LIST_MEMBERS, &request), "READER_REFUSED"),
        ("another node", sign("beta", "bank-z.example:7602", LIST_MEMBERS, &request), "AUDIENCE_WRONG"),
        ("too late", sign_until("beta", &here, LIST_MEMBERS, &request, now().ms() - 1), "SIGNATURE_EXPIRED"),
        (
            "for an hour",
            sign_until("beta", &here, LIST_MEMBERS, &request, now().ms() + 3_600_000),
            "SIGNATURE_VALID_TOO_LONG",
        ),
    ];
    for (what, read, expected) in rows {
        assert_eq!(list_signed(&rig, read).await, Err(expected.to_owned()), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_means_nothing_on_another_connection() {
    let rig = Rig::paused().await;
    let token = reader::token(&rig.bare, rig.address, "beta").await.unwrap();
    let shown = Authorization::Token(token);
    assert_eq!(list(showing(&rig.bare, &shown)).await, Ok(9));
    let other = Channel::from_shared(format!("http://{}", rig.address)).unwrap().connect().await.unwrap();
    assert_eq!(list(showing(&other, &shown)).await, Err("TOKEN_UNKNOWN".to_owned()));
    assert_eq!(list(showing(&rig.bare, &shown)).await, Ok(9));
    assert_eq!(
        list(showing(&rig.bare, &Authorization::Token([7; 32]))).await,
        Err("TOKEN_UNKNOWN".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_no_further_session() {
    let rig = Rig::paused().await;
    let mut client = AccessServiceClient::new(rig.line("beta").await);
    let status = client.open_session(OpenSessionRequest {}).await.unwrap_err();
    assert_eq!(reason(&status), "SIGNATURE_NEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_soon_after_its_key_was_revoked() {
    let rig = Rig::start().await;
    let line = rig.line("gamma").await;
    assert_eq!(list(line.clone()).await, Ok(9));
    revoke(&rig).await;
    let ended = async {
        while list(line.clone()).await != Err("TOKEN_UNKNOWN".to_owned()) {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    crate::rig::in_time(ended).await;
    let status = reader::token(&rig.bare, rig.address, "gamma").await.unwrap_err();
    assert_eq!(reason(&status), "READER_REFUSED");
}

/// Revokes the key with which gamma reads.
async fn revoke(rig: &Rig) {
    let other = PublicKey(key_of("gamma's other key").verifying_key().to_bytes());
    rig.apply("gamma", Action::AddKey(AddKey { key: other, capacity: KeyCapacity::Both, last_height: None }))
        .await;
    let own = PublicKey(key_of("gamma").verifying_key().to_bytes());
    rig.apply("gamma", Action::RevokeKey(RevokeKey { key: own })).await;
    for _ in 0..3 {
        rig.commit_without_transactions().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_soon_after_its_key_was_revoked() {
    let rig = Rig::start().await;
    let mut ledger = LedgerServiceClient::new(rig.line("gamma").await);
    let mut events = ledger.watch_events(WatchEventsRequest::default()).await.unwrap().into_inner();
    let mut blocks = ledger.watch_blocks(WatchBlocksRequest::default()).await.unwrap().into_inner();
    let mut others = LedgerServiceClient::new(rig.line("beta").await);
    let mut others = others.watch_blocks(WatchBlocksRequest::default()).await.unwrap().into_inner();
    revoke(&rig).await;
    let ended = async {
        loop {
            if let Err(status) = events.message().await {
                return status;
            }
        }
    };
    assert_eq!(reason(&crate::rig::in_time(ended).await), "TOKEN_UNKNOWN");
    let ended = async {
        loop {
            if let Err(status) = blocks.message().await {
                return status;
            }
        }
    };
    assert_eq!(reason(&crate::rig::in_time(ended).await), "TOKEN_UNKNOWN");
    let height = rig.ledger.tip().height + 1;
    rig.commit_without_transactions().await;
    let told = async {
        loop {
            let message = others.message().await.unwrap().unwrap().message;
            if matches!(message, Some(BlockMessage::Header(header)) if header.height == height) {
                return;
            }
        }
    };
    crate::rig::in_time(told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_nobody_can_read_is_refused() {
    let rig = Rig::paused().await;
    for text in ["Bearer abc", "Tally-Token", "Tally-Signature beta"] {
        let mut client = MemberServiceClient::new(rig.bare.clone());
        let mut request = Request::new(ListMembersRequest::default());
        request.metadata_mut().insert("authorization", text.parse().unwrap());
        let status = client.list_members(request).await.unwrap_err();
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::Unauthenticated, "AUTHORIZATION_MALFORMED")
        );
    }
    assert_eq!(list(rig.line(REGULATOR).await).await, Ok(9));
}
