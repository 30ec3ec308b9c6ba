//! Dates: of the calendar, or counted from the chain's today.

use std::str::FromStr;

use tally_contracts::types::BusinessDate;

use super::error::ValueError;

/// `YYYY-MM-DD` or `+90d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateText {
    /// A date of the calendar.
    On(BusinessDate),
    /// Days after the chain's today.
    InDays(i32),
}

/// Days that a relative date may lie ahead: a hundred years.
const DAYS_MAX: i32 = 36_500;

impl DateText {
    /// The date, where `today` is the chain's.
    pub fn resolve(self, today: BusinessDate) -> Result<BusinessDate, ValueError> {
        match self {
            Self::On(date) => Ok(date),
            Self::InDays(days) => {
                let (year, month, day) = today.plus_days(days).ymd();
                BusinessDate::from_ymd(year, month, day).ok_or(ValueError::DateTooFar { today, days })
            }
        }
    }
}

impl FromStr for DateText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = || ValueError::Date { text: text.to_owned() };
        let is_plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(days) = text.strip_prefix('+') {
            let days = days.strip_suffix('d').filter(|days| is_plain(days)).ok_or_else(bad)?;
            let days: i32 = days.parse().map_err(|_| bad())?;
            return if days <= DAYS_MAX { Ok(Self::InDays(days)) } else { Err(bad()) };
        }
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return Err(bad()) };
        let has_form =
            (year.len(), month.len(), day.len()) == (4, 2, 2) && parts.iter().all(|part| is_plain(part));
        if !has_form {
            return Err(bad());
        }
        let number = |digits: &str| digits.parse::<u32>().map_err(|_| bad());
        let year = i32::try_from(number(year)?).map_err(|_| bad())?;
        BusinessDate::from_ymd(year, number(month)?, number(day)?).map(Self::On).ok_or_else(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_of_the_calendar_or_counted_from_the_chains_today() {
        let today = BusinessDate::from_ymd(2026, 1, 15).unwrap();
        let table = [
            ("2026-06-17", Some("2026-06-17")),
            ("+153d", Some("2026-06-17")),
            ("+0d", Some("2026-01-15")),
            ("2024-02-29", Some("2024-02-29")),
            ("2026-02-29", None),
            ("2026-6-17", None),
            ("17.06.2026", None),
            ("+90", None),
            ("+-1d", None),
            ("+36501d", None),
            ("-90d", None),
            ("", None),
        ];
        for (text, expected) in table {
            let date = text.parse::<DateText>().and_then(|date| date.resolve(today));
            assert_eq!(date.ok().map(|date| date.to_string()).as_deref(), expected, "{text}");
        }
    }
}
