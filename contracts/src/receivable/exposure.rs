//! Exposure: what an anchor owes by confirmed receivables in all, and the limit that governance set for it.
use super::{Receivable, ReceivableStatus};
use crate::failure::Failure;
use crate::member::{self, Role};
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{Amount, Currency, MemberId};

/// What this receivable adds to its anchor's exposure: its outstanding amount from the confirmation on.
pub(crate) fn of(receivable: &Receivable) -> Result<Amount, Failure> {
    match receivable.status {
        ReceivableStatus::Confirmed
        | ReceivableStatus::Live
        | ReceivableStatus::Overdue { .. }
        | ReceivableStatus::Defaulted { .. }
        | ReceivableStatus::WrittenOff { .. } => receivable.outstanding(),
        ReceivableStatus::Submitted { .. }
        | ReceivableStatus::Settled { .. }
        | ReceivableStatus::Cancelled { .. }
        | ReceivableStatus::Closed { .. } => Ok(Amount::zero(receivable.terms.face.currency())),
    }
}

/// Keeps the anchor's running total in step with a receivable that is about to be saved.
pub(super) fn follow(state: &mut State, now: &Receivable) -> Result<(), Failure> {
    let zero = Amount::zero(now.terms.face.currency());
    let before = state.get::<Receivable>(Key::Receivable(now.id))?;
    let before = before.map_or(Ok(zero), |before| of(&before))?;
    let after = of(now)?;
    if before == after {
        return Ok(());
    }
    // in this order the largest face that there can be never takes the sum over its type on the way
    let total = outstanding(state, now.anchor, zero.currency())?.minus(before)?.plus(after)?;
    let key = Key::AnchorExposure { anchor: now.anchor, currency: zero.currency() };
    if total.is_zero() {
        state.remove(key)?;
    } else {
        state.put(key, total)?;
    }
    Ok(())
}

/// Refuses a confirmation of `amount` that would take the anchor over its limit.
pub(super) fn check_limit(state: &mut State, anchor: MemberId, amount: Amount) -> Result<(), Failure> {
    let Some(limit) = limit(state, anchor, amount.currency())? else { return Ok(()) };
    let outstanding = outstanding(state, anchor, amount.currency())?;
    if outstanding.plus(amount)?.exceeds(limit)? {
        return Err(Rejection::AnchorLimitExceeded { anchor, limit, outstanding, amount }.into());
    }
    Ok(())
}

/// What the anchor owes now by confirmed receivables, in `currency`.
pub(crate) fn outstanding(
    state: &mut State,
    anchor: MemberId,
    currency: Currency,
) -> Result<Amount, Failure> {
    Ok(state.get(Key::AnchorExposure { anchor, currency })?.unwrap_or(Amount::zero(currency)))
}

/// What governance allows it to owe; nothing where there is no limit.
pub(crate) fn limit(
    state: &mut State,
    anchor: MemberId,
    currency: Currency,
) -> Result<Option<Amount>, Failure> {
    Ok(state.get(Key::AnchorLimit { anchor, currency })?)
}

/// As governance decided; what is owed already stays owed.
pub(crate) fn set_limit(
    state: &mut State,
    anchor: MemberId,
    currency: Currency,
    limit: Option<Amount>,
) -> Result<(), Failure> {
    let member = member::find(state, anchor)?;
    if !member.has_role(Role::Anchor) {
        return Err(Rejection::RoleMissing { member: anchor, role: Role::Anchor }.into());
    }
    let key = Key::AnchorLimit { anchor, currency };
    match limit {
        Some(limit) => state.put(key, limit)?,
        None => state.remove(key)?,
    }
    Ok(())
}
