//! Invoices in: UBL 2.1 documents from strangers become facts, and facts become receivables or clear refusals.
//!
//! `parse` reads (pure, bounded), `admit` judges, `import_file` does both for one file of a batch.

mod admit;
mod credit_note;
mod document;
mod error;
mod file;
pub mod identifiers;
pub mod limits;
mod record;
mod rules;
mod ubl;
mod xml;

pub use admit::{AdmitOptions, ImportWarning, ImportedInvoice, admit};
pub use credit_note::{ImportedCreditNote, admit_credit_note};
pub use document::{
    Document, DocumentKind, DocumentReferences, IdentifierSource, Party, PartyIdentifier, Totals,
};
pub use error::{ImportError, References, RuleFailures};
pub use file::{CreditNoteOutcome, FileOutcome, import_credit_note, import_file};
pub use limits::Limits;
pub use record::{ImportRecord, Refusal};
pub use rules::{Rule, RuleFailure};

/// Reads a UBL 2.1 invoice or credit note from its bytes: what it says, with the totals rules recomputed.
///
/// Pure and bounded by `limits`. Fails on anything that is not well-formed UBL with the required elements;
/// business judgement (credit notes, failing rules, missing due date) is [`admit`]'s.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, ImportError> {
    ubl::parse(bytes, limits)
}
