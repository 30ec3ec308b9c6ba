//! Dilution: disputes and credit notes end once, and receivables are diluted by applied notes alone (I1, I7).
use super::conservation::minor;
use super::{changed, ensure};
use crate::dilution::{CreditNote, CreditNoteStatus};
use crate::dispute::{Dispute, DisputeStatus};
use crate::failure::Fault;
use crate::receivable::Receivable;
use crate::state::{Changes, Key};
use crate::types::{CreditNoteId, ReceivableId};
use std::collections::BTreeMap;

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    check_disputes(changes)?;
    check_claims(changes)?;
    // Σ newly applied notes, less what the receivables say was credited
    let mut gaps: BTreeMap<ReceivableId, i128> = BTreeMap::new();
    for change in changed::<CreditNote>(changes) {
        let Some(now) = change.now else {
            return ensure(false, "I7", || format!("{:?} was removed", change.key));
        };
        let was_open = change.before.is_none_or(|before| before.status == CreditNoteStatus::Open);
        ensure(was_open, "I7", || format!("{} changed after its end", now.id))?;
        check_losses(now)?;
        let gap = gaps.entry(now.receivable).or_default();
        *gap = gap.saturating_add(applied(now)).saturating_sub(change.before.map_or(0, applied));
    }
    for change in changed::<Receivable>(changes) {
        let Key::Receivable(id) = change.key else { continue };
        let diluted = |receivable: Option<&Receivable>| receivable.map_or(0, |it| minor(it.diluted));
        let gap = gaps.entry(id).or_default();
        *gap = gap.saturating_sub(diluted(change.now)).saturating_add(diluted(change.before));
    }
    gaps.into_iter().try_for_each(|(id, gap)| {
        ensure(gap == 0, "I1", || format!("{id}: its credit notes are {gap} more than it was diluted by"))
    })
}

/// What a note took from its receivable.
pub(super) fn applied(note: &CreditNote) -> i128 {
    match note.status {
        CreditNoteStatus::Applied { .. } => minor(note.amount),
        CreditNoteStatus::Open | CreditNoteStatus::Withdrawn { .. } => 0,
    }
}

/// Losses are positive, one per tranche, and sum to the note (I2).
pub(super) fn check_losses(note: &CreditNote) -> Result<(), Fault> {
    let CreditNoteStatus::Applied { losses, .. } = &note.status else { return Ok(()) };
    let sum = losses.iter().fold(0_i128, |sum, loss| sum.saturating_add(minor(loss.amount)));
    let sound = losses.iter().all(|loss| !loss.amount.is_zero())
        && losses.is_sorted_by(|one, other| one.tranche < other.tranche);
    ensure(sound && sum == minor(note.amount), "I2", || format!("{} and its losses, {sum}", note.id))
}

/// A dispute ends once, and its receivable waits for it as long as it is open.
fn check_disputes(changes: &Changes) -> Result<(), Fault> {
    for change in changed::<Dispute>(changes) {
        let Some(now) = change.now else {
            return ensure(false, "I7", || format!("{:?} was removed", change.key));
        };
        let was_open = change.before.is_none_or(|before| before.status == DisputeStatus::Open);
        ensure(was_open, "I7", || format!("{} changed after its end", now.id))?;
    }
    for change in changed::<Receivable>(changes) {
        let open = |receivable: Option<&Receivable>| receivable.and_then(|it| it.dispute).map(|it| it.id);
        let (before, now) = (open(change.before), open(change.now));
        if before == now {
            continue;
        }
        let is_open = |id| {
            let found = changed::<Dispute>(changes).find(|it| it.key == Key::Dispute(id));
            found.and_then(|it| it.now).map(|it| it.status == DisputeStatus::Open)
        };
        let right = before.is_none_or(|id| is_open(id) == Some(false))
            && now.is_none_or(|id| is_open(id) == Some(true));
        ensure(right, "I7", || format!("{:?} went from dispute {before:?} to {now:?}", change.key))?;
    }
    Ok(())
}

/// A claim is freed by its own note's withdrawal and taken by a note of this block (I4).
fn check_claims(changes: &Changes) -> Result<(), Fault> {
    for change in changed::<CreditNoteId>(changes) {
        let is_withdrawn = |id: &CreditNoteId| {
            let found = changed::<CreditNote>(changes).find(|it| it.key == Key::CreditNote(*id));
            let now = found.and_then(|it| it.now);
            now.map(|it| matches!(it.status, CreditNoteStatus::Withdrawn { .. }))
        };
        let right = change.before.is_none_or(|id| is_withdrawn(id) == Some(true))
            && change.now.is_none_or(|id| is_withdrawn(id) == Some(false));
        ensure(right, "I4", || format!("{:?}: {:?} to {:?}", change.key, change.before, change.now))?;
    }
    Ok(())
}
