//! Collect: automatic debit on the settlement day, and every later arrival at once.
use super::distribute::debit_and_distribute;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::money::{self, Account};
use crate::policy::Policy;
use crate::receivable::{self, Collection, Receivable, ReceivableStatus};
use crate::rejection::Rejection;
use crate::state::{Key, State, trailing_id};
use crate::types::{Amount, BusinessDate, ReceivableId};

/// What was done at the block's end, and how much work it was.
#[derive(Default)]
pub(crate) struct Served {
    pub events: Vec<Event>,
    /// Items: a distribution counts one for each open tranche.
    pub effort: usize,
    /// Nothing is left to do there.
    pub done: bool,
}

/// The settlement day has begun: what the anchor has is distributed, the rest waits for arrivals.
///
/// The calendar may have changed since acceptance, so the policy in force decides whether today is the day.
/// Where the ledger itself stood still over the day, today counts as the day.
pub(crate) fn settlement_day(
    state: &mut State,
    policy: &Policy,
    today: BusinessDate,
    id: ReceivableId,
) -> Result<Vec<Event>, Failure> {
    let mut receivable = receivable::find(state, id)?;
    let day = policy.calendar.settlement_day(receivable.terms.due_date, policy.day_roll);
    if day > today {
        receivable.collection = Collection::Awaited { at: day.start(policy.utc_offset_minutes) };
        receivable::save(state, receivable)?;
        return Ok(Vec::new());
    }
    let grace = i32::try_from(policy.grace_days).unwrap_or(i32::MAX);
    let overdue_at = today.plus_days(1).plus_days(grace).start(policy.utc_offset_minutes);
    receivable.collection = Collection::Running { overdue_at };
    receivable::save(state, receivable.clone())?;
    collect(state, today, receivable)
}

/// The settlement day and its grace are over: what is still unpaid is Overdue.
pub(crate) fn overdue(
    state: &mut State,
    today: BusinessDate,
    id: ReceivableId,
) -> Result<Vec<Event>, Failure> {
    let mut receivable = receivable::find(state, id)?;
    receivable.status = ReceivableStatus::Overdue { since: today };
    let event = Event::new(EventKind::ReceivableOverdue).by(receivable.anchor).with(receivable.supplier);
    let event = event.receivable(id).amount(receivable.outstanding()?).on(receivable.terms.due_date);
    receivable::save(state, receivable)?;
    Ok(vec![event])
}

/// Money arrived in `account`: the receivables that wait for it are served, oldest first, while there is
/// money and less than `room` was done. The last one begun is finished.
pub(crate) fn arrival(
    state: &mut State,
    today: BusinessDate,
    account: Account,
    room: usize,
) -> Result<Served, Failure> {
    let scope = money::unpaid_scope(account);
    let rows = state.index_from(&scope, &scope, room)?;
    let mut served = Served { done: rows.len() < room, ..Served::default() };
    for row in &rows {
        if money::deposit(state, account)?.balance == 0 {
            served.done = true;
            break;
        }
        if served.effort >= room {
            served.done = false;
            break;
        }
        let id = ReceivableId::new(trailing_id(row));
        state.begin_due(Key::Receivable(id))?;
        let receivable = receivable::find(state, id)?;
        served.effort = served.effort.saturating_add(effort(&receivable));
        served.events.extend(collect(state, today, receivable)?);
    }
    served.effort = served.effort.max(1);
    Ok(served)
}

/// Items of block-end work that one receivable costs: its open tranches.
pub(crate) fn effort(receivable: &Receivable) -> usize {
    usize::try_from(receivable.open_tranches).unwrap_or(usize::MAX).max(1)
}

/// Debits what is there, up to what is owed.
fn collect(state: &mut State, today: BusinessDate, receivable: Receivable) -> Result<Vec<Event>, Failure> {
    let outstanding = receivable.outstanding()?;
    let balance = money::deposit(state, receivable.anchor_account())?.balance;
    let minor = u64::try_from(balance).unwrap_or(u64::MAX).min(outstanding.minor());
    if minor == 0 {
        return Ok(Vec::new());
    }
    debit_and_distribute(state, today, receivable, Amount::new(minor, outstanding.currency())?)
}

impl Receivable {
    /// The status in which the anchor pays.
    pub(super) fn require_owed(&self) -> Result<(), Rejection> {
        match self.status {
            ReceivableStatus::Live | ReceivableStatus::Overdue { .. } => Ok(()),
            ReceivableStatus::Submitted { .. }
            | ReceivableStatus::Confirmed
            | ReceivableStatus::Settled { .. }
            | ReceivableStatus::Cancelled { .. }
            | ReceivableStatus::Closed { .. } => {
                Err(Rejection::WrongStatus { receivable: self.id, status: self.status })
            }
        }
    }
}
