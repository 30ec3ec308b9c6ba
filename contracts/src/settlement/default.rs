//! Default: what stays unpaid for more than the policy's days is Defaulted.
use super::Day;
use crate::collection;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::receivable::{self, Collection, Receivable, ReceivableStatus};
use crate::state::State;
use crate::types::{BusinessDate, ReceivableId};

/// At the end of a block, when the days may be over. The policy may have changed since the receivable became
/// Overdue, so the one in force decides.
pub(crate) fn default_day(state: &mut State, day: Day, id: ReceivableId) -> Result<Vec<Event>, Failure> {
    let mut receivable = receivable::find(state, id)?;
    let first = first_day(day, &receivable);
    let is_suspended = collection::is_suspended(state, id)?;
    if first > day.today || is_suspended {
        // while an arrangement is kept, it is asked again every day
        let asked = if is_suspended { first.max(day.today.plus_days(1)) } else { first };
        let defaults_at = asked.start(day.policy.utc_offset_minutes);
        receivable.collection = Collection::Escalating { defaults_at };
        receivable::save(state, receivable)?;
        return Ok(Vec::new());
    }
    receivable.status = ReceivableStatus::Defaulted { since: day.today };
    receivable.collection = Collection::Idle;
    let event = Event::new(EventKind::ReceivableDefaulted).by(receivable.anchor).with(receivable.supplier);
    let event = event.receivable(id).amount(receivable.outstanding()?).on(receivable.terms.due_date);
    receivable::save(state, receivable)?;
    Ok(vec![event])
}

/// Until when an Overdue receivable has time.
pub(super) fn escalating(day: Day, receivable: &Receivable) -> Collection {
    Collection::Escalating { defaults_at: first_day(day, receivable).start(day.policy.utc_offset_minutes) }
}

/// The first day on which more than the policy's days have passed since the due date.
fn first_day(day: Day, receivable: &Receivable) -> BusinessDate {
    let days = i32::try_from(day.policy.default_after_days).unwrap_or(i32::MAX);
    receivable.terms.due_date.plus_days(days).plus_days(1)
}
