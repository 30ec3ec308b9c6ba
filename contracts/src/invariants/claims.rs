//! Claims: a fingerprint or document is taken when free and released only by the end of its receivable (I4).
use super::{changed, ensure};
use crate::failure::Fault;
use crate::receivable::{Receivable, ReceivableStatus, fingerprint};
use crate::state::{Changes, Key};
use crate::types::ReceivableId;
use std::collections::BTreeMap;

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    let mut moved: BTreeMap<Key, (Option<ReceivableId>, Option<ReceivableId>)> = BTreeMap::new();
    for change in changed::<ReceivableId>(changes) {
        moved.insert(change.key, (change.before.copied(), change.now.copied()));
    }
    for change in changed::<Receivable>(changes) {
        let Some(now) = change.now else { continue };
        let held_before = change.before.is_some_and(holds_claims);
        let holds_now = holds_claims(now);
        if held_before == holds_now {
            continue;
        }
        for key in fingerprint::claims(now) {
            let (before, after) = moved.remove(&key).unwrap_or_default();
            let right = if holds_now { after == Some(now.id) } else { before == Some(now.id) };
            ensure(right, "I4", || format!("{key:?} of {}: {before:?} to {after:?}", now.id))?;
            // one receivable's release may be another's claim in the same block: the other side is checked there
            let other = if holds_now { before } else { after };
            if other.is_some() {
                moved.insert(key, if holds_now { (before, None) } else { (None, after) });
            }
        }
    }
    moved.into_iter().try_for_each(|(key, (before, now))| {
        ensure(before.is_none() && now.is_none(), "I4", || format!("{key:?} went from {before:?} to {now:?}"))
    })
}

/// Whether its invoices are used up: from submission on, and for ever after settlement.
pub(super) fn holds_claims(receivable: &Receivable) -> bool {
    match receivable.status {
        ReceivableStatus::Submitted { .. }
        | ReceivableStatus::Confirmed
        | ReceivableStatus::Live
        | ReceivableStatus::Overdue { .. }
        | ReceivableStatus::Settled { .. }
        | ReceivableStatus::Defaulted { .. }
        | ReceivableStatus::WrittenOff { .. } => true,
        ReceivableStatus::Cancelled { .. } | ReceivableStatus::Closed { .. } => false,
    }
}
