//! The pool itself: bounded, fair per member, deduplicated; no I/O, no clock, no randomness.
//!
//! Every operation is O(log n) per transaction it touches.

use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::Bytes;

use super::bounds::{PoolLimits, Space};
use super::entry::{InsertError, Leaf, Origin, PooledTransaction, RequestId, TransactionId};
use super::queue::MemberQueue;
use super::recent::Recent;

/// Transactions that wait for a block.
///
/// Fairness: members take turns. The member whose last transaction left the pool longest ago is served
/// first, one transaction each per round; a newcomer joins at the end of the current round. So nobody
/// waits longer than one round of all waiting members, however much another one sends.
#[derive(Debug)]
pub struct Pool<M, T> {
    limits: PoolLimits,
    tip: u64,
    next: u64,
    held: Space,
    slots: HashMap<TransactionId, Slot<M, T>>,
    leaves: HashMap<Leaf, TransactionId>,
    members: BTreeMap<M, MemberQueue>,
    turns: BTreeMap<u64, M>,
    expiry: BTreeSet<(u64, TransactionId)>,
    local: BTreeMap<u64, TransactionId>,
    recent: Recent,
}

#[derive(Debug)]
struct Slot<M, T> {
    transaction: PooledTransaction<M, T>,
    sequence: u64,
    local: Option<u64>,
}

impl<M: Ord + Clone, T> Pool<M, T> {
    /// An empty pool on a chain whose last committed height is `tip`.
    pub fn new(limits: PoolLimits, tip: u64) -> Self {
        Self {
            limits,
            tip,
            next: 1,
            held: Space::default(),
            slots: HashMap::default(),
            leaves: HashMap::default(),
            members: BTreeMap::new(),
            turns: BTreeMap::new(),
            expiry: BTreeSet::new(),
            local: BTreeMap::new(),
            recent: Recent::new(limits.committed_remembered),
        }
    }

    /// Adds a verified transaction at the end of its sender's queue.
    ///
    /// A copy that arrives through this node's API after a peer brought it counts as local from then on.
    pub fn insert(
        &mut self,
        transaction: PooledTransaction<M, T>,
        origin: Origin,
    ) -> Result<(), InsertError> {
        if self.slots.contains_key(&transaction.id) {
            self.adopt(&transaction.id, origin);
            return Err(InsertError::Duplicate);
        }
        self.check(&transaction)?;
        self.place(transaction, origin);
        Ok(())
    }

    /// Up to so many transactions in fair order, oldest of each member first. They stay in the pool:
    /// the block that will hold them may not be decided.
    ///
    /// A member whose next transaction does not fit is left out for the rest of the call.
    pub fn take(&self, max_bytes: usize, max_count: usize) -> Vec<PooledTransaction<M, T>> {
        let mut first_round = self.turns.values().filter_map(|member| self.members.get(member));
        let mut later_rounds = VecDeque::new();
        let mut bytes_left = max_bytes;
        let mut taken = Vec::new();
        while taken.len() < max_count {
            let lane = first_round.next().map(MemberQueue::lane).or_else(|| later_rounds.pop_front());
            let Some(mut lane) = lane else { break };
            let Some(slot) = lane.next().and_then(|id| self.slots.get(id)) else { continue };
            let Some(rest) = bytes_left.checked_sub(slot.transaction.bytes.len()) else { continue };
            bytes_left = rest;
            taken.push(slot.transaction.clone());
            later_rounds.push_back(lane);
        }
        taken
    }

    /// Forgets what a block of this height holds and what can no longer enter a block; returns the
    /// latter. `ids` are in block order and may be unknown here.
    pub fn committed(&mut self, ids: &[TransactionId], height: u64) -> Vec<TransactionId> {
        for id in ids {
            self.recent.remember(*id);
            if let Some(transaction) = self.remove(id) {
                self.end_turn(&transaction.sender);
            }
        }
        self.tip = self.tip.max(height);
        self.expire()
    }

    /// Takes one transaction out, for example because it can no longer be executed.
    pub fn remove(&mut self, id: &TransactionId) -> Option<PooledTransaction<M, T>> {
        let Slot { transaction, sequence, local } = self.slots.remove(id)?;
        let bytes = transaction.bytes.len();
        self.held.subtract(Space::one(bytes));
        self.leaves.remove(&transaction.leaf);
        self.expiry.remove(&(transaction.valid_until_height, *id));
        if let Some(sequence) = local {
            self.local.remove(&sequence);
        }
        if let Some(queue) = self.members.get_mut(&transaction.sender) {
            queue.remove(sequence, &transaction.request_id, bytes);
            if queue.is_empty() {
                self.turns.remove(&queue.turn);
                self.members.remove(&transaction.sender);
            }
        }
        Some(transaction)
    }

    pub fn contains(&self, id: &TransactionId) -> bool {
        self.slots.contains_key(id)
    }

    pub fn get(&self, id: &TransactionId) -> Option<&PooledTransaction<M, T>> {
        self.slots.get(id).map(|slot| &slot.transaction)
    }

    /// The waiting transaction with exactly these bytes.
    pub fn by_leaf(&self, leaf: &Leaf) -> Option<&PooledTransaction<M, T>> {
        self.get(self.leaves.get(leaf)?)
    }

    /// The waiting transaction that this sender gave this request id.
    pub fn by_request(&self, sender: &M, request: &RequestId) -> Option<&PooledTransaction<M, T>> {
        let id = self.members.get(sender)?.by_request(request)?;
        self.get(&id)
    }

    pub fn len(&self) -> usize {
        self.held.count
    }

    pub fn is_empty(&self) -> bool {
        self.held.count == 0
    }

    /// Bytes of all waiting transactions.
    pub fn bytes(&self) -> usize {
        self.held.bytes
    }

    /// Last committed height that the pool was told.
    pub fn tip(&self) -> u64 {
        self.tip
    }

    /// What one member has waiting.
    pub fn held_by(&self, member: &M) -> Space {
        self.members.get(member).map(|queue| queue.held).unwrap_or_default()
    }

    /// What each member has waiting, in the order of their names.
    pub fn members(&self) -> impl Iterator<Item = (&M, Space)> {
        self.members.iter().map(|(member, queue)| (member, queue.held))
    }

    /// Local transactions that arrived after `cursor`, oldest first, each with its own cursor.
    pub fn local_after(&self, cursor: u64, max_bytes: usize, max_count: usize) -> Vec<(u64, Bytes)> {
        let mut bytes_left = max_bytes;
        let mut found = Vec::new();
        for (sequence, id) in self.local.range(cursor.saturating_add(1)..).take(max_count) {
            let Some(slot) = self.slots.get(id) else { continue };
            let Some(rest) = bytes_left.checked_sub(slot.transaction.bytes.len()) else { break };
            bytes_left = rest;
            found.push((*sequence, slot.transaction.bytes.clone()));
        }
        found
    }

    /// The local transaction with this cursor, if it still waits.
    pub fn local(&self, cursor: u64) -> Option<Bytes> {
        let id = self.local.get(&cursor)?;
        self.get(id).map(|transaction| transaction.bytes.clone())
    }

    fn check(&self, transaction: &PooledTransaction<M, T>) -> Result<(), InsertError> {
        let PooledTransaction { id, sender, request_id, valid_until_height, bytes, .. } = transaction;
        if self.recent.contains(id) {
            return Err(InsertError::Committed);
        }
        if *valid_until_height <= self.tip {
            return Err(InsertError::Expired { valid_until_height: *valid_until_height, tip: self.tip });
        }
        if let Some(waiting) = self.by_request(sender, request_id) {
            return Err(InsertError::RequestConflict { waiting: waiting.id });
        }
        self.limits.check(bytes.len(), self.held, self.held_by(sender))
    }

    fn place(&mut self, transaction: PooledTransaction<M, T>, origin: Origin) {
        let (id, bytes, sequence) = (transaction.id, transaction.bytes.len(), self.stamp());
        self.held.add(Space::one(bytes));
        self.leaves.insert(transaction.leaf, id);
        self.expiry.insert((transaction.valid_until_height, id));
        let turns = &mut self.turns;
        let queue = self.members.entry(transaction.sender.clone()).or_insert_with_key(|member| {
            turns.insert(sequence, member.clone());
            MemberQueue::new(sequence)
        });
        queue.push(sequence, transaction.request_id, id, bytes);
        self.slots.insert(id, Slot { transaction, sequence, local: None });
        self.adopt(&id, origin);
    }

    fn adopt(&mut self, id: &TransactionId, origin: Origin) {
        let sequence = self.stamp();
        let Some(slot) = self.slots.get_mut(id) else { return };
        if origin == Origin::Local && slot.local.is_none() {
            slot.local = Some(sequence);
            self.local.insert(sequence, *id);
        }
    }

    fn end_turn(&mut self, member: &M) {
        let turn = self.stamp();
        let Some(queue) = self.members.get_mut(member) else { return };
        self.turns.remove(&queue.turn);
        queue.turn = turn;
        self.turns.insert(turn, member.clone());
    }

    fn expire(&mut self) -> Vec<TransactionId> {
        let mut expired = Vec::new();
        while let Some(&(last, id)) = self.expiry.first() {
            if last > self.tip {
                break;
            }
            self.remove(&id);
            expired.push(id);
        }
        expired
    }

    fn stamp(&mut self) -> u64 {
        let stamp = self.next;
        self.next += 1;
        stamp
    }
}
