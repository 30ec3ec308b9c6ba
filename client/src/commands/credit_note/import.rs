//! `tally credit-note import`: files in, credit notes out, each for the receivable whose invoice it names.

use std::path::PathBuf;

use clap::Args;
use tally_contracts::Action;
use tally_contracts::dilution::IssueCreditNote;
use tally_contracts::types::{Amount, Currency, DisputeId, Hash, MemberId, ReceivableId};
use tally_proto::v1::member::ListMembersRequest;
use tally_proto::v1::receivable::{ListReceivablesRequest, Receivable, ReceivableStatus};

use super::text;
use crate::commands::context::Context;
use crate::commands::error::CommandError;
use crate::commands::receivable::{FileRow, Refusal, Register, business, conclude, files};
use crate::commands::value::ValueError;
use crate::import::{CreditNoteOutcome, ImportRecord, ImportedCreditNote, Limits, import_credit_note};
use crate::sdk::{Outcome, Session, random_request_id};

/// Reads credit notes and issues them.
#[derive(Args, Debug)]
pub struct Import {
    /// UBL 2.1 files, or folders of .xml files
    #[arg(required = true, value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// Who owes, where the file's buyer is unknown to the ledger or another member
    #[arg(long, value_name = "MEMBER")]
    anchor: Option<String>,
    /// Issue each as the agreement on its receivable's open dispute, where there is one
    #[arg(long)]
    settle_dispute: bool,
    /// Issue files although their totals contradict each other
    #[arg(long)]
    accept_warnings: bool,
}

/// What is the same for all files.
struct Batch {
    session: Session,
    register: Register,
    anchor: Option<MemberId>,
    settle_dispute: bool,
}

impl Import {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = files(&self.paths)?;
        let read = |path: &PathBuf| import_credit_note(path, &Limits::default(), self.accept_warnings);
        let outcomes: Vec<CreditNoteOutcome> = files.iter().map(read).collect();
        if context.globals.dry_run {
            let records: Vec<ImportRecord> = outcomes.into_iter().map(|outcome| outcome.record).collect();
            context.show_list(&records)?;
            let refused = records.iter().filter(|record| record.refusal.is_some()).count();
            let count = files.len();
            return if refused == 0 {
                Ok(())
            } else {
                Err(CommandError::FilesRefused { refused, files: count })
            };
        }
        let batch = Batch {
            session: context.session()?,
            register: Register::new(context.client()?.members(ListMembersRequest::default(), 0).await?),
            anchor: match &self.anchor {
                Some(name) => Some(context.member_named(name).await?),
                None => None,
            },
            settle_dispute: self.settle_dispute,
        };
        context.ask(&format!("issue {} credit notes as {}", files.len(), batch.session.member()))?;
        let mut rows: Vec<FileRow> = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            rows.push(if rows.iter().any(FileRow::ends_batch) {
                FileRow::skipped(&outcome.record, "the batch ended before")
            } else {
                batch.issue(context, outcome).await
            });
        }
        context.show_list(&rows)?;
        conclude(&rows)
    }
}

impl Batch {
    async fn issue(&self, context: &Context, outcome: CreditNoteOutcome) -> FileRow {
        let row = FileRow::refused(&outcome.record);
        let Ok(note) = outcome.result else { return row };
        match self.send(context, &note).await {
            Ok(outcome) => row.decided(&outcome),
            Err(refusal) => row.not_sent(&refusal),
        }
    }

    async fn send(&self, context: &Context, note: &ImportedCreditNote) -> Result<Outcome, Refusal> {
        let sender = self.session.member();
        let supplier = self.register.find(&note.supplier, "--as").map_err(Refusal::Party)?;
        if supplier != sender {
            return Err(Refusal::Supplier { supplier, sender });
        }
        let anchor = match self.anchor {
            Some(anchor) => anchor,
            None => self.register.find(&note.anchor, "--anchor").map_err(Refusal::Party)?,
        };
        let receivable = self.corrected(context, note, anchor).await?;
        let action = self.action(note, &receivable).map_err(Refusal::Command)?;
        let request_id = random_request_id().map_err(|error| Refusal::Command(error.into()))?;
        let sent = self.session.request(action, request_id, context.wait()).await;
        sent.map_err(|error| Refusal::Command(error.into()))
    }

    /// The one receivable that still owes and that every invoice the note names backs.
    async fn corrected(
        &self,
        context: &Context,
        note: &ImportedCreditNote,
        anchor: MemberId,
    ) -> Result<Receivable, Refusal> {
        let mut found: Option<Receivable> = None;
        for number in &note.corrects {
            let request = ListReceivablesRequest {
                supplier: self.session.member().to_string(),
                anchor: anchor.to_string(),
                invoice_number: number.clone(),
                ..Default::default()
            };
            let client = context.client().map_err(Refusal::Command)?;
            let named =
                client.receivables(request, 0).await.map_err(|error| Refusal::Command(error.into()))?;
            let mut owed = named.into_iter().filter(|receivable| {
                matches!(
                    receivable.status(),
                    ReceivableStatus::Live
                        | ReceivableStatus::Overdue
                        | ReceivableStatus::Defaulted
                        | ReceivableStatus::WrittenOff
                )
            });
            let (one, another) = (owed.next(), owed.next());
            let is_same = |one: &Receivable| found.as_ref().is_none_or(|found| found.id == one.id);
            match one {
                Some(one) if another.is_none() && is_same(&one) => found = Some(one),
                Some(_) => return Err(Refusal::reference("INVOICE_AMBIGUOUS", number)),
                None => return Err(Refusal::reference("INVOICE_NOT_FOUND", number)),
            }
        }
        found.ok_or_else(|| Refusal::reference("INVOICE_NOT_FOUND", ""))
    }

    fn action(&self, note: &ImportedCreditNote, receivable: &Receivable) -> Result<Action, CommandError> {
        let currency = Currency::new(note.currency.code()).map_err(ValueError::from)?;
        Ok(Action::IssueCreditNote(IssueCreditNote {
            receivable: ReceivableId::new(receivable.id),
            number: text(&note.number)?,
            issue_date: business(note.issue_date)?,
            amount: Amount::new(note.credited_minor_units, currency).map_err(ValueError::from)?,
            document_hash: Hash(note.sha256),
            reason: text(&format!("corrects {}", note.corrects.join(", ")))?,
            dispute: receivable.dispute.filter(|_| self.settle_dispute).map(DisputeId::new),
        }))
    }
}
