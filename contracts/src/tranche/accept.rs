//! Accept and decline: the recipient's answer to an offered tranche.
use super::transfer::{about, move_title};
use super::{OpenOffer, Tranche, find, save};
use crate::dilution;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::receivable;
use crate::rejection::Rejection;
use crate::screening;
use crate::state::State;
use crate::types::TrancheId;

/// By the recipient: title moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptTransfer {
    pub tranche: TrancheId,
}

/// By the recipient, or by the holder who takes its offer back: the tranche stays where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclineTransfer {
    pub tranche: TrancheId,
}

impl AcceptTransfer {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let (tranche, open) = offered(state, self.tranche)?;
        if open.offer.to != call.sender.id {
            return Err(Rejection::NotRecipient { tranche: tranche.id }.into());
        }
        let receivable = receivable::find(state, tranche.receivable)?;
        receivable.require_live()?;
        screening::require_not_frozen(state, tranche.id)?;
        screening::require_clear(state, call.sender.id)?;
        dilution::order::require_undisputed(state, &receivable, &tranche)?;
        Ok(vec![move_title(state, tranche, open.offer)?])
    }
}

impl DeclineTransfer {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let (tranche, open) = offered(state, self.tranche)?;
        if open.offer.to != call.sender.id && tranche.holder != call.sender.id {
            return Err(Rejection::NotRecipient { tranche: tranche.id }.into());
        }
        Ok(vec![give_back(state, tranche, open, EventKind::TransferDeclined)?])
    }
}

/// At the end of a block, when the recipient's time is over.
pub(crate) fn lapse(state: &mut State, id: TrancheId) -> Result<Vec<Event>, Failure> {
    let (tranche, open) = offered(state, id)?;
    Ok(vec![give_back(state, tranche, open, EventKind::TransferLapsed)?])
}

fn offered(state: &mut State, id: TrancheId) -> Result<(Tranche, OpenOffer), Failure> {
    let tranche = find(state, id)?;
    let open = tranche.offer.ok_or(Rejection::NotOffered { tranche: id })?;
    Ok((tranche, open))
}

fn give_back(
    state: &mut State,
    mut tranche: Tranche,
    open: OpenOffer,
    kind: EventKind,
) -> Result<Event, Failure> {
    tranche.offer = None;
    let event = about(kind, &tranche).by(tranche.holder).with(open.offer.to);
    save(state, tranche)?;
    Ok(event)
}
