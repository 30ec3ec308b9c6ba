//! `tally settle …`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::settlement::{AnswerCosts, ClaimCosts, PayForAnchor, PayReceivable, WriteOffTranche};
use tally_contracts::types::{Amount, ReceivableId, Text, TrancheId};
use tally_proto::v1::settlement::GetSettlementStatusResponse;

use super::context::Context;
use super::error::CommandError;
use super::show::SettlementRow;
use super::value::{AmountText, ValueError, hash_file};
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
        /// How much [default: everything that is owed and not disputed]
        #[arg(long, value_name = "AMOUNT")]
        amount: Option<AmountText>,
    },
    /// Pay for the anchor from a deposit of yours, and perhaps take over the claims that you pay
    #[command(
        after_help = "Examples:\n  tally --as xinbao settle cover R1 --bank north --take-claim\n  tally --as fund \
        settle cover R1 --bank north --amount 250000.00"
    )]
    Cover(Cover),
    /// Claim what collecting a past-due receivable cost you
    #[command(
        after_help = "Examples:\n  tally --as beta settle claim-costs R1 --amount 1200.00 --evidence bill.pdf \
        --note \"court fee\""
    )]
    ClaimCosts(Costs),
    /// Allow the oldest costs that a holder claims from you
    #[command(
        after_help = "Examples:\n  tally --as huaxin settle allow-costs R1 beta\n  tally --as watch settle \
        allow-costs R1 beta --note \"ruling 7\""
    )]
    AllowCosts(Answer),
    /// Decline the oldest costs that a holder claims from you
    #[command(
        after_help = "Examples:\n  tally --as huaxin settle decline-costs R1 beta --note \"not needed\""
    )]
    DeclineCosts(Answer),
    /// Book a tranche of a defaulted receivable as lost; the claim stays yours
    #[command(after_help = "Examples:\n  tally --as beta settle write-off T2 --reason \"bankruptcy closed\"")]
    WriteOff {
        /// The tranche
        tranche: TrancheId,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Show what is paid, what is owed, to whom, and whether the anchor's deposit suffices
    #[command(after_help = "Examples:\n  tally settle status R1\n  tally settle status R1 -o json")]
    Status {
        /// The receivable
        receivable: ReceivableId,
    },
}

/// Pays for the anchor.
#[derive(Args, Debug)]
pub struct Cover {
    /// The receivable
    receivable: ReceivableId,
    /// How much [default: everything that is owed]
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<AmountText>,
    /// Where your deposit is; the holders are paid there too
    #[arg(long, value_name = "MEMBER")]
    bank: String,
    /// Take over what you pay: face as a tranche, interest and costs as charges
    #[arg(long)]
    take_claim: bool,
}

/// Claims costs.
#[derive(Args, Debug)]
pub struct Costs {
    /// The receivable
    receivable: ReceivableId,
    /// How much
    #[arg(long, value_name = "AMOUNT")]
    amount: AmountText,
    /// The bill; only its hash is sent
    #[arg(long, value_name = "FILE")]
    evidence: PathBuf,
    /// What was paid for
    #[arg(long, value_name = "TEXT")]
    note: String,
}

/// Answers a claim for costs.
#[derive(Args, Debug)]
pub struct Answer {
    /// The receivable
    receivable: ReceivableId,
    /// Who claims them
    claimant: String,
    /// Why; a regulator names the ruling
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Pay { receivable, amount } => {
                let amount = owed(context, receivable, amount).await?;
                context.act(Action::PayReceivable(PayReceivable { receivable, amount })).await
            }
            Self::Cover(cover) => context.act(cover.action(context).await?).await,
            Self::ClaimCosts(costs) => context.act(costs.action(context).await?).await,
            Self::AllowCosts(answer) => context.act(answer.action(context, true).await?).await,
            Self::DeclineCosts(answer) => context.act(answer.action(context, false).await?).await,
            Self::WriteOff { tranche, reason } => {
                let reason = text(&reason)?;
                context.act(Action::WriteOffTranche(WriteOffTranche { tranche, reason })).await
            }
            Self::Status { receivable } => {
                let status = context.client()?.settlement_status(receivable).await?;
                context.show(&SettlementRow::from(&status))
            }
        }
    }
}

impl Cover {
    async fn action(self, context: &Context) -> Result<Action, CommandError> {
        Ok(Action::PayForAnchor(PayForAnchor {
            receivable: self.receivable,
            amount: owed(context, self.receivable, self.amount).await?,
            bank: context.member_named(&self.bank).await?,
            take_claim: self.take_claim,
        }))
    }
}

impl Costs {
    async fn action(self, context: &Context) -> Result<Action, CommandError> {
        let amount = owed(context, self.receivable, Some(self.amount)).await?;
        let (evidence, note) = (hash_file(&self.evidence)?, text(&self.note)?);
        Ok(Action::ClaimCosts(ClaimCosts { receivable: self.receivable, amount, evidence, note }))
    }
}

impl Answer {
    async fn action(self, context: &Context, allow: bool) -> Result<Action, CommandError> {
        let claimant = context.member_named(&self.claimant).await?;
        let note = text(&self.note)?;
        Ok(Action::AnswerCosts(AnswerCosts { receivable: self.receivable, claimant, allow, note }))
    }
}

/// An amount in the receivable's currency; without one, everything that is owed.
async fn owed(
    context: &Context,
    receivable: ReceivableId,
    amount: Option<AmountText>,
) -> Result<Amount, CommandError> {
    let total = total(&context.client()?.settlement_status(receivable).await?)?;
    match amount {
        Some(amount) => Ok(amount.resolve(Some(total.currency()))?),
        None => Ok(total),
    }
}

fn total(status: &GetSettlementStatusResponse) -> Result<Amount, CommandError> {
    let total = status.total.as_ref().ok_or(ClientError::Incomplete { what: "total" })?;
    Ok(Amount::try_from(total).map_err(ClientError::from)?)
}

fn text(text: &str) -> Result<Text, CommandError> {
    Ok(Text::new(text).map_err(ValueError::from)?)
}
