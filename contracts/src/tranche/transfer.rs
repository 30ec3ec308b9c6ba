//! Transfer: the holder offers title to another member (转让).
use super::Offer;
use super::{OpenOffer, Recourse, Tranche, free, hand_over, keep_liable, save};
use crate::dilution;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member::{self, Role};
use crate::receivable::{self, Receivable};
use crate::registration;
use crate::rejection::Rejection;
use crate::screening;
use crate::state::State;
use crate::types::TrancheId;

/// By the holder; title moves when the recipient accepts, or at once under a standing acceptance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferTransfer {
    pub tranche: TrancheId,
    pub offer: Offer,
}

impl OfferTransfer {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let tranche = free(state, call, self.tranche)?;
        let receivable = receivable::find(state, tranche.receivable)?;
        receivable.require_live()?;
        check(state, call, &receivable, &tranche, &self.offer)?;
        Ok(vec![offer(state, call, tranche, self.offer)?])
    }
}

/// Who may receive title, and with which papers. The anchor pays its debt instead of holding it.
pub(super) fn check(
    state: &mut State,
    call: &Call,
    receivable: &Receivable,
    tranche: &Tranche,
    offer: &Offer,
) -> Result<(), Failure> {
    registration::require(call.policy, tranche)?;
    if offer.to == tranche.holder {
        return Err(Rejection::CounterpartyIsSelf { member: offer.to }.into());
    }
    let to = member::active(state, offer.to)?;
    let has_role = [Role::Supplier, Role::Funder, Role::Guarantor].into_iter().any(|role| to.has_role(role));
    if !has_role || offer.to == receivable.anchor {
        return Err(Rejection::RecipientNotEligible { to: offer.to }.into());
    }
    screening::require_clear(state, offer.to)?;
    if offer.trade_reference.is_none() && !to.has_role(Role::Funder) {
        return Err(Rejection::TradeReferenceMissing { to: offer.to }.into());
    }
    if offer.recourse == Recourse::Full && !call.policy.allow_recourse {
        return Err(Rejection::RecourseNotAllowed {}.into());
    }
    let depth = u32::from(tranche.depth).saturating_add(1);
    let limit = u32::from(call.policy.max_depth);
    if depth > limit {
        return Err(Rejection::DepthExceeded { depth, limit }.into());
    }
    Ok(())
}

/// Puts a checked offer on the tranche, or moves title at once under a standing acceptance.
pub(super) fn offer(
    state: &mut State,
    call: &Call,
    mut tranche: Tranche,
    offer: Offer,
) -> Result<Event, Failure> {
    let receivable = receivable::find(state, tranche.receivable)?;
    dilution::order::require_undisputed(state, &receivable, &tranche)?;
    if member::accepts_always(state, offer.to, tranche.holder)? {
        return move_title(state, tranche, offer);
    }
    let open = OpenOffer { offer, lapses_at: call.time.plus_hours(call.policy.acceptance_hours) };
    tranche.offer = Some(open);
    let event = about(EventKind::TransferOffered, &tranche).by(tranche.holder).with(offer.to);
    save(state, tranche)?;
    Ok(event)
}

/// Title moves; the transferor is released unless recourse is Full.
pub(super) fn move_title(state: &mut State, mut tranche: Tranche, offer: Offer) -> Result<Event, Failure> {
    let from = tranche.holder;
    hand_over(state, &mut tranche, offer.to)?;
    keep_liable(&mut tranche, offer.recourse, from);
    tranche.depth = tranche.depth.saturating_add(1);
    tranche.offer = None;
    let event = about(EventKind::TransferAccepted, &tranche).by(from).with(offer.to);
    save(state, tranche)?;
    Ok(event)
}

pub(crate) fn about(kind: EventKind, tranche: &Tranche) -> Event {
    Event::new(kind).receivable(tranche.receivable).tranche(tranche.id).amount(tranche.face)
}
