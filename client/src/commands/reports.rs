//! `tally report …`

use clap::{Args, Subcommand};
use tally_proto::v1::financing::{ListExtendedTermsRequest, ListFinancingCostsRequest};
use tally_proto::v1::report::{
    GetAgeingRequest, GetDailyRequest, GetDisclosureRequest, GetMaturityRequest, GetStatementRequest,
};

use super::context::Context;
use super::error::CommandError;
use super::show::{ExtendedTermRow, FinancingCostRow, ReportRow};
use super::value::DateText;

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
    /// What you held, every movement, what you earned and paid, and what selling early cost
    #[command(
        after_help = "Examples:\n  tally --as beta report statement --from 2026-01-01 --to 2026-03-31\n  \
                      tally --as beta report statement --from 2026-01-01 --to 2026-03-31 -o csv"
    )]
    Statement(Period),
    /// What is open to you and by you, by days past due
    #[command(
        after_help = "Examples:\n  tally --as beta report ageing\n  tally --as beta report ageing --on 2026-06-30 -o json"
    )]
    Ageing(Day),
    /// What is open to you and by you, by due date
    #[command(
        after_help = "Examples:\n  tally --as huaxin report maturity\n  tally --as huaxin report maturity --on 2026-06-30"
    )]
    Maturity(Day),
    /// Your supplier-finance arrangements as anchor, as IAS 7.44H asks for them
    #[command(
        after_help = "Examples:\n  tally --as huaxin report disclosure --from 2026-01-01 --to 2026-12-31 -o json"
    )]
    Disclosure(Period),
    /// Everything that happened on one day, for a regulator
    #[command(after_help = "Examples:\n  tally --as regulator report daily --on 2026-06-17 -o csv")]
    Daily {
        /// Which local date
        #[arg(long, value_name = "DATE")]
        on: DateText,
    },
}

/// Both ends included.
#[derive(Args, Debug)]
pub struct Period {
    /// First local date
    #[arg(long, value_name = "DATE")]
    from: DateText,
    /// Last local date
    #[arg(long, value_name = "DATE")]
    to: DateText,
}

/// One day.
#[derive(Args, Debug)]
pub struct Day {
    /// At the end of this local date [default: now]
    #[arg(long, value_name = "DATE")]
    on: Option<DateText>,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        let client = context.client()?;
        let member = || context.member().map(|member| member.to_string());
        let entries = match self {
            Self::Terms { anchor } => {
                let anchor = context.filter_named(anchor.as_ref()).await?;
                let request = ListExtendedTermsRequest { anchor, ..Default::default() };
                let terms = client.extended_terms(request, 0).await?;
                return context.show_list(&terms.iter().map(ExtendedTermRow::from).collect::<Vec<_>>());
            }
            Self::Costs { member, small_suppliers } => {
                let member = context.filter_named(member.as_ref()).await?;
                let request = ListFinancingCostsRequest { member, small_suppliers, ..Default::default() };
                let costs = client.financing_costs(request, 0).await?;
                return context.show_list(&costs.iter().map(FinancingCostRow::from).collect::<Vec<_>>());
            }
            Self::Statement(period) => {
                let (from, to) = period.resolve(context).await?;
                client.statement(GetStatementRequest { member: member()?, from, to }).await?
            }
            Self::Ageing(day) => {
                let on = day.resolve(context).await?;
                client.ageing(GetAgeingRequest { member: member()?, on }).await?
            }
            Self::Maturity(day) => {
                let on = day.resolve(context).await?;
                client.maturity(GetMaturityRequest { member: member()?, on }).await?
            }
            Self::Disclosure(period) => {
                let (from, to) = period.resolve(context).await?;
                client.disclosure(GetDisclosureRequest { member: member()?, from, to }).await?
            }
            Self::Daily { on } => {
                let on = Some((&context.date(on).await?).into());
                client.daily(GetDailyRequest { on }).await?
            }
        };
        context.show_list(&entries.iter().map(ReportRow::from).collect::<Vec<_>>())
    }
}

type WireDate = Option<tally_proto::v1::common::Date>;

impl Period {
    async fn resolve(&self, context: &Context) -> Result<(WireDate, WireDate), CommandError> {
        let (from, to) = (context.date(self.from).await?, context.date(self.to).await?);
        Ok((Some((&from).into()), Some((&to).into())))
    }
}

impl Day {
    async fn resolve(&self, context: &Context) -> Result<WireDate, CommandError> {
        match self.on {
            Some(on) => Ok(Some((&context.date(on).await?).into())),
            None => Ok(None),
        }
    }
}
