//! Business days: weekend, holidays, and working days that replace them.
use super::date::BusinessDate;
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeSet;

/// What happens to a settlement day that is no business day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum DayRoll {
    /// Settle on the next business day.
    Following,
    /// Settle on the day itself.
    None,
}

/// A business calendar of the policy.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Calendar {
    /// Weekdays without business, 0 = Monday … 6 = Sunday.
    pub weekend: BTreeSet<u8>,
    pub holidays: BTreeSet<BusinessDate>,
    /// Days of business although they fall on a weekend (调休).
    pub working_days: BTreeSet<BusinessDate>,
}

impl Calendar {
    /// Saturday and Sunday off, no holidays.
    pub fn weekends() -> Self {
        Self { weekend: BTreeSet::from([5, 6]), holidays: BTreeSet::new(), working_days: BTreeSet::new() }
    }

    pub fn is_business_day(&self, date: BusinessDate) -> bool {
        if self.working_days.contains(&date) {
            return true;
        }
        !self.weekend.contains(&date.weekday()) && !self.holidays.contains(&date)
    }

    /// `date` or the next business day, as `roll` says. A calendar that is closed for a whole year settles
    /// on the day itself, so that money never waits for ever.
    pub fn settlement_day(&self, date: BusinessDate, roll: DayRoll) -> BusinessDate {
        match roll {
            DayRoll::None => date,
            DayRoll::Following => (0..366)
                .map(|days| date.plus_days(days))
                .find(|day| self.is_business_day(*day))
                .unwrap_or(date),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settlement_rolls_over_weekends_and_holidays_in_a_row() {
        let date = |day| BusinessDate::from_ymd(2026, 10, day).unwrap();
        let mut calendar = Calendar::weekends();
        calendar.holidays.extend((1..=8).map(date));
        calendar.working_days.insert(date(10));
        for (day, settles) in [(1, 9), (8, 9), (9, 9), (10, 10), (11, 12)] {
            assert_eq!(calendar.settlement_day(date(day), DayRoll::Following), date(settles), "day {day}");
        }
        assert_eq!(calendar.settlement_day(date(3), DayRoll::None), date(3));
    }

    #[test]
    fn a_calendar_without_any_business_day_settles_on_the_day() {
        let mut calendar = Calendar::weekends();
        calendar.weekend.extend(0..=6);
        let date = BusinessDate::from_ymd(2026, 1, 1).unwrap();
        assert_eq!(calendar.settlement_day(date, DayRoll::Following), date);
    }
}
