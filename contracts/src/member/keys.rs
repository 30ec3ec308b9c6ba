//! Keys: a member adds and revokes its own; both count two heights later. A key may be given an end when it is added.
use super::register::claim_key;
use super::{KeyCapacity, MemberKey, approval};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::{KEY_CHANGE_DELAY_BLOCKS, KEYS_PER_MEMBER_MAX};
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{Height, PublicKey, Text};

/// By any member, for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddKey {
    pub key: PublicKey,
    pub capacity: KeyCapacity,
    /// After which it no longer signs; `None` for a key that counts until it is revoked.
    pub last_height: Option<Height>,
}

/// By any member, for itself; the last key without an end cannot go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokeKey {
    pub key: PublicKey,
}

impl AddKey {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut member = call.sender.clone();
        if member.keys.len() >= KEYS_PER_MEMBER_MAX {
            let limit = u32::try_from(KEYS_PER_MEMBER_MAX).unwrap_or(u32::MAX);
            return Err(Rejection::KeyCount { count: limit.saturating_add(1), limit }.into());
        }
        let valid_from = call.height.plus(KEY_CHANGE_DELAY_BLOCKS);
        if let Some(last) = self.last_height.filter(|last| *last < valid_from) {
            return Err(Rejection::KeyLastHeight { last, first: valid_from }.into());
        }
        claim_key(state, self.key, member.id)?;
        let revoked_from = self.last_height.map(Height::next);
        member.keys.push(MemberKey { key: self.key, capacity: self.capacity, valid_from, revoked_from });
        let event = Event::new(EventKind::KeyAdded).by(member.id).note(key_text(&self.key));
        state.put(Key::Member(member.id), member)?;
        Ok(vec![event])
    }
}

impl RevokeKey {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut member = call.sender.clone();
        let unknown = Rejection::KeyNotRegistered { member: member.id, key: self.key };
        let revoked_from = call.height.plus(KEY_CHANGE_DELAY_BLOCKS);
        // a key that ends by itself cannot be the one that keeps the member able to act
        let others = member.keys.iter().any(|own| own.key != self.key && own.revoked_from.is_none());
        let key = member.keys.iter_mut().find(|own| own.key == self.key).ok_or(unknown)?;
        if key.revoked_from.is_some_and(|earlier| earlier <= revoked_from) {
            return Err(Rejection::KeyRevokedBefore { key: self.key }.into());
        }
        if !others {
            return Err(Rejection::LastKey { key: self.key }.into());
        }
        key.revoked_from = Some(revoked_from);
        approval::check_without_key(state, &member)?;
        let event = Event::new(EventKind::KeyRevoked).by(member.id).note(key_text(&self.key));
        state.put(Key::Member(member.id), member)?;
        Ok(vec![event])
    }
}

fn key_text(key: &PublicKey) -> Text {
    field(&key.to_string())
}
