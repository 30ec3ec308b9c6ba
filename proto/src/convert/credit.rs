//! Credit profiles, consents and reads.
use super::field::{At, FieldError, FieldErrorKind, bounded, member, one_of, required, text};
use crate::v1::credit as wire;
use tally_contracts::credit_profile as domain;
use tally_contracts::types::{Currency, MemberId};

impl TryFrom<&wire::ConsentTerms> for domain::ConsentTerms {
    type Error = FieldError;

    fn try_from(terms: &wire::ConsentTerms) -> Result<Self, FieldError> {
        let measures = bounded(&terms.measures, domain::Measure::ALL.len(), "measures")?;
        let measure = |value: &i32| one_of::<wire::Measure, _>(*value, "measures");
        Ok(Self {
            measures: measures.iter().map(measure).collect::<Result<_, _>>()?,
            purpose: text(&terms.purpose, "purpose")?,
            last_day: required(&terms.last_day, "last_day")?,
        })
    }
}

impl From<&domain::ConsentTerms> for wire::ConsentTerms {
    fn from(terms: &domain::ConsentTerms) -> Self {
        Self {
            measures: terms.measures.iter().map(|one| wire::Measure::from(*one).into()).collect(),
            purpose: terms.purpose.to_string(),
            last_day: Some((&terms.last_day).into()),
        }
    }
}

impl TryFrom<&wire::GrantCreditConsent> for domain::GrantCreditConsent {
    type Error = FieldError;

    fn try_from(action: &wire::GrantCreditConsent) -> Result<Self, FieldError> {
        Ok(Self { reader: member(&action.reader, "reader")?, terms: required(&action.terms, "terms")? })
    }
}

impl From<&domain::GrantCreditConsent> for wire::GrantCreditConsent {
    fn from(action: &domain::GrantCreditConsent) -> Self {
        Self { reader: action.reader.to_string(), terms: Some((&action.terms).into()) }
    }
}

impl TryFrom<&wire::RevokeCreditConsent> for domain::RevokeCreditConsent {
    type Error = FieldError;

    fn try_from(action: &wire::RevokeCreditConsent) -> Result<Self, FieldError> {
        Ok(Self { reader: member(&action.reader, "reader")? })
    }
}

impl From<&domain::RevokeCreditConsent> for wire::RevokeCreditConsent {
    fn from(action: &domain::RevokeCreditConsent) -> Self {
        Self { reader: action.reader.to_string() }
    }
}

impl TryFrom<&wire::Question> for domain::Question {
    type Error = FieldError;

    fn try_from(question: &wire::Question) -> Result<Self, FieldError> {
        let band = |value: u32| {
            let too_large = FieldErrorKind::TooLarge { value: value.into(), limit: u8::MAX.into() };
            u8::try_from(value).map_err(|_| too_large).at("at_least")
        };
        Ok(Self {
            measure: one_of::<wire::Measure, _>(question.measure, "measure")?,
            at_least: question.at_least.map(band).transpose()?,
        })
    }
}

impl From<&domain::Question> for wire::Question {
    fn from(question: &domain::Question) -> Self {
        Self {
            measure: wire::Measure::from(question.measure).into(),
            at_least: question.at_least.map(Into::into),
        }
    }
}

impl TryFrom<&wire::ReadCredit> for domain::ReadCredit {
    type Error = FieldError;

    fn try_from(action: &wire::ReadCredit) -> Result<Self, FieldError> {
        Ok(Self {
            member: member(&action.member, "member")?,
            currency: Currency::new(&action.currency).map_err(FieldErrorKind::from).at("currency")?,
            questions: super::field::list(&action.questions, domain::Measure::ALL.len(), "questions")?,
        })
    }
}

impl From<&domain::ReadCredit> for wire::ReadCredit {
    fn from(action: &domain::ReadCredit) -> Self {
        Self {
            member: action.member.to_string(),
            currency: action.currency.to_string(),
            questions: action.questions.iter().map(Into::into).collect(),
        }
    }
}

impl From<&domain::CreditConsent> for wire::CreditConsent {
    fn from(consent: &domain::CreditConsent) -> Self {
        Self {
            member: consent.member.to_string(),
            reader: consent.reader.to_string(),
            terms: Some((&consent.terms).into()),
            granted_at: consent.granted_at.number(),
            revoked_at: consent.revoked_at.map(|height| height.number()),
        }
    }
}

impl From<&domain::CreditAnswer> for wire::CreditAnswer {
    fn from(answer: &domain::CreditAnswer) -> Self {
        let said = match answer.answer {
            domain::Answer::NoHistory => wire::credit_answer::Answer::NoHistory(true),
            domain::Answer::Band(number) => wire::credit_answer::Answer::Band(band(answer.measure, number)),
            domain::Answer::Yes => wire::credit_answer::Answer::IsReached(true),
            domain::Answer::No => wire::credit_answer::Answer::IsReached(false),
        };
        Self {
            measure: wire::Measure::from(answer.measure).into(),
            at_least: answer.at_least.map(Into::into),
            answer: Some(said),
        }
    }
}

impl From<&domain::CreditRead> for wire::CreditRead {
    fn from(read: &domain::CreditRead) -> Self {
        Self {
            id: read.id.number(),
            reader: read.reader.to_string(),
            member: read.member.to_string(),
            currency: read.currency.to_string(),
            purpose: read.purpose.to_string(),
            height: read.height.number(),
            on: Some((&read.on).into()),
            answers: read.answers.iter().map(Into::into).collect(),
        }
    }
}

impl From<domain::Volume> for wire::Volume {
    fn from(volume: domain::Volume) -> Self {
        Self { count: volume.count, minor_units: volume.minor.to_string() }
    }
}

/// A member's own file.
pub fn credit_file(member: MemberId, currency: Currency, file: &domain::CreditFile) -> wire::CreditFile {
    let domain::CreditFile { since, anchor, supplier, holder } = file;
    let classes = domain::LATENESS_DAYS.iter().zip(&anchor.paid_late);
    let paid_late =
        |(days, minor): (&u32, &u128)| wire::PaidLate { from_days: *days, minor_units: minor.to_string() };
    wire::CreditFile {
        member: member.to_string(),
        currency: currency.to_string(),
        since: Some(since.into()),
        anchor: Some(wire::AnchorRecord {
            confirmed: Some(anchor.confirmed.into()),
            paid_on_time_minor_units: anchor.paid_on_time.to_string(),
            paid_late: classes.map(paid_late).collect(),
            overdue: Some(anchor.overdue.into()),
            defaulted: Some(anchor.defaulted.into()),
            diluted_minor_units: anchor.diluted.to_string(),
            cancelled_minor_units: anchor.cancelled.to_string(),
            outstanding_minor_units: anchor.outstanding().to_string(),
            tenor_minor_unit_days: anchor.tenor_minor_days.to_string(),
            late_minor_unit_days: anchor.late_minor_days.to_string(),
        }),
        supplier: Some(wire::SupplierRecord {
            confirmed: Some(supplier.confirmed.into()),
            rejected: Some(supplier.rejected.into()),
            diluted_minor_units: supplier.diluted.to_string(),
        }),
        holder: Some(wire::HolderRecord {
            discounted: Some(holder.discounted.into()),
            proceeds_minor_units: holder.proceeds.to_string(),
            discounted_minor_unit_days: holder.discounted_minor_days.to_string(),
        }),
    }
}

/// Every measure with its bands.
pub fn measures() -> Vec<wire::MeasureBands> {
    let bands = |measure: domain::Measure| {
        let last = u8::try_from(measure.edges().len()).unwrap_or(u8::MAX);
        wire::MeasureBands {
            measure: wire::Measure::from(measure).into(),
            bands: (0..=last).map(|number| band(measure, number)).collect(),
        }
    };
    domain::Measure::ALL.into_iter().map(bands).collect()
}

fn band(measure: domain::Measure, number: u8) -> wire::Band {
    let edges = measure.edges();
    let above = usize::from(number);
    let from = above.checked_sub(1).and_then(|below| edges.get(below)).copied().unwrap_or(0);
    wire::Band {
        number: number.into(),
        from: from.to_string(),
        below: edges.get(above).map(u128::to_string).unwrap_or_default(),
    }
}
