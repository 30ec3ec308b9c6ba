//! Credit profiles: files, consents, and what readers were told.

use serde::Serialize;
use tally_proto::v1::credit::credit_answer::Answer;
use tally_proto::v1::credit::{
    AnchorRecord, Band, CreditConsent, CreditFile, CreditRead, HolderRecord, Measure, MeasureBands,
    SupplierRecord, Volume,
};

use super::shown::{Listed, Money};
use super::words::{date, id, word};
use super::{columns, row};

row! {
    /// A consent of record.
    CreditConsentRow from CreditConsent as consent {
        member: String = consent.member.clone(),
        reader: String = consent.reader.clone(),
        measures: Listed<String> = consent
            .terms
            .iter()
            .flat_map(|terms| terms.measures())
            .map(measure)
            .collect(),
        purpose: Option<String> = consent.terms.as_ref().map(|terms| terms.purpose.clone()),
        last_day: Option<String> = consent.terms.as_ref().and_then(|terms| date(terms.last_day.as_ref())),
        granted_at: u64 = consent.granted_at,
        revoked_at: Option<u64> = consent.revoked_at,
    }
}

row! {
    /// A member's own file in one currency.
    CreditFileRow from CreditFile as file {
        member: String = file.member.clone(),
        currency: String = file.currency.clone(),
        since: Option<String> = date(file.since.as_ref()),
        confirmed: Option<Money> = anchor(file).and_then(|it| volume(file, it.confirmed.as_ref())),
        paid_on_time: Option<Money> = anchor(file).and_then(|it| sum(file, &it.paid_on_time_minor_units)),
        paid_late: Listed<String> = anchor(file).map(|it| late(file, it)).unwrap_or_default().into_iter().collect(),
        overdue: Option<u64> = anchor(file).and_then(|it| it.overdue.as_ref()).map(|it| it.count),
        defaulted: Option<u64> = anchor(file).and_then(|it| it.defaulted.as_ref()).map(|it| it.count),
        outstanding: Option<Money> = anchor(file).and_then(|it| sum(file, &it.outstanding_minor_units)),
        cancelled: Option<Money> = anchor(file).and_then(|it| sum(file, &it.cancelled_minor_units)),
        supplied: Option<Money> = supplier(file).and_then(|it| volume(file, it.confirmed.as_ref())),
        rejected: Option<Money> = supplier(file).and_then(|it| volume(file, it.rejected.as_ref())),
        diluted: Option<Money> = supplier(file).and_then(|it| sum(file, &it.diluted_minor_units)),
        sold: Option<Money> = holder(file).and_then(|it| volume(file, it.discounted.as_ref())),
        proceeds: Option<Money> = holder(file).and_then(|it| sum(file, &it.proceeds_minor_units)),
    }
}

/// An answered question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerRow {
    read: String,
    reader: String,
    member: String,
    currency: String,
    purpose: String,
    on: Option<String>,
    height: u64,
    measure: String,
    at_least_band: Option<u32>,
    answer: String,
}

columns!(AnswerRow { read, reader, member, currency, purpose, on, height, measure, at_least_band, answer });

impl AnswerRow {
    /// For people who asked just now.
    #[must_use]
    pub fn sentence(&self) -> String {
        let asked = self.at_least_band.map(|band| format!(" at least band {band}")).unwrap_or_default();
        format!("{} of {}{asked}: {}", self.measure, self.member, self.answer)
    }
}

/// Every answer of a read.
#[must_use]
pub fn answers(read: &CreditRead) -> Vec<AnswerRow> {
    let row = |one: &tally_proto::v1::credit::CreditAnswer| AnswerRow {
        read: id('V', read.id),
        reader: read.reader.clone(),
        member: read.member.clone(),
        currency: read.currency.clone(),
        purpose: read.purpose.clone(),
        on: date(read.on.as_ref()),
        height: read.height,
        measure: measure(one.measure()),
        at_least_band: one.at_least,
        answer: match &one.answer {
            Some(Answer::Band(band)) => band_text(band),
            Some(Answer::IsReached(true)) => "yes".to_owned(),
            Some(Answer::IsReached(false)) => "no".to_owned(),
            Some(Answer::NoHistory(_)) | None => "no history".to_owned(),
        },
    };
    read.answers.iter().map(row).collect()
}

/// A band of a measure, in its unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasureRow {
    measure: String,
    band: u32,
    from: String,
    below: Option<String>,
}

columns!(MeasureRow { measure, band, from, below });

impl MeasureRow {
    /// A row for each band.
    #[must_use]
    pub fn all(one: &MeasureBands) -> Vec<Self> {
        let row = |band: &Band| Self {
            measure: measure(one.measure()),
            band: band.number,
            from: band.from.clone(),
            below: super::words::some(&band.below),
        };
        one.bands.iter().map(row).collect()
    }
}

/// As a command line names it: `on-time-share`.
fn measure(measure: Measure) -> String {
    word(measure.as_str_name(), "MEASURE_").replace('_', "-")
}

fn band_text(band: &Band) -> String {
    if band.below.is_empty() {
        return format!("band {}: {} or more", band.number, band.from);
    }
    format!("band {}: from {} to below {}", band.number, band.from, band.below)
}

fn anchor(file: &CreditFile) -> Option<&AnchorRecord> {
    file.anchor.as_ref()
}

fn supplier(file: &CreditFile) -> Option<&SupplierRecord> {
    file.supplier.as_ref()
}

fn holder(file: &CreditFile) -> Option<&HolderRecord> {
    file.holder.as_ref()
}

fn volume(file: &CreditFile, volume: Option<&Volume>) -> Option<Money> {
    sum(file, &volume?.minor_units)
}

fn sum(file: &CreditFile, minor_units: &str) -> Option<Money> {
    Some(Money { currency: file.currency.clone(), minor_units: minor_units.parse().ok()? })
}

/// What was paid in each class of lateness, where something was.
fn late(file: &CreditFile, anchor: &AnchorRecord) -> Vec<String> {
    let paid = anchor.paid_late.iter().filter(|class| class.minor_units != "0");
    let text = |class: &tally_proto::v1::credit::PaidLate| {
        let sum = sum(file, &class.minor_units).map(|sum| sum.text()).unwrap_or_default();
        format!("from {} days: {sum}", class.from_days)
    };
    paid.map(text).collect()
}
