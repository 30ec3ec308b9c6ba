//! UBL 2.1: from the tree of a document to what it says.

mod party;
mod references;
mod totals;
mod value;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::document::{Document, DocumentKind};
use super::error::ImportError;
use super::limits::Limits;
use super::rules;
use super::xml::{self, Element, RootKind};

/// UNTDID 1001 codes that EN 16931 counts as credit notes.
const CREDIT_NOTE_CODES: &[&str] =
    &["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"];

/// Reads a UBL 2.1 invoice or credit note. Pure: the same bytes give the same document or error.
pub(super) fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, ImportError> {
    let (root_kind, root) = xml::read(bytes, limits)?;
    let currency = value::currency(&root)?;
    let totals = totals::totals(&root, root_kind, currency)?;
    let type_code = type_code(&root, root_kind)?;
    Ok(Document {
        kind: kind(root_kind, type_code.as_deref()),
        type_code,
        number: value::required_field(&root, "ID")?,
        issue_date: value::date(&root, "IssueDate")?.ok_or(ImportError::Missing { element: "IssueDate" })?,
        due_date: due_date(&root)?,
        delivery_date: delivery_date(&root)?,
        payable_minor_units: value::minor_units(totals.payable, currency)?,
        currency,
        supplier: party::party(&root, "AccountingSupplierParty")?,
        anchor: party::party(&root, "AccountingCustomerParty")?,
        payee: party::payee(&root)?,
        references: references::references(&root)?,
        payment_terms: payment_terms(&root),
        line_count: totals::line_count(&root, root_kind),
        rule_failures: rules::failures(&totals),
        totals,
        sha256: Sha256::digest(bytes).into(),
    })
}

fn type_code(root: &Element, kind: RootKind) -> Result<Option<String>, ImportError> {
    match kind {
        RootKind::Invoice => value::field(root, "InvoiceTypeCode"),
        RootKind::CreditNote => value::field(root, "CreditNoteTypeCode"),
    }
}

fn kind(root: RootKind, type_code: Option<&str>) -> DocumentKind {
    match root {
        RootKind::CreditNote => DocumentKind::CreditNote,
        RootKind::Invoice if type_code.is_some_and(|code| CREDIT_NOTE_CODES.contains(&code)) => {
            DocumentKind::CreditNote
        }
        RootKind::Invoice => DocumentKind::Invoice,
    }
}

/// The root's due date; older profiles state it with the payment means or terms, where all must agree.
fn due_date(root: &Element) -> Result<Option<Date>, ImportError> {
    if let Some(date) = value::date(root, "DueDate")? {
        return Ok(Some(date));
    }
    let mut dates = Vec::new();
    for means in root.aggregates("PaymentMeans") {
        dates.extend(value::date(means, "PaymentMeans/PaymentDueDate")?);
    }
    for terms in root.aggregates("PaymentTerms") {
        dates.extend(value::date(terms, "PaymentTerms/PaymentDueDate")?);
    }
    dates.sort_unstable();
    dates.dedup();
    match dates.len() {
        0 | 1 => Ok(dates.first().copied()),
        count => Err(ImportError::Repeated { element: "PaymentDueDate", count }),
    }
}

/// The latest delivery: only then is the supplier's performance complete.
fn delivery_date(root: &Element) -> Result<Option<Date>, ImportError> {
    let mut latest = None;
    for delivery in root.aggregates("Delivery") {
        latest = latest.max(value::date(delivery, "Delivery/ActualDeliveryDate")?);
    }
    Ok(latest)
}

fn payment_terms(root: &Element) -> Option<String> {
    let notes: Vec<&str> =
        root.aggregates("PaymentTerms").flat_map(|terms| terms.basics("Note")).map(Element::text).collect();
    (!notes.is_empty()).then(|| notes.join("\n"))
}
