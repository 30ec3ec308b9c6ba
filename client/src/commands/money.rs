//! `tally money …`

use clap::Subcommand;
use tally_contracts::Action;
use tally_contracts::money::{ConfirmPayout, CreditDeposit, MoveDeposit, RejectPayout, RequestPayout};
use tally_contracts::types::{Currency, PayoutId, Text};
use tally_proto::v1::money::{ListDepositsRequest, ListPayoutsRequest, PayoutStatus};

use super::context::Context;
use super::error::CommandError;
use super::show::{DepositRow, PayoutRow};
use super::value::{AmountText, PayoutStatusChoice, ValueError};

/// What can be done about money.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Credit a deposit at your bank, when its money arrived off the ledger
    #[command(
        after_help = "Examples:\n  tally --as north money credit huaxin \"1000000.00 CNY\" --reference CNAPS-20260617-1"
    )]
    Credit {
        /// Whose deposit
        owner: String,
        /// How much
        amount: AmountText,
        /// Currency, where the amount names none
        #[arg(long, value_name = "CODE")]
        currency: Option<Currency>,
        /// Your own reference of the arrival; it settles once
        #[arg(long, value_name = "TEXT")]
        reference: String,
    },
    /// List deposits: your own unless told otherwise
    #[command(
        after_help = "Examples:\n  tally --as beta money balance\n  tally money balance --owner beta --bank \
        east\n  tally money balance --all -o csv"
    )]
    Balance {
        /// Of this owner
        #[arg(long, conflicts_with = "all")]
        owner: Option<String>,
        /// At this bank
        #[arg(long)]
        bank: Option<String>,
        /// Of every owner
        #[arg(long)]
        all: bool,
    },
    /// Move money to another member's deposit at the same bank
    #[command(
        after_help = "Examples:\n  tally --as beta money move gamma 500.00 --currency CNY --bank east --note \"order 17\""
    )]
    Move {
        /// To whom
        to: String,
        /// How much
        amount: AmountText,
        /// Currency, where the amount names none
        #[arg(long, value_name = "CODE")]
        currency: Option<Currency>,
        /// At which bank
        #[arg(long)]
        bank: String,
        /// Free text
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Ask your bank to pay money out to an account outside the ledger
    #[command(
        after_help = "Examples:\n  tally --as beta money payout \"294453.75 CNY\" --bank east --to 6222020200112233"
    )]
    Payout {
        /// How much
        amount: AmountText,
        /// Currency, where the amount names none
        #[arg(long, value_name = "CODE")]
        currency: Option<Currency>,
        /// Which bank owes it
        #[arg(long)]
        bank: String,
        /// The account, as you and the bank agreed to write it
        #[arg(long = "to", value_name = "ACCOUNT")]
        destination: String,
    },
    /// Confirm a payout that your bank made
    #[command(after_help = "Examples:\n  tally --as east money confirm P1 --reference CNAPS-20260617-2")]
    Confirm {
        /// The payout
        payout: PayoutId,
        /// Your own reference of the payment; it settles once
        #[arg(long, value_name = "TEXT")]
        reference: String,
    },
    /// Reject a payout that your bank cannot make; the money is free again
    #[command(after_help = "Examples:\n  tally --as east money reject-payout P1 --reason \"account closed\"")]
    RejectPayout {
        /// The payout
        payout: PayoutId,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// List payouts
    #[command(
        after_help = "Examples:\n  tally money payouts --bank east --status requested\n  tally --as beta money \
        payouts --owner beta"
    )]
    Payouts {
        /// Of this owner
        #[arg(long)]
        owner: Option<String>,
        /// At this bank
        #[arg(long)]
        bank: Option<String>,
        /// Only with this status
        #[arg(long, value_enum)]
        status: Option<PayoutStatusChoice>,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        let text = |text: &str| Text::new(text).map_err(ValueError::from);
        match self {
            Self::Credit { owner, amount, currency, reference } => {
                let (owner, amount) = (context.member_named(&owner).await?, amount.resolve(currency)?);
                let action = CreditDeposit { owner, amount, bank_reference: text(&reference)? };
                context.act(Action::CreditDeposit(action)).await
            }
            Self::Balance { owner, bank, all } => balance(context, owner, bank, all).await,
            Self::Move { to, amount, currency, bank, note } => {
                let (bank, to) = (context.member_named(&bank).await?, context.member_named(&to).await?);
                let action = MoveDeposit { bank, to, amount: amount.resolve(currency)?, note: text(&note)? };
                context.act(Action::MoveDeposit(action)).await
            }
            Self::Payout { amount, currency, bank, destination } => {
                let (bank, amount) = (context.member_named(&bank).await?, amount.resolve(currency)?);
                let action = RequestPayout { bank, amount, destination: text(&destination)? };
                context.act(Action::RequestPayout(action)).await
            }
            Self::Confirm { payout, reference } => {
                let action = ConfirmPayout { payout, bank_reference: text(&reference)? };
                context.act(Action::ConfirmPayout(action)).await
            }
            Self::RejectPayout { payout, reason } => {
                context.act(Action::RejectPayout(RejectPayout { payout, reason: text(&reason)? })).await
            }
            Self::Payouts { owner, bank, status, limit } => {
                let request = ListPayoutsRequest {
                    owner: context.filter_named(owner.as_ref()).await?,
                    bank: context.filter_named(bank.as_ref()).await?,
                    status: status.map_or(PayoutStatus::Unspecified, PayoutStatus::from).into(),
                    ..Default::default()
                };
                let payouts = context.client()?.payouts(request, limit).await?;
                context.show_list(&payouts.iter().map(PayoutRow::from).collect::<Vec<_>>())
            }
        }
    }
}

async fn balance(
    context: &Context,
    owner: Option<String>,
    bank: Option<String>,
    all: bool,
) -> Result<(), CommandError> {
    let owner = match (owner, all) {
        (None, false) => context.member()?.to_string(),
        (owner, _) => context.filter_named(owner.as_ref()).await?,
    };
    let bank = context.filter_named(bank.as_ref()).await?;
    let deposits =
        context.client()?.deposits(ListDepositsRequest { owner, bank, ..Default::default() }, 0).await?;
    context.show_list(&deposits.iter().map(DepositRow::from).collect::<Vec<_>>())
}
