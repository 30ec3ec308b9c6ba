//! Split: one tranche into 2 to 64 parts, optionally paying others with them.
use super::Offer;
use super::{Tranche, check_minimum, consume, create, free, transfer};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::{OPEN_TRANCHES_PER_RECEIVABLE_MAX, PARTS_MAX};
use crate::receivable::{self, Receivable};
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{Amount, TrancheId};

/// One part of a split; without an offer it stays with the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub face: Amount,
    pub pay: Option<Offer>,
}

/// By the holder: Σ parts = face exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitTranche {
    pub tranche: TrancheId,
    pub parts: Vec<Part>,
}

impl SplitTranche {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let tranche = free(state, call, self.tranche)?;
        let mut receivable = receivable::find(state, tranche.receivable)?;
        receivable.require_live()?;
        check_count(call, self.parts.len())?;
        let faces: Vec<Amount> = self.parts.iter().map(|part| part.face).collect();
        let parts = Amount::sum(tranche.face.currency(), faces.iter().copied())?;
        if parts != tranche.face {
            return Err(Rejection::SplitNotConserving { face: tranche.face, parts }.into());
        }
        for part in &self.parts {
            check_minimum(call.policy, part.face)?;
            if let Some(offer) = &part.pay {
                transfer::check(state, call, &receivable, &tranche, offer)?;
            }
        }

        let (children, event) = split(state, &mut receivable, &tranche, &faces)?;
        receivable::save(state, receivable)?;
        let mut events = vec![event];
        for (child, part) in children.into_iter().zip(&self.parts) {
            if let Some(offer) = part.pay {
                events.push(transfer::offer(state, call, child, offer)?);
            }
        }
        Ok(events)
    }
}

fn check_count(call: &Call, parts: usize) -> Result<(), Rejection> {
    let limit = call.policy.max_parts.min(u32::try_from(PARTS_MAX).unwrap_or(u32::MAX));
    let count = u32::try_from(parts).unwrap_or(u32::MAX);
    if count < 2 || count > limit {
        return Err(Rejection::PartCount { count, limit });
    }
    Ok(())
}

/// Consumes `tranche` and enters one child per face, alike in everything else. The caller has checked that
/// the faces sum to the tranche's and saves the receivable.
pub(crate) fn split(
    state: &mut State,
    receivable: &mut Receivable,
    tranche: &Tranche,
    faces: &[Amount],
) -> Result<(Vec<Tranche>, Event), Failure> {
    consume(state, receivable, tranche)?;
    let mut children = Vec::with_capacity(faces.len());
    for face in faces {
        let child = Tranche { face: *face, offer: None, ..tranche.clone() };
        let id = create(state, receivable, child.clone(), OPEN_TRANCHES_PER_RECEIVABLE_MAX)?;
        children.push(Tranche { id, ..child });
    }
    let ids = children.iter().map(|child| child.id).collect();
    let event = Event::new(EventKind::TrancheSplit).by(tranche.holder).receivable(receivable.id);
    Ok((children, event.tranche(tranche.id).tranches(ids).amount(tranche.face)))
}
