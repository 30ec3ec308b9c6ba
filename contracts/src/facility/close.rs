//! Close: no more purchases; bought tranches are not affected.
use super::{FacilityStatus, own};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::state::{Key, State};
use crate::types::FacilityId;

/// By the facility's funder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseFacility {
    pub facility: FacilityId,
}

impl CloseFacility {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut facility = own(state, call, self.facility)?;
        facility.status = FacilityStatus::Closed { on: call.today };
        let event = facility.event(EventKind::FacilityClosed);
        state.put(Key::Facility(facility.id), facility)?;
        Ok(vec![event])
    }
}
