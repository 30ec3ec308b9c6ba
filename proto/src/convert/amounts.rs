//! Money and dates.
use super::field::{At, FieldError, FieldErrorKind};
use crate::v1::common as wire;
use tally_contracts::types::{Amount, BusinessDate, Currency};

impl From<&Amount> for wire::Amount {
    fn from(amount: &Amount) -> Self {
        Self { currency: amount.currency().to_string(), minor_units: amount.minor() }
    }
}

impl TryFrom<&wire::Amount> for Amount {
    type Error = FieldError;

    fn try_from(amount: &wire::Amount) -> Result<Self, FieldError> {
        let currency = currency(&amount.currency, "currency")?;
        Self::new(amount.minor_units, currency).map_err(FieldErrorKind::from).at("minor_units")
    }
}

pub(crate) fn currency(code: &str, name: &str) -> Result<Currency, FieldError> {
    Currency::new(code).map_err(FieldErrorKind::from).at(name)
}

/// Dates before the year 0 do not exist on a ledger and would show as the year 0.
impl From<&BusinessDate> for wire::Date {
    fn from(date: &BusinessDate) -> Self {
        let (year, month, day) = date.ymd();
        Self { year: u32::try_from(year).unwrap_or(0), month, day }
    }
}

impl TryFrom<&wire::Date> for BusinessDate {
    type Error = FieldError;

    fn try_from(date: &wire::Date) -> Result<Self, FieldError> {
        let wire::Date { year, month, day } = *date;
        i32::try_from(year)
            .ok()
            .and_then(|year| Self::from_ymd(year, month, day))
            .ok_or(FieldErrorKind::Date { year, month, day })
            .map_err(FieldError::whole)
    }
}
