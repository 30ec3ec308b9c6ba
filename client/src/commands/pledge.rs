//! `tally pledge …`

use clap::Subcommand;
use tally_contracts::Action;
use tally_contracts::pledge::{AcceptPledge, DeclinePledge, OfferPledge, PledgeTerms, RepayPledge};
use tally_contracts::types::{Amount, Rate, TrancheId};
use tally_proto::v1::financing::{LienKind, ListLiensRequest};

use super::context::Context;
use super::document::hand_over;
use super::error::CommandError;
use super::show::LienRow;
use super::tranche::read_first;
use super::value::{AmountText, DayCountChoice, LienKindChoice, RateText};
use crate::sdk::ClientError;

/// What can be done about pledges.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Offer a tranche of yours to a funder as collateral of an advance
    #[command(
        after_help = "Examples:\n  tally --as alpha pledge offer T2 --funder east --advance 80% --interest \
        4.35%\n  tally --as alpha pledge offer T2 --funder fund --advance 70% --day-count act/365f"
    )]
    Offer {
        /// The tranche
        tranche: TrancheId,
        /// Who is to lend
        #[arg(long, value_name = "MEMBER")]
        funder: String,
        /// Share of the face that is advanced
        #[arg(long, value_name = "RATE")]
        advance: RateText,
        /// Annual interest on what is not repaid [default: none]
        #[arg(long, value_name = "RATE")]
        interest: Option<RateText>,
        /// How interest days are counted
        #[arg(long, value_enum, default_value = "act/360")]
        day_count: DayCountChoice,
    },
    /// Lend: the advance is paid and the tranche locked for you, in one step
    #[command(
        after_help = "Examples:\n  tally --as east pledge accept T2\n  tally --as fund pledge accept T2 \
        --paying-bank north"
    )]
    Accept {
        /// The tranche
        tranche: TrancheId,
        /// Whose deposits pay [default: you, if you are a bank]
        #[arg(long, value_name = "MEMBER")]
        paying_bank: Option<String>,
        /// Although documents that come with it do not open
        #[arg(long)]
        unread: bool,
    },
    /// Decline an offered pledge, or take your own offer back
    #[command(after_help = "Examples:\n  tally --as east pledge decline T2")]
    Decline {
        /// The tranche
        tranche: TrancheId,
    },
    /// Repay an advance; the last payment frees the tranche
    #[command(
        after_help = "Examples:\n  tally --as alpha pledge repay T2 --bank east\n  tally --as alpha pledge \
        repay T2 --bank east --amount 100000.00"
    )]
    Repay {
        /// The tranche
        tranche: TrancheId,
        /// How much [default: what is owed with interest today]
        #[arg(long, value_name = "AMOUNT")]
        amount: Option<AmountText>,
        /// Where you and the funder have your deposits
        #[arg(long, value_name = "MEMBER")]
        bank: String,
    },
    /// List pledges and other liens
    #[command(
        after_help = "Examples:\n  tally pledge list --party east --kind pledged\n  tally pledge list -o csv"
    )]
    List {
        /// Only where this member is a party
        #[arg(long, value_name = "MEMBER")]
        party: Option<String>,
        /// Only of this kind
        #[arg(long, value_enum)]
        kind: Option<LienKindChoice>,
    },
    /// Show what holds a tranche, and what is owed today
    #[command(after_help = "Examples:\n  tally pledge get T2")]
    Get {
        /// The tranche
        tranche: TrancheId,
    },
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Offer { tranche, funder, advance, interest, day_count } => {
                let terms = PledgeTerms {
                    advance_rate: advance.0,
                    interest: interest.map_or(Rate::from_ppm(0), |interest| interest.0),
                    day_count: day_count.into(),
                };
                let funder = context.member_named(&funder).await?;
                hand_over(context, Action::OfferPledge(OfferPledge { tranche, funder, terms })).await
            }
            Self::Accept { tranche, paying_bank, unread } => {
                if !unread {
                    read_first(context, tranche).await?;
                }
                let paying_bank = match paying_bank {
                    Some(bank) => context.member_named(&bank).await?,
                    None => context.member()?,
                };
                context.act(Action::AcceptPledge(AcceptPledge { tranche, paying_bank })).await
            }
            Self::Decline { tranche } => context.act(Action::DeclinePledge(DeclinePledge { tranche })).await,
            Self::Repay { tranche, amount, bank } => {
                let owed = owed(context, tranche).await?;
                let amount = match amount {
                    Some(amount) => amount.resolve(Some(owed.currency()))?,
                    None => owed,
                };
                let bank = context.member_named(&bank).await?;
                context.act(Action::RepayPledge(RepayPledge { tranche, bank, amount })).await
            }
            Self::List { party, kind } => {
                liens(context, party.as_ref(), kind.map_or(LienKind::Unspecified, LienKind::from)).await
            }
            Self::Get { tranche } => context.show(&LienRow::from(&context.client()?.lien(tranche).await?)),
        }
    }
}

/// What is owed under the lien on a tranche today.
pub(super) async fn owed(context: &Context, tranche: TrancheId) -> Result<Amount, CommandError> {
    let owed = context.client()?.lien(tranche).await?.owed;
    let owed = owed.as_ref().ok_or(ClientError::Incomplete { what: "owed" })?;
    Ok(Amount::try_from(owed).map_err(ClientError::from)?)
}

/// Shows the liens of one kind in which a member is a party.
pub(super) async fn liens(
    context: &Context,
    party: Option<&String>,
    kind: LienKind,
) -> Result<(), CommandError> {
    let party = context.filter_named(party).await?;
    let request = ListLiensRequest { party, kind: kind.into(), ..Default::default() };
    let liens = context.client()?.liens(request, 0).await?;
    context.show_list(&liens.iter().map(LienRow::from).collect::<Vec<_>>())
}
