//! `tally guarantee …`

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::guarantee::{AcceptGuarantee, ClaimGuarantee, GuaranteeTerms, OfferGuarantee, Scope};
use tally_contracts::types::{Amount, GuaranteeId, ReceivableId, TrancheId};
use tally_proto::v1::guarantee::{GetGuaranteeRequest, ListGuaranteesRequest};

use super::context::Context;
use super::error::CommandError;
use super::show::GuaranteeRow;
use super::value::{AmountText, DateText, RateText};
use crate::sdk::ClientError;

/// What can be done about guarantees.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Offer to answer for a share of what an anchor owes
    #[command(
        after_help = "Examples:\n  tally --as xinbao guarantee offer --anchor huaxin --share 50% --cap CNY5000000.00 \
        --for beta --bank north --until +365d\n  tally --as xinbao guarantee offer --receivable R1 --share 80% \
        --cap CNY500000.00 --fee 4000.00 --for beta --bank north --until 2027-06-30\n  tally --as xinbao guarantee \
        offer --tranche T2 --share 100% --cap CNY300000.00 --for beta --bank north --until +365d"
    )]
    Offer(Box<Offer>),
    /// Accept a guarantee that you asked for, and pay its fee
    #[command(after_help = "Examples:\n  tally --as beta guarantee accept B1")]
    Accept {
        /// The guarantee
        guarantee: GuaranteeId,
    },
    /// Claim a guarantor's share of a tranche of yours in default; again for what its deposit was short of
    #[command(after_help = "Examples:\n  tally --as east guarantee claim B1 T2")]
    Claim {
        /// The guarantee
        guarantee: GuaranteeId,
        /// The tranche
        tranche: TrancheId,
    },
    /// List guarantees
    #[command(
        after_help = "Examples:\n  tally guarantee list --anchor huaxin\n  tally guarantee list --guarantor xinbao -o csv"
    )]
    List {
        /// Only for this anchor's debts
        #[arg(long)]
        anchor: Option<String>,
        /// Only of this guarantor
        #[arg(long)]
        guarantor: Option<String>,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// Show one guarantee
    #[command(after_help = "Examples:\n  tally guarantee get B1")]
    Get {
        /// The guarantee
        guarantee: GuaranteeId,
    },
}

/// What is offered.
#[derive(Args, Debug)]
pub struct Offer {
    /// Everything that this anchor owes in the cap's currency
    #[arg(long, value_name = "MEMBER", required_unless_present_any = ["receivable", "tranche"], conflicts_with_all = ["receivable", "tranche"])]
    anchor: Option<String>,
    /// One receivable
    #[arg(long, conflicts_with = "tranche")]
    receivable: Option<ReceivableId>,
    /// One tranche, and what it is split into
    #[arg(long)]
    tranche: Option<TrancheId>,
    /// Of the unpaid face
    #[arg(long, value_name = "RATE")]
    share: RateText,
    /// Most that is paid under it in all
    #[arg(long, value_name = "AMOUNT")]
    cap: AmountText,
    /// Paid once by whom it is for [default: nothing]
    #[arg(long, value_name = "AMOUNT")]
    fee: Option<AmountText>,
    /// Who asked for it
    #[arg(long = "for", value_name = "MEMBER")]
    applicant: String,
    /// Where the fee is paid to and claims are paid from
    #[arg(long, value_name = "MEMBER")]
    bank: String,
    /// Last date on which a claim can be made
    #[arg(long, value_name = "DATE")]
    until: DateText,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Offer(offer) => {
                let terms = offer.terms(context).await?;
                context.act(Action::OfferGuarantee(OfferGuarantee { terms })).await
            }
            Self::Accept { guarantee } => {
                context.act(Action::AcceptGuarantee(AcceptGuarantee { guarantee })).await
            }
            Self::Claim { guarantee, tranche } => {
                context.act(Action::ClaimGuarantee(ClaimGuarantee { guarantee, tranche })).await
            }
            Self::List { anchor, guarantor, limit } => {
                let request = ListGuaranteesRequest {
                    anchor: context.filter_named(anchor.as_ref()).await?,
                    guarantor: context.filter_named(guarantor.as_ref()).await?,
                    ..Default::default()
                };
                let found = context.client()?.guarantees(request, limit).await?;
                context.show_list(&found.iter().map(GuaranteeRow::from).collect::<Vec<_>>())
            }
            Self::Get { guarantee } => {
                let request = GetGuaranteeRequest { guarantee: guarantee.number() };
                let found = context.client()?.guarantee(request).await?.guarantee;
                let found = found.ok_or(ClientError::Incomplete { what: "guarantee" })?;
                context.show(&GuaranteeRow::from(&found))
            }
        }
    }
}

impl Offer {
    async fn terms(&self, context: &Context) -> Result<GuaranteeTerms, CommandError> {
        let cap = self.cap.resolve(None)?;
        let fee = self.fee.as_ref().map(|fee| fee.resolve(Some(cap.currency()))).transpose()?;
        Ok(GuaranteeTerms {
            scope: self.scope(context).await?,
            share: self.share.0,
            cap,
            fee: fee.unwrap_or(Amount::zero(cap.currency())),
            applicant: context.member_named(&self.applicant).await?,
            bank: context.member_named(&self.bank).await?,
            expires_on: context.date(self.until).await?,
        })
    }

    async fn scope(&self, context: &Context) -> Result<Scope, CommandError> {
        if let Some(id) = self.receivable {
            return Ok(Scope::Receivable(id));
        }
        if let Some(id) = self.tranche {
            return Ok(Scope::Tranche(id));
        }
        // the grammar demands one of the three
        let anchor = self.anchor.clone().unwrap_or_default();
        Ok(Scope::Anchor(context.member_named(&anchor).await?))
    }
}
