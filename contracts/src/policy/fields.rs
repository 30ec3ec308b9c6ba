//! Fields: every parameter by name and as people write it, to compare two versions.
use super::Policy;
use crate::types::BusinessDate;
use std::collections::BTreeSet;

/// Name and value of every parameter but the version, always the same and in the same order. A new parameter
/// breaks the build here.
pub fn fields(policy: &Policy) -> Vec<(&'static str, String)> {
    let Policy {
        version: _,
        effective_from,
        tenor_soft_days,
        tenor_hard_days,
        statutory_days,
        submission_lapse_days,
        acceptance_hours,
        min_tranche_minor,
        max_depth,
        max_parts,
        grace_days,
        late_rate_default_ppm_per_day,
        late_rate_floor_ppm_per_year,
        dpd_thresholds,
        technical_grace_days,
        suspend_anchor_after_days,
        default_after_days,
        financing_requires_registration,
        allow_recourse,
        day_roll,
        calendar,
        utc_offset_minutes,
        contact_hours,
        contacts_per_day,
        waterfall,
        evidence_required,
    } = policy;
    vec![
        ("effective_from", effective_from.to_string()),
        ("tenor_soft_days", tenor_soft_days.to_string()),
        ("tenor_hard_days", tenor_hard_days.to_string()),
        ("statutory_days", statutory_days.to_string()),
        ("submission_lapse_days", submission_lapse_days.to_string()),
        ("acceptance_hours", acceptance_hours.to_string()),
        ("min_tranche_minor", min_tranche_minor.to_string()),
        ("max_depth", max_depth.to_string()),
        ("max_parts", max_parts.to_string()),
        ("grace_days", grace_days.to_string()),
        ("late_rate_default_ppm_per_day", late_rate_default_ppm_per_day.to_string()),
        ("late_rate_floor_ppm_per_year", late_rate_floor_ppm_per_year.to_string()),
        ("dpd_thresholds", listed(dpd_thresholds.iter())),
        ("technical_grace_days", technical_grace_days.to_string()),
        ("suspend_anchor_after_days", suspend_anchor_after_days.to_string()),
        ("default_after_days", default_after_days.to_string()),
        ("financing_requires_registration", financing_requires_registration.to_string()),
        ("allow_recourse", allow_recourse.to_string()),
        ("day_roll", format!("{day_roll:?}")),
        ("weekend", listed(calendar.weekend.iter())),
        ("holidays", days(&calendar.holidays)),
        ("working_days", days(&calendar.working_days)),
        ("utc_offset_minutes", utc_offset_minutes.to_string()),
        ("contact_hours", format!("{}-{}", contact_hours.0, contact_hours.1)),
        ("contacts_per_day", contacts_per_day.to_string()),
        ("waterfall", listed(waterfall.iter().map(|step| format!("{step:?}")))),
        ("evidence_required", evidence_required.to_string()),
    ]
}

fn days(days: &BTreeSet<BusinessDate>) -> String {
    listed(days.iter())
}

fn listed(items: impl Iterator<Item = impl ToString>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
