//! The arguments that name a running node.

use super::error::CommandError;
use super::settings::ConfigArguments;
use clap::Args;
use std::time::Duration;
use tonic::transport::{Channel, Endpoint};

/// An operator's question is answered at once or not at all.
const ANSWER_MAX: Duration = Duration::from_secs(5);

#[derive(Args, Clone, Debug)]
pub(super) struct NodeArguments {
    /// The node's API; without it, api.listen of the configuration
    #[arg(long, value_name = "URL", env = "TALLY_NODE")]
    node: Option<String>,
    #[command(flatten)]
    config: ConfigArguments,
}

impl NodeArguments {
    pub(super) fn address(&self) -> Result<String, CommandError> {
        match &self.node {
            Some(node) if node.contains("://") => Ok(node.clone()),
            Some(node) => Ok(format!("http://{node}")),
            None => Ok(format!("http://{}", self.config.load()?.config.api.listen)),
        }
    }
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
