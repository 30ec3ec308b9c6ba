//! Every sample invoice reads as its index says: ours always, the shared ones where they lie beside the checkout.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use rust_decimal::Decimal;
use serde::Deserialize;
use tally_client::import::{Document, Limits, parse};

/// One row of `index.json`.
#[derive(Deserialize)]
struct Expected {
    file: String,
    sha256: String,
    root: String,
    #[serde(rename = "type")]
    type_code: String,
    id: String,
    issue: String,
    due: String,
    cur: String,
    sup: String,
    supid: Vec<String>,
    buy: String,
    buyid: Vec<String>,
    payee: String,
    nlines: usize,
    #[serde(rename = "LineExtensionAmount")]
    line_extension: String,
    #[serde(rename = "AllowanceTotalAmount")]
    allowance: String,
    #[serde(rename = "ChargeTotalAmount")]
    charge: String,
    #[serde(rename = "TaxExclusiveAmount")]
    tax_exclusive: String,
    tax: String,
    #[serde(rename = "TaxInclusiveAmount")]
    tax_inclusive: String,
    #[serde(rename = "PrepaidAmount")]
    prepaid: String,
    #[serde(rename = "PayableRoundingAmount")]
    rounding: String,
    #[serde(rename = "PayableAmount")]
    payable: String,
    billref: String,
    terms: String,
    co10: bool,
    co13: bool,
    co15: bool,
    co16: bool,
}

#[test]
fn our_own_invoices_read_as_their_index_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testnet/data");
    assert_eq!(check_folder(&folder), 8);
}

#[test]
fn the_shared_invoices_read_as_their_index_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/ubl");
    if !folder.is_dir() {
        // Written past the test harness, which would hide it.
        let _ = writeln!(
            std::io::stderr(),
            "note: ../shared/data/ubl is not beside this checkout, only testnet/data is tested"
        );
        return;
    }
    assert_eq!(check_folder(&folder), 14);
}

/// Compares every file of a folder with its index; the number of files compared.
fn check_folder(folder: &Path) -> usize {
    let index: Vec<Expected> = serde_json::from_slice(&fs::read(folder.join("index.json")).unwrap()).unwrap();
    for expected in &index {
        let bytes = fs::read(folder.join(&expected.file)).unwrap();
        let document =
            parse(&bytes, &Limits::default()).unwrap_or_else(|error| panic!("{}: {error}", expected.file));
        check_facts(expected, &document);
        check_parties(expected, &document);
        check_totals(expected, &document);
        check_rules(expected, &document);
    }
    assert_eq!(index.len(), xml_files(folder).len(), "every file of {} is in its index", folder.display());
    index.len()
}

fn xml_files(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("xml"))).collect()
}

fn check_facts(expected: &Expected, document: &Document) {
    let file = &expected.file;
    assert_eq!(hex::encode(document.sha256), expected.sha256, "{file}");
    assert_eq!(document.kind.as_str(), expected.root, "{file}");
    assert_eq!(document.type_code.as_deref().unwrap_or_default(), expected.type_code, "{file}");
    assert_eq!(document.number, expected.id, "{file}");
    assert_eq!(document.issue_date.to_string(), expected.issue, "{file}");
    assert_eq!(document.due_date.map(|date| date.to_string()).unwrap_or_default(), expected.due, "{file}");
    assert_eq!(document.currency.code(), expected.cur, "{file}");
    assert_eq!(document.line_count, expected.nlines, "{file}");
    // The index names the first preceding invoice only.
    let first = document.references.billing.first().map(String::as_str);
    assert_eq!(first.unwrap_or_default(), expected.billref, "{file}");
    let terms = document.payment_terms.as_deref().unwrap_or_default();
    let normal = terms.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(normal.starts_with(&expected.terms), "{file}: {normal} ≠ {}", expected.terms);
}

fn check_parties(expected: &Expected, document: &Document) {
    let file = &expected.file;
    assert_eq!(document.supplier.name, expected.sup, "{file}");
    assert_eq!(document.supplier.labels(), expected.supid, "{file}");
    assert_eq!(document.anchor.name, expected.buy, "{file}");
    assert_eq!(document.anchor.labels(), expected.buyid, "{file}");
    let payee = document.payee.as_ref().map(|payee| payee.name.as_str());
    assert_eq!(payee.unwrap_or_default(), expected.payee, "{file}");
}

fn check_totals(expected: &Expected, document: &Document) {
    let totals = &document.totals;
    let table = [
        ("LineExtensionAmount", totals.line_extension, &expected.line_extension),
        ("AllowanceTotalAmount", totals.allowance, &expected.allowance),
        ("ChargeTotalAmount", totals.charge, &expected.charge),
        ("TaxExclusiveAmount", totals.tax_exclusive, &expected.tax_exclusive),
        ("tax", totals.tax, &expected.tax),
        ("TaxInclusiveAmount", totals.tax_inclusive, &expected.tax_inclusive),
        ("PrepaidAmount", totals.prepaid, &expected.prepaid),
        ("PayableRoundingAmount", totals.rounding, &expected.rounding),
        ("PayableAmount", Some(totals.payable), &expected.payable),
    ];
    for (name, found, stated) in table {
        let stated = (!stated.is_empty()).then(|| stated.trim_start_matches('+').parse::<Decimal>().unwrap());
        assert_eq!(found, stated, "{} {name}", expected.file);
    }
}

fn check_rules(expected: &Expected, document: &Document) {
    let table = [
        ("BR-CO-10", expected.co10),
        ("BR-CO-13", expected.co13),
        ("BR-CO-15", expected.co15),
        ("BR-CO-16", expected.co16),
    ];
    for (rule, holds) in table {
        let fails = document.rule_failures.iter().any(|failure| failure.rule.number() == rule);
        assert_eq!(!fails, holds, "{} {rule}", expected.file);
    }
}
