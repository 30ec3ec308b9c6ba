//! `tally recourse …`

use clap::Subcommand;
use tally_contracts::Action;
use tally_contracts::recourse::{ClaimRecourse, PayRecourse};
use tally_contracts::registration::RegisterFinancing;
use tally_contracts::types::{Text, Timestamp, TrancheId};
use tally_proto::v1::financing::LienKind;

use super::context::Context;
use super::error::CommandError;
use super::pledge::{liens, owed};
use super::value::{AmountText, ValueError};

/// What a financer can do to secure and enforce its claim.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Show number and time of your financing's entry in the public registry: registered claims rank first
    #[command(
        after_help = "Examples:\n  tally --as east recourse register T2 --number 0123-2026\n  tally --as east \
        recourse register T2 --number 0123-2026 --at 2026-01-15T09:00:00Z"
    )]
    Register {
        /// The tranche that you bought or lent against
        tranche: TrancheId,
        /// As the registry gave it
        #[arg(long, value_name = "TEXT")]
        number: String,
        /// When, as the registry says [default: the newest block's time]
        #[arg(long, value_name = "TIME")]
        at: Option<jiff::Timestamp>,
    },
    /// Turn back to a transferor that stayed liable, after default
    #[command(after_help = "Examples:\n  tally --as east recourse claim T2 --from alpha")]
    Claim {
        /// The tranche
        tranche: TrancheId,
        /// Who is to pay principal and interest
        #[arg(long, value_name = "MEMBER")]
        from: String,
    },
    /// Pay what is claimed from you; the last payment brings the tranche back to you
    #[command(
        after_help = "Examples:\n  tally --as alpha recourse pay T2 --bank east\n  tally --as alpha recourse pay \
        T2 --bank east --amount 100000.00"
    )]
    Pay {
        /// The tranche
        tranche: TrancheId,
        /// How much [default: what is owed with interest today]
        #[arg(long, value_name = "AMOUNT")]
        amount: Option<AmountText>,
        /// Where you and the creditor have your deposits
        #[arg(long, value_name = "MEMBER")]
        bank: String,
    },
    /// List claims on transferors
    #[command(after_help = "Examples:\n  tally recourse list\n  tally recourse list --party alpha -o json")]
    List {
        /// Only where this member is a party
        #[arg(long, value_name = "MEMBER")]
        party: Option<String>,
    },
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Register { tranche, number, at } => {
                let registered_at = match at {
                    Some(at) => Timestamp::from_ms(u64::try_from(at.as_millisecond()).unwrap_or(0)),
                    None => Timestamp::from_ms(context.client()?.tip().await?.time_ms),
                };
                let registry_number = Text::new(&number).map_err(ValueError::from)?;
                let action = RegisterFinancing { tranche, registry_number, registered_at };
                context.act(Action::RegisterFinancing(action)).await
            }
            Self::Claim { tranche, from } => {
                let transferor = context.member_named(&from).await?;
                context.act(Action::ClaimRecourse(ClaimRecourse { tranche, transferor })).await
            }
            Self::Pay { tranche, amount, bank } => {
                let owed = owed(context, tranche).await?;
                let amount = match amount {
                    Some(amount) => amount.resolve(Some(owed.currency()))?,
                    None => owed,
                };
                let bank = context.member_named(&bank).await?;
                context.act(Action::PayRecourse(PayRecourse { tranche, bank, amount })).await
            }
            Self::List { party } => liens(context, party.as_ref(), LienKind::Claimed).await,
        }
    }
}
