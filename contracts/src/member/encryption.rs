//! Encryption key: what others wrap the keys of documents for; a member publishes the next one whenever it likes.
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{Height, X25519Key};
use borsh::{BorshDeserialize, BorshSerialize};

/// The key of a member that counts now. It signs nothing and is no signing key in another form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct EncryptionKey {
    pub key: X25519Key,
    /// How many the member has published.
    pub number: u32,
    pub since: Height,
}

/// By any member, for itself; counts at once and replaces the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetEncryptionKey {
    pub key: X25519Key,
}

impl SetEncryptionKey {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let member = call.sender.id;
        let before: Option<EncryptionKey> = state.get(Key::EncryptionKey(member))?;
        if self.key.is_small_order() || before.is_some_and(|before| before.key == self.key) {
            return Err(Rejection::EncryptionKeyUnusable { key: self.key }.into());
        }
        let number = before.map_or(0, |before| before.number).saturating_add(1);
        let key = EncryptionKey { key: self.key, number, since: call.height };
        state.put(Key::EncryptionKey(member), key)?;
        Ok(vec![Event::new(EventKind::EncryptionKeySet).by(member).note(field(&self.key.to_string()))])
    }
}
