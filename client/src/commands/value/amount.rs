//! Amounts as people write them: exact decimals with the currency before, behind or elsewhere.

use std::str::FromStr;

use tally_contracts::types::{Amount, Currency};

use super::error::ValueError;

/// `1000.00`, `1000.00 CNY` or `CNY1000.00`; `_` may group digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountText {
    text: String,
    whole: String,
    decimals: String,
    currency: Option<Currency>,
}

impl AmountText {
    /// The amount in its own currency, which must be `expected` where that is given.
    pub fn resolve(&self, expected: Option<Currency>) -> Result<Amount, ValueError> {
        let text = || self.text.clone();
        let currency = match (self.currency, expected) {
            (Some(own), Some(expected)) if own != expected => {
                return Err(ValueError::CurrencyDiffers { text: text(), expected });
            }
            (Some(currency), _) | (None, Some(currency)) => currency,
            (None, None) => return Err(ValueError::CurrencyMissing { text: text() }),
        };
        let (found, limit) = (self.decimals.len(), exponent(currency)?);
        if found > usize::from(limit) {
            return Err(ValueError::Decimals { text: text(), found, currency, limit });
        }
        let digits = format!("{}{:0<width$}", self.whole, self.decimals, width = usize::from(limit));
        // More digits than 64 bits hold are far over the ledger's limit.
        let minor = digits.parse().unwrap_or(u64::MAX);
        Amount::new(minor, currency).map_err(|source| ValueError::AmountTooLarge { text: text(), source })
    }
}

/// Decimals of a currency's minor unit.
fn exponent(currency: Currency) -> Result<u16, ValueError> {
    iso_currency::Currency::from_code(currency.as_str())
        .and_then(iso_currency::Currency::exponent)
        .ok_or_else(|| ValueError::CurrencyUnknown { currency: currency.to_string() })
}

impl FromStr for AmountText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = || ValueError::Amount { text: text.to_owned() };
        let (number, currency) = split_currency(text.trim());
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let is_grouped = whole.starts_with(|c: char| c.is_ascii_digit()) && !whole.ends_with('_');
        let whole = whole.replace('_', "");
        let is_plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_grouped || !is_plain(&whole) || !is_plain(decimals) {
            return Err(bad());
        }
        let decimals = if number.contains('.') { decimals } else { "" };
        Ok(Self { text: text.trim().to_owned(), whole, decimals: decimals.to_owned(), currency })
    }
}

fn split_currency(text: &str) -> (&str, Option<Currency>) {
    if let Some((code, rest)) = text.split_at_checked(3)
        && let Ok(currency) = Currency::new(code)
    {
        return (rest.trim_start(), Some(currency));
    }
    if let Some((rest, code)) = text.len().checked_sub(3).and_then(|middle| text.split_at_checked(middle))
        && let Ok(currency) = Currency::new(code)
    {
        return (rest.trim_end(), Some(currency));
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, expected: Option<&str>) -> Result<(u64, String), String> {
        let expected = expected.map(|code| Currency::new(code).unwrap());
        let amount = text.parse::<AmountText>().and_then(|amount| amount.resolve(expected));
        amount
            .map(|amount| (amount.minor(), amount.currency().to_string()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn amounts_are_read_exactly() {
        let table = [
            ("1000.00 CNY", None, 100_000, "CNY"),
            ("CNY1000.00", None, 100_000, "CNY"),
            ("CNY 1000", Some("CNY"), 100_000, "CNY"),
            ("1000.5", Some("CNY"), 100_050, "CNY"),
            ("1_000_000.00", Some("CNY"), 100_000_000, "CNY"),
            ("1234", Some("JPY"), 1_234, "JPY"),
            ("1.234", Some("BHD"), 1_234, "BHD"),
            ("0.01", Some("EUR"), 1, "EUR"),
            ("10000000000000.00", Some("CNY"), 1_000_000_000_000_000, "CNY"),
        ];
        for (text, expected, minor, currency) in table {
            assert_eq!(read(text, expected), Ok((minor, currency.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_not_exact_is_refused_with_the_limit() {
        let table = [
            ("1000.001", Some("CNY"), "has 3 decimals where CNY has at most 2"),
            ("1.5", Some("JPY"), "has 1 decimals where JPY has at most 0"),
            ("1,000.00", Some("CNY"), "is no amount"),
            ("-5.00", Some("CNY"), "is no amount"),
            ("1e3", Some("CNY"), "is no amount"),
            (".50", Some("CNY"), "is no amount"),
            ("5.", Some("CNY"), "is no amount"),
            ("", Some("CNY"), "is no amount"),
            ("CNY", None, "is no amount"),
            ("_1", Some("CNY"), "is no amount"),
            ("1000.00", None, "names no currency"),
            ("1000.00 EUR", Some("CNY"), "is not in CNY"),
            ("1.00 QQQ", None, "no ISO 4217 currency"),
            ("10000000000000.01", Some("CNY"), "too large"),
            ("99999999999999999999999999.00", Some("CNY"), "too large"),
            ("１0.00", Some("CNY"), "is no amount"),
        ];
        for (text, expected, message) in table {
            let error = read(text, expected).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }
}
