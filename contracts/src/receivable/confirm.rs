//! Confirm: the anchor acknowledges the debt, in full or in part (确权).
use super::accept::accept;
use super::{Confirmation, Receivable, ReceivableStatus, exposure, find, save, terms};
use crate::dispute;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member;
use crate::money::{field, positive};
use crate::rejection::Rejection;
use crate::state::{IndexKey, State, trailing_id};
use crate::types::{Amount, BusinessDate, ReceivableId, Text};

/// By the receivable's anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmReceivable {
    pub receivable: ReceivableId,
    /// The face, or less with a reason.
    pub amount: Amount,
    pub reason: Text,
    pub defences_waived: bool,
    /// Must be set where the receivable names near duplicates.
    pub acknowledge_near_duplicates: bool,
}

impl ConfirmReceivable {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let receivable = find(state, self.receivable)?;
        receivable.require_anchor(call)?;
        receivable.require_submitted()?;
        positive(self.amount)?;
        let face = receivable.terms.face;
        if self.amount.exceeds(face)? {
            return Err(Rejection::ConfirmExceedsFace { face, amount: self.amount }.into());
        }
        if self.amount != face && self.reason.is_empty() {
            return Err(Rejection::TextMissing { field: field("reason of a partial confirmation") }.into());
        }
        let undisputed = face.minus(receivable.disputed())?;
        if self.amount.exceeds(undisputed)? {
            return Err(Rejection::ConfirmTouchesDisputed { undisputed, amount: self.amount }.into());
        }
        let confirmation = Confirmation {
            amount: self.amount,
            on: call.today,
            reason: self.reason.clone(),
            defences_waived: self.defences_waived,
        };
        confirm(state, call, receivable, confirmation, self.acknowledge_near_duplicates)
    }
}

/// Submitted → Confirmed, and on to Live where the supplier has a standing acceptance.
pub(super) fn confirm(
    state: &mut State,
    call: &Call,
    mut receivable: Receivable,
    confirmation: Confirmation,
    acknowledged: bool,
) -> Result<Vec<Event>, Failure> {
    receivable.require_submitted()?;
    if !receivable.near_duplicates.is_empty() && !acknowledged {
        let receivables = receivable.near_duplicates.clone();
        return Err(Rejection::NearDuplicateUnacknowledged { receivables }.into());
    }
    terms::check_tenor(call, &receivable.terms)?;
    require_not_suspended(state, call)?;
    exposure::check_limit(state, receivable.anchor, confirmation.amount)?;

    let event =
        receivable.event(EventKind::ReceivableConfirmed).by(receivable.anchor).with(receivable.supplier);
    let event = event.amount(confirmation.amount).note(confirmation.reason.clone());
    receivable.confirmation = Some(confirmation);
    receivable.status = ReceivableStatus::Confirmed;
    let mut events = vec![event];
    events.extend(dispute::exclude(state, &mut receivable)?);
    if member::accepts_always(state, receivable.supplier, receivable.anchor)? {
        events.push(accept(state, call, receivable)?);
        return Ok(events);
    }
    save(state, receivable)?;
    Ok(events)
}

/// An anchor that is overdue beyond the policy's days, or defaulted, confirms nothing new until it paid
/// (rulebook §4).
fn require_not_suspended(state: &mut State, call: &Call) -> Result<(), Failure> {
    let anchor = call.sender.id;
    let (due, receivable) = (BusinessDate::default(), ReceivableId::new(0));
    let overdue = IndexKey::OverdueOf { anchor, due, receivable }.scope();
    let defaulted = IndexKey::DefaultedOf { anchor, due, receivable }.scope();
    let is_defaulted = !state.index_from(&defaulted, &defaulted, 1)?.is_empty();
    let worst = if is_defaulted { defaulted } else { overdue };
    let Some(oldest) = state.index_from(&worst, &worst, 1)?.pop() else { return Ok(()) };
    let receivable = find(state, ReceivableId::new(trailing_id(&oldest)))?;
    let days = receivable.days_past_due(call.today);
    let limit = call.policy.suspend_anchor_after_days;
    if is_defaulted || days > limit {
        return Err(Rejection::AnchorSuspended { anchor, receivable: receivable.id, days, limit }.into());
    }
    Ok(())
}
