//! The policy.
use crate::v1::policy as wire;
use tally_contracts::policy as domain;
use tally_contracts::types::Calendar;

impl From<&Calendar> for wire::Calendar {
    fn from(calendar: &Calendar) -> Self {
        Self {
            weekend: calendar.weekend.iter().map(|day| u32::from(*day)).collect(),
            holidays: calendar.holidays.iter().map(Into::into).collect(),
            working_days: calendar.working_days.iter().map(Into::into).collect(),
        }
    }
}

impl From<&domain::Policy> for wire::Policy {
    fn from(policy: &domain::Policy) -> Self {
        let (contact_from, contact_to) = policy.contact_hours;
        let steps = policy.waterfall.iter();
        Self {
            version: policy.version,
            effective_from: Some((&policy.effective_from).into()),
            tenor_soft_days: policy.tenor_soft_days,
            tenor_hard_days: policy.tenor_hard_days,
            statutory_days: policy.statutory_days,
            submission_lapse_days: policy.submission_lapse_days,
            acceptance_hours: policy.acceptance_hours,
            min_tranche_minor_units: policy.min_tranche_minor,
            max_depth: policy.max_depth.into(),
            max_parts: policy.max_parts,
            grace_days: policy.grace_days,
            late_rate_default_ppm_per_day: policy.late_rate_default_ppm_per_day,
            late_rate_floor_ppm_per_year: policy.late_rate_floor_ppm_per_year,
            dpd_thresholds: policy.dpd_thresholds.to_vec(),
            technical_grace_days: policy.technical_grace_days,
            suspend_anchor_after_days: policy.suspend_anchor_after_days,
            default_after_days: policy.default_after_days,
            financing_requires_registration: policy.financing_requires_registration,
            allow_recourse: policy.allow_recourse,
            day_roll: wire::DayRoll::from(policy.day_roll).into(),
            calendar: Some((&policy.calendar).into()),
            utc_offset_minutes: policy.utc_offset_minutes,
            contact_hour_from: contact_from.into(),
            contact_hour_to: contact_to.into(),
            contacts_per_day: policy.contacts_per_day,
            waterfall: steps.map(|step| wire::WaterfallStep::from(*step).into()).collect(),
            evidence_required: policy.evidence_required,
        }
    }
}
