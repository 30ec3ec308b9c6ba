//! Consent: a member lets one other member ask certain things for a purpose, until a day or until it thinks better.
use super::Measure;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::CONSENT_DAYS_MAX;
use crate::member;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{BusinessDate, Height, MemberId, Text};
use borsh::{BorshDeserialize, BorshSerialize};

/// What is allowed.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ConsentTerms {
    /// At least one, in their order, each once.
    pub measures: Vec<Measure>,
    pub purpose: Text,
    /// Last local day on which it counts.
    pub last_day: BusinessDate,
}

/// The consent of `member` towards `reader`; a new one replaces it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CreditConsent {
    pub member: MemberId,
    pub reader: MemberId,
    pub terms: ConsentTerms,
    pub granted_at: Height,
    /// The last height at which it counted.
    pub revoked_at: Option<Height>,
}

/// By any member about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantCreditConsent {
    pub reader: MemberId,
    pub terms: ConsentTerms,
}

/// By the member that granted it; effective at the next block, so that the order inside a block decides nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokeCreditConsent {
    pub reader: MemberId,
}

impl CreditConsent {
    pub fn counts_at(&self, height: Height, today: BusinessDate) -> bool {
        today <= self.terms.last_day && self.revoked_at.is_none_or(|last| height <= last)
    }

    fn key(&self) -> Key {
        Key::CreditConsent { member: self.member, reader: self.reader }
    }
}

impl GrantCreditConsent {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let (member, reader) = (call.sender.id, self.reader);
        if reader == member {
            return Err(Rejection::CounterpartyIsSelf { member }.into());
        }
        member::active(state, reader)?;
        if self.terms.purpose.is_empty() {
            return Err(Rejection::TextMissing { field: field("purpose") }.into());
        }
        let is_list = self.terms.measures.is_sorted_by(|one, other| one < other);
        if self.terms.measures.is_empty() || !is_list {
            return Err(Rejection::MeasuresInvalid { rule: field(IN_ORDER) }.into());
        }
        let latest = call.today.plus_days(CONSENT_DAYS_MAX);
        let last_day = self.terms.last_day;
        if last_day < call.today || last_day > latest {
            return Err(Rejection::ConsentPeriod { last_day, today: call.today, latest }.into());
        }
        let terms = self.terms.clone();
        let consent = CreditConsent { member, reader, terms, granted_at: call.height, revoked_at: None };
        state.put(consent.key(), consent)?;
        let event = Event::new(EventKind::CreditConsentGranted).by(member).with(reader);
        Ok(vec![event.on(last_day).note(self.terms.purpose.clone())])
    }
}

impl RevokeCreditConsent {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let (member, reader) = (call.sender.id, self.reader);
        let mut consent = counting(state, call, member, reader)?;
        if consent.revoked_at.is_some() {
            return Err(Rejection::ConsentNone { member, reader }.into());
        }
        consent.revoked_at = Some(call.height);
        let purpose = consent.terms.purpose.clone();
        state.put(consent.key(), consent)?;
        Ok(vec![Event::new(EventKind::CreditConsentRevoked).by(member).with(reader).note(purpose)])
    }
}

/// The rule that a list of measures breaks.
pub(super) const IN_ORDER: &str = "at least one measure, in their order, each once";

/// The consent of `member` that lets `reader` ask now. One answer for all that is missing: who may not ask does
/// not learn whether there is such a member or what it once allowed.
pub(super) fn counting(
    state: &mut State,
    call: &Call,
    member: MemberId,
    reader: MemberId,
) -> Result<CreditConsent, Failure> {
    let consent = state.get::<CreditConsent>(Key::CreditConsent { member, reader })?;
    let counts = consent.filter(|consent| consent.counts_at(call.height, call.today));
    Ok(counts.ok_or(Rejection::ConsentNone { member, reader })?)
}
