//! `tally report …`

use clap::Subcommand;
use tally_proto::v1::financing::{ListExtendedTermsRequest, ListFinancingCostsRequest};

use super::context::Context;
use super::error::CommandError;
use super::show::{ExtendedTermRow, FinancingCostRow};

/// What is reported.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Receivables that are due later than the statutory days after delivery (TERM_EXTENDED)
    #[command(after_help = "Examples:\n  tally report terms\n  tally report terms --anchor huaxin -o csv")]
    Terms {
        /// Only of this anchor
        #[arg(long, value_name = "MEMBER")]
        anchor: Option<String>,
    },
    /// What financing has cost members: discount, fees, interest, average all-in APR
    #[command(
        after_help = "Examples:\n  tally report costs --small-suppliers\n  tally report costs --member alpha -o json"
    )]
    Costs {
        /// Only this member
        #[arg(long, value_name = "MEMBER")]
        member: Option<String>,
        /// Only members that are suppliers and nothing else
        #[arg(long)]
        small_suppliers: bool,
    },
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Terms { anchor } => {
                let anchor = context.filter_named(anchor.as_ref()).await?;
                let request = ListExtendedTermsRequest { anchor, ..Default::default() };
                let terms = context.client()?.extended_terms(request, 0).await?;
                context.show_list(&terms.iter().map(ExtendedTermRow::from).collect::<Vec<_>>())
            }
            Self::Costs { member, small_suppliers } => {
                let member = context.filter_named(member.as_ref()).await?;
                let request = ListFinancingCostsRequest { member, small_suppliers, ..Default::default() };
                let costs = context.client()?.financing_costs(request, 0).await?;
                context.show_list(&costs.iter().map(FinancingCostRow::from).collect::<Vec<_>>())
            }
        }
    }
}
