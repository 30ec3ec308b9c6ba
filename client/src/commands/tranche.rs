//! `tally tranche …`

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::screening::{FreezeTranche, UnfreezeTranche};
use tally_contracts::tranche::{
    AcceptTransfer, DeclineTransfer, MergeTranches, Offer, OfferTransfer, Part, SplitTranche,
};
use tally_contracts::types::{Amount, ReceivableId, Text, TrancheId};
use tally_proto::v1::screening::ListFreezesRequest;
use tally_proto::v1::tranche::ListTranchesRequest;

use super::context::{Context, Mode};
use super::document;
use super::error::CommandError;
use super::show::{FreezeRow, TrancheRow};
use super::value::{PartText, RecourseChoice, ReferenceText, ValueError, faces};
use crate::sdk::ClientError;

/// What can be done about tranches.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Split a tranche, and perhaps pay others with parts of it
    #[command(
        after_help = "Examples:\n  tally --as alpha tranche split T1 300000.00 700000.00\n  tally --as alpha \
        tranche split T1 300000.00@beta:ref=contract.pdf rest\n  tally --as alpha tranche split T1 \
        100.00@beta:recourse=full:ref=contract.pdf 200.00@gamma:ref=order.pdf rest"
    )]
    Split {
        /// The tranche
        tranche: TrancheId,
        /// AMOUNT, rest, or either with @MEMBER[:recourse=full][:ref=HASH|FILE]
        #[arg(required = true, num_args = 2..)]
        parts: Vec<PartText>,
        /// Give none of its documents to whom you pay
        #[arg(long)]
        keep_papers: bool,
    },
    /// Merge tranches of one receivable into one
    #[command(after_help = "Examples:\n  tally --as alpha tranche merge T2 T3")]
    Merge {
        /// The tranches
        #[arg(required = true, num_args = 2..)]
        tranches: Vec<TrancheId>,
    },
    /// Offer a tranche to another member, as payment for a trade; its documents go with it
    #[command(
        after_help = "Examples:\n  tally --as beta tranche transfer T2 gamma --ref-file order-17.pdf\n  tally \
        --as beta tranche transfer T2 east --recourse full"
    )]
    Transfer(Transfer),
    /// Take a tranche that is offered to you
    #[command(
        after_help = "Examples:\n  tally --as gamma tranche accept T2\n  tally --as gamma tranche accept T2 --unread"
    )]
    Accept {
        /// The tranche
        tranche: TrancheId,
        /// Although documents that come with it do not open
        #[arg(long)]
        unread: bool,
    },
    /// Decline an offer, or take your own back
    #[command(after_help = "Examples:\n  tally --as gamma tranche decline T2")]
    Decline {
        /// The tranche
        tranche: TrancheId,
    },
    /// Freeze a tranche, as a regulator: it keeps its entitlement and cannot move
    #[command(after_help = "Examples:\n  tally --as watch tranche freeze T2 --case 2026-17")]
    Freeze {
        /// The tranche
        tranche: TrancheId,
        /// The authority's case
        #[arg(long, value_name = "TEXT")]
        case: String,
    },
    /// Unfreeze a tranche; what was held is its holder's again
    #[command(after_help = "Examples:\n  tally --as watch tranche unfreeze T2 --case 2026-17")]
    Unfreeze {
        /// The tranche
        tranche: TrancheId,
        /// The authority's case
        #[arg(long, value_name = "TEXT")]
        case: String,
    },
    /// List frozen tranches, with the money held for them
    #[command(after_help = "Examples:\n  tally tranche frozen\n  tally tranche frozen --holder beta -o json")]
    Frozen {
        /// Only of this holder
        #[arg(long)]
        holder: Option<String>,
    },
    /// List open tranches
    #[command(
        after_help = "Examples:\n  tally tranche list --holder beta\n  tally tranche list --offered-to gamma\n  \
        tally tranche list --receivable R1 -o csv"
    )]
    List {
        /// Only held by this member
        #[arg(long)]
        holder: Option<String>,
        /// Only of this receivable
        #[arg(long)]
        receivable: Option<ReceivableId>,
        /// Only on offer to this member
        #[arg(long)]
        offered_to: Option<String>,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// Show one open tranche
    #[command(after_help = "Examples:\n  tally tranche get T2")]
    Get {
        /// The tranche
        tranche: TrancheId,
    },
}

/// Offers a tranche.
#[derive(Args, Debug)]
pub struct Transfer {
    /// The tranche
    tranche: TrancheId,
    /// To whom
    to: String,
    /// Whether you stay liable
    #[arg(long, value_enum, default_value_t = RecourseChoice::None)]
    recourse: RecourseChoice,
    /// SHA-256 of the contract or invoice that is paid; not needed towards a funder
    #[arg(long = "ref", value_name = "HASH", conflicts_with = "ref_file")]
    reference: Option<ReferenceText>,
    /// The contract or invoice that is paid; only its hash is sent
    #[arg(long, value_name = "FILE")]
    ref_file: Option<std::path::PathBuf>,
    /// Give none of its documents along
    #[arg(long)]
    keep_papers: bool,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Split { tranche, parts, keep_papers } => {
                moves_title(context, split(context, tranche, &parts).await?, keep_papers).await
            }
            Self::Merge { tranches } => context.act(Action::MergeTranches(MergeTranches { tranches })).await,
            Self::Transfer(transfer) => {
                let keep_papers = transfer.keep_papers;
                moves_title(context, transfer.action(context).await?, keep_papers).await
            }
            Self::Accept { tranche, unread } => {
                if !unread {
                    read_first(context, tranche).await?;
                }
                context.act(Action::AcceptTransfer(AcceptTransfer { tranche })).await
            }
            Self::Freeze { tranche, case } => {
                let case = Text::new(&case).map_err(ValueError::from)?;
                context.act(Action::FreezeTranche(FreezeTranche { tranche, case })).await
            }
            Self::Unfreeze { tranche, case } => {
                let case = Text::new(&case).map_err(ValueError::from)?;
                context.act(Action::UnfreezeTranche(UnfreezeTranche { tranche, case })).await
            }
            Self::Frozen { holder } => {
                let holder = context.filter_named(holder.as_ref()).await?;
                let request = ListFreezesRequest { holder, ..Default::default() };
                let freezes = context.client()?.freezes(request, 0).await?;
                context.show_list(&freezes.iter().map(FreezeRow::from).collect::<Vec<_>>())
            }
            Self::Decline { tranche } => {
                context.act(Action::DeclineTransfer(DeclineTransfer { tranche })).await
            }
            Self::List { holder, receivable, offered_to, limit } => {
                let request = ListTranchesRequest {
                    holder: context.filter_named(holder.as_ref()).await?,
                    receivable: receivable.map(ReceivableId::number),
                    offered_to: context.filter_named(offered_to.as_ref()).await?,
                    ..Default::default()
                };
                let tranches = context.client()?.tranches(request, limit).await?;
                context.show_list(&tranches.iter().map(TrancheRow::from).collect::<Vec<_>>())
            }
            Self::Get { tranche } => {
                context.show(&TrancheRow::from(&context.client()?.tranche(tranche).await?))
            }
        }
    }
}

impl Transfer {
    async fn action(self, context: &Context) -> Result<Action, CommandError> {
        let reference = self.reference.or(self.ref_file.map(ReferenceText::File));
        let trade_reference = reference.map(|reference| reference.resolve()).transpose()?;
        let offer = Offer {
            to: context.member_named(&self.to).await?,
            recourse: self.recourse.into(),
            trade_reference,
        };
        Ok(Action::OfferTransfer(OfferTransfer { tranche: self.tranche, offer }))
    }
}

async fn moves_title(context: &Context, action: Action, keep_papers: bool) -> Result<(), CommandError> {
    if keep_papers { context.act(action).await } else { document::hand_over(context, action).await }
}

/// Opens what comes with a tranche before anybody relies on it. Of one that is not there the ledger says so itself.
pub async fn read_first(context: &Context, tranche: TrancheId) -> Result<(), CommandError> {
    if context.mode != Mode::Submit {
        return Ok(());
    }
    match context.client()?.tranche(tranche).await {
        Ok(found) => document::read_first(context, ReceivableId::new(found.receivable), Some(tranche)).await,
        Err(_) => Ok(()),
    }
}

/// The face of a tranche, which tells currency and rest of what is done with it.
pub async fn face(context: &Context, tranche: TrancheId) -> Result<Amount, CommandError> {
    let face = context.client()?.tranche(tranche).await?.face;
    let face = face.as_ref().ok_or(ClientError::Incomplete { what: "face" })?;
    Ok(Amount::try_from(face).map_err(ClientError::from)?)
}

async fn split(context: &Context, tranche: TrancheId, parts: &[PartText]) -> Result<Action, CommandError> {
    let faces = faces(parts, face(context, tranche).await?)?;
    let mut split = Vec::with_capacity(parts.len());
    for (part, face) in parts.iter().zip(faces) {
        let pay = match &part.pay {
            None => None,
            Some(pay) => Some(Offer {
                to: context.member_named(&pay.to).await?,
                recourse: pay.recourse,
                trade_reference: pay.reference.as_ref().map(ReferenceText::resolve).transpose()?,
            }),
        };
        split.push(Part { face, pay });
    }
    Ok(Action::SplitTranche(SplitTranche { tranche, parts: split }))
}
