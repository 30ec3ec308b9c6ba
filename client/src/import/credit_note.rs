//! Credit notes: what of a document may become a credit note on the ledger, and which invoices it corrects.

use iso_currency::Currency;
use jiff::civil::Date;

use super::document::{Document, DocumentKind, Party};
use super::error::{ImportError, RuleFailures};

/// A credit note that may be issued for the receivable whose invoice it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedCreditNote {
    /// The supplier's number.
    pub number: String,
    /// Issue date.
    pub issue_date: Date,
    /// ISO 4217 currency.
    pub currency: Currency,
    /// What is credited, in minor units, always positive.
    pub credited_minor_units: u64,
    /// The seller.
    pub supplier: Party,
    /// The buyer, who owes less by it.
    pub anchor: Party,
    /// Numbers of the invoices that it corrects, at least one.
    pub corrects: Vec<String>,
    /// SHA-256 of the file's original bytes.
    pub sha256: [u8; 32],
}

/// Judges a document. The checks run in this order and the first that fails is told.
pub fn admit_credit_note(
    document: Document,
    accept_warnings: bool,
) -> Result<ImportedCreditNote, ImportError> {
    match document.kind {
        DocumentKind::CreditNote => {}
        DocumentKind::Invoice => return Err(ImportError::NotACreditNote { number: document.number }),
    }
    // an invoice with a credit note's type code states what the supplier owes as a negative amount
    let credited_minor_units = document.payable_minor_units.unsigned_abs();
    if credited_minor_units == 0 {
        let (prepaid, currency) = (document.totals.prepaid.unwrap_or_default(), document.currency.code());
        return Err(ImportError::PayableZero { prepaid, currency });
    }
    if document.references.billing.is_empty() {
        return Err(ImportError::ReferenceMissing { number: document.number });
    }
    if !document.rule_failures.is_empty() && !accept_warnings {
        return Err(ImportError::RulesBroken { failures: RuleFailures(document.rule_failures) });
    }
    Ok(ImportedCreditNote {
        number: document.number,
        issue_date: document.issue_date,
        currency: document.currency,
        credited_minor_units,
        supplier: document.supplier,
        anchor: document.anchor,
        corrects: document.references.billing,
        sha256: document.sha256,
    })
}
