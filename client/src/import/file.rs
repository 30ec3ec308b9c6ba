//! The only place of the importer that touches the disk: bounded reading of one file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::admit::{AdmitOptions, ImportedInvoice, admit};
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

/// Reads and judges one file; never stops a batch.
#[must_use]
pub fn import_file(path: &Path, limits: &Limits, options: &AdmitOptions) -> FileOutcome {
    let bytes = match read_bounded(path, limits.file_bytes) {
        Ok(bytes) => bytes,
        Err(error) => {
            return FileOutcome { record: ImportRecord::unread(path, None, &error), result: Err(error) };
        }
    };
    let document = match ubl::parse(&bytes, limits) {
        Ok(document) => document,
        Err(error) => {
            let sha256 = Sha256::digest(&bytes).into();
            return FileOutcome {
                record: ImportRecord::unread(path, Some(sha256), &error),
                result: Err(error),
            };
        }
    };
    let record = ImportRecord::of(path, &document);
    match admit(document, options) {
        Ok(invoice) => FileOutcome { record, result: Ok(invoice) },
        Err(error) => FileOutcome { record: record.refused(&error), result: Err(error) },
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
