//! `tally anchor …`

use clap::Subcommand;
use tally_proto::v1::settlement::{GetAnchorRiskRequest, GetContagionRequest};

use super::context::Context;
use super::error::CommandError;
use super::show::{RiskRow, exposures};

/// What can be asked about anchors.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Show the worst class of an anchor's debts
    #[command(after_help = "Examples:\n  tally anchor risk huaxin")]
    Risk {
        /// The anchor
        anchor: String,
    },
    /// Show what an anchor's default would cost each holder, funder, guarantor and tier now
    #[command(
        after_help = "Examples:\n  tally anchor contagion huaxin\n  tally anchor contagion huaxin -o json"
    )]
    Contagion {
        /// The anchor
        anchor: String,
    },
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Risk { anchor } => {
                let anchor = context.member_named(&anchor).await?.to_string();
                let risk = context.client()?.anchor_risk(GetAnchorRiskRequest { anchor }).await?;
                context.show(&RiskRow::from(&risk))
            }
            Self::Contagion { anchor } => {
                let anchor = context.member_named(&anchor).await?.to_string();
                let found = context.client()?.contagion(GetContagionRequest { anchor }).await?;
                context.show_list(&exposures(&found))
            }
        }
    }
}
