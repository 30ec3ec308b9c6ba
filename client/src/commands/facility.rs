//! `tally facility …`

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::facility::{AmendFacility, CloseFacility, Offering, OpenFacility};
use tally_contracts::types::{Amount, Currency, FacilityId, Rate};
use tally_proto::v1::facility::{Facility, FacilityStatus, ListFacilitiesRequest};

use super::context::Context;
use super::error::CommandError;
use super::show::{FacilityRow, UtilisationRow};
use super::value::{
    AmountText, CurveText, DateText, DayCountChoice, FacilityStatusChoice, MethodChoice, RateText,
    RecourseChoice,
};
use crate::sdk::ClientError;

/// What can be done about facilities.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Open a facility: a standing, firm offer to buy
    #[command(
        after_help = "Examples:\n  tally --as east facility open --anchor huaxin --limit \"5000000.00 CNY\" \
        --curve 30:3.0%,90:3.6%,180:4.35% \\\n    --valid-until +365d --paying-bank east\n  tally --as fund facility \
        open --anchor huaxin --limit CNY5000000.00 --limit-per-seller 500000.00 \\\n    --tenor 10-180 --curve \
        30:3.0% --fee 0.1% --fee-minimum 50.00 --day-count act/365f --paying-bank north --valid-until 2026-12-31 \
    --method instruction"
    )]
    Open {
        /// Whose receivables; repeat it for several
        #[arg(long = "anchor", value_name = "MEMBER", required = true)]
        anchors: Vec<String>,
        #[command(flatten)]
        terms: Terms,
    },
    /// Replace a facility's terms for later discounts
    #[command(after_help = "Examples:\n  tally --as east facility amend F1 --limit CNY8000000.00 --curve \
        30:2.9%,90:3.5% --valid-until +365d --paying-bank east")]
    Amend {
        /// The facility
        facility: FacilityId,
        #[command(flatten)]
        terms: Terms,
    },
    /// Close a facility; what it bought stays bought
    #[command(after_help = "Examples:\n  tally --as east facility close F1")]
    Close {
        /// The facility
        facility: FacilityId,
    },
    /// List facilities
    #[command(
        after_help = "Examples:\n  tally facility list --anchor huaxin --status open\n  tally facility list \
        --funder east -o json"
    )]
    List(Filter),
    /// Show one facility
    #[command(after_help = "Examples:\n  tally facility get F1")]
    Get {
        /// The facility
        facility: FacilityId,
    },
    /// Show how much of each facility is used
    #[command(
        after_help = "Examples:\n  tally facility utilisation --funder east\n  tally facility utilisation -o csv"
    )]
    Utilisation(Filter),
}

/// Which facilities.
#[derive(Args, Debug)]
pub struct Filter {
    /// Only for this anchor
    #[arg(long)]
    anchor: Option<String>,
    /// Only of this funder
    #[arg(long)]
    funder: Option<String>,
    /// Only with this status
    #[arg(long, value_enum)]
    status: Option<FacilityStatusChoice>,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 0)]
    limit: usize,
}

/// What a funder offers.
#[derive(Args, Debug)]
pub struct Terms {
    /// Most that may be bought and unsettled at once
    #[arg(long, value_name = "AMOUNT")]
    limit: AmountText,
    /// The same for one seller
    #[arg(long, value_name = "AMOUNT")]
    limit_per_seller: Option<AmountText>,
    /// Currency of amounts that name none
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// Shortest and longest tenor in days, both included
    #[arg(long, value_name = "MIN-MAX", default_value = "1-365", value_parser = tenor)]
    tenor: (u32, u32),
    /// Annual rates by days, linear between them
    #[arg(long, value_name = "DAYS:RATE,…")]
    curve: CurveText,
    /// How interest days are counted
    #[arg(long, value_enum, default_value = "act/360")]
    day_count: DayCountChoice,
    /// Of face
    #[arg(long, value_name = "RATE")]
    fee: Option<RateText>,
    /// At least so much for each purchase
    #[arg(long, value_name = "AMOUNT")]
    fee_minimum: Option<AmountText>,
    /// Whether sellers stay liable
    #[arg(long, value_enum, default_value_t = RecourseChoice::None)]
    recourse: RecourseChoice,
    /// How sellers are paid
    #[arg(long, value_enum, default_value_t = MethodChoice::Deposit)]
    method: MethodChoice,
    /// Whose deposits pay: you, if you are a bank
    #[arg(long, value_name = "MEMBER")]
    paying_bank: String,
    /// Last date on which it buys
    #[arg(long, value_name = "DATE")]
    valid_until: DateText,
}

fn tenor(text: &str) -> Result<(u32, u32), String> {
    let range = text.split_once('-').and_then(|(min, max)| Some((min.parse().ok()?, max.parse().ok()?)));
    range.ok_or_else(|| "write the shortest and the longest tenor in days, such as 10-180".to_owned())
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Open { anchors, terms } => {
                let anchors = context.members_named(&anchors).await?;
                let offering = terms.offering(context).await?;
                context.act(Action::OpenFacility(OpenFacility { anchors, offering })).await
            }
            Self::Amend { facility, terms } => {
                let offering = terms.offering(context).await?;
                context.act(Action::AmendFacility(AmendFacility { facility, offering })).await
            }
            Self::Close { facility } => context.act(Action::CloseFacility(CloseFacility { facility })).await,
            Self::List(filter) => {
                let facilities = filter.read(context).await?;
                context.show_list(&facilities.iter().map(FacilityRow::from).collect::<Vec<_>>())
            }
            Self::Get { facility } => {
                context.show(&FacilityRow::from(&context.client()?.facility(facility).await?))
            }
            Self::Utilisation(filter) => {
                let facilities = filter.read(context).await?;
                context.show_list(&facilities.iter().map(UtilisationRow::from).collect::<Vec<_>>())
            }
        }
    }
}

impl Terms {
    async fn offering(self, context: &Context) -> Result<Offering, CommandError> {
        let limit = self.limit.resolve(self.currency)?;
        let same = |amount: AmountText| amount.resolve(Some(limit.currency()));
        let (tenor_days_min, tenor_days_max) = self.tenor;
        Ok(Offering {
            limit,
            limit_per_seller: self.limit_per_seller.map(same).transpose()?,
            tenor_days_min,
            tenor_days_max,
            curve: self.curve.0,
            day_count: self.day_count.into(),
            fee: self.fee.map(|fee| fee.0).unwrap_or(Rate::from_ppm(0)),
            fee_minimum: self.fee_minimum.map(same).transpose()?.unwrap_or(Amount::zero(limit.currency())),
            recourse: self.recourse.into(),
            method: self.method.into(),
            paying_bank: context.member_named(&self.paying_bank).await?,
            valid_until: context.date(self.valid_until).await?,
        })
    }
}

impl Filter {
    async fn read(&self, context: &Context) -> Result<Vec<Facility>, CommandError> {
        let request = ListFacilitiesRequest {
            anchor: context.filter_named(self.anchor.as_ref()).await?,
            funder: context.filter_named(self.funder.as_ref()).await?,
            status: self.status.map_or(FacilityStatus::Unspecified, FacilityStatus::from).into(),
            ..Default::default()
        };
        let facilities: Result<_, ClientError> = context.client()?.facilities(request, self.limit).await;
        Ok(facilities?)
    }
}
