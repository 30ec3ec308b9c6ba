//! Wire values as people write them.

use tally_proto::v1::common;

use super::shown::Money;

/// `R7` and the like.
#[must_use]
pub fn id(prefix: char, number: u64) -> String {
    format!("{prefix}{number}")
}

/// Money, where there is any.
#[must_use]
pub fn amount(amount: Option<&common::Amount>) -> Option<Money> {
    amount.map(|amount| Money { currency: amount.currency.clone(), minor_units: amount.minor_units.into() })
}

/// The currency alone.
pub(super) fn currency(amount: Option<&common::Amount>) -> String {
    amount.map(|amount| amount.currency.clone()).unwrap_or_default()
}

/// `2026-06-17`.
#[must_use]
pub fn date(date: Option<&common::Date>) -> Option<String> {
    date.map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day))
}

/// Chain time in UTC, to the millisecond.
#[must_use]
pub fn time(ms: u64) -> String {
    let instant = i64::try_from(ms).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    instant.map_or_else(|| format!("{ms} ms"), |instant| format!("{instant:.3}"))
}

/// Where it is not nothing.
pub(super) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// An enumeration's name without what its type says already: `RECEIVABLE_STATUS_LIVE` → `live`.
pub(super) fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_ascii_lowercase()
}

/// `4.35%` from parts per million, with as many decimals as it needs, at least two.
pub(super) fn percent(ppm: u64) -> String {
    let decimals = format!("{:04}", ppm % 10_000);
    let needed = decimals.trim_end_matches('0').len().max(2);
    format!("{}.{}%", ppm / 10_000, decimals.get(..needed).unwrap_or_default())
}

/// A message of the rulebook with its amounts as people write them: `100050 CNY minor` → `1,000.50 CNY`.
#[must_use]
pub fn readable(message: &str) -> String {
    let words: Vec<&str> = message.split(' ').collect();
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut rest = words.as_slice();
    while let Some((word, after)) = rest.split_first() {
        match (word.parse::<i128>(), after) {
            (Ok(minor_units), [currency, minor, ..]) if currency.len() == 3 && minor.starts_with("minor") => {
                let money = Money { currency: (*currency).to_owned(), minor_units };
                let mark = minor.strip_prefix("minor").unwrap_or_default();
                out.push(format!("{}{mark}", money.text()));
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                out.push((*word).to_owned());
                rest = after;
            }
        }
    }
    out.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_look_as_people_write_them() {
        assert_eq!(percent(43_500), "4.35%");
        assert_eq!(percent(49_898), "4.9898%");
        assert_eq!(percent(0), "0.00%");
        assert_eq!(time(1_781_654_400_123), "2026-06-17T00:00:00.123Z");
        let said = "29570366 CNY minor offered where at least 29999999 CNY minor was asked";
        assert_eq!(readable(said), "295,703.66 CNY offered where at least 299,999.99 CNY was asked");
        assert_eq!(readable("face 5 JPY minor, 3 parts"), "face 5 JPY, 3 parts");
        assert_eq!(word("RECEIVABLE_STATUS_LIVE", "RECEIVABLE_STATUS_"), "live");
    }
}
