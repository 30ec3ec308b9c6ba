//! The edge itself: health, reflection, browsers, addresses.
use crate::certificates::Authority;
use crate::rig::{Rig, in_time, now};
use prost::Message;
use tally_contracts::types::Timestamp;
use tally_node::api::{ApiError, ApiSettings};
use tally_proto::v1::node::{GetStatusRequest, GetStatusResponse};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_stream::StreamExt;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

async fn becomes(rig: &Rig, service: &str, wanted: ServingStatus) {
    let mut client = HealthClient::new(rig.channel.clone());
    let request = HealthCheckRequest { service: service.to_owned() };
    let mut stream = in_time(client.watch(request)).await.unwrap().into_inner();
    let seen = async { while stream.message().await.unwrap().unwrap().status() != wanted {} };
    in_time(seen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_follows_peers_and_the_age_of_the_tip() {
    let rig = Rig::paused().await;
    becomes(&rig, "", ServingStatus::Serving).await;
    becomes(&rig, "tally.transaction.v1.TransactionService", ServingStatus::Serving).await;
    rig.consensus.send_modify(|status| status.peers = 0);
    becomes(&rig, "", ServingStatus::NotServing).await;
    rig.consensus.send_modify(|status| status.peers = 1);
    becomes(&rig, "", ServingStatus::Serving).await;

    let an_hour_ago = Timestamp::from_ms(now().ms() - 3_600_000);
    let rig = Rig::with(ApiSettings::default(), an_hour_ago).await;
    becomes(&rig, "", ServingStatus::NotServing).await;
    rig.commit().await;
    becomes(&rig, "", ServingStatus::Serving).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reflection_lists_every_service_in_both_versions_and_can_be_off() {
    use tonic_reflection::pb::{v1, v1alpha};
    let rig = Rig::paused().await;
    let services = async |rig: &Rig| {
        let mut client = v1::server_reflection_client::ServerReflectionClient::new(rig.channel.clone());
        let message_request =
            Some(v1::server_reflection_request::MessageRequest::ListServices(String::new()));
        let request = v1::ServerReflectionRequest { host: String::new(), message_request };
        let mut answers = client.server_reflection_info(tokio_stream::iter([request])).await?.into_inner();
        let answer = answers.next().await.unwrap()?.message_response.unwrap();
        match answer {
            v1::server_reflection_response::MessageResponse::ListServicesResponse(list) => {
                Ok(list.service.into_iter().map(|service| service.name).collect::<Vec<_>>())
            }
            other => panic!("{other:?}"),
        }
    };
    let listed: Result<Vec<String>, tonic::Status> = services(&rig).await;
    let listed = listed.unwrap();
    for service in
        ["tally.transaction.v1.TransactionService", "tally.ledger.v1.LedgerService", "grpc.health.v1.Health"]
    {
        assert!(listed.iter().any(|name| name == service), "{service} in {listed:?}");
    }
    let mut client = v1alpha::server_reflection_client::ServerReflectionClient::new(rig.channel.clone());
    let symbol = "tally.transaction.v1.TransactionBody".to_owned();
    let message_request =
        Some(v1alpha::server_reflection_request::MessageRequest::FileContainingSymbol(symbol));
    let request = v1alpha::ServerReflectionRequest { host: String::new(), message_request };
    let mut answers =
        client.server_reflection_info(tokio_stream::iter([request])).await.unwrap().into_inner();
    let answer = in_time(answers.next()).await.unwrap().unwrap().message_response.unwrap();
    assert!(matches!(
        answer,
        v1alpha::server_reflection_response::MessageResponse::FileDescriptorResponse(_)
    ));

    let rig = Rig::with(ApiSettings { reflection: false, ..ApiSettings::default() }, now()).await;
    assert_eq!(services(&rig).await.unwrap_err().code(), tonic::Code::Unimplemented);
}

/// Sends a request over HTTP/1.1 and reads the answer to its end.
async fn raw(rig: &Rig, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(rig.address).await.unwrap();
    let head =
        format!("{head}Host: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", rig.address, body.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    in_time(stream.read_to_end(&mut answer)).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

const PATH: &str = "/tally.node.v1.NodeService/GetStatus";

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_on_a_loopback_page_may_call_and_others_may_not() {
    let rig = Rig::paused().await;
    let preflight = |origin: &str| {
        format!(
            "OPTIONS {PATH} HTTP/1.1\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: POST\r\n\
             Access-Control-Request-Headers: content-type,x-grpc-web\r\n"
        )
    };
    let answer = raw(&rig, &preflight("http://localhost:5173"), &[]).await.to_lowercase();
    assert!(answer.starts_with("http/1.1 204"), "{answer}");
    assert!(answer.contains("access-control-allow-origin: http://localhost:5173"), "{answer}");
    assert!(answer.contains("x-grpc-web"), "{answer}");
    let answer = raw(&rig, &preflight("https://evil.example"), &[]).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn grpc_web_answers_on_the_same_port_with_the_outcome_in_the_body() {
    let rig = Rig::paused().await;
    let message = GetStatusRequest {}.encode_to_vec();
    let frame = [&[0][..], &u32::try_from(message.len()).unwrap().to_be_bytes(), &message].concat();
    let call = |origin: &str| {
        format!(
            "POST {PATH} HTTP/1.1\r\nOrigin: {origin}\r\nContent-Type: application/grpc-web+proto\r\nX-Grpc-Web: 1\r\n"
        )
    };
    let answer = raw(&rig, &call("http://127.0.0.1:5173"), &frame).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("access-control-expose-headers: grpc-status"), "{answer}");
    assert!(answer.contains("grpc-status:0"), "{answer}");
    assert!(answer.contains("api-test"), "{answer}");
    let answer = raw(&rig, &call("https://evil.example"), &frame).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(GetStatusResponse::default().chain_id.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_others_reach_needs_tls() {
    let proxied = ApiSettings { allow_remote: true, ..ApiSettings::default() };
    for settings in [ApiSettings::default(), proxied] {
        let refused = Rig::try_on("0.0.0.0:0", settings).await;
        assert!(matches!(refused, Err(ApiError::NotLoopback { .. })), "{refused:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let tls = Some(Authority::new("ours").node(folder.path()));
    Rig::try_on("0.0.0.0:0", ApiSettings { tls, ..ApiSettings::default() }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_stops_when_it_is_told_to_and_frees_its_port() {
    let mut rig = Rig::start().await;
    rig.accept_always().await;
    rig.stop().await.unwrap();
    let freed = async {
        while tokio::net::TcpListener::bind(rig.address).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    in_time(freed).await;
}
