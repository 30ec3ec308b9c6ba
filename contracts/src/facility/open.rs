//! Open: a funder posts a firm offer.
use super::Offering;
use super::{Facility, FacilityStatus, offering};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::{FACILITIES_PER_ANCHOR_MAX, FACILITY_ANCHORS_MAX};
use crate::member::{self, Role};
use crate::rejection::Rejection;
use crate::state::{IndexKey, Key, State};
use crate::types::MemberId;
use crate::types::{Amount, CounterKind, FacilityId};
use std::collections::BTreeSet;

/// By a Funder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFacility {
    /// 1 to 32 anchors.
    pub anchors: Vec<MemberId>,
    pub offering: Offering,
}

impl OpenFacility {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Funder)?;
        self.check_anchors(state, call)?;
        offering::check(state, call, &self.offering)?;

        let facility = Facility {
            id: FacilityId::new(state.next_number(CounterKind::Facility)?),
            funder: call.sender.id,
            anchors: self.anchors.clone(),
            offering: self.offering.clone(),
            status: FacilityStatus::Open,
            used: Amount::zero(self.offering.limit.currency()),
        };
        facility.rows().iter().try_for_each(|row| check_room(state, row))?;
        let event = facility.event(EventKind::FacilityOpened);
        state.put(Key::Facility(facility.id), facility)?;
        Ok(vec![event])
    }

    fn check_anchors(&self, state: &mut State, call: &Call) -> Result<(), Failure> {
        let distinct: BTreeSet<MemberId> = self.anchors.iter().copied().collect();
        let (count, limit) = (self.anchors.len(), FACILITY_ANCHORS_MAX);
        if count == 0 || count > limit || distinct.len() != count {
            let narrow = |number| u32::try_from(number).unwrap_or(u32::MAX);
            return Err(Rejection::AnchorCount { count: narrow(count), limit: narrow(limit) }.into());
        }
        for anchor in &self.anchors {
            // an anchor that pays early settles its debt, it does not buy it
            if *anchor == call.sender.id {
                return Err(Rejection::CounterpartyIsSelf { member: *anchor }.into());
            }
            member::active_with_role(state, *anchor, Role::Anchor)?;
        }
        Ok(())
    }
}

/// Best execution reads every facility of an anchor, so their number is bounded.
fn check_room(state: &State, row: &IndexKey) -> Result<(), Failure> {
    let scope = row.scope();
    let open = state.index_from(&scope, &scope, FACILITIES_PER_ANCHOR_MAX)?.len();
    let IndexKey::FacilityFor { anchor, .. } = row else { return Ok(()) };
    if open >= FACILITIES_PER_ANCHOR_MAX {
        let limit = u32::try_from(FACILITIES_PER_ANCHOR_MAX).unwrap_or(u32::MAX);
        return Err(Rejection::FacilitiesLimit { anchor: *anchor, limit }.into());
    }
    Ok(())
}
