//! Which other documents an invoice names: preceding invoices, orders, contracts.

use super::value::{field, text};
use crate::import::document::DocumentReferences;
use crate::import::error::ImportError;
use crate::import::xml::Element;

/// All references on document level.
pub(super) fn references(root: &Element) -> Result<DocumentReferences, ImportError> {
    Ok(DocumentReferences {
        billing: billing(root)?,
        orders: numbers(root.aggregates("OrderReference"))?,
        contracts: numbers(root.aggregates("ContractDocumentReference"))?,
        buyer_reference: field(root, "BuyerReference")?,
    })
}

fn billing(root: &Element) -> Result<Vec<String>, ImportError> {
    let mut found = Vec::new();
    for reference in root.aggregates("BillingReference") {
        found.extend(numbers(reference.aggregates("InvoiceDocumentReference"))?);
        found.extend(numbers(reference.aggregates("CreditNoteDocumentReference"))?);
    }
    Ok(found)
}

fn numbers<'a>(references: impl Iterator<Item = &'a Element>) -> Result<Vec<String>, ImportError> {
    references.flat_map(|reference| reference.basics("ID")).map(text).collect()
}
