//! The policy.

use tally_proto::v1::policy::{Calendar, DayRoll, Policy, WouldRefuse};

use super::row;
use super::shown::Listed;
use super::words::{date, id, percent, readable, some, time, word};

row! {
    /// One version of the policy.
    PolicyRow from Policy as policy {
        version: u32 = policy.version,
        effective_from: Option<String> = date(policy.effective_from.as_ref()),
        tenor_soft_days: u32 = policy.tenor_soft_days,
        tenor_hard_days: u32 = policy.tenor_hard_days,
        statutory_days: u32 = policy.statutory_days,
        submission_lapse_days: u32 = policy.submission_lapse_days,
        acceptance_hours: u32 = policy.acceptance_hours,
        min_tranche_minor_units: u64 = policy.min_tranche_minor_units,
        max_depth: u32 = policy.max_depth,
        max_parts: u32 = policy.max_parts,
        grace_days: u32 = policy.grace_days,
        late_rate_default_ppm_per_day: u32 = policy.late_rate_default_ppm_per_day,
        late_rate_floor_per_year: String = percent(policy.late_rate_floor_ppm_per_year.into()),
        dpd_thresholds: Listed<u32> = Listed(policy.dpd_thresholds.clone()),
        technical_grace_days: u32 = policy.technical_grace_days,
        suspend_anchor_after_days: u32 = policy.suspend_anchor_after_days,
        default_after_days: u32 = policy.default_after_days,
        financing_requires_registration: bool = policy.financing_requires_registration,
        allow_recourse: bool = policy.allow_recourse,
        day_roll: String = roll(policy.day_roll()),
        weekend: Listed<u32> = Listed(calendar(policy).weekend),
        holidays: Listed<String> =
            calendar(policy).holidays.iter().filter_map(|day| date(Some(day))).collect(),
        working_days: Listed<String> =
            calendar(policy).working_days.iter().filter_map(|day| date(Some(day))).collect(),
        utc_offset_minutes: i32 = policy.utc_offset_minutes,
        contact_hours: String = format!("{:02}:00–{:02}:00", policy.contact_hour_from, policy.contact_hour_to),
        contacts_per_day: u32 = policy.contacts_per_day,
        waterfall: Listed<String> =
            policy.waterfall().map(|step| word(step.as_str_name(), "WATERFALL_STEP_")).collect(),
        evidence_required: bool = policy.evidence_required,
    }
}

row! {
    /// A past transaction that another policy would have refused.
    WouldRefuseRow from WouldRefuse as refused {
        height: u64 = refused.height,
        index: u32 = refused.index,
        time: String = time(refused.time_ms),
        sender: String = refused.sender.clone(),
        action: String = refused.action.clone(),
        transaction_id: String = hex::encode(&refused.transaction_id),
        reason: Option<String> = refused.rejection.as_ref().map(|it| it.reason.clone()),
        why: String = why(refused),
        follows: Option<String> = some(&hex::encode(&refused.follows_transaction_id)),
    }
}

fn why(refused: &WouldRefuse) -> String {
    match (&refused.rejection, refused.follows_receivable) {
        (Some(rejection), _) => readable(&rejection.message),
        (None, Some(receivable)) => {
            format!("builds on {} as a refused transaction left it", id('R', receivable))
        }
        (None, None) => String::new(),
    }
}

fn calendar(policy: &Policy) -> Calendar {
    policy.calendar.clone().unwrap_or_default()
}

fn roll(roll: DayRoll) -> String {
    word(roll.as_str_name(), "DAY_ROLL_")
}
