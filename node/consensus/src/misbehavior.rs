//! Proof that a validator signed two conflicting messages, in plain bytes that anybody can check.

use crate::types::{Height, Round, ValidatorKey};

/// Which kind of message was signed twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MisbehaviorKind {
    /// Two proposals for one round.
    Proposal,
    /// Two prevotes in one round.
    Prevote,
    /// Two precommits in one round.
    Precommit,
}

/// The bytes that were signed (layout in [`crate::signing_bytes`]) and the ed25519 signature over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBytes {
    /// What was signed.
    pub bytes: Vec<u8>,
    /// By the key of [`Misbehavior::validator`].
    pub signature: [u8; 64],
}

/// A validator signed two messages of one kind for one round, which no correct validator ever does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misbehavior {
    /// Who.
    pub validator: ValidatorKey,
    /// What.
    pub kind: MisbehaviorKind,
    /// At which height.
    pub height: Height,
    /// In which round.
    pub round: Round,
    /// One of the two messages.
    pub first: SignedBytes,
    /// The other one.
    pub second: SignedBytes,
}
