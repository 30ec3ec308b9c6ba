//! Misbehaviour: proof that a validator contradicted itself, on record for whoever votes on removing it.
mod report;

pub use report::{ReportMisbehaviour, Statement};

use crate::types::{Hash, Height, MemberId, PublicKey};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// What a validator says in a round. The numbers are those that it signs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum StatementKind {
    Proposal,
    Prevote,
    Precommit,
}

/// Two statements of one validator of which it may make one. Written once for each height and round: the first
/// proof is enough.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Misbehaviour {
    /// The consensus key that signed both.
    pub validator: PublicKey,
    /// Who ran it when it was reported.
    pub operator: MemberId,
    pub kind: StatementKind,
    pub height: Height,
    pub round: u32,
    /// The block of each statement; a vote for none has none.
    pub blocks: [Option<Hash>; 2],
    pub reported_by: MemberId,
    /// The block with the report.
    pub reported_at: Height,
}

impl fmt::Display for StatementKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proposal => "proposal",
            Self::Prevote => "prevote",
            Self::Precommit => "precommit",
        })
    }
}
