//! How the pool's space is shared: caps for everyone, and a reserve that no flood can take.
//!
//! Three rules, in this order:
//! 1. A member never holds more than its cap.
//! 2. The pool never holds more than its total.
//! 3. A member that would hold more than the *floor* may only use what is left outside the *reserve*.
//!
//! So the reserve is filled only by members with little waiting: `reserve / floor` of them always find
//! space, whatever the others do. Nothing is ever evicted: what was accepted stays until it is
//! committed or expires.

use super::entry::{InsertError, Measure, Share};
use crate::limits;

/// An amount of transactions and of their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space {
    pub count: usize,
    pub bytes: usize,
}

impl Space {
    /// Space of one transaction of this length.
    pub fn one(bytes: usize) -> Self {
        Self { count: 1, bytes }
    }

    fn plus(self, more: Self) -> Self {
        Self { count: self.count + more.count, bytes: self.bytes + more.bytes }
    }

    fn without(self, less: Self) -> Self {
        Self { count: self.count.saturating_sub(less.count), bytes: self.bytes.saturating_sub(less.bytes) }
    }

    pub(super) fn add(&mut self, more: Self) {
        *self = self.plus(more);
    }

    pub(super) fn subtract(&mut self, less: Self) {
        *self = self.without(less);
    }

    fn exceeds(self, limit: Self) -> Option<(Measure, usize)> {
        if self.count > limit.count {
            return Some((Measure::Transactions, limit.count));
        }
        (self.bytes > limit.bytes).then_some((Measure::Bytes, limit.bytes))
    }
}

/// The pool's bounds; the defaults are in `limits.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolLimits {
    pub total: Space,
    /// Cap of one member.
    pub member: Space,
    /// Part of the total that only members up to the floor may use.
    pub reserve: Space,
    /// What a member may hold and still count as one with little waiting.
    pub floor: Space,
    /// Committed ids that are remembered.
    pub committed_remembered: usize,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self {
            total: Space { count: limits::MEMPOOL_COUNT_MAX, bytes: limits::MEMPOOL_BYTES_MAX },
            member: Space {
                count: limits::MEMPOOL_MEMBER_COUNT_MAX,
                bytes: limits::MEMPOOL_MEMBER_BYTES_MAX,
            },
            reserve: Space { count: limits::MEMPOOL_RESERVE_COUNT, bytes: limits::MEMPOOL_RESERVE_BYTES },
            floor: Space { count: limits::MEMPOOL_FLOOR_COUNT, bytes: limits::MEMPOOL_FLOOR_BYTES },
            committed_remembered: limits::MEMPOOL_COMMITTED_REMEMBERED,
        }
    }
}

impl PoolLimits {
    /// Whether one more transaction of this length fits, given what the pool and its sender hold.
    pub(super) fn check(&self, bytes: usize, pool: Space, member: Space) -> Result<(), InsertError> {
        let limit = tally_contracts::limits::TRANSACTION_BYTES_MAX;
        if bytes > limit {
            return Err(InsertError::TooLarge { bytes, limit });
        }
        let member = member.plus(Space::one(bytes));
        let pool = pool.plus(Space::one(bytes));
        within(member, self.member, Share::Member)?;
        within(pool, self.total, Share::Pool)?;
        if member.exceeds(self.floor).is_none() {
            return Ok(());
        }
        within(pool, self.total.without(self.reserve), Share::Common)
    }
}

fn within(space: Space, limit: Space, share: Share) -> Result<(), InsertError> {
    match space.exceeds(limit) {
        Some((measure, limit)) => Err(InsertError::Full { share, measure, limit }),
        None => Ok(()),
    }
}
