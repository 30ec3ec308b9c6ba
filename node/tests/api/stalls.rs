//! Callers that stop in the middle of their headers, over TLS and without: shown out in time, and their places are free again.
use crate::attacks::{END_OF_BOTH, HEADERS, PREFACE, frame, request};
use crate::certificates::Authority;
use crate::rig::{Rig, in_time, now};
use futures::future::join_all;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tally_node::api::ApiSettings;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};
use tonic::transport::{Channel, Endpoint};

const SETTINGS_ACK: &[u8] = b"\0\0\0\x04\x01\0\0\0\0";
const SUBMIT: &str = "/tally.transaction.v1.TransactionService/Submit";
/// After so long without a whole request the node asks whether its caller is there,
const KEEPALIVE: Duration = Duration::from_millis(300);
/// and waits so long for the answer: also for an honest one on a busy machine.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(2);
/// What it takes to notice that on a busy machine.
const SLACK: Duration = Duration::from_secs(8);

/// Where a caller stops.
#[derive(Clone, Copy, Debug)]
enum Stall {
    /// After a frame of headers that are to be continued.
    BeforeContinuation,
    /// In the middle of a frame of headers.
    WithinHeaders,
    /// Nowhere: a byte of such a frame comes now and then, and the last one in half an hour.
    Dripping,
}

const STALLS: [Stall; 3] = [Stall::BeforeContinuation, Stall::WithinHeaders, Stall::Dripping];

impl Stall {
    fn beginning(self) -> Vec<u8> {
        let headers = request(SUBMIT);
        let begun = match self {
            Self::BeforeContinuation => frame(HEADERS, 0, 1, &headers),
            Self::WithinHeaders | Self::Dripping => {
                let long = [headers, vec![0; 16_000]].concat();
                frame(HEADERS, END_OF_BOTH, 1, &long)[..200].to_vec()
            }
        };
        [PREFACE, SETTINGS_ACK, begun.as_slice()].concat()
    }
}

fn settings() -> ApiSettings {
    ApiSettings { keepalive: KEEPALIVE, keepalive_timeout: KEEPALIVE_TIMEOUT, ..ApiSettings::default() }
}

/// Says the beginning, goes on with it where it drips, and tells how long the node let it.
async fn shown_out(stream: impl AsyncRead + AsyncWrite, stall: Stall) -> Duration {
    let (mut from_node, mut to_node) = tokio::io::split(stream);
    let begun = Instant::now();
    to_node.write_all(&stall.beginning()).await.unwrap();
    let dripping = async {
        while matches!(stall, Stall::Dripping) && to_node.write_all(&[0]).await.is_ok() {
            tokio::time::sleep(KEEPALIVE / 3).await;
        }
        std::future::pending::<()>().await;
    };
    let mut answers = [0; 1_024];
    let ended = async { while let Ok(1..) = from_node.read(&mut answers).await {} };
    tokio::select! {
        () = ended => {}
        () = dripping => {}
    }
    begun.elapsed()
}

async fn plain(to: SocketAddr) -> TcpStream {
    TcpStream::connect(to).await.unwrap()
}

fn connector(authority: &Authority) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsConnector::from(Arc::new(config))
}

fn assert_in_time(stall: Stall, took: Duration) {
    let least = KEEPALIVE + KEEPALIVE_TIMEOUT;
    assert!(took >= least && took < least + SLACK, "{stall:?}: {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_in_the_middle_of_its_headers_is_shown_out_and_its_place_is_free() {
    // the rig has one place itself, and the stalled ones have the others
    let settings = ApiSettings { connections_per_address_max: STALLS.len() + 1, ..settings() };
    let rig = Rig::with(settings, now()).await;
    let mut stalled = Vec::new();
    for stall in STALLS {
        stalled.push(shown_out(plain(rig.address).await, stall));
    }
    let refused = async {
        let mut late = plain(rig.address).await;
        let _ = late.write_all(PREFACE).await;
        let mut rest = Vec::new();
        // closed unread
        late.read_to_end(&mut rest).await.is_err() || rest.is_empty()
    };
    let (took, is_full) = in_time(async { tokio::join!(join_all(stalled), refused) }).await;
    assert!(is_full, "they have all places of their address meanwhile");
    STALLS.iter().zip(took).for_each(|(stall, took)| assert_in_time(*stall, took));
    let endpoint = Channel::from_shared(format!("http://{}", rig.address)).unwrap();
    in_time(async {
        while crate::reader::try_open(&served(&endpoint).await, rig.address, "beta").await.is_err() {}
    })
    .await;
}

/// A connection, once the node takes one.
async fn served(endpoint: &Endpoint) -> Channel {
    loop {
        if let Ok(channel) = endpoint.connect().await {
            return channel;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Authority::new("ours");
    let settings = ApiSettings { tls: Some(ours.node(folder.path())), ..settings() };
    let rig = Rig::reached_by(settings, now(), |address| {
        Channel::from_shared(format!("https://{address}")).unwrap().tls_config(ours.trust()).unwrap()
    })
    .await;
    let connector = connector(&ours);
    let stalled = STALLS.map(|stall| {
        let (connector, address) = (connector.clone(), rig.address);
        async move {
            let name = ServerName::try_from("127.0.0.1").unwrap();
            let stream = connector.connect(name, plain(address).await).await.unwrap();
            shown_out(stream, stall).await
        }
    });
    let took = in_time(join_all(stalled)).await;
    STALLS.iter().zip(took).for_each(|(stall, took)| assert_in_time(*stall, took));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_is_quiet_between_its_requests_stays() {
    let rig = Rig::with(settings(), now()).await;
    tokio::time::sleep(KEEPALIVE_TIMEOUT + KEEPALIVE * 3).await;
    let mut client =
        tally_proto::v1::member::member_service_client::MemberServiceClient::new(rig.channel.clone());
    let request = tally_proto::v1::member::ListMembersRequest::default();
    assert!(in_time(client.list_members(request)).await.is_ok(), "the session ends with its connection");
}

#[tokio::test(flavor = "multi_thread")]
async fn http_1_has_half_a_minute_for_its_headers() {
    let rig = Rig::with(ApiSettings::default(), now()).await;
    let mut stream = plain(rig.address).await;
    let begun = Instant::now();
    stream.write_all(b"POST /tally.node.v1.NodeService/GetStatus HTTP/1.1\r\nHost: ").await.unwrap();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(45), stream.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "it was never shown out");
    assert!(begun.elapsed() > Duration::from_secs(25), "{:?}", begun.elapsed());
}
