//! Policies as they are written: whatever a version leaves out is as in the rulebook.

use super::error::{GenesisProblem, Read, refuse};
use super::time::date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use tally_contracts::policy::{Policy, WaterfallStep};
use tally_contracts::types::{BusinessDate, Calendar, DayRoll};

/// One version of the policy (rulebook §9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyDocument {
    /// First local date on which it is in force.
    pub effective_from: String,
    pub tenor_soft_days: u32,
    pub tenor_hard_days: u32,
    pub statutory_days: u32,
    pub submission_lapse_days: u32,
    pub acceptance_hours: u32,
    pub min_tranche_minor: u64,
    pub max_depth: u8,
    pub max_parts: u32,
    pub grace_days: u32,
    pub late_rate_default_ppm_per_day: u32,
    pub late_rate_floor_ppm_per_year: u32,
    /// Special mention, substandard, doubtful, loss.
    pub dpd_thresholds: [u32; 4],
    pub technical_grace_days: u32,
    pub suspend_anchor_after_days: u32,
    pub default_after_days: u32,
    pub financing_requires_registration: bool,
    pub allow_recourse: bool,
    /// following, none.
    pub day_roll: String,
    /// 0 = Monday … 6 = Sunday.
    pub weekend: BTreeSet<u8>,
    pub holidays: BTreeSet<String>,
    /// Weekend days with business (调休).
    pub working_days: BTreeSet<String>,
    pub utc_offset_minutes: i32,
    /// First and last local hour.
    pub contact_hours: [u8; 2],
    pub contacts_per_day: u32,
    /// costs, late-interest, face, in the order in which later money pays them.
    pub waterfall: Vec<String>,
    pub evidence_required: bool,
}

impl Default for PolicyDocument {
    fn default() -> Self {
        Self::of(&Policy::rulebook())
    }
}

impl PolicyDocument {
    /// Writes a policy; its version is its place in the list.
    pub fn of(policy: &Policy) -> Self {
        let dates = |dates: &BTreeSet<BusinessDate>| dates.iter().map(ToString::to_string).collect();
        Self {
            effective_from: policy.effective_from.to_string(),
            tenor_soft_days: policy.tenor_soft_days,
            tenor_hard_days: policy.tenor_hard_days,
            statutory_days: policy.statutory_days,
            submission_lapse_days: policy.submission_lapse_days,
            acceptance_hours: policy.acceptance_hours,
            min_tranche_minor: policy.min_tranche_minor,
            max_depth: policy.max_depth,
            max_parts: policy.max_parts,
            grace_days: policy.grace_days,
            late_rate_default_ppm_per_day: policy.late_rate_default_ppm_per_day,
            late_rate_floor_ppm_per_year: policy.late_rate_floor_ppm_per_year,
            dpd_thresholds: policy.dpd_thresholds,
            technical_grace_days: policy.technical_grace_days,
            suspend_anchor_after_days: policy.suspend_anchor_after_days,
            default_after_days: policy.default_after_days,
            financing_requires_registration: policy.financing_requires_registration,
            allow_recourse: policy.allow_recourse,
            day_roll: day_roll_name(policy.day_roll).to_owned(),
            weekend: policy.calendar.weekend.clone(),
            holidays: dates(&policy.calendar.holidays),
            working_days: dates(&policy.calendar.working_days),
            utc_offset_minutes: policy.utc_offset_minutes,
            contact_hours: [policy.contact_hours.0, policy.contact_hours.1],
            contacts_per_day: policy.contacts_per_day,
            waterfall: policy.waterfall.iter().map(|step| step_name(*step).to_owned()).collect(),
            evidence_required: policy.evidence_required,
        }
    }

    /// Reads the policy with this version; `field` is its place in the document.
    pub(super) fn read(&self, field: &str, version: u32) -> Read<Policy> {
        self.check(field)?;
        let dates = |name: &str, texts: &BTreeSet<String>| -> Read<BTreeSet<BusinessDate>> {
            texts.iter().map(|text| date(&format!("{field}.{name}"), text)).collect()
        };
        Ok(Policy {
            version,
            effective_from: date(&format!("{field}.effective_from"), &self.effective_from)?,
            tenor_soft_days: self.tenor_soft_days,
            tenor_hard_days: self.tenor_hard_days,
            statutory_days: self.statutory_days,
            submission_lapse_days: self.submission_lapse_days,
            acceptance_hours: self.acceptance_hours,
            min_tranche_minor: self.min_tranche_minor,
            max_depth: self.max_depth,
            max_parts: self.max_parts,
            grace_days: self.grace_days,
            late_rate_default_ppm_per_day: self.late_rate_default_ppm_per_day,
            late_rate_floor_ppm_per_year: self.late_rate_floor_ppm_per_year,
            dpd_thresholds: self.dpd_thresholds,
            technical_grace_days: self.technical_grace_days,
            suspend_anchor_after_days: self.suspend_anchor_after_days,
            default_after_days: self.default_after_days,
            financing_requires_registration: self.financing_requires_registration,
            allow_recourse: self.allow_recourse,
            day_roll: read_day_roll(&format!("{field}.day_roll"), &self.day_roll)?,
            calendar: Calendar {
                weekend: self.weekend.clone(),
                holidays: dates("holidays", &self.holidays)?,
                working_days: dates("working_days", &self.working_days)?,
            },
            utc_offset_minutes: self.utc_offset_minutes,
            contact_hours: (self.contact_hours[0], self.contact_hours[1]),
            contacts_per_day: self.contacts_per_day,
            waterfall: self.read_waterfall(field)?,
            evidence_required: self.evidence_required,
        })
    }

    fn read_waterfall(&self, field: &str) -> Read<Vec<WaterfallStep>> {
        let steps = self.waterfall.iter().enumerate();
        steps.map(|(index, step)| read_step(&format!("{field}.waterfall[{index}]"), step)).collect()
    }

    /// Numbers that the rulebook cannot mean.
    fn check(&self, field: &str) -> Read<()> {
        let highest_weekday = self.weekend.iter().max().copied().unwrap_or(0);
        let [first, last] = self.contact_hours;
        let rows = [
            ("tenor_hard_days", u64::from(self.tenor_hard_days), 1, 3_660),
            ("tenor_soft_days", u64::from(self.tenor_soft_days), 0, u64::from(self.tenor_hard_days)),
            ("min_tranche_minor", self.min_tranche_minor, 1, 1_000_000_000_000_000),
            ("max_parts", u64::from(self.max_parts), 2, 64),
            ("max_depth", u64::from(self.max_depth), 1, 255),
            ("weekend", u64::from(highest_weekday), 0, 6),
            ("utc_offset_minutes", u64::from(self.utc_offset_minutes.unsigned_abs()), 0, 14 * 60),
            ("contact_hours", u64::from(last), u64::from(first), 24),
        ];
        for (name, found, min, max) in rows {
            if !(min..=max).contains(&found) {
                return refuse(&format!("{field}.{name}"), GenesisProblem::OutOfRange { found, min, max });
            }
        }
        if !self.dpd_thresholds.is_sorted() {
            let [found, max, ..] = self.dpd_thresholds.map(u64::from);
            return refuse(
                &format!("{field}.dpd_thresholds"),
                GenesisProblem::OutOfRange { found, min: 0, max },
            );
        }
        Ok(())
    }
}

fn day_roll_name(roll: DayRoll) -> &'static str {
    match roll {
        DayRoll::Following => "following",
        DayRoll::None => "none",
    }
}

fn read_day_roll(field: &str, text: &str) -> Read<DayRoll> {
    match text {
        "following" => Ok(DayRoll::Following),
        "none" => Ok(DayRoll::None),
        _ => refuse(field, GenesisProblem::Choice { found: text.to_owned(), known: "following, none" }),
    }
}

fn step_name(step: WaterfallStep) -> &'static str {
    match step {
        WaterfallStep::Costs => "costs",
        WaterfallStep::LateInterest => "late-interest",
        WaterfallStep::Face => "face",
    }
}

fn read_step(field: &str, text: &str) -> Read<WaterfallStep> {
    match text {
        "costs" => Ok(WaterfallStep::Costs),
        "late-interest" => Ok(WaterfallStep::LateInterest),
        "face" => Ok(WaterfallStep::Face),
        _ => {
            let known = "costs, late-interest, face";
            refuse(field, GenesisProblem::Choice { found: text.to_owned(), known })
        }
    }
}
