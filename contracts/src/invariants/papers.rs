//! Papers: what a document is bound to stays, whom it was given to stays, and shredding is for ever; keys are replaced one
//! by one, and what was proven of a validator is never changed (I8).
use super::{Changed, changed, ensure};
use crate::document::Document;
use crate::failure::Fault;
use crate::member::EncryptionKey;
use crate::misbehaviour::Misbehaviour;
use crate::state::{Changes, Key};
use crate::types::PublicKey;

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    for Changed { key, before, now } in changed::<Document>(changes) {
        let follows = now.is_some_and(|now| before.is_none_or(|before| follows(before, now)));
        ensure(follows, "I8", || format!("{key:?} is not what it was"))?;
    }
    for Changed { key, before, now } in changed::<EncryptionKey>(changes) {
        let number = before.map_or(0, |before| before.number);
        let is_next = now.is_some_and(|now| now.number > number && !now.key.is_small_order());
        ensure(is_next, "I8", || format!("{key:?} does not follow its number {number}"))?;
    }
    for Changed { key, now, .. } in changed::<PublicKey>(changes) {
        let is_other = now.is_some_and(|now| key != Key::Successor(*now));
        ensure(is_other, "I8", || format!("{key:?} is replaced by itself or nothing"))?;
    }
    for Changed { key, before, now } in changed::<Misbehaviour>(changes) {
        let is_new = before.is_none() && now.is_some_and(is_timely);
        ensure(is_new, "I8", || format!("{key:?} is changed, or of a block to come"))?;
    }
    Ok(())
}

/// Nobody contradicted itself in a block that nobody has seen.
pub(super) fn is_timely(one: &Misbehaviour) -> bool {
    one.height <= one.reported_at
}

/// Parties only come, until it is shredded; nothing else moves.
fn follows(before: &Document, now: &Document) -> bool {
    let same = Document { parties: now.parties.clone(), shredded_at: now.shredded_at, ..before.clone() };
    before.shredded_at.is_none() && same == *now && before.parties.is_subset(&now.parties)
}
