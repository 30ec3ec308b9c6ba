//! `tally case …`

use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use tally_contracts::Action;
use tally_contracts::collection::{
    ApproveArrangement, Arrangement, ArrangementKind, AssignCases, EndMandate, Instalment, LogContact,
    ProposeArrangement, RefuseArrangement,
};
use tally_contracts::types::{Currency, ReceivableId, Text, Timestamp};
use tally_proto::v1::collection::{CaseStatus, ListCaseEntriesRequest, ListCasesRequest};
use tally_proto::v1::dispute::{ListCreditNotesRequest, ListDisputesRequest};
use tally_proto::v1::receivable::ListReceivableHistoryRequest;

use super::context::Context;
use super::dispute::currency_of;
use super::error::CommandError;
use super::show::{CaseRow, CreditNoteSummary, DisputeRow, EntryRow, EventRow, ReceivableRow, SettlementRow};
use super::value::{AmountText, CaseStatusChoice, ChannelChoice, DateText, ReferenceText, ValueError};

/// What can be done about cases.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Hand a case over to a collection agent, as the lead creditor
    #[command(
        after_help = "Examples:\n  tally --as east case assign R1 --agent recover --until +90d --mandate contract.pdf"
    )]
    Assign {
        /// The receivable
        case: ReceivableId,
        #[command(flatten)]
        mandate: MandateArgs,
    },
    /// Hand many cases over at once: all of them, or none
    #[command(
        after_help = "Examples:\n  tally --as east case hand-over R1 R2 R3 --agent recover --until +90d --mandate contract.pdf"
    )]
    HandOver {
        /// The receivables, at most 64
        #[arg(required = true)]
        cases: Vec<ReceivableId>,
        #[command(flatten)]
        mandate: MandateArgs,
    },
    /// End a mandate, as the agent or the lead creditor
    #[command(
        after_help = "Examples:\n  tally --as recover case end-mandate R1 --reason \"nothing to find\""
    )]
    EndMandate {
        /// The receivable
        case: ReceivableId,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// Log a contact with the debtor, within the policy's hours and frequency
    #[command(
        after_help = "Examples:\n  tally --as recover case contact R1 --channel phone --outcome \"promised to pay on Friday\" \
        --at 2026-06-18T02:30:00Z"
    )]
    Contact {
        /// The receivable
        case: ReceivableId,
        /// How
        #[arg(long, value_enum)]
        channel: ChannelChoice,
        /// What was said
        #[arg(long, value_name = "TEXT")]
        outcome: String,
        /// When, in chain time [default: the newest block's time]
        #[arg(long, value_name = "TIME")]
        at: Option<jiff::Timestamp>,
    },
    /// Propose a repayment plan, as a creditor or the debtor
    #[command(
        after_help = "Examples:\n  tally --as huaxin case plan R1 --instalment 2026-07-01=300000.00 --instalment \
        2026-08-01=700000.00"
    )]
    Plan(Plan),
    /// Propose to pay everything on a later day
    #[command(
        after_help = "Examples:\n  tally --as huaxin case extend R1 --instalment 2026-09-01=1000000.00"
    )]
    Extend(Plan),
    /// Propose new terms, under observation
    #[command(
        after_help = "Examples:\n  tally --as huaxin case restructure R1 --instalment 2026-09-01=500000.00 --instalment \
        2026-12-01=500000.00 --observed-until 2027-12-01"
    )]
    Restructure {
        #[command(flatten)]
        plan: Plan,
        /// Until when the debt is at best special mention
        #[arg(long, value_name = "DATE")]
        observed_until: DateText,
    },
    /// Approve what is proposed, as a creditor or the debtor
    #[command(after_help = "Examples:\n  tally --as east case approve R1")]
    Approve {
        /// The receivable
        case: ReceivableId,
    },
    /// Refuse what is proposed, as a creditor or the debtor
    #[command(after_help = "Examples:\n  tally --as east case refuse R1 --reason \"too slow\"")]
    Refuse {
        /// The receivable
        case: ReceivableId,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// List cases
    #[command(
        after_help = "Examples:\n  tally case list --status open\n  tally case list --agent recover -o csv"
    )]
    List {
        /// Only of this debtor
        #[arg(long, value_name = "MEMBER")]
        debtor: Option<String>,
        /// Only those that this agent has a mandate in
        #[arg(long, value_name = "MEMBER")]
        agent: Option<String>,
        /// Only with this status
        #[arg(long, value_enum)]
        status: Option<CaseStatusChoice>,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// Show one case
    #[command(after_help = "Examples:\n  tally case get R1")]
    Get {
        /// The receivable
        case: ReceivableId,
    },
    /// List what was done about a case, the oldest first
    #[command(after_help = "Examples:\n  tally case entries R1")]
    Entries {
        /// The receivable
        case: ReceivableId,
    },
    /// Write the whole case file as JSON: case, receivable, what is owed, every entry, dispute, credit note and event
    #[command(after_help = "Examples:\n  tally case export R1 --out case-R1.json\n  tally case export R1")]
    Export {
        /// The receivable
        case: ReceivableId,
        /// Where to [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// A mandate's terms.
#[derive(Args, Debug)]
pub struct MandateArgs {
    /// Who collects
    #[arg(long, value_name = "MEMBER")]
    agent: String,
    /// Last day of the mandate
    #[arg(long, value_name = "DATE")]
    until: DateText,
    /// The contract; only its hash is sent
    #[arg(long, value_name = "HASH|FILE")]
    mandate: ReferenceText,
}

/// Instalments of an arrangement.
#[derive(Args, Debug)]
pub struct Plan {
    /// The receivable
    case: ReceivableId,
    /// DATE=AMOUNT, one for each; together the undisputed face that is owed
    #[arg(long = "instalment", value_name = "DATE=AMOUNT", required = true)]
    instalments: Vec<InstalmentText>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

/// `2026-07-01=300000.00`.
#[derive(Debug, Clone)]
pub struct InstalmentText {
    on: DateText,
    amount: AmountText,
}

impl std::str::FromStr for InstalmentText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (on, amount) =
            text.split_once('=').ok_or_else(|| ValueError::Amount { text: text.to_owned() })?;
        Ok(Self { on: on.parse()?, amount: amount.parse()? })
    }
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Assign { case, mandate } => {
                context.act(Action::AssignCases(mandate.over(context, vec![case]).await?)).await
            }
            Self::HandOver { cases, mandate } => {
                context.act(Action::AssignCases(mandate.over(context, cases).await?)).await
            }
            Self::EndMandate { case, reason } => {
                context.act(Action::EndMandate(EndMandate { case, reason: text(&reason)? })).await
            }
            Self::Contact { case, channel, outcome, at } => {
                let at = match at {
                    Some(at) => Timestamp::from_ms(u64::try_from(at.as_millisecond()).unwrap_or(0)),
                    None => Timestamp::from_ms(context.client()?.tip().await?.time_ms),
                };
                let (channel, outcome) = (channel.into(), text(&outcome)?);
                context.act(Action::LogContact(LogContact { case, at, channel, outcome })).await
            }
            Self::Plan(plan) => plan.propose(context, ArrangementKind::Plan).await,
            Self::Extend(plan) => plan.propose(context, ArrangementKind::Extension).await,
            Self::Restructure { plan, observed_until } => {
                let observed_until = context.date(observed_until).await?;
                plan.propose(context, ArrangementKind::Restructuring { observed_until }).await
            }
            Self::Approve { case } => {
                context.act(Action::ApproveArrangement(ApproveArrangement { case })).await
            }
            Self::Refuse { case, reason } => {
                let reason = text(&reason)?;
                context.act(Action::RefuseArrangement(RefuseArrangement { case, reason })).await
            }
            Self::List { debtor, agent, status, limit } => {
                let request = ListCasesRequest {
                    debtor: context.filter_named(debtor.as_ref()).await?,
                    agent: context.filter_named(agent.as_ref()).await?,
                    status: status.map_or(CaseStatus::Unspecified, CaseStatus::from).into(),
                    ..Default::default()
                };
                let cases = context.client()?.cases(request, limit).await?;
                context.show_list(&cases.iter().map(CaseRow::from).collect::<Vec<_>>())
            }
            Self::Get { case } => context.show(&CaseRow::from(&context.client()?.case(case).await?)),
            Self::Entries { case } => {
                let entries = context.client()?.case_entries(file_of(case), 0).await?;
                context.show_list(&entries.iter().map(EntryRow::from).collect::<Vec<_>>())
            }
            Self::Export { case, out } => export(context, case, out).await,
        }
    }
}

impl MandateArgs {
    async fn over(self, context: &Context, cases: Vec<ReceivableId>) -> Result<AssignCases, CommandError> {
        Ok(AssignCases {
            cases,
            agent: context.member_named(&self.agent).await?,
            until: context.date(self.until).await?,
            mandate: self.mandate.resolve()?,
        })
    }
}

impl Plan {
    async fn propose(self, context: &Context, kind: ArrangementKind) -> Result<(), CommandError> {
        let currency: Currency = currency_of(context, self.case).await?;
        let mut instalments = Vec::with_capacity(self.instalments.len());
        for instalment in &self.instalments {
            let on = context.date(instalment.on).await?;
            instalments.push(Instalment { on, amount: instalment.amount.resolve(Some(currency))? });
        }
        let arrangement = Arrangement { kind, instalments };
        let note = text(&self.note)?;
        context
            .act(Action::ProposeArrangement(ProposeArrangement { case: self.case, arrangement, note }))
            .await
    }
}

fn file_of(case: ReceivableId) -> ListCaseEntriesRequest {
    ListCaseEntriesRequest { receivable: case.number(), ..Default::default() }
}

/// Everything about a case in one document; amounts, dates and ids as everywhere else.
async fn export(context: &Context, case: ReceivableId, out: Option<PathBuf>) -> Result<(), CommandError> {
    let client = context.client()?;
    let history = ListReceivableHistoryRequest { receivable: case.number(), ..Default::default() };
    let receivable = Some(case.number());
    let disputes = ListDisputesRequest { receivable, ..Default::default() };
    let notes = ListCreditNotesRequest { receivable, ..Default::default() };
    let position = client.tip().await?;
    let file = json!({
        "height": position.height,
        "block_id": hex::encode(&position.block_id),
        "case": CaseRow::from(&client.case(case).await?),
        "receivable": ReceivableRow::from(&client.receivable(case).await?),
        "settlement": SettlementRow::from(&client.settlement_status(case).await?),
        "entries": client.case_entries(file_of(case), 0).await?.iter().map(EntryRow::from).collect::<Vec<_>>(),
        "disputes": client.disputes(disputes, 0).await?.iter().map(DisputeRow::from).collect::<Vec<_>>(),
        "credit_notes": client.credit_notes(notes, 0).await?.iter().map(CreditNoteSummary::from).collect::<Vec<_>>(),
        "events": client.receivable_history(history, 0).await?.iter().map(EventRow::from).collect::<Vec<_>>(),
    });
    let written = format!("{file:#}\n");
    match out {
        None => {
            print!("{written}");
            Ok(())
        }
        Some(path) => {
            let done = fs::write(&path, written);
            done.map_err(|source| CommandError::File { path: path.clone(), action: "write", source })
        }
    }
}

fn text(text: &str) -> Result<Text, ValueError> {
    Ok(Text::new(text)?)
}
