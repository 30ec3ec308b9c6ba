//! Read: under consent, figures are answered as bands or yes and no; that it was read stays on the ledger.
use super::consent::{IN_ORDER, counting};
use super::{Answer, CreditFile, Measure};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{IndexKey, Key, State};
use crate::types::{BusinessDate, CounterKind, CreditReadId, Currency, Height, MemberId, Text};
use borsh::{BorshDeserialize, BorshSerialize};

/// What a reader wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    pub measure: Measure,
    /// Only whether it is in this band or a higher one, from 1; `None` for the band. There is no other
    /// threshold to ask about: a free one would give the figure away in a few questions.
    pub at_least: Option<u8>,
}

/// By the reader that a member consented to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadCredit {
    pub member: MemberId,
    pub currency: Currency,
    /// At least one, in the order of their measures, each once.
    pub questions: Vec<Question>,
}

/// An answered question.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CreditAnswer {
    pub measure: Measure,
    pub at_least: Option<u8>,
    pub answer: Answer,
}

/// Who was told what about whom, for what and when; never changed.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CreditRead {
    pub id: CreditReadId,
    pub reader: MemberId,
    pub member: MemberId,
    pub currency: Currency,
    /// As the consent says.
    pub purpose: Text,
    pub height: Height,
    pub on: BusinessDate,
    pub answers: Vec<CreditAnswer>,
}

impl CreditRead {
    /// Both sides find it.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        let row = |member| IndexKey::CreditReadOf { member, read: self.id };
        vec![row(self.member), row(self.reader)]
    }
}

impl ReadCredit {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let (reader, member) = (call.sender.id, self.member);
        if reader == member {
            return Err(Rejection::CounterpartyIsSelf { member }.into());
        }
        self.check_questions()?;
        let consent = counting(state, call, member, reader)?;
        let allowed = &consent.terms.measures;
        if let Some(asked) = self.questions.iter().find(|asked| !allowed.contains(&asked.measure)) {
            return Err(Rejection::ConsentScope { member, measure: field(&asked.measure.to_string()) }.into());
        }
        let file = state.get::<CreditFile>(Key::CreditFile { member, currency: self.currency })?;
        let answers = self.questions.iter().map(|question| question.answer(file.as_ref())).collect();
        let id = CreditReadId::new(state.next_number(CounterKind::CreditRead)?);
        let (purpose, height) = (consent.terms.purpose, call.height);
        let event = Event::new(EventKind::CreditRead).by(reader).with(member).credit_read(id);
        let event = event.note(purpose.clone());
        let read = CreditRead {
            id,
            reader,
            member,
            currency: self.currency,
            purpose,
            height,
            on: call.today,
            answers,
        };
        state.create(Key::CreditRead(id), read)?;
        Ok(vec![event])
    }

    fn check_questions(&self) -> Result<(), Rejection> {
        let in_order = self.questions.is_sorted_by(|one, other| one.measure < other.measure);
        if self.questions.is_empty() || !in_order {
            return Err(Rejection::MeasuresInvalid { rule: field(IN_ORDER) });
        }
        let is_band = |question: &Question| {
            let bands = question.measure.edges().len();
            question.at_least.is_none_or(|band| (1..=bands).contains(&usize::from(band)))
        };
        if !self.questions.iter().all(is_band) {
            return Err(Rejection::MeasuresInvalid { rule: field("bands that the measure has, from 1") });
        }
        Ok(())
    }
}

impl Question {
    fn answer(self, file: Option<&CreditFile>) -> CreditAnswer {
        let Self { measure, at_least } = self;
        let answer = match (file.and_then(|file| measure.band(file)), at_least) {
            (None, _) => Answer::NoHistory,
            (Some(band), None) => Answer::Band(band),
            (Some(band), Some(least)) if band >= least => Answer::Yes,
            (Some(_), Some(_)) => Answer::No,
        };
        CreditAnswer { measure, at_least, answer }
    }
}
