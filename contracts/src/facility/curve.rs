//! The price curve: linear between its points, flat outside, exact.
use super::CurvePoint;

/// An annual rate in ppm as a fraction, so that interpolation rounds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExactRate {
    pub numerator: u128,
    /// Never zero.
    pub denominator: u128,
}

/// The rate for a tenor of `days`; `None` for a curve without points.
pub fn rate_at(curve: &[CurvePoint], days: u32) -> Option<ExactRate> {
    let flat = |point: &CurvePoint| ExactRate { numerator: u128::from(point.rate.ppm()), denominator: 1 };
    let (first, last) = (curve.first()?, curve.last()?);
    if days <= first.days {
        return Some(flat(first));
    }
    if days >= last.days {
        return Some(flat(last));
    }
    let after = curve.partition_point(|point| point.days <= days);
    between(curve.get(after.checked_sub(1)?)?, curve.get(after)?, days)
}

/// left + (right − left)·(days − left.days)/(right.days − left.days), over one denominator.
fn between(left: &CurvePoint, right: &CurvePoint, days: u32) -> Option<ExactRate> {
    let width = u128::from(right.days.checked_sub(left.days)?);
    let into = u128::from(days.checked_sub(left.days)?);
    let left_part = u128::from(left.rate.ppm()).checked_mul(width.checked_sub(into)?)?;
    let right_part = u128::from(right.rate.ppm()).checked_mul(into)?;
    Some(ExactRate { numerator: left_part.checked_add(right_part)?, denominator: width })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Rate;

    #[test]
    fn a_curve_is_linear_between_its_points_and_flat_outside() {
        let point = |days, ppm| CurvePoint { days, rate: Rate::from_ppm(ppm) };
        let curve = [point(30, 30_000), point(90, 36_000), point(180, 30_000)];
        for (days, numerator, denominator) in [
            (1, 30_000, 1),
            (30, 30_000, 1),
            (60, 30_000 * 60 + 6_000 * 30, 60),
            (180, 30_000, 1),
            (400, 30_000, 1),
        ] {
            let rate = rate_at(&curve, days).unwrap();
            assert_eq!(rate.numerator * denominator, numerator * rate.denominator, "{days} days");
        }
        assert_eq!(rate_at(&[], 5), None);
    }
}
