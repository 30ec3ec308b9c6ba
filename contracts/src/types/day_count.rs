//! Day-count conventions by their ISO 20022 definitions (external code set, InterestComputationMethod).
use super::date::BusinessDate;
use borsh::{BorshDeserialize, BorshSerialize};

/// How days between two dates are counted and what a year has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum DayCount {
    /// A004: actual days over 360.
    Act360,
    /// A005: actual days over 365.
    Act365Fixed,
    /// A001 (30/360, ISDA bond basis): day 31 counts as 30 at the start, and at the end if the start is 30.
    Thirty360,
    /// A011 (30E/360, Eurobond basis): day 31 counts as 30 on both sides.
    Thirty360European,
}

impl DayCount {
    /// Days from `start` (counted) to `end` (not counted); 0 where `end` is not later.
    pub fn days(self, start: BusinessDate, end: BusinessDate) -> u32 {
        let days = match self {
            Self::Act360 | Self::Act365Fixed => end.days_since(start),
            Self::Thirty360 => thirty(start, end, false),
            Self::Thirty360European => thirty(start, end, true),
        };
        u32::try_from(days).unwrap_or(0)
    }

    /// Days of a year: the denominator B of the formulas.
    pub const fn year_days(self) -> u32 {
        match self {
            Self::Act360 | Self::Thirty360 | Self::Thirty360European => 360,
            Self::Act365Fixed => 365,
        }
    }
}

#[expect(clippy::arithmetic_side_effects, reason = "years of dates have at most seven digits")]
fn thirty(start: BusinessDate, end: BusinessDate, european: bool) -> i32 {
    let (year, month, day) = start.ymd();
    let (end_year, end_month, end_day) = end.ymd();
    let narrow = |value: u32| i32::try_from(value).unwrap_or(0);
    let day = day.min(30);
    let end_day = if european || day == 30 { end_day.min(30) } else { end_day };
    (end_year - year) * 360 + (narrow(end_month) - narrow(month)) * 30 + narrow(end_day) - narrow(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conventions_differ_at_month_ends() {
        let date = |year, month, day| BusinessDate::from_ymd(year, month, day).unwrap();
        use DayCount::{Act360, Act365Fixed, Thirty360, Thirty360European};
        for (convention, start, end, days) in [
            (Act360, date(2026, 1, 15), date(2026, 6, 17), 153),
            (Act365Fixed, date(2024, 2, 28), date(2024, 3, 1), 2),
            (Thirty360, date(2026, 1, 15), date(2026, 4, 15), 90),
            (Thirty360, date(2026, 1, 31), date(2026, 3, 31), 60),
            (Thirty360, date(2026, 1, 15), date(2026, 3, 31), 76),
            (Thirty360European, date(2026, 1, 15), date(2026, 3, 31), 75),
            (Thirty360, date(2026, 2, 28), date(2026, 3, 31), 33),
            (Act360, date(2026, 6, 17), date(2026, 1, 15), 0),
        ] {
            assert_eq!(convention.days(start, end), days, "{convention:?} {start} {end}");
        }
    }
}
