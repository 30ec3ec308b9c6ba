//! Time spans.

use std::str::FromStr;
use std::time::Duration;

use super::error::ValueError;

/// `30s`, `500ms`, `2m`, or a bare number of seconds; more than nothing and at most a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seconds(pub Duration);

/// Units and their milliseconds; the longer name first.
const UNITS: [(&str, u64); 3] = [("ms", 1), ("s", 1_000), ("m", 60_000)];

const SPAN_MAX: Duration = Duration::from_secs(86_400);

impl FromStr for Seconds {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = || ValueError::Seconds { text: text.to_owned() };
        let unit = UNITS.iter().find_map(|(unit, ms)| text.strip_suffix(unit).map(|number| (number, *ms)));
        let (number, ms) = unit.unwrap_or((text, 1_000));
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad());
        }
        let number: u64 = number.parse().map_err(|_| bad())?;
        let span = Duration::from_millis(number.saturating_mul(ms));
        if span.is_zero() || span > SPAN_MAX { Err(bad()) } else { Ok(Self(span)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_span_has_a_unit() {
        let table = [("30s", 30_000), ("500ms", 500), ("2m", 120_000), ("10", 10_000)];
        for (text, milliseconds) in table {
            assert_eq!(text.parse::<Seconds>().unwrap().0, Duration::from_millis(milliseconds), "{text}");
        }
        for bad in ["", "0", "s", "-1s", "1.5s", "1h", "86401s", "99999999999999999999s"] {
            assert!(bad.parse::<Seconds>().is_err(), "{bad}");
        }
    }
}
