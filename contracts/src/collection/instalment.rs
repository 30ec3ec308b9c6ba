//! Instalment: at the end of its day an instalment was kept, or the arrangement is broken and escalation goes on.
use super::{Case, Clock, EntryKind, Pen, append, find, life, save};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::policy::Policy;
use crate::receivable::{self, Receivable};
use crate::settlement::Day;
use crate::state::State;
use crate::types::{Amount, ReceivableId, Text, Timestamp};

/// At the end of a block, when an instalment's day is over.
pub(crate) fn judge(state: &mut State, day: Day, id: ReceivableId) -> Result<Vec<Event>, Failure> {
    let mut case = find(state, id)?;
    let Some(in_force) = case.in_force.clone() else { return Ok(Vec::new()) };
    let receivable = receivable::find(state, id)?;
    let paid = paid(&receivable).saturating_sub(in_force.base);
    let number = in_force.kept.saturating_add(1);
    let due = in_force.arrangement.instalments.iter().take(usize::try_from(number).unwrap_or(usize::MAX));
    let due = Amount::sum(receivable.terms.face.currency(), due.map(|instalment| instalment.amount))?;
    let pen = Pen { on: day.today, by: None };
    let missing = u128::from(due.minor()).saturating_sub(paid);
    if missing > 0 {
        let missing = Amount::new(u64::try_from(missing).unwrap_or(u64::MAX), due.currency())?;
        case.in_force = None;
        append(state, &mut case, pen, EntryKind::Broken { instalment: number, missing }, Text::default())?;
        let mut events = vec![case.event(EventKind::ArrangementBroken).amount(missing).on(day.today)];
        events.extend(life::resume(state, day, &mut case)?);
        save(state, case)?;
        return Ok(events);
    }
    append(state, &mut case, pen, EntryKind::Kept { instalment: number }, Text::default())?;
    let event = case.event(EventKind::InstalmentKept).amount(due).on(day.today);
    let mut events = vec![event];
    let is_last = in_force.arrangement.instalments.len() <= usize::try_from(number).unwrap_or(usize::MAX);
    if is_last {
        // as much was paid as the face was; what interest took of it keeps the case open
        case.in_force = None;
        events.extend(life::resume(state, day, &mut case)?);
    } else {
        case.in_force = Some(super::InForce { kept: number, ..in_force });
        case.clock = later(clock(day.policy, &case), case.clock);
    }
    save(state, case)?;
    Ok(events)
}

/// Minor units that were paid or credited so far: interest and costs count, so that who pays an instalment to the cent
/// keeps it. With them it may be more than one amount can say.
pub(super) fn paid(receivable: &Receivable) -> u128 {
    let on_face = u128::from(receivable.settled.minor()).saturating_add(receivable.diluted.minor().into());
    on_face.saturating_add(receivable.late.paid)
}

/// The next clock, but never the instant that has just come: where the policy moved the UTC offset by a day, the ends of
/// two days may be one.
fn later(next: Clock, last: Clock) -> Clock {
    if let (Clock::Instalment { at }, Clock::Instalment { at: now }) = (next, last)
        && at <= now
    {
        return Clock::Instalment { at: Timestamp::from_ms(now.ms().saturating_add(1)) };
    }
    next
}

/// The end of the next instalment's day.
pub(super) fn clock(policy: &Policy, case: &Case) -> Clock {
    let next = case.in_force.as_ref().and_then(|in_force| {
        in_force.arrangement.instalments.get(usize::try_from(in_force.kept).unwrap_or(usize::MAX))
    });
    next.map_or(Clock::Idle, |instalment| Clock::Instalment {
        at: instalment.on.plus_days(1).start(policy.utc_offset_minutes),
    })
}
