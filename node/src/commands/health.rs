//! `tallyd status` and `tallyd health`: asks a running node.

use super::error::CommandError;
use super::node_address::{NodeAddress, NodeArguments, connect, no_answer, report};
use crate::genesis_file::show_time;
use clap::Args;
use serde_json::json;
use tally_contracts::types::Timestamp;
use tally_proto::v1::node::node_service_client::NodeServiceClient;
use tally_proto::v1::node::{GetStatusRequest, GetStatusResponse, NodeKind};
use tally_proto::v1::operator::Peer;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

#[derive(Args)]
#[command(after_help = "Examples:\n  tallyd status --config tallyd.toml\n  \
    tallyd status --node http://127.0.0.1:7602 --json")]
pub(super) struct StatusCommand {
    #[command(flatten)]
    node: NodeArguments,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  tallyd health --config tallyd.toml\n  \
    tallyd health --node 127.0.0.1:7602 || systemctl restart tallyd")]
pub(super) struct Health {
    #[command(flatten)]
    node: NodeArguments,
}

impl StatusCommand {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let address = self.node.address()?;
        let (status, peers) = super::start::block_on(ask(&address))??;
        if self.json {
            println!("{:#}", as_json(&status, &peers))
        } else {
            print_lines(&status, &peers)
        }
        Ok(())
    }
}

impl Health {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let address = self.node.address()?;
        let is_serving = super::start::block_on(is_serving(&address))??;
        if is_serving {
            println!("serving");
            return Ok(());
        }
        let (NodeAddress::Operator(address) | NodeAddress::Api(address)) = address;
        Err(CommandError::NotServing { address })
    }
}

/// A stranger learns which chain and how far; an operator everything.
async fn ask(address: &NodeAddress) -> Result<(GetStatusResponse, Vec<Peer>), CommandError> {
    match address {
        NodeAddress::Operator(address) => {
            let report = report(address).await?;
            Ok((report.status.unwrap_or_default(), report.peers))
        }
        NodeAddress::Api(address) => {
            let mut client = NodeServiceClient::new(connect(address).await?);
            let answer = client.get_status(GetStatusRequest {}).await;
            let status = answer.map(tonic::Response::into_inner);
            Ok((status.map_err(|error| no_answer(address, &error))?, Vec::new()))
        }
    }
}

async fn is_serving(address: &NodeAddress) -> Result<bool, CommandError> {
    match address {
        NodeAddress::Operator(address) => Ok(report(address).await?.serving),
        NodeAddress::Api(address) => {
            let mut client = HealthClient::new(connect(address).await?);
            let answer = client.check(HealthCheckRequest::default()).await;
            let status = answer.map(|answer| answer.into_inner().status());
            Ok(status.map_err(|error| no_answer(address, &error))? == ServingStatus::Serving)
        }
    }
}

/// What a status says, in the order of both outputs.
fn rows(status: &GetStatusResponse) -> Vec<(&'static str, serde_json::Value)> {
    let position = status.position.clone().unwrap_or_default();
    vec![
        ("chain_id", json!(status.chain_id)),
        ("genesis_hash", json!(hex::encode(&status.genesis_hash))),
        ("kind", json!(kind_name(status.kind()))),
        ("height", json!(position.height)),
        ("block_id", json!(hex::encode(&position.block_id))),
        ("state_root", json!(hex::encode(&position.state_root))),
        ("chain_time", json!(show_time(Timestamp::from_ms(position.time_ms)))),
        ("clock_speed", json!(status.clock_speed)),
        ("catching_up", json!(status.catching_up)),
        ("peers", json!(status.peers)),
        ("mempool_transactions", json!(status.mempool_transactions)),
        ("mempool_bytes", json!(status.mempool_bytes)),
        ("version", json!(status.version)),
        ("data_format", json!(status.data_format)),
    ]
}

fn kind_name(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Validator => "validator",
        NodeKind::Observer => "observer",
        NodeKind::Member => "member",
        NodeKind::Unspecified => "unknown",
    }
}

fn as_json(status: &GetStatusResponse, peers: &[Peer]) -> serde_json::Value {
    let nodes = ("nodes", peers.iter().map(peer_json).collect());
    rows(status).into_iter().chain([nodes]).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn peer_json(peer: &Peer) -> serde_json::Value {
    let said = peer.introduction.as_ref();
    json!({
        "name": peer.name,
        "peer_key": hex::encode(&peer.peer_key),
        "member": peer.member,
        "power": peer.power,
        "listed": peer.listed,
        "configured": peer.configured,
        "connected": peer.connected,
        "version": said.map(|said| &said.version),
        "height": said.map(|said| said.height),
        "clock_offset_ms": said.map(|said| said.clock_offset_ms),
    })
}

/// One line for each other node. A member node asks them and keeps no connection: its doctor tells which of them answer.
fn print_peer(kind: NodeKind, peer: &Peer) {
    let name = if peer.name.is_empty() { hex::encode(&peer.peer_key) } else { peer.name.clone() };
    let role = match (peer.listed, peer.power) {
        (false, _) => "not listed by the ledger".to_owned(),
        (true, 0) => format!("observer of {}", peer.member),
        (true, power) => format!("validator of {}, power {power}", peer.member),
    };
    let presence = match (kind, peer.connected) {
        (NodeKind::Member, _) => "on ledger",
        (NodeKind::Validator | NodeKind::Observer | NodeKind::Unspecified, true) => "connected",
        (NodeKind::Validator | NodeKind::Observer | NodeKind::Unspecified, false) => "away",
    };
    let said = peer.introduction.as_ref().map(|said| {
        format!(", height {}, version {}, clock {:+} ms", said.height, said.version, said.clock_offset_ms)
    });
    println!("node {name:<16} {presence:<9} {role}{}", said.unwrap_or_default());
}

fn print_lines(status: &GetStatusResponse, peers: &[Peer]) {
    for (name, value) in rows(status) {
        match value.as_str() {
            Some(text) => println!("{name:<21} {text}"),
            None => println!("{name:<21} {value}"),
        }
    }
    peers.iter().for_each(|peer| print_peer(status.kind(), peer));
}
