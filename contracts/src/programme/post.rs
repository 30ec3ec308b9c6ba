//! Post: an anchor offers to pay early.
use super::{Programme, ProgrammePricing, ProgrammeStatus, ProgrammeTerms};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::RATE_PPM_MAX;
use crate::member::Role;
use crate::money;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{Amount, CounterKind, ProgrammeId};

/// By an Anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostProgramme {
    pub terms: ProgrammeTerms,
}

impl PostProgramme {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Anchor)?;
        let terms = self.terms;
        money::positive(terms.budget)?;
        let ppm = match terms.pricing {
            ProgrammePricing::Apr { rate, .. } => rate.ppm(),
            ProgrammePricing::Sliding { max } => max.ppm(),
        };
        if ppm > RATE_PPM_MAX {
            return Err(Rejection::ProgrammeRateInvalid { ppm }.into());
        }
        let (valid_until, today) = (terms.valid_until, call.today);
        if valid_until < today || valid_until < terms.valid_from {
            return Err(Rejection::ValidityPassed { valid_until, today: today.max(terms.valid_from) }.into());
        }

        let programme = Programme {
            id: ProgrammeId::new(state.next_number(CounterKind::Programme)?),
            anchor: call.sender.id,
            terms,
            status: ProgrammeStatus::Open,
            spent: Amount::zero(terms.budget.currency()),
        };
        let event = programme.event(EventKind::ProgrammePosted).on(valid_until);
        state.put(Key::Programme(programme.id), programme)?;
        Ok(vec![event])
    }
}
