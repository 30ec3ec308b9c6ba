//! The policy.
use super::field::{At, FieldError, FieldErrorKind, bounded, one_of, required};
use crate::v1::common::Date;
use crate::v1::policy as wire;
use std::collections::BTreeSet;
use tally_contracts::policy as domain;
use tally_contracts::types::{BusinessDate, Calendar};

/// Days of a calendar: a century of weekends fits into a transaction's bytes only in part.
const CALENDAR_DAYS_MAX: usize = 5_000;
/// Steps of a waterfall: each once would be three.
const WATERFALL_MAX: usize = 8;

impl TryFrom<&wire::Calendar> for Calendar {
    type Error = FieldError;

    fn try_from(calendar: &wire::Calendar) -> Result<Self, FieldError> {
        let weekend = bounded(&calendar.weekend, 7, "weekend")?;
        let weekdays: Vec<u8> = weekend.iter().map(|day| byte(*day, "weekend")).collect::<Result<_, _>>()?;
        Ok(Self {
            weekend: ascending(weekdays, "weekend")?,
            holidays: days(&calendar.holidays, "holidays")?,
            working_days: days(&calendar.working_days, "working_days")?,
        })
    }
}

fn days(dates: &[Date], name: &str) -> Result<BTreeSet<BusinessDate>, FieldError> {
    let dates = bounded(dates, CALENDAR_DAYS_MAX, name)?.iter().enumerate();
    let read = dates.map(|(index, date)| BusinessDate::try_from(date).at_index(name, index));
    ascending(read.collect::<Result<_, _>>()?, name)
}

/// One set has one encoding.
fn ascending<T: Ord>(values: Vec<T>, name: &str) -> Result<BTreeSet<T>, FieldError> {
    if !values.is_sorted_by(|left, right| left < right) {
        return Err(FieldErrorKind::NotAscending).at(name);
    }
    Ok(values.into_iter().collect())
}

fn byte(value: u32, name: &str) -> Result<u8, FieldError> {
    u8::try_from(value).map_err(|_| FieldErrorKind::TooLarge { value: value.into(), limit: 255 }).at(name)
}

impl TryFrom<&wire::Policy> for domain::Policy {
    type Error = FieldError;

    fn try_from(policy: &wire::Policy) -> Result<Self, FieldError> {
        let thresholds = policy.dpd_thresholds.as_slice();
        let length = FieldErrorKind::Length { found: thresholds.len(), expected: 4 };
        let steps = bounded(&policy.waterfall, WATERFALL_MAX, "waterfall")?.iter();
        let steps = steps.map(|step| one_of::<wire::WaterfallStep, _>(*step, "waterfall"));
        Ok(Self {
            version: policy.version,
            effective_from: required(&policy.effective_from, "effective_from")?,
            tenor_soft_days: policy.tenor_soft_days,
            tenor_hard_days: policy.tenor_hard_days,
            statutory_days: policy.statutory_days,
            submission_lapse_days: policy.submission_lapse_days,
            acceptance_hours: policy.acceptance_hours,
            min_tranche_minor: policy.min_tranche_minor_units,
            max_depth: byte(policy.max_depth, "max_depth")?,
            max_parts: policy.max_parts,
            grace_days: policy.grace_days,
            late_rate_default_ppm_per_day: policy.late_rate_default_ppm_per_day,
            late_rate_floor_ppm_per_year: policy.late_rate_floor_ppm_per_year,
            dpd_thresholds: thresholds.try_into().map_err(|_| length).at("dpd_thresholds")?,
            technical_grace_days: policy.technical_grace_days,
            suspend_anchor_after_days: policy.suspend_anchor_after_days,
            default_after_days: policy.default_after_days,
            financing_requires_registration: policy.financing_requires_registration,
            allow_recourse: policy.allow_recourse,
            day_roll: one_of::<wire::DayRoll, _>(policy.day_roll, "day_roll")?,
            calendar: required(&policy.calendar, "calendar")?,
            utc_offset_minutes: policy.utc_offset_minutes,
            contact_hours: (
                byte(policy.contact_hour_from, "contact_hour_from")?,
                byte(policy.contact_hour_to, "contact_hour_to")?,
            ),
            contacts_per_day: policy.contacts_per_day,
            waterfall: steps.collect::<Result<_, _>>()?,
            evidence_required: policy.evidence_required,
        })
    }
}

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
