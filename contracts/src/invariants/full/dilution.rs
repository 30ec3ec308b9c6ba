//! Dilution: disputes, credit notes and their claims against the receivables that they name.
use super::super::dilution::check_losses;
use super::super::ensure;
use super::records::{check_key, check_member};
use crate::dilution::{CreditNote, CreditNoteStatus, claims};
use crate::dispute::{Dispute, DisputeStatus};
use crate::failure::Fault;
use crate::receivable::Receivable;
use crate::state::pages::record;
use crate::state::{Key, StateRead};
use crate::types::{CreditNoteId, ReceivableId};

/// The dispute that a receivable waits for is open, its own, of the same amount, and no more than is owed.
pub(super) fn check_open(state: &dyn StateRead, receivable: &Receivable) -> Result<(), Fault> {
    let Some(open) = receivable.dispute else { return Ok(()) };
    let dispute: Option<Dispute> = record(state, Key::Dispute(open.id))?;
    let is_own = dispute.is_some_and(|it| {
        it.status == DisputeStatus::Open && it.receivable == receivable.id && it.amount == open.amount
    });
    let limit = match receivable.confirmation {
        None => receivable.terms.face,
        Some(_) => receivable.outstanding().map_err(|_| broken(receivable.id))?,
    };
    let within = open.amount.exceeds(limit).is_ok_and(|exceeds| !exceeds);
    ensure(is_own && within, "I2", || format!("{} waits for {}", receivable.id, open.id))
}

/// An open dispute is what its receivable waits for.
pub(super) fn check_dispute(state: &dyn StateRead, key: &Key, dispute: &Dispute) -> Result<(), Fault> {
    check_key(key, Key::Dispute(dispute.id))?;
    check_member(state, dispute.opened_by, key)?;
    let receivable = named(state, key, dispute.receivable)?;
    let waits = receivable.dispute.is_some_and(|open| open.id == dispute.id);
    let is_open = dispute.status == DisputeStatus::Open;
    ensure(waits == is_open && !dispute.amount.is_zero(), "I7", || dispute.id.to_string())
}

/// A note names its receivable, its losses sum up, and its number and document are claimed for it.
pub(super) fn check_note(state: &dyn StateRead, key: &Key, note: &CreditNote) -> Result<(), Fault> {
    check_key(key, Key::CreditNote(note.id))?;
    check_member(state, note.issued_by, key)?;
    let receivable = named(state, key, note.receivable)?;
    ensure(!note.amount.is_zero(), "I2", || note.id.to_string())?;
    check_losses(note)?;
    if !holds_claims(note, &receivable) {
        return Ok(());
    }
    for claim in claims::claims(&receivable, note) {
        let holder: Option<CreditNoteId> = record(state, claim)?;
        ensure(holder == Some(note.id), "I4", || format!("{claim:?} of {}", note.id))?;
    }
    Ok(())
}

/// I4, from the claim's side.
pub(super) fn check_claim(state: &dyn StateRead, key: &Key, id: CreditNoteId) -> Result<(), Fault> {
    let note: Option<CreditNote> = record(state, Key::CreditNote(id))?;
    let held = match note {
        None => false,
        Some(note) => {
            let receivable = named(state, key, note.receivable)?;
            holds_claims(&note, &receivable) && claims::claims(&receivable, &note).contains(key)
        }
    };
    ensure(held, "I4", || format!("{key:?} is claimed for {id}"))
}

fn holds_claims(note: &CreditNote, receivable: &Receivable) -> bool {
    let is_withdrawn = match note.status {
        CreditNoteStatus::Withdrawn { .. } => true,
        CreditNoteStatus::Open | CreditNoteStatus::Applied { .. } => false,
    };
    note.is_document(receivable) && !is_withdrawn
}

fn named(state: &dyn StateRead, key: &Key, id: ReceivableId) -> Result<Receivable, Fault> {
    record(state, Key::Receivable(id))?
        .ok_or_else(|| Fault::DanglingIndex { key: format!("{id} of {key:?}") })
}

fn broken(id: ReceivableId) -> Fault {
    Fault::InvariantBroken { invariant: "I1", subject: id.to_string() }
}
