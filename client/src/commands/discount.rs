//! `tally discount …`

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::financing::{ConfirmDiscount, DiscountTranche};
use tally_contracts::types::{Amount, FacilityId, Text, TrancheId};
use tally_proto::v1::facility::{QuoteRequest, QuoteResponse};
use tally_proto::v1::financing::LienKind;

use super::context::Context;
use super::document::hand_over;
use super::error::CommandError;
use super::pledge::liens;
use super::show::quotes;
use super::tranche::face;
use super::value::{AmountText, ValueError};
use crate::sdk::ClientError;

/// What can be done about discounts.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Show what a discount now would give, for each facility and by best execution; binds nobody
    #[command(
        after_help = "Examples:\n  tally discount quote T2\n  tally discount quote T2 --amount 100000.00 -o json"
    )]
    Quote(Sale),
    /// Sell a tranche, or an amount of it: title and money move together, or neither
    #[command(
        after_help = "Examples:\n  tally --as beta discount take T2\n  tally --as beta discount take T2 \
        --min-proceeds 294000.00\n  tally --as beta discount take T2 --amount 100000.00 --facility F1 --yes"
    )]
    Take {
        #[command(flatten)]
        sale: Sale,
        /// Refuse to sell for less [default: what a quote says now]
        #[arg(long, value_name = "AMOUNT")]
        min_proceeds: Option<AmountText>,
    },
    /// Confirm as paying bank that the seller of a reserved tranche was paid: title moves
    #[command(
        after_help = "Examples:\n  tally --as east discount confirm T2 --reference PAY-7\n  tally discount reserved --party east"
    )]
    Confirm {
        /// The tranche
        tranche: TrancheId,
        /// Your own reference of the payment; it settles once
        #[arg(long, value_name = "TEXT")]
        reference: String,
    },
    /// List sales whose payment is awaited
    #[command(
        after_help = "Examples:\n  tally discount reserved\n  tally discount reserved --party east -o json"
    )]
    Reserved {
        /// Only where this member sells, buys or pays
        #[arg(long, value_name = "MEMBER")]
        party: Option<String>,
    },
}

/// What is to be sold.
#[derive(Args, Debug)]
pub struct Sale {
    /// The tranche
    tranche: TrancheId,
    /// How much of it [default: all]
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<AmountText>,
    /// Only to this facility [default: best execution over all]
    #[arg(long)]
    facility: Option<FacilityId>,
    /// Sell what can be sold, where not everything can
    #[arg(long)]
    partial: bool,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Quote(sale) => {
                let amount = sale.amount(context).await?;
                context.show_list(&quotes(&sale.quote(context, amount).await?))
            }
            Self::Confirm { tranche, reference } => {
                let payment_reference = Text::new(&reference).map_err(ValueError::from)?;
                context.act(Action::ConfirmDiscount(ConfirmDiscount { tranche, payment_reference })).await
            }
            Self::Reserved { party } => liens(context, party.as_ref(), LienKind::Reserved).await,
            Self::Take { sale, min_proceeds } => {
                let amount = sale.amount(context).await?;
                // rate, cost and all-in APR stand before the seller's eyes before it signs
                let quote = sale.quote(context, amount).await?;
                context.consent(&quotes(&quote))?;
                let min_proceeds = match min_proceeds {
                    Some(least) => least.resolve(Some(amount.currency()))?,
                    None => offered(&quote, amount)?,
                };
                let action = DiscountTranche {
                    tranche: sale.tranche,
                    amount,
                    min_proceeds,
                    facility: sale.facility,
                    allow_partial_fills: sale.partial,
                };
                hand_over(context, Action::DiscountTranche(action)).await
            }
        }
    }
}

impl Sale {
    async fn amount(&self, context: &Context) -> Result<Amount, CommandError> {
        let face = face(context, self.tranche).await?;
        match &self.amount {
            Some(amount) => Ok(amount.resolve(Some(face.currency()))?),
            None => Ok(face),
        }
    }

    async fn quote(&self, context: &Context, amount: Amount) -> Result<QuoteResponse, CommandError> {
        let request = QuoteRequest {
            tranche: self.tranche.number(),
            amount: Some((&amount).into()),
            facility: self.facility.map(FacilityId::number),
            allow_partial_fills: self.partial,
        };
        Ok(context.client()?.quote(request).await?)
    }
}

/// What the quote offers in all; nothing where nobody buys, which the ledger then refuses with its reason.
fn offered(quote: &QuoteResponse, amount: Amount) -> Result<Amount, CommandError> {
    match quote.best_execution.as_ref().and_then(|best| best.proceeds.as_ref()) {
        Some(proceeds) => Ok(Amount::try_from(proceeds).map_err(ClientError::from)?),
        None => Ok(Amount::zero(amount.currency())),
    }
}
