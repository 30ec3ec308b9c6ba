//! A policy in a file: TOML with the names of a genesis document; what it leaves out stays as it is.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tally_contracts::policy::{Policy, WaterfallStep};
use tally_contracts::types::{BusinessDate, Calendar, DayRoll};
use toml::Table;

use super::error::ValueError;

/// Every parameter but the version. A new one breaks the build here.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    effective_from: String,
    tenor_soft_days: u32,
    tenor_hard_days: u32,
    statutory_days: u32,
    submission_lapse_days: u32,
    acceptance_hours: u32,
    min_tranche_minor: u64,
    max_depth: u8,
    max_parts: u32,
    grace_days: u32,
    late_rate_default_ppm_per_day: u32,
    late_rate_floor_ppm_per_year: u32,
    dpd_thresholds: [u32; 4],
    technical_grace_days: u32,
    suspend_anchor_after_days: u32,
    default_after_days: u32,
    financing_requires_registration: bool,
    allow_recourse: bool,
    day_roll: Roll,
    weekend: BTreeSet<u8>,
    holidays: BTreeSet<String>,
    working_days: BTreeSet<String>,
    utc_offset_minutes: i32,
    contact_hours: (u8, u8),
    contacts_per_day: u32,
    waterfall: Vec<Step>,
    evidence_required: bool,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Roll {
    Following,
    None,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Step {
    Costs,
    LateInterest,
    Face,
}

/// The version after `latest` that the file at `path` describes.
pub fn policy_file(path: &Path, latest: &Policy) -> Result<Policy, ValueError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ValueError::File { path: path.to_path_buf(), source })?;
    next_policy(&text, latest).map_err(|reason| ValueError::PolicyFile { path: path.to_path_buf(), reason })
}

/// The same of a text; the error says what is wrong with it.
pub fn next_policy(text: &str, latest: &Policy) -> Result<Policy, String> {
    let changes: Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let mut all = Table::try_from(Parameters::of(latest)).map_err(|error| error.to_string())?;
    all.extend(changes);
    let parameters: Parameters =
        all.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    parameters.policy(latest.version.saturating_add(1))
}

impl Parameters {
    fn of(policy: &Policy) -> Self {
        let dates = |dates: &BTreeSet<BusinessDate>| dates.iter().map(ToString::to_string).collect();
        let step = |step: &WaterfallStep| match step {
            WaterfallStep::Costs => Step::Costs,
            WaterfallStep::LateInterest => Step::LateInterest,
            WaterfallStep::Face => Step::Face,
        };
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
            day_roll: match policy.day_roll {
                DayRoll::Following => Roll::Following,
                DayRoll::None => Roll::None,
            },
            weekend: policy.calendar.weekend.clone(),
            holidays: dates(&policy.calendar.holidays),
            working_days: dates(&policy.calendar.working_days),
            utc_offset_minutes: policy.utc_offset_minutes,
            contact_hours: policy.contact_hours,
            contacts_per_day: policy.contacts_per_day,
            waterfall: policy.waterfall.iter().map(step).collect(),
            evidence_required: policy.evidence_required,
        }
    }

    fn policy(self, version: u32) -> Result<Policy, String> {
        let step = |step: Step| match step {
            Step::Costs => WaterfallStep::Costs,
            Step::LateInterest => WaterfallStep::LateInterest,
            Step::Face => WaterfallStep::Face,
        };
        Ok(Policy {
            version,
            effective_from: date(&self.effective_from)?,
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
            day_roll: match self.day_roll {
                Roll::Following => DayRoll::Following,
                Roll::None => DayRoll::None,
            },
            calendar: Calendar {
                weekend: self.weekend,
                holidays: dates(&self.holidays)?,
                working_days: dates(&self.working_days)?,
            },
            utc_offset_minutes: self.utc_offset_minutes,
            contact_hours: self.contact_hours,
            contacts_per_day: self.contacts_per_day,
            waterfall: self.waterfall.into_iter().map(step).collect(),
            evidence_required: self.evidence_required,
        })
    }
}

fn dates(texts: &BTreeSet<String>) -> Result<BTreeSet<BusinessDate>, String> {
    texts.iter().map(|text| date(text)).collect()
}

/// `YYYY-MM-DD`.
fn date(text: &str) -> Result<BusinessDate, String> {
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<u32>().ok());
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (number(parts.next()), number(parts.next()), number(parts.next()));
    let read = || BusinessDate::from_ymd(i32::try_from(year?).ok()?, month?, day?);
    read().ok_or_else(|| format!("\"{text}\" is no date such as 2026-07-01"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_leaves_out_stays_as_it_is() {
        let latest = Policy { max_depth: 7, ..Policy::rulebook() };
        let text = "effective_from = \"2026-07-01\"\ntenor_hard_days = 180\nholidays = [\"2026-10-01\"]";
        let next = next_policy(text, &latest).unwrap();
        let mut calendar = latest.calendar.clone();
        calendar.holidays.insert(date("2026-10-01").unwrap());
        let effective_from = date("2026-07-01").unwrap();
        let expected =
            Policy { version: 2, effective_from, tenor_hard_days: 180, calendar, ..latest.clone() };
        assert_eq!(next, expected);
        assert_eq!(next_policy("", &latest).unwrap(), Policy { version: 2, ..latest.clone() });
        for bad in
            ["tenor = 1", "tenor_hard_days = -1", "effective_from = \"soon\"", "day_roll = \"back\"", "x"]
        {
            assert!(next_policy(bad, &latest).is_err(), "{bad}");
        }
    }
}
