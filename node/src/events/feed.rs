//! The feed: committed blocks in order, first from storage, then as they come, without gap or duplicate.
//!
//! There is no hand-over from history to live that could lose a block: a follower always reads the height
//! after its last one from storage, and the ledger's broadcast only wakes it. Recent blocks are decoded once
//! for all followers.
use super::stored::HappenedBlock;
use crate::ledger::{CommittedBlock, Ledger, LedgerError};
use crate::limits::{FEED_BLOCKS_REMEMBERED, FEED_READS_MAX};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::{Mutex as AsyncMutex, Semaphore, broadcast};

/// Why there is no next block.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error("block {height} was pruned; the earliest one here is {earliest}")]
    Pruned { height: u64, earliest: u64 },
    #[error("the node is stopping")]
    Stopping,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// See the module's description. One per node, shared by all streams.
pub struct Feed {
    ledger: Arc<Ledger>,
    recent: Mutex<BTreeMap<u64, Arc<HappenedBlock>>>,
    /// Held while a block near the tip is read, so that a hundred followers read it once.
    reading: AsyncMutex<()>,
    /// Bounds the blocking threads that followers of old blocks use.
    threads: Arc<Semaphore>,
}

/// Somebody's position in the feed.
pub struct Follower {
    feed: Arc<Feed>,
    committed: broadcast::Receiver<Arc<CommittedBlock>>,
    next: u64,
}

impl Feed {
    pub fn new(ledger: Arc<Ledger>) -> Self {
        let threads = Arc::new(Semaphore::new(FEED_READS_MAX));
        Self { ledger, recent: Mutex::default(), reading: AsyncMutex::new(()), threads }
    }

    /// Follows the chain from the block of `height` on, which need not be there yet.
    pub fn follow(self: &Arc<Self>, height: u64) -> Follower {
        Follower { feed: Arc::clone(self), committed: self.ledger.watch(), next: height.max(1) }
    }

    async fn block(&self, height: u64) -> Result<Arc<HappenedBlock>, FeedError> {
        if let Some(known) = self.recent().get(&height) {
            return Ok(Arc::clone(known));
        }
        if !self.is_recent(height) {
            return self.read(height).await;
        }
        let _one_at_a_time = self.reading.lock().await;
        if let Some(known) = self.recent().get(&height) {
            return Ok(Arc::clone(known));
        }
        let block = self.read(height).await?;
        let mut recent = self.recent();
        recent.insert(height, Arc::clone(&block));
        while recent.len() > FEED_BLOCKS_REMEMBERED {
            recent.pop_first();
        }
        Ok(block)
    }

    fn is_recent(&self, height: u64) -> bool {
        let remembered = u64::try_from(FEED_BLOCKS_REMEMBERED).unwrap_or(u64::MAX);
        height.saturating_add(remembered) > self.ledger.tip().height
    }

    async fn read(&self, height: u64) -> Result<Arc<HappenedBlock>, FeedError> {
        let permit = Arc::clone(&self.threads).acquire_owned().await.map_err(|_| FeedError::Stopping)?;
        let ledger = Arc::clone(&self.ledger);
        let read = tokio::task::spawn_blocking(move || {
            // kept by the thread: a follower that goes away does not free it earlier
            let _permit = permit;
            read(&ledger, height)
        });
        // the runtime is shutting down
        read.await.map_err(|_| FeedError::Stopping)?
    }

    fn recent(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<HappenedBlock>>> {
        self.recent.lock().expect("nothing panics while it holds the blocks")
    }
}

impl Follower {
    /// The height of the block that comes next.
    pub fn height(&self) -> u64 {
        self.next
    }

    /// The next block, as soon as it is committed. Safe to give up and ask again.
    pub async fn next(&mut self) -> Result<Arc<HappenedBlock>, FeedError> {
        while self.feed.ledger.tip().height < self.next {
            match self.committed.recv().await {
                // whatever it was: the tip says how far storage is
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return Err(FeedError::Stopping),
            }
        }
        let block = self.feed.block(self.next).await?;
        self.next = self.next.saturating_add(1);
        Ok(block)
    }
}

fn read(ledger: &Ledger, height: u64) -> Result<Arc<HappenedBlock>, FeedError> {
    let view = ledger.view();
    match HappenedBlock::read(&view, ledger.chain_id(), height)? {
        Some(happened) => Ok(Arc::new(happened)),
        None => {
            let earliest = view.first_block_height().map_err(LedgerError::from)?;
            Err(FeedError::Pruned { height, earliest: earliest.unwrap_or(1) })
        }
    }
}
