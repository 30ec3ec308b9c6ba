//! A chain of one validator as a real process: it starts, answers, refuses a second self, ends, and verifies.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]
mod ports;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// A node's folder, with the ports it uses.
struct Node {
    folder: tempfile::TempDir,
    ports: Vec<SocketAddr>,
}

/// A started process; dropping it ends it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tallyd"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TALLY")) {
        command.env_remove(name);
    }
    command.current_dir(folder).args(arguments);
    command
}

fn output(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const SPEC: &str = r#"
chain_id = "one"
[clock]
chain_start = "2026-01-15"
speed = 60
[[members]]
id = "bank-a"
legal_name = "Bank A"
roles = ["bank", "funder"]
identifiers = [{ scheme = "LEI", value = "529900T8BM49AURSDO55" }]
keys = [{ key = "file:member.pem" }]
[[validators]]
member = "bank-a"
consensus_key = "file:keys/consensus.pem"
peer_key = "file:keys/peer.pem"
"#;

impl Node {
    fn new() -> Self {
        let node = Self { folder: tempfile::tempdir().unwrap(), ports: ports::own(4) };
        let does = |arguments: &[&str]| {
            let output = output(node.folder.path(), arguments);
            assert!(output.status.success(), "{arguments:?}: {}", text(&output));
        };
        does(&["init", "--dir", ".", "--role", "validator"]);
        does(&["key", "new", "--out", "member.pem", "--passphrase-file", "keys/passphrase"]);
        std::fs::write(node.path("spec.toml"), SPEC).unwrap();
        does(&["genesis", "new", "--spec", "spec.toml", "--out", "genesis.toml"]);
        node
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn arguments(&self, ports: &[SocketAddr]) -> Vec<String> {
        let keys = ["consensus.listen", "gossip.listen", "api.listen", "metrics.listen"];
        let mut arguments = vec!["--set".to_owned(), "consensus.heartbeat_ms=200".to_owned()];
        for (key, port) in keys.iter().zip(ports) {
            arguments.extend(["--set".to_owned(), format!("{key}={port}")]);
        }
        arguments
    }

    fn start(&self) -> Running {
        self.start_with(&[])
    }

    fn start_with(&self, more: &[&str]) -> Running {
        let log = std::fs::File::create(self.path("log")).unwrap();
        let mut start = command(self.folder.path(), &["start"]);
        start
            .args(self.arguments(&self.ports))
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        Running(start.spawn().unwrap())
    }

    fn height(&self) -> Option<u64> {
        let status = self.status(&["--node", &self.ports[2].to_string()])?;
        assert_eq!(status["chain_id"], "one");
        assert_eq!(status["kind"], "validator");
        assert_eq!(status["clock_speed"], 60);
        status["height"].as_u64()
    }

    fn status(&self, of: &[&str]) -> Option<serde_json::Value> {
        let answer = output(self.folder.path(), &[&["status", "--json"], of].concat());
        serde_json::from_slice(&answer.stdout).ok()
    }

    /// As the operator hears it.
    fn operators_height(&self) -> u64 {
        self.status(&[]).and_then(|status| status["height"].as_u64()).unwrap_or(0)
    }

    fn wait_for_height(&self, height: u64) {
        self.wait(|| self.height().is_some_and(|found| found >= height), "a committed height");
    }

    fn wait(&self, condition: impl Fn() -> bool, what: &str) {
        let begun = Instant::now();
        while !condition() {
            let log = || std::fs::read_to_string(self.path("log")).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "no {what}; the node says:\n{}", log());
            std::thread::sleep(POLL);
        }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.ports[3]).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

/// Asks the process to end, and says with which code it did.
fn end(mut running: Running) -> Option<i32> {
    let asked = Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let begun = Instant::now();
    loop {
        if let Some(status) = running.0.try_wait().unwrap() {
            return status.code();
        }
        assert!(begun.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(POLL);
    }
}

#[test]
fn a_node_answers_ends_in_order_continues_and_proves_its_chain() {
    let node = Node::new();
    let running = node.start();
    node.wait_for_height(2);
    node.wait(
        || output(node.folder.path(), &["health", "--node", &node.ports[2].to_string()]).status.success(),
        "healthy node",
    );
    assert!(node.get("/healthz").starts_with("HTTP/1.1 200"));
    let metrics = node.get("/metrics");
    assert!(metrics.contains("\ntally_height ") && metrics.matches("# EOF").count() == 1, "{metrics}");

    let status = node.status(&[]).unwrap();
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"), "an operator sees more than a stranger");
    assert_eq!(node.status(&["--node", &node.ports[2].to_string()]).unwrap()["version"], "");
    let socket = std::fs::metadata(node.path("data/operator.sock")).unwrap();
    assert_eq!(socket.permissions().mode() & 0o777, 0o600);
    assert!(output(node.folder.path(), &["health"]).status.success());
    let well = output(node.folder.path(), &["doctor"]);
    for line in ["well  node          votes", "well  permissions", "a sync takes", "counts without an end"] {
        assert!(text(&well).contains(line), "{line} in\n{}", text(&well));
    }

    let mut second = command(node.folder.path(), &["start"]);
    let refused = second.args(node.arguments(&ports::own(4))).output().unwrap();
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    assert!(text(&refused).contains("in use by another process"), "{}", text(&refused));

    let before = node.height().unwrap();
    assert_eq!(end(running), Some(0));
    let stopped = output(node.folder.path(), &["doctor"]);
    assert_eq!(stopped.status.code(), Some(8), "{}", text(&stopped));
    assert!(text(&stopped).contains("start it with tallyd start"), "{}", text(&stopped));
    let log = std::fs::read_to_string(node.path("log")).unwrap();
    let passphrase = std::fs::read_to_string(node.path("keys/passphrase")).unwrap();
    assert!(log.contains("asked to end") && !log.contains(passphrase.trim()), "{log}");

    let verified = output(node.folder.path(), &["db", "verify"]);
    assert!(verified.status.success() && text(&verified).contains("state root"), "{}", text(&verified));

    let running = node.start();
    node.wait_for_height(before + 1);
    assert_eq!(end(running), Some(0));
}

#[test]
fn a_data_directory_of_another_genesis_and_a_port_in_use_are_refused() {
    let node = Node::new();
    let running = node.start();
    node.wait_for_height(1);
    assert_eq!(end(running), Some(0));

    let taken = TcpListener::bind(node.ports[2]).unwrap();
    let start = |more: &[&str]| {
        let mut start = command(node.folder.path(), &["start"]);
        start.args(node.arguments(&node.ports)).args(more).output().unwrap()
    };
    let refused = start(&[]);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    assert!(text(&refused).contains(&node.ports[2].to_string()), "{}", text(&refused));
    drop(taken);

    let other = ["genesis", "new", "--spec", "spec.toml", "--chain-id", "another", "--out", "other.toml"];
    assert!(output(node.folder.path(), &other).status.success());
    let refused = start(&["--set", "genesis=other.toml"]);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    assert!(text(&refused).contains("belongs to the network with genesis"), "{}", text(&refused));
}

/// A certificate for loopback that ended long ago, and who signed it.
fn write_ended_certificate(node: &Node) -> String {
    let (key, own) = (rcgen::KeyPair::generate().unwrap(), rcgen::KeyPair::generate().unwrap());
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = authority.self_signed(&key).unwrap();
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.subject_alt_names = vec![rcgen::SanType::IpAddress(node.ports[2].ip())];
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2020, 2, 1);
    let certificate = params.signed_by(&own, &authority, &key).unwrap();
    std::fs::write(node.path("ended.pem"), certificate.pem()).unwrap();
    std::fs::write(node.path("ended.key"), own.serialize_pem()).unwrap();
    std::fs::set_permissions(node.path("ended.key"), std::fs::Permissions::from_mode(0o600)).unwrap();
    authority.pem()
}

/// The innermost reason why a client that checks certificates is not connected.
fn refusal(node: &Node, authority: &str) -> String {
    let trusted = tonic::transport::Certificate::from_pem(authority);
    let trust = tonic::transport::ClientTlsConfig::new().ca_certificate(trusted);
    let url = format!("https://{}", node.ports[2]);
    let connecting = async move {
        tonic::transport::Channel::from_shared(url).unwrap().tls_config(trust).unwrap().connect().await
    };
    let error = tokio::runtime::Runtime::new().unwrap().block_on(connecting).unwrap_err();
    let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
    causes.last().unwrap().to_string()
}

#[test]
fn a_certificate_that_ended_stops_clients_and_never_consensus() {
    let node = Node::new();
    let authority = write_ended_certificate(&node);
    let tls = ["--set", "api.tls_certificate=ended.pem", "--set", "api.tls_key=ended.key"];
    let running = node.start_with(&tls);
    node.wait(|| node.operators_height() >= 2, "a committed height");

    let refused = refusal(&node, &authority);
    assert!(refused.to_lowercase().contains("expired"), "{refused}");
    let before = node.operators_height();
    node.wait(|| node.operators_height() >= before + 3, "blocks after the refusal");

    let doctor = command(node.folder.path(), &["doctor"]).args(tls).output().unwrap();
    assert_eq!(doctor.status.code(), Some(8), "{}", text(&doctor));
    assert!(text(&doctor).contains("consensus goes on"), "{}", text(&doctor));
    assert!(text(&doctor).contains("renew"), "{}", text(&doctor));
    assert_eq!(end(running), Some(0));
    let log = std::fs::read_to_string(node.path("log")).unwrap();
    assert!(log.contains("a certificate ends soon or has ended"), "{log}");
}
