//! Collect: automatic debit on the settlement day, and every later arrival at once.
use super::distribute::{anchor_account, debit_and_distribute};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::money::{self, Account};
use crate::policy::Policy;
use crate::receivable::{self, Receivable, ReceivableStatus};
use crate::state::{DueKind, IndexKey, State, trailing_id};
use crate::types::{Amount, BusinessDate, ReceivableId};

/// The settlement day has begun: what the anchor has is distributed, the rest waits for arrivals.
pub(crate) fn settlement_day(
    state: &mut State,
    policy: &Policy,
    today: BusinessDate,
    id: ReceivableId,
) -> Result<Vec<Event>, Failure> {
    let receivable = receivable::find(state, id)?;
    if !is_owed(&receivable) {
        return Ok(Vec::new());
    }
    let account = anchor_account(&receivable);
    state.add_index(IndexKey::Unpaid { account, due: receivable.terms.due_date, receivable: id });
    let day = policy.calendar.settlement_day(receivable.terms.due_date, policy.day_roll);
    let grace = i32::try_from(policy.grace_days).unwrap_or(i32::MAX);
    let end = day.plus_days(1).plus_days(grace).start(policy.utc_offset_minutes);
    state.add_index(receivable.due_row(end, DueKind::Overdue));
    collect(state, policy, today, receivable)
}

/// The settlement day and its grace are over: what is still unpaid is Overdue.
pub(crate) fn overdue(
    state: &mut State,
    today: BusinessDate,
    id: ReceivableId,
) -> Result<Vec<Event>, Failure> {
    let mut receivable = receivable::find(state, id)?;
    if receivable.status != ReceivableStatus::Live {
        return Ok(Vec::new());
    }
    receivable.status = ReceivableStatus::Overdue { since: today };
    let event = Event::new(EventKind::ReceivableOverdue).by(receivable.anchor).with(receivable.supplier);
    let event = event.receivable(id).amount(receivable.outstanding()?).on(receivable.terms.due_date);
    receivable::save(state, receivable)?;
    Ok(vec![event])
}

/// Money arrived in `account`: unpaid receivables are served, oldest first, `limit` of them at most. True
/// when nothing is left to do there.
pub(crate) fn arrival(
    state: &mut State,
    policy: &Policy,
    today: BusinessDate,
    account: Account,
    limit: usize,
) -> Result<(Vec<Event>, usize, bool), Failure> {
    let scope = money::unpaid_scope(account);
    let rows = state.index_from(&scope, &scope, limit)?;
    let mut events = Vec::new();
    let mut work = 0_usize;
    for row in &rows {
        if work >= limit {
            return Ok((events, work, false));
        }
        if money::deposit(state, account)?.balance == 0 {
            return Ok((events, work.max(1), true));
        }
        let receivable = receivable::find(state, ReceivableId::new(trailing_id(row)))?;
        work = work.saturating_add(effort(&receivable));
        events.extend(collect(state, policy, today, receivable)?);
    }
    let done = rows.len() < limit;
    Ok((events, work.max(1), done))
}

/// Items of block-end work that one receivable costs: its open tranches.
pub(crate) fn effort(receivable: &Receivable) -> usize {
    usize::try_from(receivable.open_tranches).unwrap_or(usize::MAX).max(1)
}

/// Debits what is there, up to what is owed.
fn collect(
    state: &mut State,
    policy: &Policy,
    today: BusinessDate,
    receivable: Receivable,
) -> Result<Vec<Event>, Failure> {
    let outstanding = receivable.outstanding()?;
    let balance = money::deposit(state, anchor_account(&receivable))?.balance;
    let minor = u64::try_from(balance).unwrap_or(u64::MAX).min(outstanding.minor());
    if minor == 0 {
        return Ok(Vec::new());
    }
    let amount = Amount::new(minor, outstanding.currency())?;
    debit_and_distribute(state, policy, today, receivable, amount)
}

fn is_owed(receivable: &Receivable) -> bool {
    match receivable.status {
        ReceivableStatus::Live | ReceivableStatus::Overdue { .. } => true,
        ReceivableStatus::Submitted { .. }
        | ReceivableStatus::Confirmed
        | ReceivableStatus::Settled { .. }
        | ReceivableStatus::Cancelled { .. }
        | ReceivableStatus::Closed { .. } => false,
    }
}

impl Receivable {
    /// The status in which the anchor pays.
    pub(super) fn require_owed(&self) -> Result<(), crate::Rejection> {
        if !is_owed(self) {
            return Err(crate::Rejection::WrongStatus { receivable: self.id, status: self.status });
        }
        Ok(())
    }
}
