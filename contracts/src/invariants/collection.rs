//! Collections: a case closes once, its file only grows, and an arrangement sums to what it says (I2, I7, I8).
use super::conservation::minor;
use super::{changed, ensure};
use crate::collection::{Arrangement, Case, CaseEntry, CaseStatus, Clock};
use crate::failure::Fault;
use crate::state::Changes;
use crate::types::ReceivableId;
use std::collections::BTreeMap;

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    let mut appended: BTreeMap<ReceivableId, u32> = BTreeMap::new();
    for change in changed::<CaseEntry>(changes) {
        let (None, Some(now)) = (change.before, change.now) else {
            return ensure(false, "I8", || format!("{:?} was changed or removed", change.key));
        };
        let count = appended.entry(now.receivable).or_default();
        *count = count.saturating_add(1);
    }
    for change in changed::<Case>(changes) {
        let Some(now) = change.now else {
            return ensure(false, "I7", || format!("{:?} was removed", change.key));
        };
        check_shape(now)?;
        let was_open = change.before.is_none_or(|case| case.status == CaseStatus::Open);
        ensure(was_open, "I7", || format!("{:?} changed after it was closed", change.key))?;
        let grown = now.entries.saturating_sub(change.before.map_or(0, |case| case.entries));
        let count = appended.remove(&now.receivable).unwrap_or(0);
        ensure(count == grown, "I8", || format!("{:?}: {count} entries where {grown} count", change.key))?;
    }
    ensure(appended.is_empty(), "I8", || format!("{appended:?} entries without a change of their case"))
}

/// Instalments are more than nothing and in order; a closed case waits for nothing; escalation is suspended
/// exactly while an arrangement is in force.
pub(super) fn check_shape(case: &Case) -> Result<(), Fault> {
    let proposed = case.proposal.as_ref().map(|proposal| &proposal.arrangement);
    let in_force = case.in_force.as_ref().map(|in_force| &in_force.arrangement);
    let sound = proposed.into_iter().chain(in_force).all(is_sound);
    let is_closed = case.status != CaseStatus::Open;
    let rests = match case.clock {
        Clock::Idle => in_force.is_none(),
        Clock::Escalates { .. } => in_force.is_none() && !is_closed,
        Clock::Instalment { .. } => in_force.is_some() && !is_closed,
    };
    ensure(sound, "I2", || format!("the arrangement about {}", case.receivable))?;
    ensure(rests, "I7", || format!("the case about {} waits for {:?}", case.receivable, case.clock))
}

fn is_sound(arrangement: &Arrangement) -> bool {
    let instalments = &arrangement.instalments;
    !instalments.is_empty()
        && instalments.iter().all(|instalment| minor(instalment.amount) > 0)
        && instalments.is_sorted_by(|one, other| one.on < other.on)
}
