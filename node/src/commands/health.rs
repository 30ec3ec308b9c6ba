//! `tallyd status` and `tallyd health`: asks a running node.

use super::error::CommandError;
use super::node_address::{NodeArguments, connect, no_answer};
use crate::genesis_file::show_time;
use clap::Args;
use serde_json::json;
use tally_contracts::types::Timestamp;
use tally_proto::v1::node::node_service_client::NodeServiceClient;
use tally_proto::v1::node::{GetStatusRequest, GetStatusResponse, NodeKind};
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
        let status = super::start::block_on(async {
            let mut client = NodeServiceClient::new(connect(&address).await?);
            let answer = client.get_status(GetStatusRequest {}).await;
            answer.map(tonic::Response::into_inner).map_err(|error| no_answer(&address, &error))
        })??;
        if self.json {
            println!("{:#}", as_json(&status))
        } else {
            print_lines(&status)
        }
        Ok(())
    }
}

impl Health {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let address = self.node.address()?;
        let serving = super::start::block_on(async {
            let mut client = HealthClient::new(connect(&address).await?);
            let answer = client.check(HealthCheckRequest::default()).await;
            answer.map(|answer| answer.into_inner().status()).map_err(|error| no_answer(&address, &error))
        })??;
        match serving {
            ServingStatus::Serving => {
                println!("serving");
                Ok(())
            }
            ServingStatus::Unknown | ServingStatus::NotServing | ServingStatus::ServiceUnknown => {
                Err(CommandError::NotServing { address })
            }
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
        NodeKind::Unspecified => "unknown",
    }
}

fn as_json(status: &GetStatusResponse) -> serde_json::Value {
    rows(status).into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn print_lines(status: &GetStatusResponse) {
    for (name, value) in rows(status) {
        match value.as_str() {
            Some(text) => println!("{name:<21} {text}"),
            None => println!("{name:<21} {value}"),
        }
    }
}
