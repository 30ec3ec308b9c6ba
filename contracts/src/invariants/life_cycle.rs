//! Life cycle: a receivable's status moves along the edges of rulebook §4 only (I7).
use super::{changed, ensure};
use crate::failure::Fault;
use crate::receivable::{Receivable, ReceivableStatus};
use crate::state::Changes;

/// A status without its date or reason.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Absent,
    Submitted,
    Confirmed,
    Live,
    Overdue,
    Settled,
    Cancelled,
    Closed,
    Defaulted,
    WrittenOff,
}

const EDGES: [(Stage, Stage); 12] = [
    (Stage::Absent, Stage::Submitted),
    (Stage::Submitted, Stage::Confirmed),
    (Stage::Submitted, Stage::Closed),
    (Stage::Confirmed, Stage::Live),
    (Stage::Confirmed, Stage::Closed),
    (Stage::Live, Stage::Overdue),
    (Stage::Live, Stage::Settled),
    (Stage::Live, Stage::Cancelled),
    (Stage::Overdue, Stage::Settled),
    (Stage::Overdue, Stage::Defaulted),
    (Stage::Defaulted, Stage::Settled),
    (Stage::Defaulted, Stage::WrittenOff),
];

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    changed::<Receivable>(changes).try_for_each(|change| {
        let (before, now) = (change.before.map(|it| it.status), change.now.map(|it| it.status));
        let unchanged = stage(before) == stage(now);
        let legal = if unchanged { before == now } else { reaches(stage(before), stage(now)) };
        ensure(legal, "I7", || format!("{:?} went from {before:?} to {now:?}", change.key))?;
        change.now.map_or(Ok(()), check_confirmation)
    })
}

/// Nothing is Confirmed or later without a confirmation, and nothing is Submitted with one.
pub(super) fn check_confirmation(receivable: &Receivable) -> Result<(), Fault> {
    let is_confirmed = receivable.confirmation.is_some();
    let fits = match receivable.status {
        ReceivableStatus::Submitted { .. } => !is_confirmed,
        ReceivableStatus::Confirmed
        | ReceivableStatus::Live
        | ReceivableStatus::Overdue { .. }
        | ReceivableStatus::Settled { .. }
        | ReceivableStatus::Cancelled { .. }
        | ReceivableStatus::Defaulted { .. }
        | ReceivableStatus::WrittenOff { .. } => is_confirmed,
        ReceivableStatus::Closed { .. } => true,
    };
    ensure(fits, "I7", || format!("{} is {} and confirmed: {is_confirmed}", receivable.id, receivable.status))
}

/// Whether a block's several steps lead from one stage to the other. The edges have no cycle.
fn reaches(from: Stage, to: Stage) -> bool {
    let next = EDGES.iter().filter(|(start, _)| *start == from);
    next.into_iter().any(|(_, end)| *end == to || reaches(*end, to))
}

fn stage(status: Option<ReceivableStatus>) -> Stage {
    match status {
        None => Stage::Absent,
        Some(ReceivableStatus::Submitted { .. }) => Stage::Submitted,
        Some(ReceivableStatus::Confirmed) => Stage::Confirmed,
        Some(ReceivableStatus::Live) => Stage::Live,
        Some(ReceivableStatus::Overdue { .. }) => Stage::Overdue,
        Some(ReceivableStatus::Settled { .. }) => Stage::Settled,
        Some(ReceivableStatus::Cancelled { .. }) => Stage::Cancelled,
        Some(ReceivableStatus::Closed { .. }) => Stage::Closed,
        Some(ReceivableStatus::Defaulted { .. }) => Stage::Defaulted,
        Some(ReceivableStatus::WrittenOff { .. }) => Stage::WrittenOff,
    }
}
