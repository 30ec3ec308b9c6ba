//! Programmes: the anchor pays early with its own cash (动态贴现, rulebook §6).
mod close;
mod post;
mod price;
mod take;

pub use close::CloseProgramme;
pub use post::PostProgramme;
pub use price::EarlyPrice;
pub use take::{TakeEarlyPayment, quote_early_payment};

use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{Amount, BusinessDate, DayCount, MemberId, ProgrammeId, Rate, Text};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// What the holder gives for being paid early.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum ProgrammePricing {
    /// Annual, on the days that are left.
    Apr { rate: Rate, day_count: DayCount },
    /// Of face, falling to nothing: `max · (terms − day) / terms`, where `terms` are the days from confirmation to due
    /// date and `day` those since confirmation.
    Sliding { max: Rate },
}

/// What an anchor offers to everybody who holds its debt.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ProgrammeTerms {
    pub pricing: ProgrammePricing,
    /// Most money that it pays out in all, in the programme's currency.
    pub budget: Amount,
    /// First and last business date on which it pays.
    pub valid_from: BusinessDate,
    pub valid_until: BusinessDate,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum ProgrammeStatus {
    Open,
    Closed { on: BusinessDate },
}

/// A programme of record.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Programme {
    pub id: ProgrammeId,
    pub anchor: MemberId,
    pub terms: ProgrammeTerms,
    pub status: ProgrammeStatus,
    /// Money paid out under it, at most the budget.
    pub spent: Amount,
}

/// Why a programme does not pay a tranche.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Inapplicable {
    Closed,
    NotBegun,
    Expired,
    OtherAnchor,
    CurrencyDiffers,
    ProceedsNotPositive,
}

impl fmt::Display for Inapplicable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "it is closed",
            Self::NotBegun => "it has not begun",
            Self::Expired => "it is over",
            Self::OtherAnchor => "another anchor owes the tranche",
            Self::CurrencyDiffers => "it pays in another currency",
            Self::ProceedsNotPositive => "nothing would be left for the holder",
        })
    }
}

impl Programme {
    fn event(&self, kind: EventKind) -> Event {
        Event::new(kind).by(self.anchor).amount(self.terms.budget).note(self.name())
    }

    /// `E7`, for the note of an event.
    fn name(&self) -> Text {
        Text::new(&self.id.to_string()).unwrap_or_default()
    }

    /// What is left of the budget.
    pub fn left(&self) -> Result<Amount, Failure> {
        Ok(self.terms.budget.minus(self.spent)?)
    }
}

pub(crate) fn find(state: &mut State, id: ProgrammeId) -> Result<Programme, Failure> {
    Ok(state.get(Key::Programme(id))?.ok_or(Rejection::ProgrammeUnknown { programme: id })?)
}
