//! The desk: what many callers and peers bring is checked together, because a signature in a batch costs a third of a
//! lone one.
//!
//! Where blocks come quickly everything is checked at once. Under load a check waits for company as long as the rhythm
//! of the blocks allows, but no longer than until nobody else seems to be coming.
use super::{AdmissionError, Admitted, Office};
use crate::limits::{ADMISSION_BATCH_MAX, GATHER_FROM, GATHER_QUIET};
use crate::mempool::Origin;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;
use tally_contracts::Transaction;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// What became of each transaction of a frame, in its order.
pub(super) type Outcomes = Vec<Result<Admitted, AdmissionError>>;

/// Is told of each transaction that is about to enter the pool, or may be there already, with its place in the frame.
pub(super) type Entering = Box<dyn FnMut(usize, &Transaction) + Send>;

/// One caller's transactions.
pub(super) struct Job {
    pub frame: Vec<Bytes>,
    pub origin: Origin,
    pub entering: Entering,
    /// A caller that has gone needs no answer; its transactions are in all the same.
    pub answer: oneshot::Sender<Outcomes>,
}

/// Checks what comes until nobody can bring anything any more.
pub(super) async fn serve(office: Arc<Office>, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.recv().await {
        let mut batch = Batch::of(first);
        while batch.has_room()
            && let Ok(job) = jobs.try_recv()
        {
            batch.add(job);
        }
        office.pool.set_entering(batch.is_company());
        batch.gather(&mut jobs, office.pool.pause()).await;
        let checking = Arc::clone(&office);
        let checked = tokio::task::spawn_blocking(move || checking.admit(batch.jobs)).await;
        office.pool.set_entering(false);
        // the runtime is shutting down, or a check panicked: its callers find their answers missing
        if checked.is_err_and(|error| error.is_cancelled()) {
            return;
        }
    }
}

struct Batch {
    jobs: Vec<Job>,
    transactions: usize,
}

impl Batch {
    fn of(first: Job) -> Self {
        Self { transactions: first.frame.len(), jobs: vec![first] }
    }

    fn add(&mut self, job: Job) {
        self.transactions = self.transactions.saturating_add(job.frame.len());
        self.jobs.push(job);
    }

    /// Whether a block may wait for it: one after the other that comes, and is perhaps refused, must not hold it up.
    fn is_company(&self) -> bool {
        self.transactions >= GATHER_FROM
    }

    fn has_room(&self) -> bool {
        self.transactions < ADMISSION_BATCH_MAX
    }

    async fn gather(&mut self, jobs: &mut mpsc::Receiver<Job>, pause: Duration) {
        let end = Instant::now() + pause;
        while self.has_room() && Instant::now() < end {
            let quiet = (Instant::now() + GATHER_QUIET).min(end);
            match timeout_at(quiet, jobs.recv()).await {
                Ok(Some(job)) => self.add(job),
                Ok(None) | Err(_) => return,
            }
        }
    }
}
