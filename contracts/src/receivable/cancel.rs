//! Cancel: anchor and sole original holder undo a receivable of which nothing moved.
use super::{Collection, Receivable, ReceivableStatus, find, fingerprint, save};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::lien;
use crate::rejection::Rejection;
use crate::screening;
use crate::state::State;
use crate::tranche::{self, Tranche};
use crate::types::{ReceivableId, Text};

/// By the anchor or the supplier; done when both asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelReceivable {
    pub receivable: ReceivableId,
    pub reason: Text,
}

impl CancelReceivable {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut receivable = find(state, self.receivable)?;
        let side = call.sender.id;
        if side != receivable.anchor && side != receivable.supplier {
            return Err(Rejection::NotAnchorOf { receivable: receivable.id }.into());
        }
        receivable.require_live()?;
        if let Some(open) = receivable.dispute {
            return Err(Rejection::DisputeExists { receivable: receivable.id, dispute: open.id }.into());
        }
        let root = untouched(state, &receivable)?;
        if receivable.cancellation_asked_by == Some(side) {
            return Err(Rejection::CancellationAskedBefore { receivable: receivable.id }.into());
        }
        if receivable.cancellation_asked_by.is_none() {
            receivable.cancellation_asked_by = Some(side);
            let event = receivable.event(EventKind::CancellationAsked).by(side).note(self.reason.clone());
            save(state, receivable)?;
            return Ok(vec![event]);
        }
        Ok(vec![cancel(state, call, receivable, root)?.by(side).note(self.reason.clone())])
    }
}

/// The one tranche, while it is whole and where it began.
fn untouched(state: &mut State, receivable: &Receivable) -> Result<Tranche, Failure> {
    let moved = Rejection::NotUntouched { receivable: receivable.id };
    let tranches = tranche::of_receivable(state, receivable.id)?;
    let [root] = tranches.as_slice() else { return Err(moved.into()) };
    let whole = root.face == receivable.confirmed() && root.offer.is_none();
    // a sale to a facility and back leaves the depth alone, but not the purchase or the recourse
    let unsold = root.depth == 0 && root.bought_under.is_none() && root.recourse.is_empty();
    if !whole || !unsold || root.holder != receivable.supplier {
        return Err(moved.into());
    }
    screening::require_not_frozen(state, root.id)?;
    lien::require_none(root)?;
    Ok(root.clone())
}

fn cancel(
    state: &mut State,
    call: &Call,
    mut receivable: Receivable,
    root: Tranche,
) -> Result<Event, Failure> {
    fingerprint::release(state, &receivable)?;
    tranche::consume(state, &mut receivable, &root)?;
    receivable.status = ReceivableStatus::Cancelled { on: call.today };
    receivable.collection = Collection::Idle;
    let event = receivable.event(EventKind::ReceivableCancelled).tranche(root.id);
    save(state, receivable)?;
    Ok(event)
}
