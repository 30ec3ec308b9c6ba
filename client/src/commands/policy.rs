//! `tally policy …`

use std::path::{Path, PathBuf};

use clap::Subcommand;
use tally_proto::v1::policy::simulate_policy_response::Message;
use tally_proto::v1::policy::{GetPolicyRequest, ListPoliciesRequest, SimulatePolicyRequest};

use super::context::Context;
use super::error::CommandError;
use super::proposal::latest_policy;
use super::show::{PolicyRow, WouldRefuseRow};
use super::value::policy_file;
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
    /// List what another policy would have refused in this ledger's past
    #[command(
        after_help = "Examples:\n  tally policy simulate --policy shorter.toml --from 1\n  tally policy simulate --policy \
        shorter.toml --from 1200 -o csv\n\nThe file holds what differs from the newest version, such as:\n  \
        tenor_hard_days = 180"
    )]
    Simulate {
        /// TOML with the names of a genesis document; what it leaves out is as in the newest version
        #[arg(long, value_name = "FILE")]
        policy: PathBuf,
        /// First height that it judges
        #[arg(long, value_name = "HEIGHT", default_value_t = 1)]
        from: u64,
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
            Self::Simulate { policy, from } => simulate(context, &policy, from).await,
            Self::List => {
                let policies = client.policies(ListPoliciesRequest::default(), 0).await?;
                context.show_list(&policies.iter().map(PolicyRow::from).collect::<Vec<_>>())
            }
        }
    }
}

/// Shows every transaction that would have been refused, then says on standard error how many there were.
async fn simulate(context: &Context, file: &Path, from: u64) -> Result<(), CommandError> {
    let other = policy_file(file, &latest_policy(context).await?)?;
    let request = SimulatePolicyRequest { policy: Some((&other).into()), from_height: from };
    let mut answers = context.client()?.simulate_policy(request).await?;
    let (mut rows, mut last) = (Vec::new(), None);
    while let Some(message) = answers.next().await? {
        match message {
            Message::WouldRefuse(refused) => rows.push(WouldRefuseRow::from(&refused)),
            Message::Progress(progress) => last = Some(progress),
        }
    }
    let done = last.filter(|last| last.height == last.tip);
    let done = done.ok_or(ClientError::Incomplete { what: "end of the simulation" })?;
    context.show_list(&rows)?;
    eprintln!(
        "{} of {} applied transactions from height {from} to {} would have been refused; {} more build on them",
        done.refused, done.judged, done.height, done.following
    );
    Ok(())
}
