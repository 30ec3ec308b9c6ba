//! Prices of early payments: multiplied first, divided last, rounded half up once.
use super::ProgrammePricing;
use crate::types::{Amount, BusinessDate, div_round_half_up};

const PPM: u128 = 1_000_000;

/// What being paid early gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlyPrice {
    pub face: Amount,
    /// Actual days until the due date.
    pub days_left: u32,
    pub discount: Amount,
    /// face − discount, more than nothing.
    pub proceeds: Amount,
}

impl EarlyPrice {
    /// Annual cost in ppm, so that 49,898 is 4.9898 %: (F − P)/P · `year_days`/n.
    pub fn apr_ppm(&self, year_days: u32) -> Option<u64> {
        let cost = u128::from(self.discount.minor());
        let numerator = cost.checked_mul(u128::from(year_days))?.checked_mul(PPM)?;
        let denominator = u128::from(self.proceeds.minor()).checked_mul(u128::from(self.days_left))?;
        div_round_half_up(numerator, denominator)
    }
}

/// The price of `face` paid on `today`; `None` where nothing would be left, or where the dates do not rise.
pub(super) fn early_price(
    pricing: ProgrammePricing,
    face: Amount,
    confirmed_on: BusinessDate,
    today: BusinessDate,
    due: BusinessDate,
) -> Option<EarlyPrice> {
    let days_left = u32::try_from(due.days_since(today)).ok()?;
    let product = |rate: u32, days: u32| {
        u128::from(face.minor()).checked_mul(u128::from(rate))?.checked_mul(u128::from(days))
    };
    let minor = match pricing {
        ProgrammePricing::Apr { rate, day_count } => {
            let year = u128::from(day_count.year_days()).checked_mul(PPM)?;
            div_round_half_up(product(rate.ppm(), day_count.days(today, due))?, year)?
        }
        ProgrammePricing::Sliding { max } => {
            let terms = u32::try_from(due.days_since(confirmed_on)).ok()?;
            div_round_half_up(product(max.ppm(), days_left)?, u128::from(terms).checked_mul(PPM)?)?
        }
    };
    let discount = Amount::new(minor, face.currency()).ok()?;
    let proceeds = face.minus(discount).ok()?;
    (!proceeds.is_zero()).then_some(EarlyPrice { face, days_left, discount, proceeds })
}
