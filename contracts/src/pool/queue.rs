//! Queue: claims are paid in their order while the pool has money; pay = min(net loss · share, pool, cap).
use super::{Pool, PoolClaim, find, save, spend};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::guarantee::share_of;
use crate::limits::POOL_QUEUE_MAX;
use crate::receivable;
use crate::settlement::distribute::Payment;
use crate::settlement::{Day, Taken, pay_taken, whole};
use crate::state::{IndexKey, Key, State, trailing_id};
use crate::tranche::{self, Tranche};
use crate::types::{Amount, PoolClaimId, PoolId};

/// At the end of a block, while claims wait and there is money. What was done, and how many claims were looked at.
pub(crate) fn run(state: &mut State, day: Day, id: PoolId) -> Result<(Vec<Event>, usize), Failure> {
    let scope = IndexKey::PoolQueue { pool: id, claim: PoolClaimId::new(0) }.scope();
    let rows = state.index_from(&scope, &scope, POOL_QUEUE_MAX)?;
    let (mut events, mut effort) = (Vec::new(), 0_usize);
    for row in rows {
        let pool = find(state, id)?;
        if pool.balance == 0 {
            break;
        }
        effort = effort.saturating_add(1);
        let key = Key::PoolClaim(PoolClaimId::new(trailing_id(&row)));
        if let Some(claim) = state.get::<PoolClaim>(key)? {
            events.extend(serve(state, day, pool, claim)?);
        }
    }
    Ok((events, effort.max(1)))
}

/// Pays what the claim is still due, and ends it where nothing is.
fn serve(state: &mut State, day: Day, mut pool: Pool, mut claim: PoolClaim) -> Result<Vec<Event>, Failure> {
    let tranche: Option<Tranche> = state.get(Key::Tranche(claim.tranche))?;
    let due = match &tranche {
        Some(tranche) => still_due(state, &pool, &claim, tranche)?,
        // it was paid in full while it waited
        None => Amount::zero(pool.terms.cap.currency()),
    };
    let amount = due.least(pool.available()?)?;
    let mut events = Vec::new();
    if let Some(tranche) = tranche.filter(|_| !amount.is_zero()) {
        spend(state, &mut pool, amount)?;
        pool.paid = pool.paid.saturating_add(amount.minor().into());
        let (from, id) = (pool.account(), pool.id);
        save(state, pool)?;
        let payment = Payment { from, amount, takes_claim: true };
        let receivable = receivable::find(state, tranche.receivable)?;
        events.extend(pay_taken(state, day, receivable, tranche, Taken { payment, pool: Some(id) })?);
        claim.paid = claim.paid.plus(amount)?;
    }
    if amount == due {
        events.push(close(state, &claim)?);
        return Ok(events);
    }
    state.put(Key::PoolClaim(claim.id), claim)?;
    Ok(events)
}

/// The pool's share of the loss that is left, less what it paid of that loss, within its cap.
fn still_due(
    state: &mut State,
    pool: &Pool,
    claim: &PoolClaim,
    tranche: &Tranche,
) -> Result<Amount, Failure> {
    let Some(enrolment) = tranche.enrolled else { return Ok(Amount::zero(tranche.face.currency())) };
    let share = share_of(whole(state, tranche)?, pool.terms.share_of(enrolment))?;
    let others = tranche::of_receivable(state, tranche.receivable)?;
    let own = others.iter().filter(|other| {
        other.taken_over.is_some_and(|taken| taken.from == Some(tranche.id) && taken.pool == Some(pool.id))
    });
    let borne = Amount::sum(share.currency(), own.map(|other| other.face))?;
    let open = share.minus(borne.least(share)?)?;
    let left = pool.terms.cap.minus(claim.paid.least(pool.terms.cap)?)?;
    Ok(open.least(left)?.least(tranche.face)?)
}

fn close(state: &mut State, claim: &PoolClaim) -> Result<Event, Failure> {
    state.remove(Key::PoolClaim(claim.id))?;
    let mut pool = find(state, claim.pool)?;
    pool.waiting = pool.waiting.saturating_sub(1);
    let event = pool.event(EventKind::PoolClaimClosed).tranche(claim.tranche).amount(claim.paid);
    save(state, pool)?;
    Ok(event)
}
