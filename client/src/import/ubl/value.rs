//! Single values: fields, dates, currencies and amounts, each read strictly.

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::import::error::ImportError;
use crate::import::limits::{
    AMOUNT_FRACTION_DIGITS_MAX, AMOUNT_INTEGER_DIGITS_MAX, FIELD_BYTES_MAX, PAYABLE_MINOR_UNITS_MAX,
};
use crate::import::xml::Element;

/// Longest excerpt of a bad value in a message, in characters.
const EXCERPT_CHARS: usize = 40;

/// A text that may go to the ledger, `None` if absent or empty.
pub(super) fn field(parent: &Element, path: &'static str) -> Result<Option<String>, ImportError> {
    parent.basic(path)?.map(text).transpose()
}

/// A text that must be there.
pub(super) fn required_field(parent: &Element, path: &'static str) -> Result<String, ImportError> {
    field(parent, path)?.ok_or(ImportError::Missing { element: path })
}

/// An element's text within the ledger's limit.
pub(super) fn text(element: &Element) -> Result<String, ImportError> {
    let text = element.text();
    if text.len() > FIELD_BYTES_MAX {
        let element = element.name().to_owned();
        return Err(ImportError::TextTooLong { element, bytes: text.len(), limit: FIELD_BYTES_MAX });
    }
    Ok(text.to_owned())
}

/// An `xs:date`. A time zone is read over: the invoice's calendar day is what both sides agreed on.
pub(super) fn date(parent: &Element, path: &'static str) -> Result<Option<Date>, ImportError> {
    let Some(element) = parent.basic(path)? else { return Ok(None) };
    let text = element.text();
    let parsed = text.get(..10).filter(|_| is_xs_date(text.as_bytes())).and_then(|day| day.parse().ok());
    match parsed {
        Some(date) => Ok(Some(date)),
        None => Err(ImportError::NotADate { element: path, value: excerpt(text) }),
    }
}

/// `YYYY-MM-DD`, then nothing, `Z` or `±hh:mm`.
fn is_xs_date(text: &[u8]) -> bool {
    let matches = |text: &[u8], form: &[u8]| {
        text.len() == form.len()
            && text.iter().zip(form).all(|(t, f)| if *f == b'0' { t.is_ascii_digit() } else { t == f })
    };
    let (day, zone) = text.split_at(text.len().min(10));
    matches(day, b"0000-00-00")
        && (zone.is_empty() || zone == b"Z" || matches(zone, b"+00:00") || matches(zone, b"-00:00"))
}

/// The document's currency.
pub(super) fn currency(root: &Element) -> Result<Currency, ImportError> {
    let code = required_field(root, "DocumentCurrencyCode")?;
    let currency =
        Currency::from_code(&code).ok_or_else(|| ImportError::CurrencyUnknown { code: excerpt(&code) })?;
    if currency.exponent().is_none() || currency.is_special() {
        return Err(ImportError::CurrencyWithoutMinorUnit { code });
    }
    Ok(currency)
}

/// The only amount at `path`, in the document's currency; `None` if absent.
pub(super) fn amount(
    parent: &Element,
    path: &'static str,
    currency: Currency,
) -> Result<Option<Decimal>, ImportError> {
    let Some(element) = parent.basic(path)? else { return Ok(None) };
    check_currency(element, path, currency)?;
    decimal(element.text(), path).map(Some)
}

fn check_currency(element: &Element, path: &'static str, currency: Currency) -> Result<(), ImportError> {
    match element.attribute("currencyID") {
        Some(found) if found != currency.code() => Err(ImportError::CurrencyMixed {
            element: path,
            found: excerpt(found),
            expected: currency.code(),
        }),
        Some(_) | None => Ok(()),
    }
}

/// An `xs:decimal` of few enough digits that every sum stays exact; decimals are kept as written.
pub(super) fn decimal(text: &str, path: &'static str) -> Result<Decimal, ImportError> {
    canonical(text)
        .and_then(|plain| Decimal::from_str_exact(&plain).ok())
        .ok_or_else(|| ImportError::NotAnAmount { element: path, value: excerpt(text) })
}

/// The same number without plus sign and superfluous zeros, or `None` if it is none or has too many digits.
fn canonical(text: &str) -> Option<String> {
    let sign = if text.starts_with('-') { "-" } else { "" };
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (integer, mut fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(integer) || !is_digits(fraction) || integer.len() + fraction.len() == 0 {
        return None;
    }
    let integer = integer.trim_start_matches('0');
    if fraction.len() > AMOUNT_FRACTION_DIGITS_MAX {
        fraction = fraction.trim_end_matches('0');
    }
    let is_short = integer.len() <= AMOUNT_INTEGER_DIGITS_MAX && fraction.len() <= AMOUNT_FRACTION_DIGITS_MAX;
    let point = if fraction.is_empty() { "" } else { "." };
    is_short.then(|| format!("{sign}0{integer}{point}{fraction}"))
}

/// The payable amount in minor units: exact, or an error.
pub(super) fn minor_units(value: Decimal, currency: Currency) -> Result<i64, ImportError> {
    let code = currency.code();
    let digits =
        currency.exponent().ok_or_else(|| ImportError::CurrencyWithoutMinorUnit { code: code.to_owned() })?;
    let too_large = ImportError::AmountTooLarge { value, currency: code, limit: PAYABLE_MINOR_UNITS_MAX };
    let factor = Decimal::from(10_u64.pow(u32::from(digits)));
    let Some(scaled) = value.checked_mul(factor) else { return Err(too_large) };
    if !scaled.fract().is_zero() {
        return Err(ImportError::FinerThanMinorUnit { value, currency: code, digits });
    }
    match i64::try_from(scaled) {
        Ok(units) if units.unsigned_abs() <= PAYABLE_MINOR_UNITS_MAX.unsigned_abs() => Ok(units),
        Ok(_) | Err(_) => Err(too_large),
    }
}

fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(EXCERPT_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        let table = [
            ("115000", Some("115000")),
            ("+0.10", Some("0.1")),
            ("-834.9", Some("-834.9")),
            (".5", Some("0.5")),
            ("5.", Some("5")),
            ("000000000000000000000001.00", Some("1")),
            ("0.000000000000000000000000000", Some("0")),
            ("9999999999999999.999999", Some("9999999999999999.999999")),
            ("99999999999999999", None),
            ("0.0000001", None),
            ("1e9", None),
            ("1,000.00", None),
            ("1 000", None),
            ("1_000", None),
            ("--1", None),
            ("+-1", None),
            ("", None),
            (".", None),
            ("-", None),
            ("1.2.3", None),
            ("NaN", None),
            ("INF", None),
            ("0x10", None),
            ("١٢", None),
        ];
        for (text, expected) in table {
            let found = decimal(text, "PayableAmount").ok().map(|value| value.normalize().to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn minor_units_follow_iso_4217() {
        let table = [
            ("1000000.00", "CNY", Some(100_000_000)),
            ("1234", "JPY", Some(1234)),
            ("1.234", "BHD", Some(1234)),
            ("-10000", "SEK", Some(-1_000_000)),
            ("0.005", "EUR", None),
            ("0.5", "JPY", None),
            ("10000000000000", "CNY", Some(1_000_000_000_000_000)),
            ("10000000000000.01", "CNY", None),
        ];
        for (text, code, expected) in table {
            let currency = Currency::from_code(code).unwrap();
            let value = decimal(text, "PayableAmount").unwrap();
            assert_eq!(minor_units(value, currency).ok(), expected, "{text} {code}");
        }
    }

    #[test]
    fn only_the_lexical_form_of_xs_date_is_a_date() {
        for good in ["2026-06-17", "2026-06-17Z", "2026-06-17+08:00", "2024-02-29"] {
            assert!(is_xs_date(good.as_bytes()), "{good}");
        }
        for bad in [
            "20260617",
            "2026-6-17",
            "17/06/2026",
            "2026-06-17T00:00:00",
            "2026-06-17+8",
            "",
            "二〇二六年六月",
        ] {
            assert!(!is_xs_date(bad.as_bytes()), "{bad}");
        }
    }
}
