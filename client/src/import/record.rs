//! One line per file for `receivable import --dry-run`: what the importer read and what it thinks of it.

use std::path::Path;

use serde::Serialize;

use super::document::Document;
use super::error::ImportError;
use super::rules::RuleFailure;

/// What was read from one file. Fields are `null` where the file could not be read that far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportRecord {
    /// The file's name without its folder.
    pub file: String,
    /// `Invoice` or `CreditNote`.
    pub kind: Option<&'static str>,
    /// The supplier's number.
    pub number: Option<String>,
    /// ISO 8601 date.
    pub issue_date: Option<String>,
    /// ISO 8601 date as stated in the file.
    pub due_date: Option<String>,
    /// ISO 4217 code.
    pub currency: Option<&'static str>,
    /// Minor units, negative if the supplier owes.
    pub payable_minor_units: Option<i64>,
    /// Labels such as `REG USCC:91350100M000100Y43`.
    pub supplier_ids: Vec<String>,
    /// Labels of the buyer.
    pub anchor_ids: Vec<String>,
    /// The payee's name, if stated.
    pub payee: Option<String>,
    /// Rules that do not hold, with computed and stated values.
    pub rule_failures: Vec<RuleFailure>,
    /// SHA-256 of the bytes in hexadecimal; `null` if the file could not be read at all.
    pub sha256: Option<String>,
    /// Why this file would not be submitted; `null` if it would.
    pub refusal: Option<Refusal>,
}

/// An error as a stable name and a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Stable name, such as `CREDIT_NOTE`.
    pub reason: &'static str,
    /// What happened and what to do next.
    pub message: String,
}

impl From<&ImportError> for Refusal {
    fn from(error: &ImportError) -> Self {
        Self { reason: error.reason(), message: error.to_string() }
    }
}

impl ImportRecord {
    /// The record of a file that was understood.
    #[must_use]
    pub fn of(file: &Path, document: &Document) -> Self {
        Self {
            kind: Some(document.kind.as_str()),
            number: Some(document.number.clone()),
            issue_date: Some(document.issue_date.to_string()),
            due_date: document.due_date.map(|date| date.to_string()),
            currency: Some(document.currency.code()),
            payable_minor_units: Some(document.payable_minor_units),
            supplier_ids: document.supplier.labels(),
            anchor_ids: document.anchor.labels(),
            payee: document.payee.as_ref().map(|payee| payee.name.clone()),
            rule_failures: document.rule_failures.clone(),
            sha256: Some(hex::encode(document.sha256)),
            ..Self::empty(file)
        }
    }

    /// The record of a file that was not understood.
    #[must_use]
    pub fn unread(file: &Path, sha256: Option<[u8; 32]>, error: &ImportError) -> Self {
        Self { sha256: sha256.map(hex::encode), refusal: Some(error.into()), ..Self::empty(file) }
    }

    /// The same record with the reason why its file is refused.
    #[must_use]
    pub fn refused(self, error: &ImportError) -> Self {
        Self { refusal: Some(error.into()), ..self }
    }

    fn empty(file: &Path) -> Self {
        let name = file.file_name().unwrap_or(file.as_os_str());
        Self {
            file: name.to_string_lossy().into_owned(),
            kind: None,
            number: None,
            issue_date: None,
            due_date: None,
            currency: None,
            payable_minor_units: None,
            supplier_ids: Vec::new(),
            anchor_ids: Vec::new(),
            payee: None,
            rule_failures: Vec::new(),
            sha256: None,
            refusal: None,
        }
    }
}
