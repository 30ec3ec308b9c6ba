//! `tally policy …`

use clap::Subcommand;
use tally_proto::v1::policy::{GetPolicyRequest, ListPoliciesRequest};

use super::context::Context;
use super::error::CommandError;
use super::show::PolicyRow;
use crate::sdk::ClientError;

/// What can be done about the policy.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Show the policy in force, or one version of it
    #[command(after_help = "Examples:\n  tally policy show\n  tally policy show 1 -o json")]
    Show {
        /// Which version [default: the one in force]
        #[arg(default_value_t = 0, hide_default_value = true)]
        version: u32,
    },
    /// List all versions
    #[command(after_help = "Examples:\n  tally policy list -o jsonl")]
    List,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        let client = context.client()?;
        match self {
            Self::Show { version } => {
                let policy = client.policy(GetPolicyRequest { version }).await?.policy;
                let policy = policy.ok_or(ClientError::Incomplete { what: "policy" })?;
                context.show(&PolicyRow::from(&policy))
            }
            Self::List => {
                let policies = client.policies(ListPoliciesRequest::default(), 0).await?;
                context.show_list(&policies.iter().map(PolicyRow::from).collect::<Vec<_>>())
            }
        }
    }
}
