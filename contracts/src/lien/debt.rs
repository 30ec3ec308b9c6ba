//! Debt: a principal that bears simple interest, paid interest first.
use crate::limits::AMOUNT_MINOR_MAX;
use crate::types::{Amount, AmountError, BusinessDate, DayCount, Rate, div_round_half_up};
use borsh::{BorshDeserialize, BorshSerialize};

const PPM: u128 = 1_000_000;

/// What is owed, and since when interest was last counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Debt {
    /// Still owed, without interest.
    pub principal: Amount,
    /// Counted until `accrued_to` and not paid yet.
    pub interest: Amount,
    /// Interest is counted from this day on (included).
    pub accrued_to: BusinessDate,
    /// Annual, simple.
    pub rate: Rate,
    pub day_count: DayCount,
}

impl Debt {
    pub fn new(principal: Amount, from: BusinessDate, rate: Rate, day_count: DayCount) -> Self {
        let interest = Amount::zero(principal.currency());
        Self { principal, interest, accrued_to: from, rate, day_count }
    }

    /// The same with interest counted up to `today` (not included): principal·rate·days/(year·10^6), rounded half
    /// up each time it is counted. Never more in all than one amount can say.
    pub fn at(self, today: BusinessDate) -> Result<Self, AmountError> {
        if today <= self.accrued_to {
            return Ok(self);
        }
        let days = u128::from(self.day_count.days(self.accrued_to, today));
        let year = u128::from(self.day_count.year_days()).saturating_mul(PPM);
        let product = u128::from(self.principal.minor()).saturating_mul(u128::from(self.rate.ppm()));
        let grown = div_round_half_up(product.saturating_mul(days), year).unwrap_or(AMOUNT_MINOR_MAX);
        let room = AMOUNT_MINOR_MAX.saturating_sub(self.principal.minor());
        let interest = self.interest.minor().saturating_add(grown).min(room);
        Ok(Self { interest: Amount::new(interest, self.principal.currency())?, accrued_to: today, ..self })
    }

    /// Principal and interest as counted.
    pub fn owed(&self) -> Result<Amount, AmountError> {
        self.principal.plus(self.interest)
    }

    /// The same after `amount`, at most what is owed, was paid: interest first.
    pub fn paid(self, amount: Amount) -> Result<Self, AmountError> {
        let interest = self.interest.least(amount)?;
        let principal = amount.minus(interest)?;
        Ok(Self {
            interest: self.interest.minus(interest)?,
            principal: self.principal.minus(principal)?,
            ..self
        })
    }

    pub fn is_paid(&self) -> bool {
        self.principal.is_zero() && self.interest.is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Currency;

    fn cny(minor: u64) -> Amount {
        Amount::new(minor, Currency::new("CNY").unwrap()).unwrap()
    }

    #[test]
    fn interest_is_simple_counted_by_days_and_paid_first() {
        let start = BusinessDate::from_ymd(2026, 1, 15).unwrap();
        let debt = Debt::new(cny(80_000_000), start, Rate::from_ppm(43_500), DayCount::Act360);
        assert_eq!(debt.at(start).unwrap(), debt);
        let later = debt.at(start.plus_days(153)).unwrap();
        // 800,000.00 at 4.35 % for 153 days over 360
        assert_eq!(later.interest, cny(1_479_000));
        let paid = later.paid(cny(1_479_001)).unwrap();
        assert_eq!((paid.interest, paid.principal), (cny(0), cny(79_999_999)));
        assert!(paid.paid(paid.owed().unwrap()).unwrap().is_paid());
    }

    #[test]
    fn interest_never_leaves_the_range_of_an_amount() {
        let start = BusinessDate::from_ymd(2026, 1, 15).unwrap();
        let debt = Debt::new(cny(AMOUNT_MINOR_MAX), start, Rate::from_ppm(1_000_000), DayCount::Act360);
        assert_eq!(debt.at(start.plus_days(100_000)).unwrap().owed().unwrap(), cny(AMOUNT_MINOR_MAX));
    }
}
