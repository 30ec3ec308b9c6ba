//! Where verified transactions wait for a block: bounded, fair per member, shared with the validators.
//!
//! `pool` decides what waits and in which order, and is pure. This file makes it shareable and wakes
//! those who wait for work. `gossip` carries this node's own transactions to its listed peers.

mod bounds;
mod entry;
pub mod gossip;
mod pool;
mod queue;
mod recent;
mod rhythm;

#[cfg(test)]
mod pool_model;
#[cfg(test)]
mod pool_tests;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use bytes::Bytes;
use rhythm::Rhythm;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

pub use bounds::{PoolLimits, Space};
pub use entry::{InsertError, Leaf, Measure, Origin, PooledTransaction, RequestId, Share, TransactionId};
pub use pool::Pool;

/// A shared pool: cheap to clone, locked only for single operations, never across an await.
#[derive(Debug)]
pub struct Mempool<M, T> {
    shared: Arc<Shared<M, T>>,
}

#[derive(Debug)]
struct Shared<M, T> {
    pool: Mutex<Pool<M, T>>,
    arrived: Notify,
    local_arrived: Notify,
    rhythm: Rhythm,
    /// Whether transactions are on their way in.
    entering: AtomicBool,
    /// Microseconds to most peers and back.
    round_trip: AtomicU64,
}

impl<M, T> Clone for Mempool<M, T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<M: Ord + Clone, T> Mempool<M, T> {
    /// An empty pool on a chain whose last committed height is `tip`.
    pub fn new(limits: PoolLimits, tip: u64) -> Self {
        let pool = Mutex::new(Pool::new(limits, tip));
        let (arrived, local_arrived) = (Notify::new(), Notify::new());
        let rhythm = Rhythm::new(Instant::now());
        let (entering, round_trip) = (AtomicBool::new(false), AtomicU64::new(0));
        Self { shared: Arc::new(Shared { pool, arrived, local_arrived, rhythm, entering, round_trip }) }
    }

    /// See [`Pool::insert`]. Wakes whoever waits for a transaction, and gossip if it is a local one.
    pub fn insert(&self, transaction: PooledTransaction<M, T>, origin: Origin) -> Result<(), InsertError> {
        let outcome = self.pool().insert(transaction, origin);
        if outcome.is_ok() {
            self.shared.arrived.notify_waiters();
        }
        match origin {
            Origin::Local => self.shared.local_arrived.notify_one(),
            Origin::Peer => {}
        }
        outcome
    }

    /// See [`Pool::take`].
    pub fn take(&self, max_bytes: usize, max_count: usize) -> Vec<PooledTransaction<M, T>> {
        self.pool().take(max_bytes, max_count)
    }

    /// See [`Pool::committed`].
    pub fn committed(&self, ids: &[TransactionId], height: u64) -> Vec<TransactionId> {
        self.shared.rhythm.block(ids.len(), Instant::now());
        self.pool().committed(ids, height)
    }

    /// How long a transaction may wait for company before it is checked or sent on.
    pub fn pause(&self) -> Duration {
        self.shared.rhythm.pause()
    }

    /// Whether many transactions are being checked that may enter in a moment.
    pub fn is_entering(&self) -> bool {
        self.shared.entering.load(Ordering::Relaxed)
    }

    /// See [`Self::is_entering`].
    pub fn set_entering(&self, is_entering: bool) {
        self.shared.entering.store(is_entering, Ordering::Relaxed);
    }

    /// The way to two thirds of the peers and back; nothing before the first answer.
    pub fn round_trip(&self) -> Duration {
        Duration::from_micros(self.shared.round_trip.load(Ordering::Relaxed))
    }

    /// Forgets transactions that can no longer be executed.
    pub fn discard(&self, ids: &[TransactionId]) {
        let mut pool = self.pool();
        for id in ids {
            pool.remove(id);
        }
    }

    /// Returns once at least one transaction waits: at once if one does already.
    pub async fn wait_for_transaction(&self) {
        loop {
            let arrived = self.shared.arrived.notified();
            tokio::pin!(arrived);
            // Registered before looking, so that an insert in between is not missed.
            arrived.as_mut().enable();
            if !self.is_empty() {
                return;
            }
            arrived.await;
        }
    }

    pub fn contains(&self, id: &TransactionId) -> bool {
        self.pool().contains(id)
    }

    pub fn get(&self, id: &TransactionId) -> Option<PooledTransaction<M, T>> {
        self.pool().get(id).cloned()
    }

    /// The waiting transactions with exactly these bytes, one place for each leaf.
    pub fn verified_by_leaves<'l>(&self, leaves: impl Iterator<Item = &'l Leaf>) -> Vec<Option<Arc<T>>> {
        let pool = self.pool();
        leaves.map(|leaf| pool.by_leaf(leaf).map(|pooled| Arc::clone(&pooled.verified))).collect()
    }

    /// The waiting transaction that this sender gave this request id.
    pub fn by_request(&self, sender: &M, request: &RequestId) -> Option<PooledTransaction<M, T>> {
        self.pool().by_request(sender, request).cloned()
    }

    pub fn len(&self) -> usize {
        self.pool().len()
    }

    pub fn is_empty(&self) -> bool {
        self.pool().is_empty()
    }

    /// Bytes of all waiting transactions.
    pub fn bytes(&self) -> usize {
        self.pool().bytes()
    }

    /// What one member has waiting.
    pub fn held_by(&self, member: &M) -> Space {
        self.pool().held_by(member)
    }

    /// What each member has waiting, in the order of their names.
    pub fn members(&self) -> Vec<(M, Space)> {
        self.pool().members().map(|(member, held)| (member.clone(), held)).collect()
    }

    fn pool(&self) -> MutexGuard<'_, Pool<M, T>> {
        self.shared.pool.lock().expect("no operation of the pool panics while it holds the lock")
    }
}

#[async_trait]
impl<M, T> gossip::Outbox for Mempool<M, T>
where
    M: Ord + Clone + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    fn local_after(&self, cursor: u64, max_bytes: usize, max_count: usize) -> Vec<(u64, Bytes)> {
        self.pool().local_after(cursor, max_bytes, max_count)
    }

    fn local(&self, cursor: u64) -> Option<Bytes> {
        self.pool().local(cursor)
    }

    fn pause(&self) -> Duration {
        Mempool::pause(self)
    }

    fn set_round_trip(&self, round_trip: Duration) {
        let micros = u64::try_from(round_trip.as_micros()).unwrap_or(u64::MAX);
        self.shared.round_trip.store(micros, Ordering::Relaxed);
    }

    fn by_leaves(&self, leaves: &[Leaf], max_bytes: usize, overhead: usize) -> Vec<Bytes> {
        let pool = self.pool();
        let mut left = max_bytes;
        let mut found = Vec::new();
        for pooled in leaves.iter().filter_map(|leaf| pool.by_leaf(leaf)) {
            let Some(rest) = left.checked_sub(pooled.bytes.len() + overhead) else { break };
            left = rest;
            found.push(pooled.bytes.clone());
        }
        found
    }

    async fn local_arrived(&self) {
        self.shared.local_arrived.notified().await;
    }
}
