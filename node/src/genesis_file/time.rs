//! Times and dates as people write them.

use super::error::{At, GenesisProblem, Read};
use tally_contracts::types::{BusinessDate, Timestamp};

/// A date such as `2026-01-15`.
pub(super) fn date(field: &str, text: &str) -> Read<BusinessDate> {
    let parse = || {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        let is_plain = (year.len(), month.len(), day.len()) == (4, 2, 2);
        is_plain.then_some(())?;
        BusinessDate::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    };
    parse().ok_or_else(|| At(field.to_owned(), GenesisProblem::Date { found: text.to_owned() }))
}

/// RFC 3339 with an offset, or a date, which begins at its local midnight.
pub(super) fn instant(field: &str, text: &str, utc_offset_minutes: i32) -> Read<Timestamp> {
    if let Ok(date) = date(field, text) {
        return Ok(date.start(utc_offset_minutes));
    }
    let parsed = text.parse::<jiff::Timestamp>().ok();
    let ms = parsed.and_then(|time| u64::try_from(time.as_millisecond()).ok());
    ms.map(Timestamp::from_ms)
        .ok_or_else(|| At(field.to_owned(), GenesisProblem::Time { found: text.to_owned() }))
}

/// RFC 3339 in UTC.
pub fn show_time(time: Timestamp) -> String {
    let ms = i64::try_from(time.ms()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX).to_string()
}

/// This machine's clock.
pub fn now() -> Timestamp {
    Timestamp::from_ms(u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or(0))
}
