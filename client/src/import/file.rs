//! The only place of the importer that touches the disk: bounded reading of one file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::admit::{AdmitOptions, ImportedInvoice, admit};
use super::credit_note::{ImportedCreditNote, admit_credit_note};
use super::document::Document;
use super::error::ImportError;
use super::limits::Limits;
use super::record::ImportRecord;
use super::ubl;

/// What became of one file: the record to show, and the invoice to submit or the reason why not.
#[derive(Debug)]
pub struct FileOutcome {
    /// For `--dry-run` and the closing table.
    pub record: ImportRecord,
    /// The invoice, or why there is none.
    pub result: Result<ImportedInvoice, ImportError>,
}

/// What became of one credit note's file.
#[derive(Debug)]
pub struct CreditNoteOutcome {
    /// For `--dry-run` and the closing table.
    pub record: ImportRecord,
    /// The credit note, or why there is none.
    pub result: Result<ImportedCreditNote, ImportError>,
}

/// Reads and judges one invoice's file; never stops a batch.
#[must_use]
pub fn import_file(path: &Path, limits: &Limits, options: &AdmitOptions) -> FileOutcome {
    let (record, result) = import(path, limits, |document| admit(document, options));
    FileOutcome { record, result }
}

/// Reads and judges one credit note's file; never stops a batch.
#[must_use]
pub fn import_credit_note(path: &Path, limits: &Limits, accept_warnings: bool) -> CreditNoteOutcome {
    let (record, result) = import(path, limits, |document| admit_credit_note(document, accept_warnings));
    CreditNoteOutcome { record, result }
}

fn import<T>(
    path: &Path,
    limits: &Limits,
    judge: impl FnOnce(Document) -> Result<T, ImportError>,
) -> (ImportRecord, Result<T, ImportError>) {
    let bytes = match read_bounded(path, limits.file_bytes) {
        Ok(bytes) => bytes,
        Err(error) => return (ImportRecord::unread(path, None, &error), Err(error)),
    };
    let document = match ubl::parse(&bytes, limits) {
        Ok(document) => document,
        Err(error) => {
            let sha256 = Sha256::digest(&bytes).into();
            return (ImportRecord::unread(path, Some(sha256), &error), Err(error));
        }
    };
    let record = ImportRecord::of(path, &document);
    match judge(document) {
        Ok(judged) => (record, Ok(judged)),
        Err(error) => (record.refused(&error), Err(error)),
    }
}

/// At most `limit` bytes; the file's own size is not trusted (it may be a pipe or growing).
fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, ImportError> {
    let unreadable = |source| ImportError::Unreadable { source };
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > limit {
        return Err(ImportError::TooLarge { bytes: size, limit });
    }
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    let read = bytes.len() as u64;
    if read > limit {
        return Err(ImportError::TooLarge { bytes: read, limit });
    }
    Ok(bytes)
}
