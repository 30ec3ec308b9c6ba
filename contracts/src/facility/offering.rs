//! Offering: what must hold of a facility's terms, opened or amended.
use super::Offering;
use crate::execute::Call;
use crate::failure::Failure;
use crate::financing::funding;
use crate::limits::{CURVE_POINTS_MAX, RATE_PPM_MAX, TENOR_DAYS_MAX};
use crate::money;
use crate::rejection::Rejection;
use crate::state::State;
use crate::tranche::Recourse;

pub(super) fn check(state: &mut State, call: &Call, offering: &Offering) -> Result<(), Failure> {
    money::positive(offering.limit)?;
    if let Some(limit) = offering.limit_per_seller {
        money::positive(limit)?;
        // both of one currency
        limit.exceeds(offering.limit)?;
    }
    offering.fee_minimum.exceeds(offering.limit)?;
    let (min, max) = (offering.tenor_days_min, offering.tenor_days_max);
    if min > max || max > TENOR_DAYS_MAX {
        return Err(Rejection::TenorRangeInvalid { min, max }.into());
    }
    check_curve(offering)?;
    if offering.valid_until < call.today {
        let valid_until = offering.valid_until;
        return Err(Rejection::ValidityPassed { valid_until, today: call.today }.into());
    }
    if offering.recourse == Recourse::Full && !call.policy.allow_recourse {
        return Err(Rejection::RecourseNotAllowed {}.into());
    }
    funding::check_paying_bank(state, &call.sender, offering.paying_bank)
}

fn check_curve(offering: &Offering) -> Result<(), Rejection> {
    let curve = &offering.curve;
    let counted = !curve.is_empty() && curve.len() <= CURVE_POINTS_MAX;
    let increasing = curve.is_sorted_by(|left, right| left.days < right.days);
    let bounded = curve.iter().all(|point| point.days <= TENOR_DAYS_MAX && point.rate.ppm() <= RATE_PPM_MAX);
    if !counted || !increasing || !bounded || offering.fee.ppm() > RATE_PPM_MAX {
        return Err(Rejection::CurveInvalid { points: u32::try_from(curve.len()).unwrap_or(u32::MAX) });
    }
    Ok(())
}
