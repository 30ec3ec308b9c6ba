//! Merge: several tranches of one receivable and holder into one.
use super::{Tranche, consume, create, free};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::{MERGE_MAX, OPEN_TRANCHES_PER_RECEIVABLE_MAX};
use crate::receivable;
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::Amount;
use crate::types::TrancheId;

/// By the holder: 2 to 64 tranches of equal receivable, depth, recourse chain and purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeTranches {
    pub tranches: Vec<TrancheId>,
}

impl MergeTranches {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let (count, limit) = (self.tranches.len(), MERGE_MAX);
        if count < 2 || count > limit {
            let narrow = |number| u32::try_from(number).unwrap_or(u32::MAX);
            return Err(Rejection::MergeCount { count: narrow(count), limit: narrow(limit) }.into());
        }
        let mut merged: Vec<Tranche> = Vec::with_capacity(count);
        for id in &self.tranches {
            let tranche = free(state, call, *id)?;
            if merged.iter().any(|other| other.id == *id) {
                return Err(Rejection::MergeRepeated { tranche: *id }.into());
            }
            if merged.first().is_some_and(|first| !is_alike(first, &tranche)) {
                return Err(Rejection::MergeMismatch { tranche: *id }.into());
            }
            merged.push(tranche);
        }
        let unknown = Rejection::MergeCount { count: 0, limit: 0 };
        let first = merged.first().cloned().ok_or(unknown)?;
        let mut receivable = receivable::find(state, first.receivable)?;
        receivable.require_live()?;
        let face = Amount::sum(first.face.currency(), merged.iter().map(|tranche| tranche.face))?;

        merged.iter().try_for_each(|tranche| consume(state, &mut receivable, tranche))?;
        let by = first.holder;
        let merged = Tranche { face, ..first };
        let id = create(state, &mut receivable, merged, OPEN_TRANCHES_PER_RECEIVABLE_MAX)?;
        let event = Event::new(EventKind::TranchesMerged).by(by).receivable(receivable.id);
        receivable::save(state, receivable)?;
        Ok(vec![event.tranche(id).tranches(self.tranches.clone()).amount(face)])
    }
}

/// Whether nothing but id and face tells the two apart.
fn is_alike(first: &Tranche, other: &Tranche) -> bool {
    first.receivable == other.receivable
        && first.depth == other.depth
        && first.recourse == other.recourse
        && first.bought_under == other.bought_under
        && first.guarantee == other.guarantee
        && first.enrolled == other.enrolled
        && first.registration == other.registration
}
