//! Lapse: a submission that nobody answered ends by itself and tells both sides.
use super::{ClosedReason, ReceivableStatus, close, find};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::state::State;
use crate::types::ReceivableId;

/// At the end of a block, when the submission's time is over.
pub(crate) fn lapse(state: &mut State, id: ReceivableId) -> Result<Vec<Event>, Failure> {
    let receivable = find(state, id)?;
    let ReceivableStatus::Submitted { .. } = receivable.status else { return Ok(Vec::new()) };
    let event = receivable.event(EventKind::ReceivableLapsed).by(receivable.supplier).with(receivable.anchor);
    close(state, receivable, ClosedReason::Lapsed)?;
    Ok(vec![event])
}
