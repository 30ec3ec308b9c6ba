//! Invoices in, through the real `tally receivable import`: what can be financed is submitted, the rest refused.

use serde_json::Value;
use tally_contracts::types::{BusinessDate, Hash, MemberId, ReceivableId, TrancheId};
use tally_proto::v1::receivable::{ListReceivablesRequest, Receivable as Record, ReceivableStatus};

use super::{Receivable, Story};
use crate::demo::cast;
use crate::demo::error::DemoError;
use crate::demo::invoices::{Batch, sort};
use crate::demo::limits::{DUE_DAYS, STORY_SECONDS_MIN, STORY_TRANSACTIONS};
use crate::demo::money::{amount, shown};
use crate::demo::tally::{self, Told};

/// Seconds of a day.
const DAY_S: f64 = 86_400.0;

impl Story<'_> {
    /// `latency_s`: what one commit takes here, so that slow machines get later due dates.
    pub(super) async fn import(&mut self, latency_s: f64) -> Result<(), DemoError> {
        self.stages.begin("invoices are imported by their suppliers");
        let folder = self.options.invoices.clone();
        let invoices = sort(&folder, &self.network.plan().members, cast::id(cast::TIER_1))?;
        let due = self.today().await?.plus_days(due_days(latency_s, self.options.speed()));
        self.stages.note(&format!(
            "{} files of {}; due {due}, so that this run sees the end",
            invoices.files(),
            folder.display()
        ));
        for batch in &invoices.batches {
            self.import_batch(batch, due).await?;
        }
        for trade in &invoices.trades {
            let (seller, buyer) = (trade.seller, trade.buyer);
            self.stages.note(&format!(
                "{}: {buyer} owes {seller} {}, to be paid with a part of a tranche",
                trade.file,
                shown(trade.amount)
            ));
        }
        self.trades = invoices.trades;
        self.collect().await?;
        self.main()?;
        self.stages.end(&format!("{} receivables are submitted", self.receivables.len()));
        Ok(())
    }

    async fn import_batch(&self, batch: &Batch, due: BusinessDate) -> Result<(), DemoError> {
        let arguments = arguments(batch, due);
        let told = tally::run(self.network, batch.importer.as_str(), &arguments).await?;
        let rows = told.result.as_array().cloned().ok_or_else(|| told.failure())?;
        rows.iter().for_each(|row| self.stages.note(&row_text(row)));
        Ok(())
    }

    /// What the importer submitted, as the ledger has it.
    async fn collect(&mut self) -> Result<(), DemoError> {
        let request = ListReceivablesRequest::default();
        let records = self.actor(cast::EAST)?.client().receivables(request, 0).await?;
        let submitted = records.iter().filter(|one| one.status() == ReceivableStatus::Submitted);
        self.receivables = submitted.map(read).collect::<Result<_, _>>()?;
        Ok(())
    }

    /// The file of the main receivable once more: the ledger has its fingerprint for ever.
    pub(super) async fn second_submission(&mut self) -> Result<(), DemoError> {
        let (expected, what) = ("INVOICE_ALREADY_USED", "submitting the same invoice again");
        let (main, folder) = (self.main()?.clone(), self.options.invoices.clone());
        let invoices = sort(&folder, &self.network.plan().members, cast::id(cast::TIER_1))?;
        let batch = file_of(&invoices.batches, main.document)?;
        let told = tally::run(self.network, batch.importer.as_str(), &arguments(&batch, main.due)).await?;
        let row =
            told.result.as_array().and_then(|rows| rows.first()).cloned().ok_or_else(|| told.failure())?;
        let (reason, message) = refusal(&row);
        if reason != expected {
            return Err(DemoError::NotRefused { what, expected, found: outcome_of(&told, &reason) });
        }
        self.count(batch.importer.as_str(), what, &reason, &message);
        Ok(())
    }
}

/// How many chain days the story needs here, with room.
fn due_days(latency_s: f64, speed: u32) -> i32 {
    let seconds = STORY_SECONDS_MIN + STORY_TRANSACTIONS * latency_s;
    let days = seconds * f64::from(speed) / DAY_S;
    // Clamped to a few hundred, so that it is exact.
    days.clamp(*DUE_DAYS.start(), *DUE_DAYS.end()).round() as i32
}

/// The command's words after `tally --as IMPORTER`.
fn arguments(batch: &Batch, due: BusinessDate) -> Vec<String> {
    let mut words: Vec<String> =
        ["--yes", "receivable", "import", "--settlement-bank", cast::EAST].map(str::to_owned).to_vec();
    if !batch.is_hopeless {
        words.extend(["--replace-due".to_owned(), due.to_string()]);
    }
    if batch.stands_in {
        let (supplier, anchor) = (batch.importer.to_string(), cast::ANCHOR.to_owned());
        words.extend(["--supplier".to_owned(), supplier, "--anchor".to_owned(), anchor]);
    }
    words.extend(batch.files.iter().map(|file| file.display().to_string()));
    words
}

/// The one file with that document hash.
fn file_of(batches: &[Batch], document: Hash) -> Result<Batch, DemoError> {
    for batch in batches {
        let is_it =
            |file: &&std::path::PathBuf| std::fs::read(file).is_ok_and(|bytes| Hash::of(&bytes) == document);
        if let Some(file) = batch.files.iter().find(is_it) {
            return Ok(Batch { files: vec![file.clone()], ..batch.clone() });
        }
    }
    Err(DemoError::Missing {
        what: "the main receivable's file",
        hint: "the folder of --invoices changed meanwhile",
    })
}

fn read(record: &Record) -> Result<Receivable, DemoError> {
    let missing = |what| DemoError::Missing { what, hint: "the node's answer lacks it" };
    let terms = record.terms.as_ref().ok_or(missing("the terms of a receivable"))?;
    let due = terms.due_date.as_ref().ok_or(missing("a due date"))?;
    let due = i32::try_from(due.year).ok().and_then(|year| BusinessDate::from_ymd(year, due.month, due.day));
    let document = terms
        .invoices
        .first()
        .and_then(|invoice| <[u8; 32]>::try_from(invoice.document_hash.as_slice()).ok());
    Ok(Receivable {
        id: ReceivableId::new(record.id),
        supplier: MemberId::new(&record.supplier)?,
        anchor: MemberId::new(&record.anchor)?,
        face: amount(terms.face.as_ref())?,
        due: due.ok_or(missing("a due date"))?,
        settlement_bank: MemberId::new(&terms.settlement_bank)?,
        document: document.map(Hash).unwrap_or_default(),
        root: TrancheId::new(0),
    })
}

/// One line for one file.
fn row_text(row: &Value) -> String {
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    let (reason, message) = refusal(row);
    if reason.is_empty() {
        let warned =
            row.get("warnings").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let warned: String = warned.map(|warning| format!("; note: {warning}")).collect();
        return format!("{}: {} {}{warned}", text("file"), text("result"), text("receivable"));
    }
    format!("{}: refused, {reason} ({message})", text("file"))
}

/// Reason and sentence of a file that was not submitted; empty where it was.
fn refusal(row: &Value) -> (String, String) {
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("reason"), text("message"))
}

fn outcome_of(told: &Told, reason: &str) -> String {
    if reason.is_empty() { format!("exit code {} without a refusal", told.code) } else { reason.to_owned() }
}
