//! Hostile and broken XML: each gets its typed refusal, quickly, and never a panic.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

use std::fmt::Write as _;

use proptest::prelude::*;
use tally_client::import::{ImportError, Limits, parse};

const GOOD: &str = include_str!("../../testnet/data/01-tiancheng-pumps.xml");

fn reason(bytes: &[u8]) -> &'static str {
    match parse(bytes, &Limits::default()) {
        Ok(_) => "READ",
        Err(error) => error.reason(),
    }
}

/// The good invoice with one piece of text replaced.
fn with(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "the sample no longer contains {from}");
    GOOD.replacen(from, to, 1)
}

fn nested(depth: usize) -> String {
    let note = format!("{}{}", "<cac:A>".repeat(depth), "</cac:A>".repeat(depth));
    with("<cac:OrderReference>", &format!("{note}<cac:OrderReference>"))
}

fn laughs() -> String {
    let mut entities = String::from("<!ENTITY a0 \"ha\">");
    for level in 1..10 {
        let more = format!("&a{};", level - 1).repeat(10);
        write!(entities, "<!ENTITY a{level} \"{more}\">").unwrap();
    }
    with("<Invoice ", &format!("<!DOCTYPE Invoice [{entities}]><Invoice ")).replace("TC-2026-0117", "&a9;")
}

#[test]
fn what_an_invoice_never_needs_is_refused() {
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let number = "<cbc:ID>TC-2026-0117</cbc:ID>";
    let table = [
        ("the sample itself", GOOD.to_owned(), "READ"),
        ("billion laughs", laughs(), "DOCTYPE_REFUSED"),
        ("plain doctype", with("<Invoice ", "<!DOCTYPE Invoice><Invoice "), "DOCTYPE_REFUSED"),
        (
            "external entity",
            with("<Invoice ", "<!DOCTYPE Invoice [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Invoice "),
            "DOCTYPE_REFUSED",
        ),
        (
            "external subset",
            with("<Invoice ", "<!DOCTYPE Invoice SYSTEM \"http://127.0.0.1/x.dtd\"><Invoice "),
            "DOCTYPE_REFUSED",
        ),
        ("entity without doctype", with(number, "<cbc:ID>&x;</cbc:ID>"), "ENTITY_REFUSED"),
        ("entity in an attribute", with("currencyID=\"CNY\"", "currencyID=\"&x;\""), "ENTITY_REFUSED"),
        ("predefined entity", with(number, "<cbc:ID>A&amp;B&#x2F;1</cbc:ID>"), "READ"),
        ("CDATA", with(number, "<cbc:ID><![CDATA[A<B]]></cbc:ID>"), "READ"),
        ("control character by reference", with(number, "<cbc:ID>A&#27;[2J</cbc:ID>"), "CHARACTER_REFUSED"),
        ("control character", with(number, "<cbc:ID>A\u{1b}[2J</cbc:ID>"), "CHARACTER_REFUSED"),
        ("null by reference", with(number, "<cbc:ID>&#0;</cbc:ID>"), "XML_MALFORMED"),
        ("depth within the limit", nested(60), "READ"),
        ("depth beyond the limit", nested(64), "XML_TOO_DEEP"),
        ("absurd depth", nested(100_000), "XML_TOO_DEEP"),
        ("end tag missing", with("</cbc:IssueDate>", ""), "XML_MALFORMED"),
        ("wrong end tag", with("</cbc:IssueDate>", "</cbc:DueDate>"), "XML_MALFORMED"),
        ("bare ampersand", with(number, "<cbc:ID>A & B</cbc:ID>"), "XML_MALFORMED"),
        ("duplicate attribute", with("currencyID=", "currencyID=\"CNY\" currencyID="), "XML_MALFORMED"),
        ("unbound prefix", with(number, "<x:ID>1</x:ID>"), "PREFIX_UNBOUND"),
        ("two documents", format!("{GOOD}{}", GOOD.replace(declaration, "")), "XML_OUTSIDE_ROOT"),
        ("text after the root", format!("{GOOD} PAY ME"), "XML_OUTSIDE_ROOT"),
        ("empty file", String::new(), "XML_EMPTY"),
        ("white space only", " \n".to_owned(), "XML_EMPTY"),
        ("no XML", "%PDF-1.7".to_owned(), "XML_OUTSIDE_ROOT"),
        ("XML 1.1", with("version=\"1.0\"", "version=\"1.1\""), "XML_VERSION_UNSUPPORTED"),
        ("Latin-1 declared", with("UTF-8", "ISO-8859-1"), "ENCODING_UNSUPPORTED"),
        ("byte order mark", format!("\u{feff}{GOOD}"), "READ"),
        ("long number", with("TC-2026-0117", &"9".repeat(257)), "TEXT_TOO_LONG"),
        ("endless text", with("TC-2026-0117", &"9".repeat(70_000)), "TEXT_TOO_LONG"),
        (
            "endless attribute",
            with("currencyID=\"", &format!("currencyID=\"{}", "C".repeat(5_000))),
            "TEXT_TOO_LONG",
        ),
        ("HTML", "<html><body/></html>".to_owned(), "NOT_UBL"),
        ("wrong namespace", with("xsd:Invoice-2", "xsd:Invoice-3"), "NOT_UBL"),
        ("no namespace", "<Invoice/>".to_owned(), "NOT_UBL"),
        (
            "another UBL document",
            GOOD.replace("Invoice xmlns", "Order xmlns").replace("</Invoice>", "</Order>"),
            "NOT_UBL",
        ),
    ];
    for (name, text, expected) in table {
        assert_eq!(reason(text.as_bytes()), expected, "{name}");
    }
}

#[test]
fn wrong_values_are_named() {
    let payable = "<cbc:PayableAmount currencyID=\"CNY\">1000000.00</cbc:PayableAmount>";
    let with_payable = |value: &str| with(payable, &payable.replace("1000000.00", value));
    let total_end = "</cac:LegalMonetaryTotal>";
    let table = [
        ("second payable amount", with(payable, &format!("{payable}{payable}")), "ELEMENT_REPEATED"),
        (
            "second monetary total",
            with(total_end, &format!("{total_end}<cac:LegalMonetaryTotal>{payable}{total_end}")),
            "ELEMENT_REPEATED",
        ),
        ("no payable amount", with(payable, ""), "ELEMENT_MISSING"),
        ("stranger's payable amount", with(payable, &payable.replace("cbc:", "cac:")), "ELEMENT_MISSING"),
        ("word", with_payable("a million"), "NOT_AN_AMOUNT"),
        ("exponent", with_payable("1e6"), "NOT_AN_AMOUNT"),
        ("infinity", with_payable("INF"), "NOT_AN_AMOUNT"),
        ("absurdly long", with_payable(&"9".repeat(200)), "NOT_AN_AMOUNT"),
        ("absurdly fine", with_payable("0.000000000000000000000000000000001"), "NOT_AN_AMOUNT"),
        ("beyond the ledger", with_payable("9999999999999999"), "AMOUNT_TOO_LARGE"),
        ("half a fen", with_payable("1000000.005"), "FINER_THAN_MINOR_UNIT"),
        (
            "other currency",
            with_payable("1000000.00").replace("currencyID=\"CNY\"", "currencyID=\"USD\""),
            "CURRENCY_MIXED",
        ),
        ("unknown currency", GOOD.replace(">CNY<", ">RMB<"), "CURRENCY_UNKNOWN"),
        ("lower-case currency", GOOD.replace(">CNY<", ">cny<"), "CURRENCY_UNKNOWN"),
        ("gold", GOOD.replace("CNY", "XAU"), "CURRENCY_WITHOUT_MINOR_UNIT"),
        ("test currency", GOOD.replace("CNY", "XTS"), "CURRENCY_WITHOUT_MINOR_UNIT"),
        ("no number", with("<cbc:ID>TC-2026-0117</cbc:ID>", "<cbc:ID> </cbc:ID>"), "ELEMENT_MISSING"),
        ("no issue date", with("<cbc:IssueDate>2026-01-15</cbc:IssueDate>", ""), "ELEMENT_MISSING"),
        ("American date", with("2026-01-15", "01/15/2026"), "NOT_A_DATE"),
        ("no such day", with("2026-01-15", "2026-02-30"), "NOT_A_DATE"),
        ("no buyer", GOOD.replace("AccountingCustomerParty", "BuyerCustomerParty"), "ELEMENT_MISSING"),
        (
            "no monetary total",
            GOOD.replace("LegalMonetaryTotal", "RequestedMonetaryTotal"),
            "ELEMENT_MISSING",
        ),
    ];
    for (name, text, expected) in table {
        assert_eq!(reason(text.as_bytes()), expected, "{name}");
    }
}

#[test]
fn other_encodings_are_named_not_guessed() {
    let utf16_be: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let utf16_le: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = |mark: &[u8], text: &[u8]| [mark, text].concat();
    let table = [
        ("UTF-16 BE", utf16_be.clone()),
        ("UTF-16 LE", utf16_le.clone()),
        ("UTF-16 BE with mark", marked(&[0xFE, 0xFF], &utf16_be)),
        ("UTF-16 LE with mark", marked(&[0xFF, 0xFE], &utf16_le)),
    ];
    for (name, bytes) in table {
        assert_eq!(reason(&bytes), "ENCODING_UNSUPPORTED", "{name}");
    }
    let mut latin1 = GOOD.as_bytes().to_vec();
    let at = GOOD.find("TC-2026").unwrap();
    latin1[at] = 0xE9;
    match parse(&latin1, &Limits::default()) {
        Err(ImportError::NotUtf8 { offset }) => assert_eq!(offset, at),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_truncation_is_refused() {
    let last = GOOD.trim_end().len();
    for cut in (0..last).step_by(7) {
        let Some(head) = GOOD.get(..cut) else { continue };
        assert_ne!(reason(head.as_bytes()), "READ", "cut at byte {cut}");
    }
}

#[test]
fn a_file_over_a_limit_is_refused_before_it_costs_anything() {
    let limits = Limits { file_bytes: 1_000, ..Limits::default() };
    let error = parse(GOOD.as_bytes(), &limits).unwrap_err();
    assert_eq!(error.reason(), "FILE_TOO_LARGE");
    let limits = Limits { elements: 50, ..Limits::default() };
    let error = parse(GOOD.as_bytes(), &limits).unwrap_err();
    assert_eq!(error.reason(), "XML_TOO_MANY_ELEMENTS");
    let declarations: String = (0..100).map(|n| format!(" xmlns:n{n}=\"urn:{n}\"")).collect();
    let many = with("<Invoice ", &format!("<Invoice {declarations} "));
    assert_eq!(reason(many.as_bytes()), "XML_MALFORMED");
}

#[test]
fn an_embedded_document_is_skipped_and_does_not_count_as_text() {
    let scan = format!(
        "<cac:AdditionalDocumentReference><cbc:ID>scan</cbc:ID><cac:Attachment>\
         <cbc:EmbeddedDocumentBinaryObject mimeCode=\"application/pdf\">{}</cbc:EmbeddedDocumentBinaryObject>\
         </cac:Attachment></cac:AdditionalDocumentReference><cac:OrderReference>",
        "QUJD".repeat(250_000)
    );
    assert_eq!(reason(with("<cac:OrderReference>", &scan).as_bytes()), "READ");
}

#[test]
fn every_message_says_what_to_do() {
    let error = parse(b"<html/>", &Limits::default()).unwrap_err().to_string();
    assert_eq!(
        error,
        "<html> in namespace \"\" is not a UBL 2.1 Invoice or CreditNote: export it as UBL 2.1"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_give_a_document_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = parse(&bytes, &Limits::default());
    }

    #[test]
    fn any_damage_to_a_good_file_gives_a_document_or_an_error(
        at in 0..GOOD.len(),
        cut in 0..40_usize,
        insert in "[<>&;\"'/!?a-z0-9.\\-:]{0,12}",
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, insert.into_bytes());
        let _ = parse(&bytes, &Limits::default());
    }
}
