//! Lapse: a netting that not everyone consented to in time ends by itself.
use super::{NettingStatus, find_one, save};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::state::State;
use crate::types::NettingId;

/// At the end of a block, when the parties' time is over.
pub(crate) fn lapse(state: &mut State, id: NettingId) -> Result<Vec<Event>, Failure> {
    let mut netting = find_one(state, id)?;
    netting.status = NettingStatus::Lapsed;
    let event = netting.event(EventKind::NettingLapsed)?.by(netting.proposed_by);
    save(state, netting)?;
    Ok(vec![event])
}
