//! The arguments that name a running node: by its operator's socket, or by its API.

use super::error::CommandError;
use super::settings::ConfigArguments;
use clap::Args;
use std::time::Duration;
use tally_proto::v1::operator::operator_service_client::OperatorServiceClient;
use tally_proto::v1::operator::{FullNode, GetReportRequest, GetReportResponse, ListFullNodesRequest};
use tonic::transport::{Channel, Endpoint};

/// An operator's question is answered at once or not at all.
const ANSWER_MAX: Duration = Duration::from_secs(5);

#[derive(Args, Clone, Debug)]
pub(super) struct NodeArguments {
    /// The node's API without TLS, which tells strangers little; without it, operator.socket of the configuration
    #[arg(long, value_name = "URL", env = "TALLY_NODE")]
    node: Option<String>,
    #[command(flatten)]
    config: ConfigArguments,
}

/// Where a node is asked.
pub(super) enum NodeAddress {
    /// Its operator's socket, as tonic names it.
    Operator(String),
    /// Its API, as anybody reaches it.
    Api(String),
}

impl NodeArguments {
    pub(super) fn address(&self) -> Result<NodeAddress, CommandError> {
        match &self.node {
            Some(node) if node.contains("://") => Ok(NodeAddress::Api(node.clone())),
            Some(node) => Ok(NodeAddress::Api(format!("http://{node}"))),
            None => Ok(NodeAddress::Operator(socket(&self.config.load()?.config.operator.socket))),
        }
    }
}

/// A socket's path as an address.
pub(super) fn socket(path: &std::path::Path) -> String {
    format!("unix:{}", path.display())
}

/// What a node tells its operator.
pub(super) async fn report(address: &str) -> Result<GetReportResponse, CommandError> {
    let mut client = OperatorServiceClient::new(connect(address).await?);
    let answer = client.get_report(GetReportRequest {}).await;
    answer.map(tonic::Response::into_inner).map_err(|error| no_answer(address, &error))
}

/// What the full nodes of a member node say of themselves; only those that answer.
pub(super) async fn full_nodes(address: &str) -> Result<Vec<FullNode>, CommandError> {
    let mut client = OperatorServiceClient::new(connect(address).await?);
    let answer = client.list_full_nodes(ListFullNodesRequest {}).await;
    answer.map(|answer| answer.into_inner().full_nodes).map_err(|error| no_answer(address, &error))
}

pub(super) async fn connect(address: &str) -> Result<Channel, CommandError> {
    let endpoint = Endpoint::from_shared(address.to_owned()).map_err(|error| CommandError::NodeAddress {
        address: address.to_owned(),
        reason: error.to_string(),
    })?;
    let connected = endpoint.connect_timeout(ANSWER_MAX).timeout(ANSWER_MAX).connect().await;
    connected.map_err(|error| no_answer(address, &error))
}

/// The innermost cause says what happened; the outer ones only that something did.
pub(super) fn no_answer(address: &str, error: &dyn std::error::Error) -> CommandError {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let reason = causes.last().map(ToString::to_string).unwrap_or_default();
    CommandError::NoAnswer { address: address.to_owned(), reason }
}
