//! Authority: nothing changes but by an applied transaction or by what is due (I8).
//!
//! That an applied transaction carried the signatures it needs is checked before it runs, in `execute`.
use super::{changed, ensure};
use crate::collection::Case;
use crate::failure::Fault;
use crate::receipt::{Outcome, Receipt, ReceiptSource};
use crate::receivable::Receivable;
use crate::state::Changes;

pub(super) fn check(changes: &Changes, receipts: &[Receipt]) -> Result<(), Fault> {
    let Some((end, transactions)) = receipts.split_last() else {
        return ensure(false, "I8", || "a block without receipts".to_owned());
    };
    let applied = |receipt: &Receipt| match receipt.outcome {
        Outcome::Applied { .. } => true,
        Outcome::Refused { .. } => false,
    };
    let placed = end.source == ReceiptSource::BlockEnd
        && applied(end)
        && transactions.iter().all(|receipt| receipt.source != ReceiptSource::BlockEnd);
    ensure(placed, "I8", || "the block's end stands last, once, and is never refused".to_owned())?;
    if transactions.iter().any(applied) || !end.events().is_empty() {
        return Ok(());
    }
    // without an event only the calendar of a receivable and the clock of a case can have moved on
    let quiet = changed::<Receivable>(changes).all(|change| {
        change.before.map(|before| (before.status, before.settled))
            == change.now.map(|now| (now.status, now.settled))
    });
    let ticked = changed::<Case>(changes).all(|change| match (change.before, change.now) {
        (Some(before), Some(now)) => *before == Case { clock: before.clock, ..now.clone() },
        (_, _) => false,
    });
    let asked = changed::<Receivable>(changes).count().saturating_add(changed::<Case>(changes).count());
    let others = changes.records.len() != asked;
    ensure(quiet && ticked && !others, "I8", || {
        format!("{} records changed by nobody", changes.records.len())
    })
}
