//! Civil dates as days since 1970-01-01, and block time in milliseconds.
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

const MS_PER_DAY: i64 = 86_400_000;
const MS_PER_MINUTE: i64 = 60_000;

/// Chain time in milliseconds since 1970-01-01T00:00:00Z; consensus data, never read from a clock here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, BorshSerialize, BorshDeserialize)]
pub struct Timestamp(u64);

impl Timestamp {
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    pub const fn ms(self) -> u64 {
        self.0
    }

    pub fn plus_hours(self, hours: u32) -> Self {
        // 2^32 hours are 1.5 · 10^16 ms: no overflow short of the year 500,000
        Self(self.0.saturating_add(u64::from(hours).saturating_mul(3_600_000)))
    }

    /// The civil date at `utc_offset_minutes` east of Greenwich.
    pub fn date(self, utc_offset_minutes: i32) -> BusinessDate {
        let local = i64::try_from(self.0)
            .unwrap_or(i64::MAX)
            .saturating_add(i64::from(utc_offset_minutes).saturating_mul(MS_PER_MINUTE));
        BusinessDate(i32::try_from(local.div_euclid(MS_PER_DAY)).unwrap_or(i32::MAX))
    }
}

/// A date of the proleptic Gregorian calendar, held as days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, BorshSerialize, BorshDeserialize)]
pub struct BusinessDate(i32);

impl BusinessDate {
    pub const fn from_days(days: i32) -> Self {
        Self(days)
    }

    pub const fn days(self) -> i32 {
        self.0
    }

    /// `None` where the date does not exist or the year is outside 1970..=9999.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        let in_range = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        if !in_range {
            return None;
        }
        let date = Self(days_from_civil(i64::from(year), i64::from(month), i64::from(day))?);
        (date.ymd() == (year, month, day)).then_some(date)
    }

    /// (year, month 1..=12, day 1..=31).
    pub fn ymd(self) -> (i32, u32, u32) {
        civil_from_days(i64::from(self.0))
    }

    /// Saturating: dates stay far inside the range of 32-bit days.
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Whole days from `earlier` to `self`; negative where `earlier` is later.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// The instant at which this date begins at `utc_offset_minutes` east of Greenwich.
    pub fn start(self, utc_offset_minutes: i32) -> Timestamp {
        let local = i64::from(self.0).saturating_mul(MS_PER_DAY);
        let utc = local.saturating_sub(i64::from(utc_offset_minutes).saturating_mul(MS_PER_MINUTE));
        Timestamp(u64::try_from(utc).unwrap_or(0))
    }

    /// 0 = Monday … 6 = Sunday.
    pub fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday
        u8::try_from(self.0.saturating_add(3).rem_euclid(7)).unwrap_or(0)
    }

    pub fn is_last_of_month(self) -> bool {
        self.plus_days(1).ymd().2 == 1
    }
}

impl fmt::Display for BusinessDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        f.pad(&format!("{year:04}-{month:02}-{day:02}"))
    }
}

impl fmt::Debug for BusinessDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// Both conversions count years from March, so that the leap day ends a year, in eras of 400 years
// (146,097 days); 719,468 days lie between 0000-03-01 and 1970-01-01.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "bounded by the callers' 32-bit days and four-digit years"
)]
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i32> {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).ok()
}

#[expect(clippy::arithmetic_side_effects, reason = "bounded by the callers' 32-bit days")]
fn civil_from_days(days: i64) -> (i32, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let narrow = |value: i64| u32::try_from(value).unwrap_or(0);
    (i32::try_from(year).unwrap_or(i32::MAX), narrow(month), narrow(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_reads_back() {
        let mut date = BusinessDate::from_ymd(1970, 1, 1).unwrap();
        assert_eq!(date.days(), 0);
        for _ in 0..146_097 {
            let (year, month, day) = date.ymd();
            assert_eq!(BusinessDate::from_ymd(year, month, day), Some(date));
            date = date.plus_days(1);
        }
        assert_eq!(date.to_string(), "2370-01-01");
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for (year, month, day) in [(2026, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1)] {
            assert_eq!(BusinessDate::from_ymd(year, month, day), None, "{year}-{month}-{day}");
        }
        assert!(BusinessDate::from_ymd(2024, 2, 29).unwrap().is_last_of_month());
    }

    #[test]
    fn the_local_date_turns_at_local_midnight() {
        let date = BusinessDate::from_ymd(2026, 6, 17).unwrap();
        let midnight = date.start(480);
        assert_eq!(midnight.date(480), date);
        assert_eq!(Timestamp::from_ms(midnight.ms() - 1).date(480), date.plus_days(-1));
        assert_eq!(date.weekday(), 2, "a Wednesday");
    }
}
