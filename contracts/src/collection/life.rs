//! Life: a case opens with Overdue, escalates by days past due, and closes when nothing is owed any more.
use super::{Case, CaseStatus, Clock, EntryKind, Pen, Stage, append, find, save};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::receivable::{self, Receivable};
use crate::settlement::Day;
use crate::state::{Key, State};
use crate::tranche::Tranche;
use crate::types::{BusinessDate, ReceivableId, Text};

/// When a receivable becomes Overdue: at the end of a block.
pub(crate) fn open(state: &mut State, day: Day, receivable: &Receivable) -> Result<Vec<Event>, Failure> {
    let mut case = Case {
        receivable: receivable.id,
        debtor: receivable.anchor,
        opened_on: day.today,
        status: CaseStatus::Open,
        stage: Stage::Reminder,
        clock: Clock::Idle,
        mandate: None,
        proposal: None,
        in_force: None,
        observed_until: None,
        entries: 0,
    };
    let owed = receivable.payable()?;
    let pen = Pen { on: day.today, by: None };
    append(state, &mut case, pen, EntryKind::Opened { owed }, Text::default())?;
    case.clock = next_stage(day, receivable, case.stage);
    let event = case.event(EventKind::CaseOpened).amount(owed).on(day.today);
    save(state, case)?;
    Ok(vec![event])
}

/// At the end of a block, when the next stage may have come. The policy may have changed since, so the one in
/// force decides.
pub(crate) fn escalate(state: &mut State, day: Day, id: ReceivableId) -> Result<Vec<Event>, Failure> {
    let (mut case, receivable) = (find(state, id)?, receivable::find(state, id)?);
    // while only the disputed part is left nobody is pressed harder; it is asked again every day
    let stage =
        if receivable.awaits_money() { stage_on(day, &receivable).max(case.stage) } else { case.stage };
    let events = raise(state, day, &mut case, stage)?;
    case.clock = next_stage(day, &receivable, case.stage);
    save(state, case)?;
    Ok(events)
}

/// Escalation goes on where it stands by the days past due. The caller saves the case.
pub(super) fn resume(state: &mut State, day: Day, case: &mut Case) -> Result<Vec<Event>, Failure> {
    let receivable = receivable::find(state, case.receivable)?;
    let stage = stage_on(day, &receivable).max(case.stage);
    let events = raise(state, day, case, stage)?;
    case.clock = next_stage(day, &receivable, case.stage);
    Ok(events)
}

/// When a receivable is settled: nothing is left to collect.
pub(crate) fn close(state: &mut State, today: BusinessDate, id: ReceivableId) -> Result<Vec<Event>, Failure> {
    if !state.contains(Key::Case(id))? {
        return Ok(Vec::new());
    }
    let mut case = find(state, id)?;
    case.require_open()?;
    append(state, &mut case, Pen { on: today, by: None }, EntryKind::Closed, Text::default())?;
    case.status = CaseStatus::Closed { on: today };
    case.clock = Clock::Idle;
    case.proposal = None;
    case.in_force = None;
    let event = case.event(EventKind::CaseClosed).on(today);
    save(state, case)?;
    Ok(vec![event])
}

/// A holder booked its claim as lost: the claim and the case stay.
pub(crate) fn written_off(
    state: &mut State,
    pen: Pen,
    tranche: &Tranche,
    reason: Text,
) -> Result<(), Failure> {
    let mut case = find(state, tranche.receivable)?;
    let kind = EntryKind::WrittenOff { tranche: tranche.id, amount: tranche.face };
    append(state, &mut case, pen, kind, reason)?;
    save(state, case)
}

fn raise(state: &mut State, day: Day, case: &mut Case, stage: Stage) -> Result<Vec<Event>, Failure> {
    if stage == case.stage {
        return Ok(Vec::new());
    }
    case.stage = stage;
    let pen = Pen { on: day.today, by: None };
    append(state, case, pen, EntryKind::Escalated { stage }, Text::default())?;
    let event = case.event(EventKind::CaseEscalated).on(day.today);
    Ok(vec![event.note(crate::money::field(stage.as_str()))])
}

/// The stage that the days past due call for.
fn stage_on(day: Day, receivable: &Receivable) -> Stage {
    let days = receivable.days_past_due(day.today);
    if days > day.policy.default_after_days {
        Stage::Legal
    } else if days > day.policy.technical_grace_days {
        Stage::Demand
    } else {
        Stage::Reminder
    }
}

/// The first day on which a higher stage than `stage` is called for; later than today.
fn next_stage(day: Day, receivable: &Receivable, stage: Stage) -> Clock {
    let after = |days: u32| {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        receivable.terms.due_date.plus_days(days).plus_days(1)
    };
    let (demand, legal) = (after(day.policy.technical_grace_days), after(day.policy.default_after_days));
    let coming = match stage {
        Stage::Reminder => demand.min(legal),
        Stage::Demand => legal,
        Stage::Legal => return Clock::Idle,
    };
    let on = coming.max(day.today.plus_days(1));
    Clock::Escalates { at: on.start(day.policy.utc_offset_minutes) }
}

impl Stage {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Demand => "demand",
            Self::Legal => "legal",
        }
    }
}
