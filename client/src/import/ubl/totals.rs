//! The amounts of a document: its lines, its tax and its monetary total.

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::value::amount;
use crate::import::document::Totals;
use crate::import::error::ImportError;
use crate::import::xml::{Element, RootKind};

/// Reads every total and sums the lines.
pub(super) fn totals(root: &Element, kind: RootKind, currency: Currency) -> Result<Totals, ImportError> {
    let total = root
        .aggregate("LegalMonetaryTotal")?
        .ok_or(ImportError::Missing { element: "LegalMonetaryTotal" })?;
    let read = |path: &'static str| amount(total, path, currency);
    Ok(Totals {
        line_sum: line_sum(root, kind, currency)?,
        line_extension: read("LegalMonetaryTotal/LineExtensionAmount")?,
        allowance: read("LegalMonetaryTotal/AllowanceTotalAmount")?,
        charge: read("LegalMonetaryTotal/ChargeTotalAmount")?,
        tax_exclusive: read("LegalMonetaryTotal/TaxExclusiveAmount")?,
        tax: tax(root, currency)?,
        tax_inclusive: read("LegalMonetaryTotal/TaxInclusiveAmount")?,
        prepaid: read("LegalMonetaryTotal/PrepaidAmount")?,
        rounding: read("LegalMonetaryTotal/PayableRoundingAmount")?,
        payable: read("LegalMonetaryTotal/PayableAmount")?
            .ok_or(ImportError::Missing { element: "LegalMonetaryTotal/PayableAmount" })?,
    })
}

/// Number of lines on document level.
pub(super) fn line_count(root: &Element, kind: RootKind) -> usize {
    root.aggregates(line_name(kind)).count()
}

fn line_name(kind: RootKind) -> &'static str {
    match kind {
        RootKind::Invoice => "InvoiceLine",
        RootKind::CreditNote => "CreditNoteLine",
    }
}

fn line_sum(root: &Element, kind: RootKind, currency: Currency) -> Result<Decimal, ImportError> {
    const PATH: &str = "line/LineExtensionAmount";
    let mut sum = Decimal::ZERO;
    for line in root.aggregates(line_name(kind)) {
        sum += amount(line, PATH, currency)?.ok_or(ImportError::Missing { element: PATH })?;
    }
    Ok(sum)
}

/// The tax in the document's currency. A second `TaxTotal` in the tax authority's currency (BT-111) is no
/// part of the sums; a second one in the document's currency would be ambiguous.
fn tax(root: &Element, currency: Currency) -> Result<Option<Decimal>, ImportError> {
    const PATH: &str = "TaxTotal/TaxAmount";
    let is_foreign = |total: &&Element| {
        let stated = total.basics("TaxAmount").next().and_then(|amount| amount.attribute("currencyID"));
        stated.is_some_and(|code| code != currency.code())
    };
    let mut own = root.aggregates("TaxTotal").filter(|total| !is_foreign(total));
    let Some(total) = own.next() else { return Ok(None) };
    match own.count() {
        0 => amount(total, PATH, currency),
        more => Err(ImportError::Repeated { element: PATH, count: more + 1 }),
    }
}
