//! Amend: new terms for later discounts; what was bought stays as it was.
use super::Offering;
use super::{offering, own};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::FacilityId;

/// By the facility's funder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmendFacility {
    pub facility: FacilityId,
    /// Same currency as before.
    pub offering: Offering,
}

impl AmendFacility {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut facility = own(state, call, self.facility)?;
        offering::check(state, call, &self.offering)?;
        let (limit, used) = (self.offering.limit, facility.used);
        if used.exceeds(limit)? {
            return Err(Rejection::LimitBelowUsed { limit, used }.into());
        }
        facility.offering = self.offering.clone();
        let event = facility.event(EventKind::FacilityAmended);
        state.put(Key::Facility(facility.id), facility)?;
        Ok(vec![event])
    }
}
