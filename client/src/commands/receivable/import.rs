//! `tally receivable import`: files in, receivables out, one line for what happened to each file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use tally_contracts::Action;
use tally_contracts::receivable::{Invoice, InvoiceFormat, SubmitReceivable, Terms};
use tally_contracts::types::{Amount, BusinessDate, Currency, Hash, MemberId, Text};
use tally_proto::v1::member::ListMembersRequest;

use super::file_row::{FileRow, Refusal, conclude};
use super::parties::Register;
use crate::commands::context::Context;
use crate::commands::error::CommandError;
use crate::commands::value::{DateText, ValueError, hash_file};
use crate::import::{AdmitOptions, FileOutcome, ImportRecord, ImportedInvoice, Limits, import_file};
use crate::output::{Look, Progress};
use crate::sdk::{Outcome, Session, random_request_id};

/// Reads invoices and submits them.
#[derive(Args, Debug)]
pub struct Import {
    /// UBL 2.1 files, or folders of .xml files
    #[arg(required = true, value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// Who owes, where the file's buyer is unknown to the ledger or another member
    #[arg(long, value_name = "MEMBER")]
    anchor: Option<String>,
    /// Who is owed, where the file's seller is unknown to the ledger or another member
    #[arg(long, value_name = "MEMBER")]
    supplier: Option<String>,
    /// The agreed due date for files that state none
    #[arg(long, value_name = "DATE", conflicts_with = "replace_due")]
    due: Option<DateText>,
    /// The due date for all files, whatever they state
    #[arg(long, value_name = "DATE")]
    replace_due: Option<DateText>,
    /// Where the anchor pays on the due date; needed to submit
    #[arg(long, value_name = "MEMBER")]
    settlement_bank: Option<String>,
    /// The document that justifies a long tenor; only its hash is sent
    #[arg(long, value_name = "FILE")]
    justification: Option<PathBuf>,
    /// Submit files although their totals contradict each other
    #[arg(long)]
    accept_warnings: bool,
}

/// What is the same for all files.
struct Batch {
    session: Session,
    register: Register,
    anchor: Option<MemberId>,
    supplier: Option<MemberId>,
    settlement_bank: MemberId,
    due: Option<BusinessDate>,
    justification: Option<Hash>,
}

impl Import {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = files(&self.paths)?;
        let replaced = match self.replace_due.or(self.due) {
            Some(date) => Some(context.date(date).await?),
            None => None,
        };
        let options = AdmitOptions {
            accept_warnings: self.accept_warnings,
            due_date_if_missing: replaced.and_then(civil),
        };
        if context.globals.dry_run {
            return dry_run(context, &files, &options);
        }
        let batch = self.batch(context, replaced).await?;
        context.ask(&format!("submit {} files as {}", files.len(), batch.session.member()))?;
        let rows = batch.submit_all(context, &files, &options).await;
        context.show_list(&rows)?;
        conclude(&rows)
    }

    async fn batch(&self, context: &Context, due: Option<BusinessDate>) -> Result<Batch, CommandError> {
        let Some(bank) = &self.settlement_bank else {
            let hint = "pass --settlement-bank MEMBER, or --dry-run to read the files only";
            return Err(CommandError::Missing { what: "where the anchor pays", hint });
        };
        let named = async |name: &Option<String>| match name {
            Some(name) => context.member_named(name).await.map(Some),
            None => Ok(None),
        };
        let members = context.client()?.members(ListMembersRequest::default(), 0).await?;
        Ok(Batch {
            settlement_bank: context.member_named(bank).await?,
            anchor: named(&self.anchor).await?,
            supplier: named(&self.supplier).await?,
            due: self.replace_due.and(due),
            justification: self.justification.as_deref().map(hash_file).transpose()?,
            register: Register::new(members),
            session: context.session()?,
        })
    }
}

impl Batch {
    async fn submit_all(&self, context: &Context, files: &[PathBuf], options: &AdmitOptions) -> Vec<FileRow> {
        let progress = Progress::new(files.len() as u64, Look::of_stderr());
        let mut seen = BTreeSet::new();
        let mut rows: Vec<FileRow> = Vec::with_capacity(files.len());
        for path in files {
            let outcome = import_file(path, &Limits::default(), options);
            progress.say(&outcome.record.file);
            let is_new = outcome.record.sha256.as_ref().is_none_or(|hash| seen.insert(hash.clone()));
            rows.push(if rows.iter().any(FileRow::ends_batch) {
                FileRow::skipped(&outcome.record, "the batch ended before")
            } else if is_new {
                self.submit(context, outcome).await
            } else {
                FileRow::skipped(&outcome.record, "the same bytes stand in this batch already")
            });
            progress.advance();
        }
        progress.finish();
        rows
    }

    async fn submit(&self, context: &Context, outcome: FileOutcome) -> FileRow {
        let row = FileRow::refused(&outcome.record);
        let Ok(invoice) = outcome.result else { return row };
        let row = row.warned(&invoice);
        match self.send(context, &invoice).await {
            Ok(outcome) => row.decided(&outcome),
            Err(refusal) => row.not_sent(&refusal),
        }
    }

    async fn send(&self, context: &Context, invoice: &ImportedInvoice) -> Result<Outcome, Refusal> {
        let sender = self.session.member();
        let supplier = match self.supplier {
            Some(supplier) => supplier,
            None => self.register.find(&invoice.supplier, "--supplier").map_err(Refusal::Party)?,
        };
        if supplier != sender {
            return Err(Refusal::Supplier { supplier, sender });
        }
        let anchor = match self.anchor {
            Some(anchor) => anchor,
            None => self.register.find(&invoice.anchor, "--anchor").map_err(Refusal::Party)?,
        };
        let terms = self.terms(invoice).map_err(Refusal::Command)?;
        let action = Action::SubmitReceivable(SubmitReceivable { anchor, terms });
        let request_id = random_request_id().map_err(|error| Refusal::Command(error.into()))?;
        let sent = self.session.request(action, request_id, context.wait()).await;
        sent.map_err(|error| Refusal::Command(error.into()))
    }

    fn terms(&self, invoice: &ImportedInvoice) -> Result<Terms, CommandError> {
        let currency = Currency::new(invoice.currency.code()).map_err(ValueError::from)?;
        let amount = Amount::new(invoice.payable_minor_units, currency).map_err(ValueError::from)?;
        let issue_date = business(invoice.issue_date)?;
        let references = &invoice.references;
        let contract = references.contracts.first().or(references.orders.first());
        Ok(Terms {
            face: amount,
            due_date: self.due.map_or_else(|| business(invoice.due_date), Ok)?,
            delivery_date: invoice.delivery_date.map_or(Ok(issue_date), business)?,
            invoices: vec![Invoice {
                number: text(&invoice.number)?,
                issue_date,
                amount,
                document_hash: Hash(invoice.sha256),
                format: InvoiceFormat::Ubl21,
            }],
            contract_reference: text(contract.map(String::as_str).unwrap_or_default())?,
            settlement_bank: self.settlement_bank,
            tenor_justification: self.justification,
            late_rate_ppm_per_day: None,
        })
    }
}

/// Shows what the files say; connects to nothing.
fn dry_run(context: &Context, files: &[PathBuf], options: &AdmitOptions) -> Result<(), CommandError> {
    let records: Vec<ImportRecord> =
        files.iter().map(|path| import_file(path, &Limits::default(), options).record).collect();
    context.show_list(&records)?;
    let refused = records.iter().filter(|record| record.refusal.is_some()).count();
    if refused == 0 { Ok(()) } else { Err(CommandError::FilesRefused { refused, files: files.len() }) }
}

/// Files as they are named; of a folder its .xml files by name.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CommandError> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut found = xml_files(path).map_err(|source| CommandError::File {
            path: path.clone(),
            action: "list",
            source,
        })?;
        if found.is_empty() {
            return Err(CommandError::NothingToImport { path: path.clone() });
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

fn xml_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let is_xml =
        |path: &PathBuf| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"));
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    Ok(entries.into_iter().map(|entry| entry.path()).filter(|path| is_xml(path) && path.is_file()).collect())
}

fn text(text: &str) -> Result<Text, ValueError> {
    Ok(Text::new(text)?)
}

/// A date of a file as the ledger counts days.
pub fn business(date: Date) -> Result<BusinessDate, ValueError> {
    let (month, day) = (u32::from(date.month().unsigned_abs()), u32::from(date.day().unsigned_abs()));
    BusinessDate::from_ymd(i32::from(date.year()), month, day)
        .ok_or_else(|| ValueError::Date { text: date.to_string() })
}

fn civil(date: BusinessDate) -> Option<Date> {
    let (year, month, day) = date.ymd();
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
