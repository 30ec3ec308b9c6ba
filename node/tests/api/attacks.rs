//! Attacks over one connection or a few: whoever makes them is shown out, and others keep their service.
use crate::reader::{showing, sign, stranger};
use crate::rig::{Rig, in_time, now};
use futures::future::join_all;
use std::net::SocketAddr;
use tally_contracts::Action;
use tally_contracts::money::MoveDeposit;
use tally_node::api::ApiSettings;
use tally_proto::access::Authorization;
use tally_proto::v1::member::ListMembersRequest;
use tally_proto::v1::member::member_service_client::MemberServiceClient;
use tally_proto::v1::transaction::transaction_service_client::TransactionServiceClient;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Code;
use tonic::transport::Channel;

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
pub const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
pub const END_OF_BOTH: u8 = 5;

pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&[a, b, c, kind, flags], stream.to_be_bytes().as_slice(), payload].concat()
}

/// Headers of a request, not compressed.
pub fn request(path: &str) -> Vec<u8> {
    let headers = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "node"),
        ("content-type", "application/grpc"),
    ];
    let literal = |(name, value): (&str, &str)| {
        let (long, short) = (u8::try_from(value.len()).unwrap(), u8::try_from(name.len()).unwrap());
        [&[0, short], name.as_bytes(), &[long], value.as_bytes()].concat()
    };
    headers.into_iter().flat_map(literal).collect()
}

async fn greeted(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(PREFACE).await.unwrap();
    let mut first = [0; 9];
    in_time(stream.read_exact(&mut first)).await.unwrap();
    stream
}

/// Until the node ends it.
async fn ended(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    let _ = in_time(stream.read_to_end(&mut rest)).await;
}

async fn is_served(rig: &Rig) -> bool {
    let mut client = MemberServiceClient::new(rig.channel.clone());
    in_time(client.list_members(ListMembersRequest::default())).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_places_are_taken_the_oldest_stranger_makes_room() {
    let settings = ApiSettings { connections_max: 4, ..ApiSettings::default() };
    // the rig's own connection came first, and its regulator is known
    let rig = Rig::with(settings, now()).await;
    let mut strangers = Vec::new();
    for _ in 0..3 {
        strangers.push(greeted(rig.address).await);
    }
    let _newest = greeted(rig.address).await;
    ended(&mut strangers[0]).await;
    let member = rig.own_connection("beta").await;
    ended(&mut strangers[1]).await;
    let mut client = MemberServiceClient::new(member);
    assert!(in_time(client.list_members(ListMembersRequest::default())).await.is_ok());
    assert!(is_served(&rig).await, "whoever is known stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_hands_in_what_nobody_signed_is_shown_out() {
    let rig = Rig::start().await;
    let channel = Channel::from_shared(format!("http://{}", rig.address)).unwrap().connect().await.unwrap();
    let forged = (0..800).map(|number| {
        let action = Action::MoveDeposit(MoveDeposit {
            bank: crate::rig::member("bank-a"),
            to: crate::rig::member("gamma"),
            amount: crate::rig::cny(1),
            note: crate::rig::text(&number.to_string()),
        });
        let mut request = rig.request("beta", action);
        request.signatures[0][0] ^= 1;
        let mut client = TransactionServiceClient::new(stranger(&channel));
        async move { client.submit(request).await.unwrap_err().code() }
    });
    let told = in_time(join_all(forged)).await;
    let wrong = told.iter().filter(|code| **code == Code::Unauthenticated).count();
    assert!(wrong > 0 && wrong < told.len(), "{wrong} of {} were answered", told.len());
    assert!(is_served(&rig).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_sends_wrong_signatures_without_end_is_shown_out() {
    let rig = Rig::paused().await;
    let channel = Channel::from_shared(format!("http://{}", rig.address)).unwrap().connect().await.unwrap();
    // it is known here, and may read
    let line = crate::reader::open(&channel, rig.address, "beta").await;
    let (here, request) = (rig.address.to_string(), ListMembersRequest::default());
    let wrong = (0..800).map(|_| {
        let read = sign("beta", &here, "/another/Method", &request);
        let mut client = MemberServiceClient::new(showing(&channel, &Authorization::Signature(read)));
        async move { client.list_members(ListMembersRequest::default()).await.unwrap_err().code() }
    });
    let told = in_time(join_all(wrong)).await;
    let refused = told.iter().filter(|code| **code == Code::Unauthenticated).count();
    assert!(refused > 0 && refused < told.len(), "{refused} of {} were answered", told.len());
    // the session went with the connection
    assert!(in_time(MemberServiceClient::new(line).list_members(request)).await.is_err());
    assert!(is_served(&rig).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn rapid_resets_end_their_connection() {
    let rig = Rig::paused().await;
    let submit = request("/tally.transaction.v1.TransactionService/Submit");
    let mut stream = greeted(rig.address).await;
    let mut bytes = Vec::new();
    for number in (1..2_001).step_by(2) {
        bytes.extend(frame(HEADERS, END_OF_BOTH, number, &submit));
        bytes.extend(frame(RST_STREAM, 0, number, &[0, 0, 0, 8]));
    }
    // it may end in the middle of them
    let _ = stream.write_all(&bytes).await;
    ended(&mut stream).await;
    assert!(is_served(&rig).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_calls_that_are_not_offered_is_shown_out() {
    let rig = Rig::paused().await;
    let mut stream = greeted(rig.address).await;
    let nothing = request("/nothing/Here");
    let flood = async {
        let mut buffer = [0; 16_384];
        for first in (1..u32::MAX - 100).step_by(100) {
            let streams = (first..first + 100).step_by(2);
            let calls: Vec<u8> =
                streams.flat_map(|number| frame(HEADERS, END_OF_BOTH, number, &nothing)).collect();
            if stream.write_all(&calls).await.is_err() {
                return;
            }
            if let Ok(0) | Err(_) = stream.read(&mut buffer).await {
                return;
            }
        }
    };
    in_time(flood).await;
    assert!(is_served(&rig).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_message_is_refused() {
    let rig = Rig::paused().await;
    let mut stream = TcpStream::connect(rig.address).await.unwrap();
    let request = format!(
        "POST /tally.node.v1.NodeService/GetStatus HTTP/1.1\r\nHost: {}\r\ngrpc-encoding: gzip\r\n\
         Content-Type: application/grpc-web+proto\r\nConnection: close\r\nContent-Length: 5\r\n\r\n\x01\0\0\0\0",
        rig.address
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = in_time(stream.read_to_end(&mut answer)).await;
    let answer = String::from_utf8_lossy(&answer).replace(' ', "");
    assert!(answer.contains("grpc-status:12") && !answer.contains("api-test"), "{answer}");
}
