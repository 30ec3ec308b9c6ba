//! Forecast: when a pool's money would be gone if a part of what is enrolled were lost; read-only.
use super::{Pool, find};
use crate::block::BlockContext;
use crate::failure::{Failure, Fault};
use crate::guarantee::share_of;
use crate::policy::{self, Policy};
use crate::receivable::Receivable;
use crate::state::pages::{for_each_row, record};
use crate::state::{IndexKey, Key, State, StateRead, trailing_id};
use crate::tranche::Tranche;
use crate::types::{Amount, BusinessDate, PoolId, Rate, TrancheId};
use std::collections::BTreeMap;

/// What the pool would have, day by day. Sums are minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    pub pool: Pool,
    pub as_of: BusinessDate,
    /// The part of what is not yet in default that is taken to be lost.
    pub loss_rate: Rate,
    /// Expected payments by the first day on which they can be claimed.
    pub points: Vec<ForecastPoint>,
    /// The first day on which the money does not suffice; `None` where it always does.
    pub runs_out_on: Option<BusinessDate>,
    /// What would be missing in the end.
    pub shortfall: u128,
}

/// One day on which claims are expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForecastPoint {
    pub on: BusinessDate,
    pub expected: u128,
    /// What is left after it; nothing where it does not suffice.
    pub left: u128,
}

/// The forecast of `pool` at `context`, where `loss_rate` of every enrolled debt that is not in default defaults
/// on its first day, and all of what is.
pub fn forecast(
    state: &dyn StateRead,
    context: BlockContext,
    pool: PoolId,
    loss_rate: Rate,
) -> Result<Forecast, Failure> {
    let mut overlay = State::new(state, context.height);
    let policy = policy::in_force(&mut overlay, context.time)?;
    let pool = find(&mut overlay, pool)?;
    let as_of = policy.date(context.time);
    let mut days: BTreeMap<BusinessDate, u128> = BTreeMap::new();
    let mut tranches = Vec::new();
    let scope = IndexKey::EnrolledIn { pool: pool.id, tranche: TrancheId::new(0) }.scope();
    for_each_row(state, &scope, &mut |row| {
        tranches.push(TrancheId::new(trailing_id(row)));
        Ok(())
    })?;
    for id in tranches {
        let missing = || Fault::DanglingIndex { key: id.to_string() };
        let tranche: Tranche = record(state, Key::Tranche(id))?.ok_or_else(missing)?;
        let receivable: Receivable =
            record(state, Key::Receivable(tranche.receivable))?.ok_or_else(missing)?;
        let rate = if receivable.is_defaulted() { Rate::from_ppm(1_000_000) } else { loss_rate };
        let expected = share_of(part(&pool, &tranche)?, rate)?;
        let day = days.entry(first_claim(&policy, &receivable).max(as_of)).or_default();
        *day = day.saturating_add(expected.minor().into());
    }
    Ok(run_down(pool, as_of, loss_rate, days))
}

/// The pool's part of a total loss.
fn part(pool: &Pool, tranche: &Tranche) -> Result<Amount, Failure> {
    let Some(enrolment) = tranche.enrolled else { return Ok(Amount::zero(tranche.face.currency())) };
    Ok(share_of(tranche.face, pool.terms.share_of(enrolment))?.least(pool.terms.cap)?)
}

/// The first day on which a debt can be in default.
fn first_claim(policy: &Policy, receivable: &Receivable) -> BusinessDate {
    let days = i32::try_from(policy.default_after_days).unwrap_or(i32::MAX);
    receivable.terms.due_date.plus_days(days).plus_days(1)
}

fn run_down(
    pool: Pool,
    as_of: BusinessDate,
    loss_rate: Rate,
    days: BTreeMap<BusinessDate, u128>,
) -> Forecast {
    let (mut left, mut shortfall, mut runs_out_on) = (pool.balance, 0_u128, None);
    let mut points = Vec::with_capacity(days.len());
    for (on, expected) in days {
        if expected > left {
            runs_out_on = runs_out_on.or(Some(on));
            shortfall = shortfall.saturating_add(expected.saturating_sub(left));
        }
        left = left.saturating_sub(expected);
        points.push(ForecastPoint { on, expected, left });
    }
    Forecast { pool, as_of, loss_rate, points, runs_out_on, shortfall }
}
