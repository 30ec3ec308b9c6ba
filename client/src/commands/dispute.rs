//! `tally dispute …`

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::dispute::{DisputeReceivable, RuleDispute, WithdrawDispute};
use tally_contracts::types::{Currency, DisputeId, Hash, ReceivableId, Text};
use tally_proto::v1::common::Amount as WireAmount;
use tally_proto::v1::dispute::{DisputeStatus, ListDisputesRequest};

use super::context::Context;
use super::error::CommandError;
use super::show::DisputeRow;
use super::value::{AmountText, DisputeStatusChoice, ReferenceText, ValueError};
use crate::sdk::ClientError;

/// What can be done about disputes.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Dispute a part of what you owe, as the anchor: only that part waits, the rest is paid on time
    #[command(
        after_help = "Examples:\n  tally --as huaxin dispute open R1 --amount 30000.00 --evidence photos.zip --reason \
        \"two crates were broken\"\n  tally --as huaxin dispute open R2 --amount 400.00 --reason \"not confirmed yet, so \
        without evidence\""
    )]
    Open(Open),
    /// Take your dispute back: you owe the disputed part after all
    #[command(after_help = "Examples:\n  tally --as huaxin dispute withdraw D1")]
    Withdraw {
        /// The dispute
        dispute: DisputeId,
    },
    /// Enter an arbitrator's or court's decision, as a regulator
    #[command(
        after_help = "Examples:\n  tally --as cbirc dispute rule D1 --upheld 12000.00 --reference CIETAC-2026-17 --award \
        award.pdf"
    )]
    Rule(Rule),
    /// List disputes
    #[command(
        after_help = "Examples:\n  tally dispute list --status open\n  tally dispute list --receivable R1 -o json"
    )]
    List {
        /// Only of this receivable
        #[arg(long)]
        receivable: Option<ReceivableId>,
        /// Only with this status
        #[arg(long, value_enum)]
        status: Option<DisputeStatusChoice>,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// Show one dispute
    #[command(after_help = "Examples:\n  tally dispute get D1")]
    Get {
        /// The dispute
        dispute: DisputeId,
    },
}

/// Disputes an amount.
#[derive(Args, Debug)]
pub struct Open {
    /// The receivable
    receivable: ReceivableId,
    /// How much
    #[arg(long, value_name = "AMOUNT")]
    amount: AmountText,
    /// The document that shows why; only its hash is sent; not needed before confirmation
    #[arg(long, value_name = "HASH|FILE")]
    evidence: Option<ReferenceText>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Enters a decision.
#[derive(Args, Debug)]
pub struct Rule {
    /// The dispute
    dispute: DisputeId,
    /// How much of it the anchor does not owe; 0.00 for nothing
    #[arg(long, value_name = "AMOUNT")]
    upheld: AmountText,
    /// The decision's own number
    #[arg(long, value_name = "TEXT")]
    reference: String,
    /// The decision; only its hash is sent
    #[arg(long, value_name = "HASH|FILE")]
    award: ReferenceText,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Open(open) => context.act(open.action(context).await?).await,
            Self::Withdraw { dispute } => {
                context.act(Action::WithdrawDispute(WithdrawDispute { dispute })).await
            }
            Self::Rule(rule) => context.act(rule.action(context).await?).await,
            Self::List { receivable, status, limit } => {
                let request = ListDisputesRequest {
                    receivable: receivable.map(ReceivableId::number),
                    status: status.map_or(DisputeStatus::Unspecified, DisputeStatus::from).into(),
                    ..Default::default()
                };
                let disputes = context.client()?.disputes(request, limit).await?;
                context.show_list(&disputes.iter().map(DisputeRow::from).collect::<Vec<_>>())
            }
            Self::Get { dispute } => {
                context.show(&DisputeRow::from(&context.client()?.dispute(dispute).await?))
            }
        }
    }
}

impl Open {
    async fn action(self, context: &Context) -> Result<Action, CommandError> {
        Ok(Action::DisputeReceivable(DisputeReceivable {
            receivable: self.receivable,
            amount: self.amount.resolve(Some(currency_of(context, self.receivable).await?))?,
            evidence: self.evidence.as_ref().map_or(Ok(Hash::ZERO), ReferenceText::resolve)?,
            reason: Text::new(&self.reason).map_err(ValueError::from)?,
        }))
    }
}

impl Rule {
    async fn action(self, context: &Context) -> Result<Action, CommandError> {
        let dispute = context.client()?.dispute(self.dispute).await?;
        Ok(Action::RuleDispute(RuleDispute {
            dispute: self.dispute,
            upheld: self.upheld.resolve(Some(currency(dispute.amount.as_ref())?))?,
            reference: Text::new(&self.reference).map_err(ValueError::from)?,
            award: self.award.resolve()?,
        }))
    }
}

/// The currency that a receivable is in.
pub async fn currency_of(context: &Context, receivable: ReceivableId) -> Result<Currency, CommandError> {
    let terms = context.client()?.receivable(receivable).await?.terms;
    currency(terms.and_then(|terms| terms.face).as_ref())
}

/// The currency of an amount that a node always sends.
pub fn currency(amount: Option<&WireAmount>) -> Result<Currency, CommandError> {
    let amount = amount.ok_or(ClientError::Incomplete { what: "amount" })?;
    Ok(Currency::new(&amount.currency).map_err(ValueError::from)?)
}
