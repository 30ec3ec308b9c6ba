//! `tally receivable …`

mod answer;
mod file_row;
mod import;
mod parties;
mod reads;
mod terms;

pub(super) use file_row::{FileRow, Refusal, conclude};
pub(super) use import::{business, files};
pub(super) use parties::Register;

use clap::Subcommand;
use tally_contracts::types::ReceivableId;

use super::context::Context;
use super::document::read_first;
use super::error::CommandError;

/// What can be done about receivables.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Ask an anchor to confirm what it owes you
    #[command(
        after_help = "Examples:\n  tally --as alpha receivable submit --anchor huaxin --due +90d --settlement-bank \
        north \\\n    --invoice \"TC-2026-0117,2026-01-15,1000000.00 CNY,invoice.xml\"\n  tally --as alpha receivable submit \
        --anchor huaxin --due 2026-06-17 --settlement-bank north --currency CNY \\\n    --face 900000.00 --invoice \
        \"TC-1,2026-01-15,500000.00\" --invoice \"TC-2,2026-01-16,400000.00\""
    )]
    Submit(terms::Submit),
    /// Promise to pay a supplier: submit and confirm at once, as its anchor
    #[command(
        after_help = "Examples:\n  tally --as huaxin receivable issue --supplier alpha --due +90d --settlement-bank \
        north \\\n    --invoice \"TC-2026-0117,2026-01-15,1000000.00 CNY\" --waive-defences"
    )]
    Issue(terms::Issue),
    /// Acknowledge the debt, as its anchor
    #[command(
        after_help = "Examples:\n  tally --as huaxin receivable confirm R1\n  tally --as huaxin receivable confirm \
        R1 --amount 900000.00 --reason \"ten pumps missing\"\n  tally --as huaxin receivable confirm R2 \
        --acknowledge-near-duplicates"
    )]
    Confirm(answer::Confirm),
    /// Refuse to acknowledge the debt, as its anchor
    #[command(
        after_help = "Examples:\n  tally --as huaxin receivable reject R1 --code goods-not-received --text \
        \"nothing arrived\""
    )]
    Reject(answer::Reject),
    /// Take your submission back, before it is confirmed
    #[command(after_help = "Examples:\n  tally --as alpha receivable withdraw R1")]
    Withdraw {
        /// The receivable
        receivable: ReceivableId,
    },
    /// Accept payment by this receivable, as its supplier: it is live then
    #[command(after_help = "Examples:\n  tally --as alpha receivable accept R1")]
    Accept {
        /// The receivable
        receivable: ReceivableId,
        /// Although documents that come with it do not open
        #[arg(long)]
        unread: bool,
    },
    /// Decline payment by this receivable, as its supplier
    #[command(
        after_help = "Examples:\n  tally --as alpha receivable decline R1 --reason \"we agreed on cash\""
    )]
    Decline {
        /// The receivable
        receivable: ReceivableId,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Ask to cancel a receivable of which nothing moved; done when both sides asked
    #[command(
        after_help = "Examples:\n  tally --as huaxin receivable cancel R1 --reason \"order cancelled\""
    )]
    Cancel {
        /// The receivable
        receivable: ReceivableId,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// List receivables
    #[command(
        after_help = "Examples:\n  tally receivable list\n  tally receivable list --anchor huaxin --status submitted\n  \
        tally receivable list --due-to +30d -o csv"
    )]
    List(reads::List),
    /// Show one receivable
    #[command(after_help = "Examples:\n  tally receivable get R1\n  tally receivable get R1 -o json")]
    Get {
        /// The receivable
        receivable: ReceivableId,
    },
    /// Show every tranche that a receivable ever had, with its holders and sales
    #[command(after_help = "Examples:\n  tally receivable tree R1")]
    Tree {
        /// The receivable
        receivable: ReceivableId,
    },
    /// List everything that happened to a receivable, the oldest first
    #[command(after_help = "Examples:\n  tally receivable history R1 -o jsonl")]
    History {
        /// The receivable
        receivable: ReceivableId,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// Show what happens to a receivable as it happens, until interrupted
    #[command(
        after_help = "Examples:\n  tally receivable watch R1\n  tally receivable watch R1 --from 1 --count 5"
    )]
    Watch {
        /// The receivable
        receivable: ReceivableId,
        /// Begin with this height [default: the next block]
        #[arg(long, value_name = "HEIGHT")]
        from: Option<u64>,
        /// Stop after so many
        #[arg(long)]
        count: Option<usize>,
    },
    /// Read UBL 2.1 invoices and submit each as a receivable; a bad file never stops the others
    #[command(
        after_help = "Examples:\n  tally --as alpha receivable import invoice.xml --settlement-bank north\n  tally --as \
        alpha receivable import invoices/ --settlement-bank north --due +60d --accept-warnings\n  tally receivable \
        import invoices/ --dry-run -o json\n  tally --as alpha receivable import old.xml --anchor huaxin --replace-due \
        +90d --settlement-bank north"
    )]
    Import(import::Import),
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Submit(submit) => context.act(submit.action(context).await?).await,
            Self::Issue(issue) => context.act(issue.action(context).await?).await,
            Self::Confirm(confirm) => context.act(confirm.action(context).await?).await,
            Self::Reject(reject) => context.act(reject.action()?).await,
            Self::Withdraw { receivable } => context.act(answer::withdraw(receivable)).await,
            Self::Accept { receivable, unread } => {
                if !unread {
                    read_first(context, receivable, None).await?;
                }
                context.act(answer::accept(receivable)).await
            }
            Self::Decline { receivable, reason } => context.act(answer::decline(receivable, &reason)?).await,
            Self::Cancel { receivable, reason } => context.act(answer::cancel(receivable, &reason)?).await,
            Self::List(list) => list.run(context).await,
            Self::Get { receivable } => reads::get(context, receivable).await,
            Self::Tree { receivable } => reads::tree(context, receivable).await,
            Self::History { receivable, limit } => reads::history(context, receivable, limit).await,
            Self::Watch { receivable, from, count } => reads::watch(context, receivable, from, count).await,
            Self::Import(import) => import.run(context).await,
        }
    }

    /// Whether it makes many transactions.
    pub fn is_batch(&self) -> bool {
        matches!(self, Self::Import(_))
    }
}
