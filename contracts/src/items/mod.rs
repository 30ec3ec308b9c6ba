//! Items: what the ledger tells each member, counted and chained, so that nobody can keep a part of it from a member
//! unnoticed.
//!
//! ```text
//! head after a block = H(tag ‖ head before ‖ height ‖ the member's items of the block, borsh, in their order)
//! ```
//!
//! A block in which something happened that a member may know moves that member's record once, however much happened.
//! Who has the items and a proof of the record knows that they are all, in their order, and unchanged. What is for
//! everyone stands in one record for all.
pub mod audience;
mod tell;

pub(crate) use tell::tell;
pub use tell::{Told, for_each_item};

use crate::event::Event;
use crate::types::{Hash, Height, MemberId, tagged_hash};
use borsh::{BorshDeserialize, BorshSerialize};

const TAG: &str = "tallystick/items/v1";

/// An event as one member, or everyone, may know it. Where in the block it stands is not part of it: a refused
/// transaction before it leaves no trace.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Item {
    /// The transaction that caused it, and who sent that; `None` for what fell due, and where it is not to be known.
    pub cause: Option<(Hash, MemberId)>,
    /// From 0 among the events of its receipt.
    pub index: u32,
    pub told: Event,
}

/// How much a member was told in all, and the end of its chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Items {
    /// Of items since genesis.
    pub count: u64,
    /// Of the last block that had any.
    pub height: Height,
    pub head: Hash,
}

impl Default for Items {
    /// Of whom nobody was told anything yet: it has no record.
    fn default() -> Self {
        Self { count: 0, height: Height::GENESIS, head: Hash::ZERO }
    }
}

impl Items {
    /// After a block with `count` more; `encoded` is those in borsh, one after the other. `None` beyond 2^64.
    pub fn after(&self, height: Height, count: u64, encoded: &[u8]) -> Option<Self> {
        let head = tagged_hash(TAG, &[&self.head.0, &height.number().to_be_bytes(), encoded]);
        Some(Self { count: self.count.checked_add(count)?, height, head })
    }
}
