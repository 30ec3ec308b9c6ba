//! Claim: the holder of an enrolled tranche in default joins the queue.
use super::{Enrolment, PoolClaim, find, save};
use crate::dilution;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::POOL_QUEUE_MAX;
use crate::receivable;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::tranche;
use crate::types::{Amount, CounterKind, PoolClaimId, TrancheId};

/// By the holder; paid at the block's end, in order of claims, as far as there is money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimFromPool {
    pub tranche: TrancheId,
}

impl ClaimFromPool {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut tranche = tranche::free(state, call, self.tranche)?;
        let enrolment = tranche.enrolled.ok_or(Rejection::NotEnrolled { tranche: tranche.id })?;
        let receivable = receivable::find(state, tranche.receivable)?;
        if !receivable.is_defaulted() {
            return Err(receivable.wrong_status().into());
        }
        dilution::order::require_undisputed(state, &receivable, &tranche)?;
        if enrolment.claimed {
            return Err(Rejection::PoolClaimedBefore { tranche: tranche.id }.into());
        }
        let mut pool = find(state, enrolment.pool)?;
        let limit = u32::try_from(POOL_QUEUE_MAX).unwrap_or(u32::MAX);
        if pool.waiting >= limit {
            return Err(Rejection::PoolQueueLimit { pool: pool.id, limit }.into());
        }

        let id = PoolClaimId::new(state.next_number(CounterKind::PoolClaim)?);
        let paid = Amount::zero(tranche.face.currency());
        state.put(Key::PoolClaim(id), PoolClaim { id, pool: pool.id, tranche: tranche.id, paid })?;
        tranche.enrolled = Some(Enrolment { claimed: true, ..enrolment });
        let event = tranche::transfer::about(EventKind::PoolClaimQueued, &tranche).by(call.sender.id);
        let event = event.with(pool.manager).pool(pool.id);
        tranche::save(state, tranche)?;
        pool.waiting = pool.waiting.saturating_add(1);
        save(state, pool)?;
        Ok(vec![event])
    }
}
