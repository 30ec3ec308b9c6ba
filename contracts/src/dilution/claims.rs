//! Claims: a supplier's credit note is used once, and its document never backs a receivable as well.
use super::CreditNote;
use crate::failure::Failure;
use crate::receivable::Receivable;
pub(super) use crate::receivable::fingerprint::normalised;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{CreditNoteId, Hash, ReceivableId, tagged_hash};

/// Uses number and document up for `note`.
pub(super) fn claim(state: &mut State, receivable: &Receivable, note: &CreditNote) -> Result<(), Failure> {
    let document: Option<ReceivableId> = state.get(Key::Document(note.document_hash))?;
    if let Some(receivable) = document {
        return Err(Rejection::DocumentAlreadyUsed { receivable }.into());
    }
    for key in claims(receivable, note) {
        if let Some(credit_note) = state.get::<CreditNoteId>(key)? {
            return Err(Rejection::CreditNoteUsed { credit_note }.into());
        }
        state.put(key, note.id)?;
    }
    Ok(())
}

/// Frees them when the note is withdrawn.
pub(super) fn release(state: &mut State, receivable: &Receivable, note: &CreditNote) -> Result<(), Failure> {
    claims(receivable, note).into_iter().try_for_each(|key| Ok(state.remove(key)?))
}

/// The keys under which a supplier's note is used up, for as long as it is not withdrawn.
pub(crate) fn claims(receivable: &Receivable, note: &CreditNote) -> Vec<Key> {
    let (parties, number) = (receivable.parties, normalised(&note.number));
    let issued = note.issue_date.days().to_be_bytes();
    let parts: [&[u8]; 4] = [&parties.supplier.0, &parties.anchor.0, number.as_bytes(), &issued];
    let mut keys = vec![Key::CreditNoteClaim(tagged_hash("tallystick/credit-note/number", &parts))];
    if note.document_hash != Hash::ZERO {
        let document = tagged_hash("tallystick/credit-note/document", &[&note.document_hash.0]);
        keys.push(Key::CreditNoteClaim(document));
    }
    keys
}
