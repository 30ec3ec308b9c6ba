//! Documents: whom they name is there and can open them; and no consensus key replaces itself.
use super::super::ensure;
use super::records::{check_key, check_member, exists};
use crate::document::Document;
use crate::failure::Fault;
use crate::limits::DOCUMENT_PARTIES_MAX;
use crate::state::pages::record;
use crate::state::{Key, StateRead};
use crate::types::PublicKey;

pub(super) fn check(state: &dyn StateRead, key: &Key, document: &Document) -> Result<(), Fault> {
    check_key(key, Key::DocumentEntry(document.id))?;
    exists(state, Key::Receivable(document.receivable), key)?;
    let bounded =
        document.parties.len() <= DOCUMENT_PARTIES_MAX && !document.parties.contains(&document.owner);
    let in_order = document.shredded_at.is_none_or(|shredded| document.registered_at <= shredded);
    ensure(bounded && in_order, "I8", || format!("{}, its parties and its end", document.id))?;
    // whoever is to open it has published a key
    for member in document.parties.iter().chain([&document.owner]) {
        check_member(state, *member, key)?;
        exists(state, Key::EncryptionKey(*member), key)?;
    }
    let Some(earlier) = document.replaces else { return Ok(()) };
    let before: Option<Document> = record(state, Key::DocumentEntry(earlier))?;
    let follows = before.is_some_and(|before| {
        let about = (before.owner, before.receivable, before.tranche);
        about == (document.owner, document.receivable, document.tranche) && before.id < document.id
    });
    ensure(follows, "I8", || format!("{} replaces {earlier}, which is not its earlier version", document.id))
}

pub(super) fn check_successor(state: &dyn StateRead, replaced: PublicKey) -> Result<(), Fault> {
    let next: Option<PublicKey> = record(state, Key::Successor(replaced))?;
    ensure(next.is_some_and(|next| next != replaced), "I8", || format!("{replaced} is replaced by itself"))
}
