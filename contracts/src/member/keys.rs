//! Keys: a member adds and revokes its own; both count two heights later.
use super::KeyCapacity;
use crate::types::PublicKey;

/// By any member, for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddKey {
    pub key: PublicKey,
    pub capacity: KeyCapacity,
}

/// By any member, for itself; the last key that counts cannot go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokeKey {
    pub key: PublicKey,
}
