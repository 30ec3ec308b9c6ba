//! Check: the ranges in which a policy's parameters make sense, so that no later sum can leave its type.
use super::{Policy, WaterfallStep};
use crate::limits::{AMOUNT_MINOR_MAX, PARTS_MAX, POLICY_DAYS_MAX, RATE_PPM_MAX, UTC_OFFSET_MINUTES_MAX};

/// The first rule that does not hold.
pub(super) fn check(policy: &Policy) -> Result<(), &'static str> {
    let days = [
        policy.tenor_soft_days,
        policy.tenor_hard_days,
        policy.statutory_days,
        policy.submission_lapse_days,
        policy.grace_days,
        policy.technical_grace_days,
        policy.suspend_anchor_after_days,
        policy.default_after_days,
        // hours, but the same order of magnitude
        policy.acceptance_hours,
    ];
    let parts_max = u32::try_from(PARTS_MAX).unwrap_or(u32::MAX);
    let (from, until) = policy.contact_hours;
    let rules = [
        (days.iter().all(|days| *days <= POLICY_DAYS_MAX), "a number of days or hours is too large"),
        (policy.tenor_soft_days <= policy.tenor_hard_days, "the soft tenor cap is over the hard one"),
        (
            (1..=AMOUNT_MINOR_MAX).contains(&policy.min_tranche_minor),
            "the minimum tranche is nothing or too much",
        ),
        ((2..=parts_max).contains(&policy.max_parts), "a split has 2 to 64 parts"),
        (policy.late_rate_default_ppm_per_day <= RATE_PPM_MAX, "the late rate is over 100 % a day"),
        (policy.late_rate_floor_ppm_per_year <= RATE_PPM_MAX, "the late rate's floor is over 100 % a year"),
        (policy.dpd_thresholds.is_sorted_by(|left, right| left < right), "dpd thresholds must rise"),
        (policy.utc_offset_minutes.unsigned_abs() <= UTC_OFFSET_MINUTES_MAX, "no such UTC offset"),
        (policy.calendar.weekend.iter().all(|day| *day < 7), "weekdays are 0 to 6"),
        (from < until && until <= 24, "contact hours run upwards within a day"),
        (
            names_each_step_once(&policy.waterfall),
            "the waterfall names costs, late interest and face once each",
        ),
    ];
    match rules.iter().find(|(holds, _)| !holds) {
        None => Ok(()),
        Some((_, rule)) => Err(*rule),
    }
}

/// Whatever is owed has its place, and only one.
fn names_each_step_once(waterfall: &[WaterfallStep]) -> bool {
    let steps = [WaterfallStep::Costs, WaterfallStep::LateInterest, WaterfallStep::Face];
    waterfall.len() == steps.len() && steps.iter().all(|step| waterfall.contains(step))
}
