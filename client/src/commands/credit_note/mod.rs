//! `tally credit-note …`

mod import;

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::dilution::{
    AcceptCreditNote, IssueCreditNote, RefuseCreditNote, RuleCreditNote, WithdrawCreditNote,
};
use tally_contracts::types::{Amount, CreditNoteId, DisputeId, Hash, ReceivableId, Text};
use tally_proto::v1::dispute::{CreditNoteStatus, GetCreditNoteResponse, ListCreditNotesRequest};

use super::context::Context;
use super::dispute::{currency, currency_of};
use super::error::CommandError;
use super::show::{CreditNoteRow, CreditNoteSummary, OwnLoss, OwnLossRow};
use super::value::{AmountText, CreditNoteStatusChoice, DateText, ReferenceText, ValueError};
use crate::sdk::ClientError;

/// What can be done about credit notes.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Credit part of what you invoiced, as the supplier; applied when everyone who loses by it agreed
    #[command(
        after_help = "Examples:\n  tally --as alpha credit-note issue R1 --amount 12000.00 --number CN-2026-3 \
        --document cn-2026-3.xml\n  tally --as alpha credit-note issue R1 --amount 12000.00 --number CN-2026-3 --date \
        2026-03-01 --dispute D1 --reason \"two crates were broken\""
    )]
    Issue(Issue),
    /// Read UBL 2.1 credit notes and issue each for the receivable whose invoice it names
    #[command(
        after_help = "Examples:\n  tally --as alpha credit-note import cn-2026-3.xml\n  tally --as alpha credit-note \
        import notes/ --anchor huaxin --settle-dispute\n  tally credit-note import notes/ --dry-run -o json"
    )]
    Import(import::Import),
    /// Agree to lose what a note takes from you, up to an amount
    #[command(
        after_help = "Examples:\n  tally --as beta credit-note accept K1\n  tally --as beta credit-note accept K1 \
        --loss-max 4000.00"
    )]
    Accept {
        /// The credit note
        credit_note: CreditNoteId,
        /// The most that you agree to lose [default: what you would lose now]
        #[arg(long, value_name = "AMOUNT")]
        loss_max: Option<AmountText>,
    },
    /// Refuse to lose by a note; it stays open for arbitration
    #[command(
        after_help = "Examples:\n  tally --as beta credit-note refuse K1 --reason \"our part was delivered\""
    )]
    Refuse {
        /// The credit note
        credit_note: CreditNoteId,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take your note back, as the supplier
    #[command(after_help = "Examples:\n  tally --as alpha credit-note withdraw K1")]
    Withdraw {
        /// The credit note
        credit_note: CreditNoteId,
    },
    /// Enter a decision that a note counts, as a regulator
    #[command(
        after_help = "Examples:\n  tally --as cbirc credit-note rule K1 --reference CIETAC-2026-17 --award award.pdf"
    )]
    Rule {
        /// The credit note
        credit_note: CreditNoteId,
        /// The decision's own number
        #[arg(long, value_name = "TEXT")]
        reference: String,
        /// The decision; only its hash is sent
        #[arg(long, value_name = "HASH|FILE")]
        award: ReferenceText,
    },
    /// List credit notes
    #[command(
        after_help = "Examples:\n  tally credit-note list --status open\n  tally credit-note list --receivable R1 -o csv"
    )]
    List {
        /// Only of this receivable
        #[arg(long)]
        receivable: Option<ReceivableId>,
        /// Only with this status
        #[arg(long, value_enum)]
        status: Option<CreditNoteStatusChoice>,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// List what a member lost by credit notes: on which tranche, how much and why it fell on it
    #[command(
        after_help = "Examples:\n  tally --as beta credit-note losses\n  tally credit-note losses --holder beta -o csv"
    )]
    Losses {
        /// Whose [default: yours]
        #[arg(long, value_name = "MEMBER")]
        holder: Option<String>,
    },
    /// Show one credit note, with what every holder loses by it and why
    #[command(after_help = "Examples:\n  tally credit-note get K1\n  tally credit-note get K1 -o json")]
    Get {
        /// The credit note
        credit_note: CreditNoteId,
    },
}

/// Credits an amount.
#[derive(Args, Debug)]
pub struct Issue {
    /// The receivable
    receivable: ReceivableId,
    /// How much
    #[arg(long, value_name = "AMOUNT")]
    amount: AmountText,
    /// Your own number of the document
    #[arg(long, value_name = "TEXT")]
    number: String,
    /// Of the document [default: today]
    #[arg(long, value_name = "DATE", default_value = "+0d")]
    date: DateText,
    /// The document; only its hash is sent
    #[arg(long, value_name = "HASH|FILE")]
    document: Option<ReferenceText>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// The dispute that it settles: what the note does not cover is owed
    #[arg(long)]
    dispute: Option<DisputeId>,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Issue(issue) => context.act(issue.action(context).await?).await,
            Self::Import(import) => import.run(context).await,
            Self::Accept { credit_note, loss_max } => {
                let loss_max = consent(context, credit_note, loss_max).await?;
                context.act(Action::AcceptCreditNote(AcceptCreditNote { credit_note, loss_max })).await
            }
            Self::Refuse { credit_note, reason } => {
                let reason = text(&reason)?;
                context.act(Action::RefuseCreditNote(RefuseCreditNote { credit_note, reason })).await
            }
            Self::Withdraw { credit_note } => {
                context.act(Action::WithdrawCreditNote(WithdrawCreditNote { credit_note })).await
            }
            Self::Rule { credit_note, reference, award } => {
                let (reference, award) = (text(&reference)?, award.resolve()?);
                context.act(Action::RuleCreditNote(RuleCreditNote { credit_note, reference, award })).await
            }
            Self::List { receivable, status, limit } => {
                let request = ListCreditNotesRequest {
                    receivable: receivable.map(ReceivableId::number),
                    status: status.map_or(CreditNoteStatus::Unspecified, CreditNoteStatus::from).into(),
                    ..Default::default()
                };
                let notes = context.client()?.credit_notes(request, limit).await?;
                context.show_list(&notes.iter().map(CreditNoteSummary::from).collect::<Vec<_>>())
            }
            Self::Losses { holder } => losses(context, holder).await,
            Self::Get { credit_note } => {
                context.show(&CreditNoteRow::from(&context.client()?.credit_note(credit_note).await?))
            }
        }
    }

    /// Whether it makes many transactions.
    pub fn is_batch(&self) -> bool {
        matches!(self, Self::Import(_))
    }
}

impl Issue {
    async fn action(self, context: &Context) -> Result<Action, CommandError> {
        Ok(Action::IssueCreditNote(IssueCreditNote {
            receivable: self.receivable,
            number: text(&self.number)?,
            issue_date: context.date(self.date).await?,
            amount: self.amount.resolve(Some(currency_of(context, self.receivable).await?))?,
            document_hash: self.document.as_ref().map_or(Ok(Hash::ZERO), ReferenceText::resolve)?,
            reason: text(&self.reason)?,
            dispute: self.dispute,
        }))
    }
}

async fn losses(context: &Context, holder: Option<String>) -> Result<(), CommandError> {
    let holder = match holder {
        Some(name) => context.member_named(&name).await?,
        None => context.member()?,
    };
    let request = ListCreditNotesRequest { holder: holder.to_string(), ..Default::default() };
    let notes = context.client()?.credit_notes(request, 0).await?;
    let of = |note| move |loss| OwnLossRow::from(&OwnLoss { note, loss });
    context.show_list(&notes.iter().flat_map(|note| note.losses.iter().map(of(note))).collect::<Vec<_>>())
}

/// What was said, or what the member would lose now.
async fn consent(
    context: &Context,
    credit_note: CreditNoteId,
    stated: Option<AmountText>,
) -> Result<Amount, CommandError> {
    let answer = context.client()?.credit_note(credit_note).await?;
    let note = answer.credit_note.as_ref().ok_or(ClientError::Incomplete { what: "credit note" })?;
    let currency = currency(note.amount.as_ref())?;
    if let Some(stated) = stated {
        return Ok(stated.resolve(Some(currency))?);
    }
    let expected = own_loss(&answer, context.member()?.as_str());
    Ok(Amount::new(expected, currency).map_err(ValueError::from)?)
}

fn own_loss(answer: &GetCreditNoteResponse, member: &str) -> u64 {
    let own = answer.expected.iter().filter(|loss| loss.holder == member);
    own.filter_map(|loss| loss.amount.as_ref()).map(|amount| amount.minor_units).sum()
}

fn text(text: &str) -> Result<Text, ValueError> {
    Ok(Text::new(text)?)
}
