//! `tally pool …`

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::pool::{
    ClaimFromPool, ClaimSubsidy, ContributeToPool, EnrolTranche, OpenPool, PoolTerms, SubsidyKind,
    SubsidyTerms,
};
use tally_contracts::types::{GuaranteeId, PoolId, ReceivableId, TrancheId};
use tally_proto::v1::pool::{GetForecastRequest, GetPoolRequest, ListPoolsRequest, Pool};

use super::context::Context;
use super::error::CommandError;
use super::show::{PoolRow, forecast_rows};
use super::value::{AmountText, RateText, ValueError};
use crate::sdk::ClientError;

/// What can be done about compensation pools.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Open a pool that shares the losses of its contributors' financings
    #[command(
        after_help = "Examples:\n  tally --as xinbao pool open --bank north --cap CNY2000000.00\n  tally --as xinbao pool \
        open --bank north --cap CNY2000000.00 --share 60% --share-with-guarantor 40% --leverage 10"
    )]
    Open(Box<Open>),
    /// Put money into a pool, from your deposit at its bank
    #[command(after_help = "Examples:\n  tally --as east pool contribute C1 300000.00")]
    Contribute {
        /// The pool
        pool: PoolId,
        /// How much
        amount: AmountText,
    },
    /// Enrol a tranche that you bought, as far as the pool's money carries it
    #[command(
        after_help = "Examples:\n  tally --as east pool enrol C1 T2\n  tally --as east pool enrol C1 T2 --guarantee B1"
    )]
    Enrol {
        /// The pool
        pool: PoolId,
        /// The tranche
        tranche: TrancheId,
        /// The guarantee that shares the loss too
        #[arg(long)]
        guarantee: Option<GuaranteeId>,
    },
    /// Claim the pool's share of an enrolled tranche in default
    #[command(after_help = "Examples:\n  tally --as east pool claim T2")]
    Claim {
        /// The tranche
        tranche: TrancheId,
    },
    /// Ask for a subsidy of what financing a settled receivable cost you
    #[command(
        after_help = "Examples:\n  tally --as beta pool subsidy C1 R1\n  tally --as beta pool subsidy C1 R1 --fee"
    )]
    Subsidy {
        /// The pool
        pool: PoolId,
        /// The receivable
        receivable: ReceivableId,
        /// For the guarantee's fee instead of the interest
        #[arg(long)]
        fee: bool,
    },
    /// List pools
    #[command(after_help = "Examples:\n  tally pool list\n  tally pool list -o json")]
    List {
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// Show one pool
    #[command(after_help = "Examples:\n  tally pool get C1")]
    Get {
        /// The pool
        pool: PoolId,
    },
    /// Show when a pool's money would be gone
    #[command(
        after_help = "Examples:\n  tally pool forecast C1\n  tally pool forecast C1 --loss-rate 12.5% -o csv"
    )]
    Forecast {
        /// The pool
        pool: PoolId,
        /// The part of what is not yet in default that is taken to be lost
        #[arg(long, value_name = "RATE", default_value = "100%")]
        loss_rate: RateText,
    },
}

/// How a pool shares losses.
#[derive(Args, Debug)]
pub struct Open {
    /// Where its money is
    #[arg(long, value_name = "MEMBER")]
    bank: String,
    /// Most that it pays for one tranche
    #[arg(long, value_name = "AMOUNT")]
    cap: AmountText,
    /// Of a net loss that it shares with the bank alone
    #[arg(long, value_name = "RATE", default_value = "60%")]
    share: RateText,
    /// Of a net loss that a guarantor shares too
    #[arg(long, value_name = "RATE", default_value = "40%")]
    share_with_guarantor: RateText,
    /// Enrolled face may be this many times the pool's money
    #[arg(long, value_name = "TIMES", default_value_t = 10)]
    leverage: u32,
    /// Of interest that sellers paid
    #[arg(long, value_name = "RATE", default_value = "30%")]
    interest_subsidy: RateText,
    /// Most of it for one receivable
    #[arg(long, value_name = "AMOUNT", default_value = "500000.00")]
    interest_subsidy_cap: AmountText,
    /// Of guarantees' fees that sellers paid
    #[arg(long, value_name = "RATE", default_value = "50%")]
    fee_subsidy: RateText,
    /// Most of it for one guarantee
    #[arg(long, value_name = "AMOUNT", default_value = "200000.00")]
    fee_subsidy_cap: AmountText,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Open(open) => {
                let terms = open.terms(context).await?;
                context.act(Action::OpenPool(OpenPool { terms })).await
            }
            Self::Contribute { pool, amount } => {
                let amount = amount.resolve(Some(currency(&get(context, pool).await?)?))?;
                context.act(Action::ContributeToPool(ContributeToPool { pool, amount })).await
            }
            Self::Enrol { pool, tranche, guarantee } => {
                context.act(Action::EnrolTranche(EnrolTranche { pool, tranche, guarantee })).await
            }
            Self::Claim { tranche } => context.act(Action::ClaimFromPool(ClaimFromPool { tranche })).await,
            Self::Subsidy { pool, receivable, fee } => {
                let kind = if fee { SubsidyKind::GuaranteeFee } else { SubsidyKind::Interest };
                context.act(Action::ClaimSubsidy(ClaimSubsidy { pool, receivable, kind })).await
            }
            Self::List { limit } => {
                let pools = context.client()?.pools(ListPoolsRequest::default(), limit).await?;
                context.show_list(&pools.iter().map(PoolRow::from).collect::<Vec<_>>())
            }
            Self::Get { pool } => context.show(&PoolRow::from(&get(context, pool).await?)),
            Self::Forecast { pool, loss_rate } => {
                let request = GetForecastRequest { pool: pool.number(), loss_rate_ppm: loss_rate.0.ppm() };
                context.show_list(&forecast_rows(&context.client()?.pool_forecast(request).await?))
            }
        }
    }
}

impl Open {
    async fn terms(&self, context: &Context) -> Result<PoolTerms, CommandError> {
        let cap = self.cap.resolve(None)?;
        let same = |amount: &AmountText| amount.resolve(Some(cap.currency()));
        Ok(PoolTerms {
            bank: context.member_named(&self.bank).await?,
            share: self.share.0,
            share_with_guarantor: self.share_with_guarantor.0,
            leverage: self.leverage,
            cap,
            interest_subsidy: SubsidyTerms {
                share: self.interest_subsidy.0,
                cap: same(&self.interest_subsidy_cap)?,
            },
            fee_subsidy: SubsidyTerms { share: self.fee_subsidy.0, cap: same(&self.fee_subsidy_cap)? },
        })
    }
}

async fn get(context: &Context, pool: PoolId) -> Result<Pool, CommandError> {
    let found = context.client()?.pool(GetPoolRequest { pool: pool.number() }).await?.pool;
    Ok(found.ok_or(ClientError::Incomplete { what: "pool" })?)
}

fn currency(pool: &Pool) -> Result<tally_contracts::types::Currency, CommandError> {
    let cap = pool.terms.as_ref().and_then(|terms| terms.cap.as_ref());
    let cap = cap.ok_or(ClientError::Incomplete { what: "cap" })?;
    Ok(tally_contracts::types::Currency::new(&cap.currency).map_err(ValueError::from)?)
}
