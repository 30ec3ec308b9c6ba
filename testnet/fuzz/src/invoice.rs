//! Invoices and credit notes: UBL 2.1 from strangers.

use std::sync::LazyLock;

use tally_client::import::limits::{ELEMENTS_MAX, FIELD_BYTES_MAX, IDENTIFIERS_MAX, PAYABLE_MINOR_UNITS_MAX};
use tally_client::import::{AdmitOptions, Document, Limits, admit, admit_credit_note, parse};

/// Smaller than of real files, so that they are met.
static LIMITS: LazyLock<Limits> = LazyLock::new(|| Limits {
    elements: 400,
    depth: 12,
    text_bytes: 2_048,
    attribute_bytes: 256,
    namespaces: 8,
    ..Limits::default()
});

/// Reads a document under narrow limits and judges it both ways.
pub fn invoice(bytes: &[u8]) -> bool {
    let Ok(document) = parse(bytes, &LIMITS) else { return false };
    check(&document);
    for accept_warnings in [false, true] {
        let options = AdmitOptions { accept_warnings, due_date_if_missing: Some(document.issue_date) };
        if let Ok(invoice) = admit(document.clone(), &options) {
            assert!(invoice.payable_minor_units > 0 && invoice.due_date >= invoice.issue_date);
            assert_eq!(invoice.sha256, document.sha256);
            let warnings: Vec<_> = invoice.warnings.iter().map(ToString::to_string).collect();
            assert!(warnings.iter().all(|warning| !warning.is_empty()));
        }
        if let Ok(note) = admit_credit_note(document.clone(), accept_warnings) {
            assert!(note.credited_minor_units > 0 && !note.corrects.is_empty());
        }
    }
    true
}

fn check(document: &Document) {
    assert!(document.number.len() <= FIELD_BYTES_MAX, "a number beyond the ledger's fields");
    assert!(document.payable_minor_units.abs() <= PAYABLE_MINOR_UNITS_MAX, "an amount beyond the ledger's");
    assert!(document.line_count <= ELEMENTS_MAX.min(LIMITS.elements), "lines");
    for party in
        [Some(&document.supplier), Some(&document.anchor), document.payee.as_ref()].into_iter().flatten()
    {
        assert!(party.identifiers.len() <= IDENTIFIERS_MAX, "identifiers");
    }
}
