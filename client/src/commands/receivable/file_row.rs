//! What happened to each file of an import, for people and scripts.

use serde::Serialize;
use tally_contracts::types::MemberId;

use super::parties::PartyError;
use crate::commands::error::CommandError;
use crate::commands::show::{OutcomeRow, readable};
use crate::import::{ImportRecord, ImportedInvoice};
use crate::output::{Cell, ExitCode, Row};
use crate::sdk::{Outcome, Verdict};

/// How a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileResult {
    /// It is a receivable now.
    Submitted,
    /// A node has it and will propose it.
    Accepted,
    /// By the importer, by the ledger or because of its parties.
    Refused,
    /// Not tried.
    Skipped,
    /// It was sent and nobody answered.
    Unknown,
    /// Something else than the file is wrong.
    Failed,
}

/// What happened to one file.
#[derive(Debug, Serialize)]
pub struct FileRow {
    /// Its name without its folder.
    pub file: String,
    /// How it ended.
    pub result: FileResult,
    receivable: Option<String>,
    number: Option<String>,
    currency: Option<&'static str>,
    amount_minor_units: Option<i64>,
    reason: Option<String>,
    /// Why, in words.
    pub message: Option<String>,
    warnings: Vec<String>,
    /// What it was sent under.
    pub request_id: Option<String>,
    sha256: Option<String>,
    /// How the batch ends because of it.
    #[serde(skip)]
    pub exit: ExitCode,
}

/// Why a file that was understood was not submitted.
pub enum Refusal {
    /// A party is no member.
    Party(PartyError),
    /// Somebody else's invoice.
    Supplier {
        /// Whose it is.
        supplier: MemberId,
        /// Who acts.
        sender: MemberId,
    },
    /// The ledger has no such invoice that is still owed, or several.
    Reference {
        /// Stable name.
        reason: &'static str,
        /// The number that the file names.
        number: String,
    },
    /// A request failed.
    Command(CommandError),
}

impl Refusal {
    /// About the invoice with this number.
    pub fn reference(reason: &'static str, number: &str) -> Self {
        Self::Reference { reason, number: number.to_owned() }
    }
}

impl FileRow {
    /// A file that the importer refused, or that waits for its outcome.
    pub fn refused(record: &ImportRecord) -> Self {
        Self {
            file: record.file.clone(),
            result: FileResult::Refused,
            receivable: None,
            number: record.number.clone(),
            currency: record.currency,
            amount_minor_units: record.payable_minor_units,
            reason: record.refusal.as_ref().map(|refusal| refusal.reason.to_owned()),
            message: record.refusal.as_ref().map(|refusal| refusal.message.clone()),
            warnings: Vec::new(),
            request_id: None,
            sha256: record.sha256.clone(),
            exit: ExitCode::RefusedByRule,
        }
    }

    /// A file that was not tried.
    pub fn skipped(record: &ImportRecord, why: &str) -> Self {
        let (reason, message) = (None, Some(why.to_owned()));
        Self { result: FileResult::Skipped, reason, message, exit: ExitCode::Ok, ..Self::refused(record) }
    }

    /// With what the user must see before submitting.
    pub fn warned(self, invoice: &ImportedInvoice) -> Self {
        Self { warnings: invoice.warnings.iter().map(ToString::to_string).collect(), ..self }
    }

    /// With what the ledger said.
    pub fn decided(self, outcome: &Outcome) -> Self {
        let request_id = outcome.request_id.map(hex::encode);
        let row = Self { request_id, ..self };
        match &outcome.verdict {
            Verdict::Applied { .. } => {
                let receivable = OutcomeRow::from(outcome).receivable;
                Self { result: FileResult::Submitted, receivable, exit: ExitCode::Ok, ..row }
            }
            Verdict::Pending { .. } => Self { result: FileResult::Accepted, exit: ExitCode::Ok, ..row },
            Verdict::Refused { rejection, .. } => {
                row.because(rejection.reason.clone(), readable(&rejection.message))
            }
            Verdict::Expired { .. } => row.because("EXPIRED".to_owned(), CommandError::Expired.to_string()),
            Verdict::NotSeen { .. } | Verdict::Unknown { .. } => {
                let message = Some("ask with tally tx get --request-id and this id".to_owned());
                Self { result: FileResult::Unknown, message, exit: ExitCode::OutcomeUnknown, ..row }
            }
        }
    }

    /// With why it was not submitted.
    pub fn not_sent(self, refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Party(error) => self.because(error.reason().to_owned(), error.to_string()),
            Refusal::Supplier { supplier, sender } => self.because(
                "NOT_YOUR_INVOICE".to_owned(),
                format!(
                    "it is owed to {supplier} and you act as {sender}: act as {supplier}, or pass --supplier"
                ),
            ),
            Refusal::Reference { reason, number } => self.because(
                (*reason).to_owned(),
                format!(
                    "invoice {number} does not back exactly one receivable that is still owed: issue the note with \
                     tally credit-note issue, or pass --anchor"
                ),
            ),
            Refusal::Command(error) => self.failed(error),
        }
    }

    fn because(self, reason: String, message: String) -> Self {
        Self { reason: Some(reason), message: Some(message), ..self }
    }

    /// A node's refusal of this file, or the end of the batch.
    fn failed(self, error: &CommandError) -> Self {
        let exit = error.exit();
        let result = match exit {
            ExitCode::RefusedByRule | ExitCode::Duplicate => FileResult::Refused,
            ExitCode::Ok
            | ExitCode::Usage
            | ExitCode::NotFound
            | ExitCode::NotAuthorised
            | ExitCode::OutcomeUnknown
            | ExitCode::NodeUnhealthy
            | ExitCode::VerificationFailed => FileResult::Failed,
        };
        Self { result, message: Some(error.to_string()), exit, ..self }
    }

    /// Whether the next file could only fail alike.
    pub fn ends_batch(&self) -> bool {
        match self.result {
            FileResult::Unknown | FileResult::Failed => true,
            FileResult::Submitted | FileResult::Accepted | FileResult::Refused | FileResult::Skipped => false,
        }
    }
}

/// The failure of a batch: an unknown outcome first, then what ended it, then refusals.
pub fn conclude(rows: &[FileRow]) -> Result<(), CommandError> {
    let count = |result: FileResult| rows.iter().filter(|row| row.result == result).count();
    if let Some(row) = rows.iter().find(|row| row.result == FileResult::Unknown) {
        let ask = format!("tally tx get --request-id {}", row.request_id.clone().unwrap_or_default());
        return Err(CommandError::OutcomeUnknown { said: row.file.clone(), ask });
    }
    if let Some(row) = rows.iter().find(|row| row.result == FileResult::Failed) {
        let (file, said) = (row.file.clone(), row.message.clone().unwrap_or_default());
        let (skipped, exit) = (count(FileResult::Skipped), row.exit);
        return Err(CommandError::BatchFailed { file, said, skipped, exit });
    }
    match count(FileResult::Refused) {
        0 => Ok(()),
        refused => Err(CommandError::FilesRefused { refused, files: rows.len() }),
    }
}

impl Row for FileRow {
    const HEADER: &'static [&'static str] =
        &["file", "result", "receivable", "number", "amount", "currency", "reason", "message", "warnings"];

    fn cells(&self) -> Vec<Cell> {
        let amount = self.amount_minor_units.zip(self.currency);
        vec![
            self.file.as_str().into(),
            format!("{:?}", self.result).to_lowercase().into(),
            self.receivable.clone().into(),
            self.number.clone().into(),
            amount.map_or(Cell::Empty, |(minor, currency)| Cell::amount(minor, currency)),
            self.currency.into(),
            self.reason.clone().into(),
            self.message.clone().into(),
            self.warnings.join("; ").into(),
        ]
    }
}

impl Row for ImportRecord {
    const HEADER: &'static [&'static str] = &[
        "file",
        "kind",
        "number",
        "issue_date",
        "due_date",
        "payable",
        "currency",
        "supplier",
        "anchor",
        "refusal",
    ];

    fn cells(&self) -> Vec<Cell> {
        let payable = self.payable_minor_units.zip(self.currency);
        vec![
            self.file.as_str().into(),
            self.kind.into(),
            self.number.clone().into(),
            self.issue_date.clone().into(),
            self.due_date.clone().into(),
            payable.map_or(Cell::Empty, |(minor, currency)| Cell::amount(minor, currency)),
            self.currency.into(),
            self.supplier_ids.first().cloned().into(),
            self.anchor_ids.first().cloned().into(),
            self.refusal.as_ref().map(|refusal| format!("{}: {}", refusal.reason, refusal.message)).into(),
        ]
    }
}
