//! `tally evidence …`

use std::collections::BTreeMap;

use clap::Subcommand;
use tally_contracts::Action;
use tally_contracts::misbehaviour::ReportMisbehaviour;
use tally_proto::v1::governance::{self as wire, Evidence, ListEvidenceRequest, ListMisbehavioursRequest};

use super::context::Context;
use super::error::CommandError;
use super::show::{EvidenceRow, MisbehaviourRow};
use crate::sdk::ClientError;

/// Proofs that one answer holds at most.
const EVIDENCE_MAX: u32 = 1_000;

/// What can be done about validators that contradict themselves.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Show the proofs that the configured nodes hold: each keeps what itself caught
    #[command(
        after_help = "Examples:\n  tally evidence list\n  tally evidence list --from-height 100 -o json"
    )]
    List {
        /// Of heights from here on
        #[arg(long, value_name = "HEIGHT", default_value_t = 0)]
        from_height: u64,
    },
    /// Put the nodes' proofs on the ledger's record, each round once
    #[command(
        after_help = "Examples:\n  tally --as north evidence report\n  tally --as north evidence report --height 1203"
    )]
    Report {
        /// Only those of this height
        #[arg(long, value_name = "HEIGHT")]
        height: Option<u64>,
    },
    /// Show what is on the ledger's record
    #[command(after_help = "Examples:\n  tally evidence recorded\n  tally evidence recorded -o csv")]
    Recorded {
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::List { from_height } => {
                let evidence = evidence(context, from_height).await?;
                context.show_list(&evidence.iter().map(EvidenceRow::from).collect::<Vec<_>>())
            }
            Self::Report { height } => report(context, height).await,
            Self::Recorded { limit } => {
                let request = ListMisbehavioursRequest::default();
                let recorded = context.client()?.misbehaviours(request, limit).await?;
                context.show_list(&recorded.iter().map(MisbehaviourRow::from).collect::<Vec<_>>())
            }
        }
    }
}

/// What any configured node caught, by height and round: contradicting votes need not all have reached one node.
async fn evidence(context: &Context, from_height: u64) -> Result<Vec<Evidence>, CommandError> {
    let request = ListEvidenceRequest { from_height, limit: EVIDENCE_MAX };
    let (mut proofs, mut answered, mut silent) = (BTreeMap::new(), false, Vec::new());
    for (_, node) in context.client()?.each() {
        match node.list_evidence(request).await {
            Ok(answer) => {
                answered = true;
                for one in answer.evidence {
                    let key = (one.height, one.round, one.validator.clone(), one.kind);
                    proofs.entry(key).or_insert(one);
                }
            }
            Err(error) => silent.push(error),
        }
    }
    if !answered && let Some(error) = silent.pop() {
        return Err(error.into());
    }
    for error in silent {
        eprintln!("without the proofs of one node: {error}");
    }
    Ok(proofs.into_values().collect())
}

/// One proof of a round is enough, and a validator that is gone can no longer be reported.
async fn report(context: &Context, height: Option<u64>) -> Result<(), CommandError> {
    let mut open = evidence(context, height.unwrap_or(0)).await?;
    open.retain(|one| {
        !one.reported && !one.operator.is_empty() && height.is_none_or(|height| one.height == height)
    });
    open.dedup_by_key(|one| (one.height, one.round, one.validator.clone()));
    if open.is_empty() {
        eprintln!("nothing to report: the record has everything that the nodes caught");
    }
    for one in open {
        let action = ReportMisbehaviour::try_from(&shown(one)).map_err(ClientError::from)?;
        context.act(Action::ReportMisbehaviour(action)).await?;
    }
    Ok(())
}

fn shown(evidence: Evidence) -> wire::ReportMisbehaviour {
    let Evidence { validator, kind, height, round, first, second, .. } = evidence;
    wire::ReportMisbehaviour { validator, kind, height, round, first, second }
}
