//! New receivables entered by hand.

use std::path::PathBuf;

use clap::Args;
use tally_contracts::Action;
use tally_contracts::receivable::{Invoice, IssueReceivable, SubmitReceivable, Terms};
use tally_contracts::types::{Amount, Currency, Text};

use crate::commands::context::Context;
use crate::commands::error::CommandError;
use crate::commands::value::{AmountText, DateText, InvoiceText, RateText, ValueError, hash_file};

/// Asks an anchor to confirm.
#[derive(Args, Debug)]
pub struct Submit {
    /// Who owes
    #[arg(long, value_name = "MEMBER")]
    anchor: String,
    #[command(flatten)]
    terms: TermsArgs,
}

/// Promises a supplier to pay.
#[derive(Args, Debug)]
pub struct Issue {
    /// To whom it is owed
    #[arg(long, value_name = "MEMBER")]
    supplier: String,
    #[command(flatten)]
    terms: TermsArgs,
    /// Waive defences against later holders (Civil Code art. 548)
    #[arg(long)]
    waive_defences: bool,
    /// You compared it with the receivables that look alike, and it is another one
    #[arg(long)]
    acknowledge_near_duplicates: bool,
}

/// What was agreed.
#[derive(Args, Debug)]
pub struct TermsArgs {
    /// NUMBER,YYYY-MM-DD,AMOUNT[,FILE]; only the file's hash is sent; repeat it for several
    #[arg(long = "invoice", value_name = "INVOICE", required = true)]
    invoices: Vec<InvoiceText>,
    /// Face value [default: the sum of the invoices]
    #[arg(long, value_name = "AMOUNT")]
    face: Option<AmountText>,
    /// Currency of amounts that name none
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// When the anchor pays
    #[arg(long, value_name = "DATE")]
    due: DateText,
    /// When goods were delivered or accepted [default: the latest invoice's date]
    #[arg(long, value_name = "DATE")]
    delivered: Option<DateText>,
    /// Where the anchor pays on the due date
    #[arg(long, value_name = "MEMBER")]
    settlement_bank: String,
    /// The contract's number
    #[arg(long, value_name = "TEXT", default_value = "")]
    contract: String,
    /// The document that justifies a long tenor; only its hash is sent
    #[arg(long, value_name = "FILE")]
    justification: Option<PathBuf>,
    /// Late interest per day, such as 0.05% [default: the policy's; never less than its floor]
    #[arg(long, value_name = "RATE")]
    late_rate: Option<RateText>,
}

impl Submit {
    /// The action.
    pub async fn action(self, context: &Context) -> Result<Action, CommandError> {
        let anchor = context.member_named(&self.anchor).await?;
        Ok(Action::SubmitReceivable(SubmitReceivable { anchor, terms: self.terms.resolve(context).await? }))
    }
}

impl Issue {
    /// The action.
    pub async fn action(self, context: &Context) -> Result<Action, CommandError> {
        Ok(Action::IssueReceivable(IssueReceivable {
            supplier: context.member_named(&self.supplier).await?,
            terms: self.terms.resolve(context).await?,
            defences_waived: self.waive_defences,
            acknowledge_near_duplicates: self.acknowledge_near_duplicates,
        }))
    }
}

impl TermsArgs {
    async fn resolve(self, context: &Context) -> Result<Terms, CommandError> {
        let invoice = |invoice: &InvoiceText| invoice.resolve(self.currency);
        let invoices = self.invoices.iter().map(invoice).collect::<Result<Vec<Invoice>, _>>()?;
        let first = invoices.first().map(|invoice| invoice.amount.currency());
        let currency = first.or(self.currency).ok_or(ValueError::Invoice { text: String::new() })?;
        let sum =
            Amount::sum(currency, invoices.iter().map(|invoice| invoice.amount)).map_err(ValueError::from)?;
        let latest = invoices.iter().map(|invoice| invoice.issue_date).max().unwrap_or_default();
        let delivery_date = match self.delivered {
            Some(date) => context.date(date).await?,
            None => latest,
        };
        Ok(Terms {
            face: self.face.map(|face| face.resolve(Some(currency))).transpose()?.unwrap_or(sum),
            due_date: context.date(self.due).await?,
            delivery_date,
            invoices,
            contract_reference: Text::new(&self.contract).map_err(ValueError::from)?,
            settlement_bank: context.member_named(&self.settlement_bank).await?,
            tenor_justification: self.justification.map(|path| hash_file(&path)).transpose()?,
            late_rate_ppm_per_day: self.late_rate.map(|rate| rate.0.ppm()),
        })
    }
}
