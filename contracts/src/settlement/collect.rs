//! Collect: automatic debit on the settlement day, and every later arrival at once.
use super::Day;
use super::default::escalating;
use super::distribute::{Payment, distribute};
use crate::collection;
use crate::credit_profile;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::money::{self, Account};
use crate::receivable::{self, Collection, Receivable, ReceivableStatus};
use crate::rejection::Rejection;
use crate::state::{Key, State, trailing_id};
use crate::types::{Amount, ReceivableId};

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
pub(crate) fn settlement_day(state: &mut State, day: Day, id: ReceivableId) -> Result<Vec<Event>, Failure> {
    let Day { today, policy } = day;
    let mut receivable = receivable::find(state, id)?;
    let settles = policy.calendar.settlement_day(receivable.terms.due_date, policy.day_roll);
    if settles > today {
        receivable.collection = Collection::Awaited { at: settles.start(policy.utc_offset_minutes) };
        receivable::save(state, receivable)?;
        return Ok(Vec::new());
    }
    let grace = i32::try_from(policy.grace_days).unwrap_or(i32::MAX);
    let overdue_at = today.plus_days(1).plus_days(grace).start(policy.utc_offset_minutes);
    receivable.collection = Collection::Running { overdue_at };
    receivable::save(state, receivable.clone())?;
    collect(state, day, receivable)
}

/// The settlement day and its grace are over: what is still unpaid is Overdue, and bears interest from the day
/// after the due date.
pub(crate) fn overdue(state: &mut State, day: Day, id: ReceivableId) -> Result<Vec<Event>, Failure> {
    let mut receivable = receivable::find(state, id)?;
    if !receivable.awaits_money() {
        // only the disputed part is left, which waits
        receivable.collection = Collection::Idle;
        receivable::save(state, receivable)?;
        return Ok(Vec::new());
    }
    receivable.status = ReceivableStatus::Overdue { since: day.today };
    receivable.collection = escalating(day, &receivable);
    let event = Event::new(EventKind::ReceivableOverdue).by(receivable.anchor).with(receivable.supplier);
    let event = event.receivable(id).amount(receivable.payable()?).on(receivable.terms.due_date);
    receivable::save(state, receivable.clone())?;
    let mut events = vec![event];
    events.extend(collection::life::open(state, day, &receivable)?);
    Ok(events)
}

/// Money arrived in `account`: the receivables that wait for it are served, oldest first, while there is
/// money and less than `room` was done. The last one begun is finished.
pub(crate) fn arrival(state: &mut State, day: Day, account: Account, room: usize) -> Result<Served, Failure> {
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
        let events = collect(state, day, receivable)?;
        credit_profile::follow(state, day.today, &events)?;
        served.events.extend(events);
    }
    served.effort = served.effort.max(1);
    Ok(served)
}

/// Items of block-end work that one receivable costs: its open tranches and charges.
pub(crate) fn effort(receivable: &Receivable) -> usize {
    let tranches = usize::try_from(receivable.open_tranches).unwrap_or(usize::MAX);
    tranches.saturating_add(receivable.late.charges.len()).max(1)
}

/// Debits what is there, up to what is owed and not disputed.
fn collect(state: &mut State, day: Day, receivable: Receivable) -> Result<Vec<Event>, Failure> {
    let owed = receivable.owed(day.today)?.total()?;
    let from = receivable.anchor_account();
    let balance = money::deposit(state, from)?.balance;
    let minor = u64::try_from(balance).unwrap_or(u64::MAX).min(owed.minor());
    if minor == 0 {
        return Ok(Vec::new());
    }
    let amount = Amount::new(minor, owed.currency())?;
    distribute(state, day, receivable, Payment { from, amount, takes_claim: false })
}

impl Receivable {
    /// The status in which the anchor pays.
    pub(crate) fn require_owed(&self) -> Result<(), Rejection> {
        match self.status {
            ReceivableStatus::Live
            | ReceivableStatus::Overdue { .. }
            | ReceivableStatus::Defaulted { .. }
            | ReceivableStatus::WrittenOff { .. } => Ok(()),
            ReceivableStatus::Submitted { .. }
            | ReceivableStatus::Confirmed
            | ReceivableStatus::Settled { .. }
            | ReceivableStatus::Cancelled { .. }
            | ReceivableStatus::Closed { .. } => Err(self.wrong_status()),
        }
    }
}
