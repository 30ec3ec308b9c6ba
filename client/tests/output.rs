//! The four output formats, byte for byte, and when colours appear.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

use clap::ValueEnum;
use expect_test::{Expect, expect};
use serde::Serialize;
use tally_client::output::{Cell, Format, Look, Row, Stream, list, record};

#[derive(Serialize)]
struct Holding {
    owner: &'static str,
    currency: &'static str,
    minor_units: i64,
    note: Option<&'static str>,
}

impl Row for Holding {
    const HEADER: &'static [&'static str] = &["owner", "amount", "currency", "note"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.owner.into(),
            Cell::amount(self.minor_units, self.currency),
            self.currency.into(),
            self.note.into(),
        ]
    }
}

fn holdings() -> [Holding; 2] {
    [
        Holding { owner: "tiancheng", currency: "CNY", minor_units: 100_000_000, note: None },
        Holding {
            owner: "beta, \"the\" bank",
            currency: "JPY",
            minor_units: -5,
            note: Some("=1+1\u{1b}[2J"),
        },
    ]
}

fn check(format: Format, look: Look, expected: Expect) {
    let mut out = Vec::new();
    list(&holdings(), format, look, &mut out).unwrap();
    expected.assert_eq(&String::from_utf8(out).unwrap());
}

#[test]
fn a_table_is_aligned_plain_text_without_a_terminal() {
    check(
        Format::Table,
        Look::plain(),
        expect![[r#"
         OWNER             AMOUNT        CURRENCY  NOTE
         tiancheng         1,000,000.00  CNY
         beta, "the" bank            -5  JPY       =1+1�[2J
    "#]],
    );
}

#[test]
fn json_is_one_array_of_whole_records() {
    check(
        Format::Json,
        Look::plain(),
        expect![[r#"
        [
          {
            "owner": "tiancheng",
            "currency": "CNY",
            "minor_units": 100000000,
            "note": null
          },
          {
            "owner": "beta, \"the\" bank",
            "currency": "JPY",
            "minor_units": -5,
            "note": "=1+1\u001b[2J"
          }
        ]
    "#]],
    );
}

#[test]
fn json_lines_are_one_object_each() {
    check(
        Format::Jsonl,
        Look::plain(),
        expect![[r#"
        {"owner":"tiancheng","currency":"CNY","minor_units":100000000,"note":null}
        {"owner":"beta, \"the\" bank","currency":"JPY","minor_units":-5,"note":"=1+1\u001b[2J"}
    "#]],
    );
}

#[test]
fn csv_is_quoted_and_runs_no_formula() {
    check(
        Format::Csv,
        Look::plain(),
        expect![[r#"
            owner,amount,currency,note
            tiancheng,1000000.00,CNY,
            "beta, ""the"" bank",-5,JPY,'=1+1�[2J
        "#]],
    );
}

#[test]
fn one_record_is_one_line_per_field_that_says_something() {
    let mut out = Vec::new();
    record(&holdings()[0], Format::Table, Look::plain(), &mut out).unwrap();
    expect![[r#"
         OWNER     tiancheng
         AMOUNT    1,000,000.00
         CURRENCY  CNY
    "#]]
    .assert_eq(&String::from_utf8(out).unwrap());
}

#[test]
fn an_empty_list_is_still_well_formed() {
    for (format, expected) in
        [(Format::Json, "[]\n"), (Format::Jsonl, ""), (Format::Csv, "owner,amount,currency,note\n")]
    {
        let mut out = Vec::new();
        list::<Holding>(&[], format, Look::plain(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}

#[test]
fn a_stream_writes_whole_lines_and_its_header_once() {
    let mut out = Vec::new();
    let mut stream = Stream::new(Format::Csv, &mut out);
    for holding in holdings() {
        stream.push(&holding).unwrap();
    }
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count(), 3);
    assert_eq!(text.matches("owner").count(), 1);
}

#[test]
fn colours_need_a_terminal_and_no_objection() {
    let with =
        |name: &'static str, value: &'static str| move |key: &str| (key == name).then(|| value.to_owned());
    let table = [
        (Look::of(true, &|_: &str| None), true),
        (Look::of(false, &|_: &str| None), false),
        (Look::of(true, &with("NO_COLOR", "1")), false),
        (Look::of(true, &with("NO_COLOR", "")), true),
        (Look::of(true, &with("TERM", "dumb")), false),
    ];
    for (look, expected) in table {
        assert_eq!(look.is_coloured, expected, "{look:?}");
        let mut out = Vec::new();
        list(&holdings(), Format::Table, look, &mut out).unwrap();
        assert_eq!(out.contains(&0x1b), expected, "{look:?}");
    }
}

#[test]
fn formats_have_their_documented_names() {
    let names: Vec<_> = Format::value_variants()
        .iter()
        .map(|format| format.to_possible_value().unwrap().get_name().to_owned())
        .collect();
    assert_eq!(names, ["table", "json", "jsonl", "csv"]);
}
