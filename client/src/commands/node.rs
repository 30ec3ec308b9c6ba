//! `tally node …`

use clap::Subcommand;
use tally_proto::v1::ledger::{CheckInvariantsRequest, ListValidatorsRequest};

use super::context::Context;
use super::error::CommandError;
use super::show::{InvariantRow, NodeRow, ValidatorRow};

/// What can be asked about nodes.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Show how every configured node is doing
    #[command(after_help = "Examples:\n  tally node status\n  tally --node http://127.0.0.1:7101 --node \
        http://127.0.0.1:7102 node status -o json")]
    Status,
    /// List who decides a height: what proof verify trusts, if you trust this node
    #[command(
        after_help = "Examples:\n  tally node validators -o json > validators.json\n  tally node validators --height 17"
    )]
    Validators {
        /// Which height [default: the next]
        #[arg(long, default_value_t = 0, hide_default_value = true)]
        height: u64,
    },
    /// Check the rulebook's invariants over the whole ledger
    #[command(after_help = "Examples:\n  tally node invariants")]
    Invariants,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Status => status(context).await,
            Self::Validators { height } => {
                let answer = context.client()?.validators(ListValidatorsRequest { height }).await?;
                context.show_list(&answer.validators.iter().map(ValidatorRow::from).collect::<Vec<_>>())
            }
            Self::Invariants => {
                let results = context.client()?.check_invariants(CheckInvariantsRequest {}).await?.results;
                context.show_list(&results.iter().map(InvariantRow::from).collect::<Vec<_>>())?;
                match results.iter().filter(|result| !result.holds).count() {
                    0 => Ok(()),
                    broken => Err(CommandError::InvariantsBroken { broken }),
                }
            }
        }
    }
}

async fn status(context: &Context) -> Result<(), CommandError> {
    let mut rows = Vec::new();
    for (url, node) in context.client()?.each() {
        rows.push(match node.status().await {
            Ok(status) => NodeRow::of(url, &status),
            Err(error) => NodeRow::silent(url, Some(error.to_string())),
        });
    }
    context.show_list(&rows)?;
    if rows.iter().any(|row| row.health == "ready") {
        return Ok(());
    }
    Err(CommandError::NoNodeReady { nodes: rows.len() })
}
