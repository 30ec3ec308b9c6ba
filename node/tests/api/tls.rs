//! TLS at the edge: who is served, who is taken for whom, renewal without a break, and clients that say nothing.
use crate::certificates::Authority;
use crate::reader::{Line, OPEN_SESSION, showing, sign, token};
use crate::rig::{CHAIN, REGULATOR, Rig, in_time, now};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use tally_node::api::{ApiError, ApiSettings};
use tally_node::tls::{TlsError, TlsFiles};
use tally_proto::access::Authorization;
use tally_proto::v1::access::OpenSessionRequest;
use tally_proto::v1::access::access_service_client::AccessServiceClient;
use tally_proto::v1::member::ListMembersRequest;
use tally_proto::v1::member::member_service_client::MemberServiceClient;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};

fn settings(tls: TlsFiles) -> ApiSettings {
    ApiSettings { tls: Some(tls), tls_look_interval: Duration::from_millis(50), ..ApiSettings::default() }
}

fn endpoint(address: SocketAddr, trust: &ClientTlsConfig) -> Endpoint {
    Channel::from_shared(format!("https://{address}")).unwrap().tls_config(trust.clone()).unwrap()
}

/// A node whose certificate `authority` signed; its regulator is connected.
async fn started(authority: &Authority, folder: &Path) -> Rig {
    let tls = settings(authority.node(folder));
    Rig::reached_by(tls, now(), |address| endpoint(address, &authority.trust())).await
}

async fn reads(line: Line) -> Result<usize, tonic::Code> {
    let answer = in_time(MemberServiceClient::new(line).list_members(ListMembersRequest::default())).await;
    answer.map(|answer| answer.into_inner().members.len()).map_err(|status| status.code())
}

/// Whether a node lets a client read that believes and shows this.
async fn is_served(rig: &Rig, trust: &ClientTlsConfig, member: &str) -> bool {
    let Ok(channel) = in_time(endpoint(rig.address, trust).connect()).await else { return false };
    token(&channel, rig.address, member).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn members_read_over_tls_from_a_node_that_they_can_believe() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let rig = started(&ours, folder.path()).await;
    assert_eq!(reads(rig.channel.clone()).await, Ok(9));
    assert!(is_served(&rig, &ours.trust(), "beta").await);
    assert!(!is_served(&rig, &theirs.trust(), "beta").await, "a client that believes another authority");
    let plain = Channel::from_shared(format!("http://{}", rig.address)).unwrap();
    let plain = plain.connect().await;
    let answer = match plain {
        Ok(channel) => token(&channel, rig.address, "beta").await.is_ok(),
        Err(_) => false,
    };
    assert!(!answer, "a client without TLS");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_in_use_at_once_and_no_connection_ends() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let rig = started(&old, folder.path()).await;
    let before = rig.line("beta").await;
    assert!(!is_served(&rig, &new.trust(), "beta").await);

    // half of a pair changes nothing
    let kept = std::fs::read(folder.path().join("node.pem")).unwrap();
    std::fs::write(folder.path().join("node.pem"), "no certificate").unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(is_served(&rig, &old.trust(), "beta").await);
    std::fs::write(folder.path().join("node.pem"), kept).unwrap();

    new.node(folder.path());
    in_time(async { while !is_served(&rig, &new.trust(), "gamma").await {} }).await;
    assert!(!is_served(&rig, &old.trust(), "gamma").await, "new connections show the new one");
    // a session lives as long as its connection, so that it still counts shows that the connection never ended
    assert!(reads(before).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_with_a_members_certificate_serves_that_member_only() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let client_ca = folder.path().join("members.pem");
    std::fs::write(&client_ca, ours.pem()).unwrap();
    let tls = TlsFiles { client_ca: Some(client_ca), ..ours.node(folder.path()) };
    let shown = |authority: &Authority, uri: &str| ours.trust().identity(authority.client(uri));
    let overseer = shown(&ours, &format!("tally://{CHAIN}/{REGULATOR}"));
    let rig = Rig::reached_by(settings(tls), now(), |address| endpoint(address, &overseer)).await;

    let beta = shown(&ours, &format!("tally://{CHAIN}/beta"));
    assert!(is_served(&rig, &beta, "beta").await);
    for (who, trust) in [
        ("nobody", ours.trust()),
        ("another authority's", shown(&theirs, &format!("tally://{CHAIN}/beta"))),
        ("another chain's", shown(&ours, "tally://elsewhere/beta")),
        ("no member", shown(&ours, "https://beta.example")),
    ] {
        assert!(!is_served(&rig, &trust, "beta").await, "{who}");
    }

    // gamma's own key and signature, over beta's connection
    let channel = endpoint(rig.address, &beta).connect().await.unwrap();
    let request = OpenSessionRequest {};
    let read = sign("gamma", &rig.address.to_string(), OPEN_SESSION, &request);
    let mut client = AccessServiceClient::new(showing(&channel, &Authorization::Signature(read)));
    let refused = in_time(client.open_session(request)).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unauthenticated);
    assert!(refused.message().contains("another member's"), "{}", refused.message());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_answered_over_tls_by_http_1() {
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};
    let folder = tempfile::tempdir().unwrap();
    let ours = Authority::new("ours");
    let rig = started(&ours, folder.path()).await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ours.pem().as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(std::sync::Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let tcp = TcpStream::connect(rig.address).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut stream = connector.connect(name, tcp).await.unwrap();
    // the page came from the address that it calls
    let request = format!(
        "POST /tally.node.v1.NodeService/GetStatus HTTP/1.1\r\nHost: {address}\r\nOrigin: https://{address}\r\n\
         Content-Type: application/grpc-web+proto\r\nX-Grpc-Web: 1\r\nConnection: close\r\nContent-Length: 5\r\n\r\n\
         \0\0\0\0\0",
        address = rig.address
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = in_time(stream.read_to_end(&mut answer)).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("api-test"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_others_can_read_and_files_that_are_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let files = Authority::new("ours").node(folder.path());
    std::fs::set_permissions(&files.key, std::fs::Permissions::from_mode(0o640)).unwrap();
    let open = Rig::try_on("127.0.0.1:0", settings(files.clone())).await;
    assert!(matches!(open, Err(ApiError::Tls(TlsError::Open { mode: 0o640, .. }))), "{open:?}");
    std::fs::set_permissions(&files.key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&files.certificate, "").unwrap();
    let empty = Rig::try_on("127.0.0.1:0", settings(files)).await;
    assert!(matches!(empty, Err(ApiError::Tls(TlsError::Nothing { .. }))), "{empty:?}");
}

/// Whether the node has ended the connection.
async fn ends(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
    read.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_or_says_it_drop_by_drop_is_shown_out() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Authority::new("ours");
    let greeting_timeout = Duration::from_millis(400);
    let tls = ApiSettings { greeting_timeout, ..settings(ours.node(folder.path())) };
    let secured = Rig::reached_by(tls, now(), |address| endpoint(address, &ours.trust())).await;
    let plain = Rig::with(ApiSettings { greeting_timeout, ..ApiSettings::default() }, now()).await;
    for rig in [&secured, &plain] {
        assert!(ends(TcpStream::connect(rig.address).await.unwrap()).await, "silence");
        let mut slow = TcpStream::connect(rig.address).await.unwrap();
        let drops = async {
            for byte in b"PRI * HTTP/2.0\r\n\r\nSM\r\n" {
                tokio::time::sleep(Duration::from_millis(100)).await;
                if slow.write_all(&[*byte]).await.is_err() {
                    return;
                }
            }
        };
        let ended = tokio::time::timeout(Duration::from_secs(5), drops).await;
        assert!(ended.is_ok() && ends(slow).await, "drop by drop");
        assert!(reads(rig.channel.clone()).await.is_ok(), "others keep their service");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_its_share_of_connections() {
    let settings = ApiSettings { connections_per_address_max: 3, ..ApiSettings::default() };
    // the rig itself has one
    let rig = Rig::with(settings, now()).await;
    let greet = async |address| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
        let mut first = [0; 9];
        in_time(stream.read_exact(&mut first)).await.map(|_| stream)
    };
    let kept = [greet(rig.address).await.unwrap(), greet(rig.address).await.unwrap()];
    assert!(greet(rig.address).await.is_err(), "a fourth is closed");
    drop(kept);
    in_time(async { while greet(rig.address).await.is_err() {} }).await;
    assert!(reads(rig.channel.clone()).await.is_ok());
}
