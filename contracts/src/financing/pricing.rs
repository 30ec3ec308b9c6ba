//! Prices: discount, fee and proceeds, multiplied first, divided last, rounded once (rulebook §6).
use crate::facility::Offering;
use crate::facility::curve::{ExactRate, rate_at};
use crate::types::{Amount, BusinessDate, div_round_half_up};

const PPM: u128 = 1_000_000;

/// What a sale gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    pub face: Amount,
    /// Actual days from value date to due date: the tenor.
    pub tenor_days: u32,
    /// Days by the facility's convention, which interest is counted on.
    pub interest_days: u32,
    /// Annual rate in ppm, before rounding.
    pub rate: ExactRate,
    pub discount: Amount,
    pub fee: Amount,
    /// face − discount − fee, more than nothing.
    pub proceeds: Amount,
}

impl Price {
    /// The annual rate to whole ppm, for display.
    pub fn rate_ppm(&self) -> u64 {
        div_round_half_up(self.rate.numerator, self.rate.denominator).unwrap_or(u64::MAX)
    }

    /// All-in APR in ppm, so that 49,898 is 4.9898 %: (F − P)/P · `year_days`/n.
    pub fn apr_ppm(&self, year_days: u32) -> Option<u64> {
        let cost = u128::from(self.face.minor()).checked_sub(u128::from(self.proceeds.minor()))?;
        let numerator = cost.checked_mul(u128::from(year_days))?.checked_mul(PPM)?;
        let denominator = u128::from(self.proceeds.minor()).checked_mul(u128::from(self.tenor_days))?;
        div_round_half_up(numerator, denominator)
    }
}

/// The price of `face` under `offering`; `None` where nothing would be left for the seller.
pub fn price(
    offering: &Offering,
    face: Amount,
    value_date: BusinessDate,
    due: BusinessDate,
) -> Option<Price> {
    let tenor_days = u32::try_from(due.days_since(value_date)).ok()?;
    let interest_days = offering.day_count.days(value_date, due);
    let rate = rate_at(&offering.curve, tenor_days)?;
    let interest =
        u128::from(face.minor()).checked_mul(rate.numerator)?.checked_mul(u128::from(interest_days))?;
    let year = u128::from(offering.day_count.year_days()).checked_mul(PPM)?.checked_mul(rate.denominator)?;
    let discount = Amount::new(div_round_half_up(interest, year)?, face.currency()).ok()?;
    let fee = div_round_half_up(u128::from(face.minor()).checked_mul(u128::from(offering.fee.ppm()))?, PPM)?;
    let fee = Amount::new(fee.max(offering.fee_minimum.minor()), face.currency()).ok()?;
    let proceeds = face.minus(discount).ok()?.minus(fee).ok()?;
    if proceeds.is_zero() {
        return None;
    }
    Some(Price { face, tenor_days, interest_days, rate, discount, fee, proceeds })
}
