//! One member's transactions in the order of their arrival.

use foldhash::HashMap;
use std::collections::{BTreeMap, btree_map};

use super::bounds::Space;
use super::entry::{RequestId, TransactionId};

/// Never empty while it is in the pool.
#[derive(Debug)]
pub(super) struct MemberQueue {
    order: BTreeMap<u64, TransactionId>,
    requests: HashMap<RequestId, TransactionId>,
    pub(super) held: Space,
    /// Place among the members: the smallest turn is served first.
    pub(super) turn: u64,
}

/// A member's transactions from the oldest on.
pub(super) type Lane<'a> = btree_map::Values<'a, u64, TransactionId>;

impl MemberQueue {
    pub(super) fn new(turn: u64) -> Self {
        Self { order: BTreeMap::new(), requests: HashMap::default(), held: Space::default(), turn }
    }

    pub(super) fn push(&mut self, sequence: u64, request: RequestId, id: TransactionId, bytes: usize) {
        self.order.insert(sequence, id);
        self.requests.insert(request, id);
        self.held.add(Space::one(bytes));
    }

    pub(super) fn remove(&mut self, sequence: u64, request: &RequestId, bytes: usize) {
        self.order.remove(&sequence);
        self.requests.remove(request);
        self.held.subtract(Space::one(bytes));
    }

    pub(super) fn by_request(&self, request: &RequestId) -> Option<TransactionId> {
        self.requests.get(request).copied()
    }

    pub(super) fn lane(&self) -> Lane<'_> {
        self.order.values()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}
