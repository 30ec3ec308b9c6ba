//! Receipts: what became of each transaction, and what the block's end did by itself.
use crate::event::Event;
use crate::rejection::Rejection;
use crate::types::Hash;
use borsh::{BorshDeserialize, BorshSerialize};

/// What a receipt is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum ReceiptSource {
    /// The transaction with this id.
    Transaction(Hash),
    /// What was due at the end of the block; always the last receipt.
    BlockEnd,
}

#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Outcome {
    Applied {
        events: Vec<Event>,
    },
    /// Nothing changed.
    Refused {
        rejection: Rejection,
    },
}

/// The borsh bytes of a receipt are a leaf of the block's receipts root.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Receipt {
    pub source: ReceiptSource,
    /// The policy that judged.
    pub policy_version: u32,
    pub outcome: Outcome,
}

impl Receipt {
    /// The events of an applied transaction; none of a refused one.
    pub fn events(&self) -> &[Event] {
        match &self.outcome {
            Outcome::Applied { events } => events,
            Outcome::Refused { .. } => &[],
        }
    }

    pub fn rejection(&self) -> Option<&Rejection> {
        match &self.outcome {
            Outcome::Applied { .. } => None,
            Outcome::Refused { rejection } => Some(rejection),
        }
    }
}
