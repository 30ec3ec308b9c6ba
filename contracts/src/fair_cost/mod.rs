//! Fair cost: what financing has cost each member, so that the regulator sees what small suppliers bear (rulebook §4).
use crate::failure::Failure;
use crate::financing::Price;
use crate::programme::EarlyPrice;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{Amount, MemberId, div_round_half_up};
use borsh::{BorshDeserialize, BorshSerialize};

/// Running totals of one member in one currency, in minor units: a total may exceed the limit of one amount.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, BorshSerialize, BorshDeserialize)]
pub struct FinancingCost {
    /// Sales to facilities and early payments.
    pub sales: u64,
    /// What was sold: proceeds + discount + fee.
    pub face: u128,
    pub discount: u128,
    pub fee: u128,
    pub proceeds: u128,
    /// Σ proceeds · actual days until the due date: what the average APR is weighed by.
    pub proceeds_days: u128,
    /// Interest paid on advances under pledges.
    pub interest: u128,
}

impl FinancingCost {
    /// Average all-in APR of its sales in ppm: Σ(F − P) · `year_days` / Σ(P · n).
    pub fn apr_ppm(&self, year_days: u32) -> Option<u64> {
        let cost = self.face.checked_sub(self.proceeds)?;
        let numerator = cost.checked_mul(u128::from(year_days))?.checked_mul(1_000_000)?;
        div_round_half_up(numerator, self.proceeds_days)
    }
}

/// What one sale gives up, for how long.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SaleCost {
    pub face: Amount,
    pub discount: Amount,
    pub fee: Amount,
    /// Actual days until the due date.
    pub days: u32,
}

impl From<&Price> for SaleCost {
    fn from(price: &Price) -> Self {
        Self { face: price.face, discount: price.discount, fee: price.fee, days: price.tenor_days }
    }
}

impl From<&EarlyPrice> for SaleCost {
    fn from(price: &EarlyPrice) -> Self {
        let fee = Amount::zero(price.face.currency());
        Self { face: price.face, discount: price.discount, fee, days: price.days_left }
    }
}

/// A sale of `seller`'s, to a facility or by an early payment.
pub(crate) fn sold(state: &mut State, seller: MemberId, sale: SaleCost) -> Result<(), Failure> {
    let key = Key::FairCost { member: seller, currency: sale.face.currency() };
    let mut cost: FinancingCost = state.get(key)?.unwrap_or_default();
    let proceeds = sale.face.minus(sale.discount)?.minus(sale.fee)?;
    let weight = u128::from(proceeds.minor()).saturating_mul(u128::from(sale.days));
    cost.sales = cost.sales.saturating_add(1);
    cost.face = sum(cost.face, sale.face)?;
    cost.discount = sum(cost.discount, sale.discount)?;
    cost.fee = sum(cost.fee, sale.fee)?;
    cost.proceeds = sum(cost.proceeds, proceeds)?;
    cost.proceeds_days = cost.proceeds_days.checked_add(weight).ok_or(Rejection::AmountOverflow {})?;
    Ok(state.put(key, cost)?)
}

/// Interest on an advance.
pub(crate) fn paid_interest(state: &mut State, pledgor: MemberId, interest: Amount) -> Result<(), Failure> {
    if interest.is_zero() {
        return Ok(());
    }
    let key = Key::FairCost { member: pledgor, currency: interest.currency() };
    let mut cost: FinancingCost = state.get(key)?.unwrap_or_default();
    cost.interest = sum(cost.interest, interest)?;
    Ok(state.put(key, cost)?)
}

fn sum(total: u128, amount: Amount) -> Result<u128, Failure> {
    Ok(total.checked_add(u128::from(amount.minor())).ok_or(Rejection::AmountOverflow {})?)
}
