//! `tally programme …`

use clap::{ArgGroup, Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::programme::{
    CloseProgramme, PostProgramme, ProgrammePricing, ProgrammeTerms, TakeEarlyPayment,
};
use tally_contracts::types::{Amount, Currency, ProgrammeId, TrancheId};
use tally_proto::v1::financing::{
    EarlyPrice, GetProgrammeRequest, ListProgrammesRequest, ProgrammeStatus, QuoteEarlyPaymentRequest,
};

use super::context::Context;
use super::error::CommandError;
use super::show::{EarlyPriceRow, ProgrammeRow};
use super::tranche::face;
use super::value::{AmountText, DateText, DayCountChoice, ProgrammeStatusChoice, RateText};
use crate::sdk::ClientError;

/// What can be done about early-payment programmes.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Offer as anchor to pay holders of your debt early with your own cash
    #[command(
        after_help = "Examples:\n  tally --as huaxin programme post --apr 6.0% --budget CNY2000000.00 \
        --valid-until +90d\n  tally --as huaxin programme post --sliding 2.0% --budget \"500000.00 CNY\" \
        --valid-from +1d --valid-until 2026-12-31"
    )]
    Post(Terms),
    /// Close a programme of yours
    #[command(after_help = "Examples:\n  tally --as huaxin programme close E1")]
    Close {
        /// The programme
        programme: ProgrammeId,
    },
    /// Show what being paid early would give; binds nobody
    #[command(
        after_help = "Examples:\n  tally programme quote E1 T2\n  tally programme quote E1 T2 --amount 100000.00"
    )]
    Quote(Taking),
    /// Be paid early: what is paid is settled
    #[command(
        after_help = "Examples:\n  tally --as alpha programme take E1 T2\n  tally --as alpha programme take E1 \
        T2 --amount 100000.00 --min-proceeds 99000.00"
    )]
    Take {
        #[command(flatten)]
        taking: Taking,
        /// Refuse to be paid less [default: what a quote says now]
        #[arg(long, value_name = "AMOUNT")]
        min_proceeds: Option<AmountText>,
    },
    /// List programmes
    #[command(
        after_help = "Examples:\n  tally programme list --anchor huaxin --status open\n  tally programme list -o csv"
    )]
    List {
        /// Only of this anchor
        #[arg(long, value_name = "MEMBER")]
        anchor: Option<String>,
        /// Only with this status
        #[arg(long, value_enum)]
        status: Option<ProgrammeStatusChoice>,
    },
    /// Show one programme
    #[command(after_help = "Examples:\n  tally programme get E1")]
    Get {
        /// The programme
        programme: ProgrammeId,
    },
}

/// What an anchor offers.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("pricing").required(true).args(["apr", "sliding"])))]
pub struct Terms {
    /// Annual rate on the days that are left
    #[arg(long, value_name = "RATE")]
    apr: Option<RateText>,
    /// Share of face on the day of confirmation, falling to nothing on the due date
    #[arg(long, value_name = "RATE")]
    sliding: Option<RateText>,
    /// How days are counted for an annual rate
    #[arg(long, value_enum, default_value = "act/360")]
    day_count: DayCountChoice,
    /// Most money that is paid out in all
    #[arg(long, value_name = "AMOUNT")]
    budget: AmountText,
    /// Currency of a budget that names none
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// First date on which it pays
    #[arg(long, value_name = "DATE", default_value = "+0d")]
    valid_from: DateText,
    /// Last date on which it pays
    #[arg(long, value_name = "DATE")]
    valid_until: DateText,
}

/// What is to be paid early.
#[derive(Args, Debug)]
pub struct Taking {
    /// The programme
    programme: ProgrammeId,
    /// The tranche
    tranche: TrancheId,
    /// How much of it [default: all]
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<AmountText>,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Post(terms) => {
                let terms = terms.resolve(context).await?;
                context.act(Action::PostProgramme(PostProgramme { terms })).await
            }
            Self::Close { programme } => {
                context.act(Action::CloseProgramme(CloseProgramme { programme })).await
            }
            Self::Quote(taking) => {
                let amount = taking.amount(context).await?;
                context.show(&EarlyPriceRow::from(&taking.quote(context, amount).await?))
            }
            Self::Take { taking, min_proceeds } => take(context, taking, min_proceeds).await,
            Self::List { anchor, status } => {
                let request = ListProgrammesRequest {
                    anchor: context.filter_named(anchor.as_ref()).await?,
                    status: status.map_or(ProgrammeStatus::Unspecified, ProgrammeStatus::from).into(),
                    ..Default::default()
                };
                let programmes = context.client()?.programmes(request, 0).await?;
                context.show_list(&programmes.iter().map(ProgrammeRow::from).collect::<Vec<_>>())
            }
            Self::Get { programme } => {
                let request = GetProgrammeRequest { programme: programme.number() };
                let answer = context.client()?.get_programme(request).await?;
                let programme = answer.programme.ok_or(ClientError::Incomplete { what: "programme" })?;
                context.show(&ProgrammeRow::from(&programme))
            }
        }
    }
}

async fn take(
    context: &Context,
    taking: Taking,
    min_proceeds: Option<AmountText>,
) -> Result<(), CommandError> {
    let amount = taking.amount(context).await?;
    let price = taking.quote(context, amount).await?;
    context.consent(&[EarlyPriceRow::from(&price)])?;
    let min_proceeds = match min_proceeds {
        Some(least) => least.resolve(Some(amount.currency()))?,
        None => {
            let proceeds = price.proceeds.as_ref().ok_or(ClientError::Incomplete { what: "proceeds" })?;
            Amount::try_from(proceeds).map_err(ClientError::from)?
        }
    };
    let (programme, tranche) = (taking.programme, taking.tranche);
    let action = TakeEarlyPayment { programme, tranche, amount, min_proceeds };
    context.act(Action::TakeEarlyPayment(action)).await
}

impl Terms {
    async fn resolve(self, context: &Context) -> Result<ProgrammeTerms, CommandError> {
        let pricing = match (self.apr, self.sliding) {
            (Some(rate), _) => ProgrammePricing::Apr { rate: rate.0, day_count: self.day_count.into() },
            (None, max) => ProgrammePricing::Sliding { max: max.map(|max| max.0).unwrap_or_default() },
        };
        Ok(ProgrammeTerms {
            pricing,
            budget: self.budget.resolve(self.currency)?,
            valid_from: context.date(self.valid_from).await?,
            valid_until: context.date(self.valid_until).await?,
        })
    }
}

impl Taking {
    async fn amount(&self, context: &Context) -> Result<Amount, CommandError> {
        let face = face(context, self.tranche).await?;
        match &self.amount {
            Some(amount) => Ok(amount.resolve(Some(face.currency()))?),
            None => Ok(face),
        }
    }

    async fn quote(&self, context: &Context, amount: Amount) -> Result<EarlyPrice, CommandError> {
        let request = QuoteEarlyPaymentRequest {
            programme: self.programme.number(),
            tranche: self.tranche.number(),
            amount: Some((&amount).into()),
        };
        let price = context.client()?.quote_early_payment(request).await?.price;
        Ok(price.ok_or(ClientError::Incomplete { what: "price" })?)
    }
}
