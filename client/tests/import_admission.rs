//! Which documents become receivables: one row per reason, on our own samples.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

use std::path::{Path, PathBuf};

use jiff::civil::date;
use tally_client::import::{
    AdmitOptions, ImportRecord, ImportWarning, Limits, admit, admit_credit_note, import_credit_note,
    import_file, parse,
};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testnet/data").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(sample(name)).unwrap()
}

/// The reason of the refusal, or the payable amount and due date of the invoice.
fn verdict(text: &str, options: &AdmitOptions) -> String {
    let document = parse(text.as_bytes(), &Limits::default()).unwrap();
    match admit(document, options) {
        Ok(invoice) => format!("{} {}", invoice.payable_minor_units, invoice.due_date),
        Err(error) => error.reason().to_owned(),
    }
}

#[test]
fn our_samples_are_admitted_or_refused_for_their_reason() {
    let strict = AdmitOptions::default();
    let lenient = AdmitOptions { accept_warnings: true, ..strict };
    let with_due = AdmitOptions { due_date_if_missing: Some(date(2026, 4, 28)), ..strict };
    let table = [
        ("01-tiancheng-pumps.xml", strict, "100000000 2026-06-17"),
        ("02-tiancheng-cylinders.xml", strict, "37253500 2026-06-24"),
        ("03-jinghe-housings.xml", strict, "31414000 2026-05-19"),
        ("04-haoyu-bolts.xml", strict, "7317120 2026-04-21"),
        ("05-nordlicht-factored.xml", strict, "22231580 2026-05-04"),
        ("06-tiancheng-credit-note.xml", lenient, "CREDIT_NOTE"),
        ("07-jinghe-wrong-total.xml", strict, "RULES_BROKEN"),
        ("07-jinghe-wrong-total.xml", lenient, "2969760 2026-05-26"),
        ("08-haoyu-no-due-date.xml", strict, "DUE_DATE_MISSING"),
        ("08-haoyu-no-due-date.xml", with_due, "2422560 2026-04-28"),
        ("01-tiancheng-pumps.xml", with_due, "100000000 2026-06-17"),
    ];
    for (file, options, expected) in table {
        assert_eq!(verdict(&text(file), &options), expected, "{file} {options:?}");
    }
}

#[test]
fn amounts_and_dates_that_cannot_be_financed_are_refused() {
    let good = text("01-tiancheng-pumps.xml");
    let due = "<cbc:DueDate>2026-06-17</cbc:DueDate>";
    let payable = ">1000000.00</cbc:PayableAmount>";
    let means = |day: &str| {
        format!(
            "<cac:PaymentMeans><cbc:PaymentDueDate>{day}</cbc:PaymentDueDate></cac:PaymentMeans><cac:TaxTotal>"
        )
    };
    let table = [
        ("negative", good.replace(payable, ">-1000000.00</cbc:PayableAmount>"), "PAYABLE_NEGATIVE"),
        ("zero", good.replace(payable, ">0.00</cbc:PayableAmount>"), "PAYABLE_ZERO"),
        ("due before issue", good.replace(due, "<cbc:DueDate>2026-01-14</cbc:DueDate>"), "DUE_BEFORE_ISSUE"),
        ("credit note by type code", good.replace(">380<", ">381<"), "CREDIT_NOTE"),
        (
            "due date with the payment means",
            good.replace(due, "").replacen("<cac:TaxTotal>", &means("2026-06-18"), 1),
            "100000000 2026-06-18",
        ),
    ];
    for (name, changed, expected) in table {
        assert_eq!(verdict(&changed, &AdmitOptions::default()), expected, "{name}");
    }
    let two = good.replace(due, "").replacen("<cac:TaxTotal>", &means("2026-06-18"), 1);
    let two = two.replacen("<cac:TaxTotal>", &means("2026-06-19"), 1);
    assert_eq!(parse(two.as_bytes(), &Limits::default()).unwrap_err().reason(), "ELEMENT_REPEATED");
}

#[test]
fn minor_units_have_as_many_decimals_as_the_currency() {
    let good = text("01-tiancheng-pumps.xml");
    for (currency, payable) in [("CNY", 100_000_000), ("JPY", 1_000_000), ("BHD", 1_000_000_000)] {
        let document = parse(good.replace("CNY", currency).as_bytes(), &Limits::default()).unwrap();
        assert_eq!(document.payable_minor_units, payable, "{currency}");
    }
}

#[test]
fn a_broken_rule_names_itself_with_computed_and_stated_values() {
    let document = parse(text("07-jinghe-wrong-total.xml").as_bytes(), &Limits::default()).unwrap();
    let message = admit(document, &AdmitOptions::default()).unwrap_err().to_string();
    assert_eq!(
        message,
        "BR-CO-16: payable amount is 29967.60 when recomputed, 29697.60 as stated: ask the supplier to correct \
         it, or pass --accept-warnings to import it as it is"
    );
}

#[test]
fn every_rule_is_recomputed_on_its_own() {
    let good = text("01-tiancheng-pumps.xml");
    let table = [
        (
            "LineExtensionAmount currencyID=\"CNY\">884955.75",
            "LineExtensionAmount currencyID=\"CNY\">884955.74",
            "BR-CO-10 BR-CO-13",
        ),
        (
            "TaxExclusiveAmount currencyID=\"CNY\">884955.75",
            "TaxExclusiveAmount currencyID=\"CNY\">884955.76",
            "BR-CO-13 BR-CO-15",
        ),
        (
            "TaxInclusiveAmount currencyID=\"CNY\">1000000.00",
            "TaxInclusiveAmount currencyID=\"CNY\">1000000.01",
            "BR-CO-15 BR-CO-16",
        ),
        (
            "PayableAmount currencyID=\"CNY\">1000000.00",
            "PayableAmount currencyID=\"CNY\">999999.99",
            "BR-CO-16",
        ),
        ("<cbc:TaxExclusiveAmount currencyID=\"CNY\">884955.75</cbc:TaxExclusiveAmount>", "", "BR-CO-13"),
    ];
    for (from, to, expected) in table {
        assert!(good.contains(from), "{from}");
        let document = parse(good.replacen(from, to, 1).as_bytes(), &Limits::default()).unwrap();
        let broken: Vec<_> = document.rule_failures.iter().map(|failure| failure.rule.number()).collect();
        assert_eq!(broken.join(" "), expected, "{to}");
    }
}

#[test]
fn warnings_tell_of_factors_prepayments_and_check_digits() {
    let admitted = |text: &str| {
        let document = parse(text.as_bytes(), &Limits::default()).unwrap();
        admit(document, &AdmitOptions::default()).unwrap().warnings
    };
    assert_eq!(admitted(&text("01-tiancheng-pumps.xml")), []);
    let factored = admitted(&text("05-nordlicht-factored.xml"));
    assert!(matches!(factored.as_slice(), [ImportWarning::PayeeIsNotSupplier { .. }]), "{factored:?}");
    let prepaid = admitted(&text("02-tiancheng-cylinders.xml"));
    assert!(matches!(prepaid.as_slice(), [ImportWarning::PaidInPart { .. }]), "{prepaid:?}");
    let mistyped = text("01-tiancheng-pumps.xml").replacen("BXD<", "BXE<", 1);
    let mistyped = admitted(&mistyped);
    assert!(matches!(mistyped.as_slice(), [ImportWarning::CheckDigit { .. }]), "{mistyped:?}");
}

#[test]
fn a_bad_file_leaves_the_rest_of_the_batch_alone() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.xml");
    std::fs::write(&broken, "<Invoice").unwrap();
    let files = [broken, folder.path().join("absent.xml"), sample("01-tiancheng-pumps.xml")];
    let outcomes = files.map(|file| import_file(&file, &Limits::default(), &AdmitOptions::default()));
    let reasons =
        outcomes.iter().map(|outcome| outcome.record.refusal.as_ref().map(|refusal| refusal.reason));
    assert_eq!(reasons.collect::<Vec<_>>(), [Some("XML_MALFORMED"), Some("FILE_UNREADABLE"), None]);
    assert!(outcomes[2].result.is_ok());
}

#[test]
fn the_dry_run_record_has_its_frozen_fields() {
    let file = sample("07-jinghe-wrong-total.xml");
    let document = parse(&std::fs::read(&file).unwrap(), &Limits::default()).unwrap();
    let mut record = serde_json::to_value(ImportRecord::of(&file, &document)).unwrap();
    record.as_object_mut().unwrap().remove("sha256").unwrap();
    let expected = expect_test::expect![[r#"
        {
          "anchor_ids": [
            "EP USCC:91340100MA7TLY1BXD",
            "VAT:91340100MA7TLY1BXD",
            "REG USCC:91340100MA7TLY1BXD"
          ],
          "currency": "CNY",
          "due_date": "2026-05-26",
          "file": "07-jinghe-wrong-total.xml",
          "issue_date": "2026-01-26",
          "kind": "Invoice",
          "number": "JH26-00046",
          "payable_minor_units": 2969760,
          "payee": null,
          "refusal": null,
          "rule_failures": [
            {
              "computed": "29967.60",
              "rule": "BR-CO-16",
              "stated": "29697.60"
            }
          ],
          "supplier_ids": [
            "EP USCC:91320200MA7TLY2C4K",
            "VAT:91320200MA7TLY2C4K",
            "REG USCC:91320200MA7TLY2C4K"
          ]
        }"#]];
    expected.assert_eq(&serde_json::to_string_pretty(&record).unwrap());
}

#[test]
fn a_credit_note_names_the_invoices_that_it_corrects() {
    let note = |text: &str, lenient| {
        let document = parse(text.as_bytes(), &Limits::default()).unwrap();
        match admit_credit_note(document, lenient) {
            Ok(note) => {
                format!("{} {} corrects {}", note.number, note.credited_minor_units, note.corrects.join(" "))
            }
            Err(error) => error.reason().to_owned(),
        }
    };
    let good = text("06-tiancheng-credit-note.xml");
    let reference = "<cbc:ID>TC-2026-0117</cbc:ID>";
    let invoice = text("01-tiancheng-pumps.xml");
    let payable = ">1000000.00</cbc:PayableAmount>";
    let negative = invoice.replace(">380<", ">381<").replace(payable, ">-1000000.00</cbc:PayableAmount>");
    let wrong = good.replace(">54240.00</cbc:PayableAmount>", ">54241.00</cbc:PayableAmount>");
    let table = [
        (good.clone(), false, "TC-2026-0130 5424000 corrects TC-2026-0117"),
        (good.replace(reference, ""), false, "REFERENCE_MISSING"),
        (good.replace(">54240.00</cbc:PayableAmount>", ">0.00</cbc:PayableAmount>"), true, "PAYABLE_ZERO"),
        (wrong.clone(), false, "RULES_BROKEN"),
        (wrong, true, "TC-2026-0130 5424100 corrects TC-2026-0117"),
        (invoice, false, "NOT_A_CREDIT_NOTE"),
        // an invoice that its type code makes a credit note, with a negative amount and no reference
        (negative, true, "REFERENCE_MISSING"),
    ];
    for (document, lenient, expected) in table {
        assert_eq!(note(&document, lenient), expected);
    }
    let outcome = import_credit_note(&sample("06-tiancheng-credit-note.xml"), &Limits::default(), false);
    assert!(outcome.result.is_ok() && outcome.record.refusal.is_none());
}
