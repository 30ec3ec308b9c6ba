//! A calendar day, written `2026-02-09`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A day of the civil calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

impl Day {
    /// The local day of an instant such as `2026-02-09T16:00:00.000Z`.
    pub fn of(time: &str, offset_minutes: i64) -> Option<Self> {
        let instant: jiff::Timestamp = time.parse().ok()?;
        let local = instant.as_second().checked_add(offset_minutes.checked_mul(60)?)?;
        Some(Self(jiff::Timestamp::from_second(local).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date()))
    }

    /// Days until `later`; nothing where it is not later.
    pub fn days_until(self, later: Self) -> u64 {
        self.0.until(later.0).map_or(0, |span| u64::try_from(span.get_days()).unwrap_or(0))
    }
}

impl TryFrom<String> for Day {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Self, jiff::Error> {
        text.parse().map(Self)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_local_and_counted_over_leap_days() {
        let day = |text: &str| Day::try_from(text.to_owned()).unwrap();
        assert_eq!(day("2024-02-28").days_until(day("2024-03-01")), 2);
        assert_eq!(day("2024-03-01").days_until(day("2024-02-28")), 0);
        assert_eq!(Day::of("2026-02-09T16:00:00.000Z", 480), Some(day("2026-02-10")));
    }
}
