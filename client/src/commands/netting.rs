//! `tally netting …`

use clap::Subcommand;
use tally_contracts::Action;
use tally_contracts::netting::{ConsentNetting, LegOrder, ProposeNetting, RefuseNetting};
use tally_contracts::types::{Amount, NettingId, Text, TrancheId};
use tally_proto::v1::netting::{FindCyclesRequest, ListNettingsRequest, NettingStatus};

use super::context::Context;
use super::dispute::currency;
use super::error::CommandError;
use super::show::{CycleRow, NettingRow};
use super::value::{AmountText, NettingStatusChoice, ValueError};
use crate::sdk::ClientError;

/// What can be done about netting.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Find due debts that run in a circle, the largest reduction first
    #[command(
        after_help = "Examples:\n  tally netting find\n  tally netting find --currency EUR --party huaxin -o json"
    )]
    Find {
        /// In which currency
        #[arg(long, value_name = "CODE", default_value = "CNY")]
        currency: String,
        /// Only with this member in it
        #[arg(long, value_name = "MEMBER")]
        party: Option<String>,
    },
    /// Propose to set debts off, as a party: the best cycle with you in it, or the tranches that you name
    #[command(
        after_help = "Examples:\n  tally --as huaxin netting propose\n  tally --as huaxin netting propose T1=60000.00 \
        T2=60000.00 T3=60000.00"
    )]
    Propose {
        /// TRANCHE=AMOUNT, one for each debt [default: the best cycle that you are a party of]
        #[arg(value_name = "TRANCHE=AMOUNT")]
        legs: Vec<LegText>,
        /// Where no tranches are named: in which currency
        #[arg(long, value_name = "CODE", default_value = "CNY")]
        currency: String,
    },
    /// Consent, as a party; the last consent executes
    #[command(after_help = "Examples:\n  tally --as beta netting consent N1")]
    Consent {
        /// The netting
        netting: NettingId,
    },
    /// Refuse, as a party: the netting ends
    #[command(after_help = "Examples:\n  tally --as beta netting refuse N1 --reason \"we need the cash\"")]
    Refuse {
        /// The netting
        netting: NettingId,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// List nettings
    #[command(after_help = "Examples:\n  tally netting list --party huaxin --status open")]
    List {
        /// Only with this party
        #[arg(long, value_name = "MEMBER")]
        party: Option<String>,
        /// Only with this status
        #[arg(long, value_enum)]
        status: Option<NettingStatusChoice>,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// Show one netting
    #[command(after_help = "Examples:\n  tally netting get N1 -o json")]
    Get {
        /// The netting
        netting: NettingId,
    },
}

/// `T1=60000.00`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegText {
    tranche: TrancheId,
    amount: AmountText,
}

impl std::str::FromStr for LegText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (tranche, amount) =
            text.split_once('=').ok_or_else(|| ValueError::Amount { text: text.to_owned() })?;
        Ok(Self { tranche: tranche.parse()?, amount: amount.parse()? })
    }
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Find { currency, party } => {
                let party = context.filter_named(party.as_ref()).await?;
                let found = context.client()?.cycles(FindCyclesRequest { currency, party }).await?;
                if !found.is_complete {
                    eprintln!("more is due than the search may look at; what it found is not all there is");
                }
                context.show_list(&found.cycles.iter().map(CycleRow::from).collect::<Vec<_>>())
            }
            Self::Propose { legs, currency } => {
                let legs = if legs.is_empty() {
                    best(context, currency).await?
                } else {
                    named(context, &legs).await?
                };
                context.act(Action::ProposeNetting(ProposeNetting { legs })).await
            }
            Self::Consent { netting } => {
                context.act(Action::ConsentNetting(ConsentNetting { netting })).await
            }
            Self::Refuse { netting, reason } => {
                let reason = Text::new(&reason).map_err(ValueError::from)?;
                context.act(Action::RefuseNetting(RefuseNetting { netting, reason })).await
            }
            Self::List { party, status, limit } => {
                let request = ListNettingsRequest {
                    party: context.filter_named(party.as_ref()).await?,
                    status: status.map_or(NettingStatus::Unspecified, NettingStatus::from).into(),
                    ..Default::default()
                };
                let nettings = context.client()?.nettings(request, limit).await?;
                context.show_list(&nettings.iter().map(NettingRow::from).collect::<Vec<_>>())
            }
            Self::Get { netting } => {
                context.show(&NettingRow::from(&context.client()?.netting(netting).await?))
            }
        }
    }
}

/// The legs of the best cycle that the member is a party of.
async fn best(context: &Context, currency: String) -> Result<Vec<LegOrder>, CommandError> {
    let party = context.member()?.to_string();
    let found = context.client()?.cycles(FindCyclesRequest { currency, party }).await?;
    let Some(cycle) = found.cycles.first() else {
        let hint = "tally netting find shows those of others";
        return Err(CommandError::Missing { what: "a cycle of due debts with you in it", hint });
    };
    let leg = |leg: &tally_proto::v1::netting::Leg| {
        let amount = leg.amount.as_ref().ok_or(ClientError::Incomplete { what: "amount" })?;
        let amount = Amount::try_from(amount).map_err(ClientError::from)?;
        Ok(LegOrder { tranche: TrancheId::new(leg.tranche), amount })
    };
    cycle.legs.iter().map(leg).collect()
}

/// The legs as they were written, in their tranches' currency.
async fn named(context: &Context, legs: &[LegText]) -> Result<Vec<LegOrder>, CommandError> {
    let mut orders = Vec::with_capacity(legs.len());
    for leg in legs {
        let tranche = context.client()?.tranche(leg.tranche).await?;
        let amount = leg.amount.resolve(Some(currency(tranche.face.as_ref())?))?;
        orders.push(LegOrder { tranche: leg.tranche, amount });
    }
    Ok(orders)
}
