//! `tally settle …`

use clap::Subcommand;
use tally_contracts::Action;
use tally_contracts::settlement::PayReceivable;
use tally_contracts::types::{Amount, ReceivableId};
use tally_proto::v1::settlement::GetSettlementStatusResponse;

use super::context::Context;
use super::error::CommandError;
use super::show::SettlementRow;
use super::value::AmountText;
use crate::sdk::ClientError;

/// What can be done about settlements.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Pay a receivable of yours from your deposit at its settlement bank; holders get their shares at once
    #[command(
        after_help = "Examples:\n  tally --as huaxin settle pay R1\n  tally --as huaxin settle pay R1 --amount 250000.00"
    )]
    Pay {
        /// The receivable
        receivable: ReceivableId,
        /// How much [default: what is outstanding]
        #[arg(long, value_name = "AMOUNT")]
        amount: Option<AmountText>,
    },
    /// Show what is paid, what is owed, to whom, and whether the anchor's deposit suffices
    #[command(after_help = "Examples:\n  tally settle status R1\n  tally settle status R1 -o json")]
    Status {
        /// The receivable
        receivable: ReceivableId,
    },
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Pay { receivable, amount } => {
                let outstanding = outstanding(&context.client()?.settlement_status(receivable).await?)?;
                let amount = match amount {
                    Some(amount) => amount.resolve(Some(outstanding.currency()))?,
                    None => outstanding,
                };
                context.act(Action::PayReceivable(PayReceivable { receivable, amount })).await
            }
            Self::Status { receivable } => {
                let status = context.client()?.settlement_status(receivable).await?;
                context.show(&SettlementRow::from(&status))
            }
        }
    }
}

fn outstanding(status: &GetSettlementStatusResponse) -> Result<Amount, CommandError> {
    let outstanding = status.outstanding.as_ref().ok_or(ClientError::Incomplete { what: "outstanding" })?;
    Ok(Amount::try_from(outstanding).map_err(ClientError::from)?)
}
