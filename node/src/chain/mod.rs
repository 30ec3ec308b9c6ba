//! The chain: what this node does for consensus, by proposing, validating, deciding and catching up.
mod catch_up;
mod clock;
mod decide;
pub mod evidence;
mod measure;
mod propose;
mod validate;

pub use clock::Clock;

use measure::Measure;
use validate::Judged;

use crate::admission::TransactionPool;
use crate::ledger::{Ledger, LedgerError};
use crate::limits::{GATHER_FROM, GATHER_LOADED, GATHER_LOADED_MAX, GATHER_MAX, GATHER_QUIET};
use crate::mempool::gossip::Fetcher;
use crate::storage::{Batch, StorageError, UndecidedBlock};
use async_trait::async_trait;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tally_consensus::{
    Application, ApplicationFault, BlockId, DecidedBlock, Height, Misbehavior, Proposal, Round, Validator,
    ValidatorKey, ValidatorSet, Verdict,
};
use tally_contracts::types::Hash;
use tally_proto::compact::ProposedBlock;

/// What a node may choose for itself; none of it changes what a block means.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Longest time without a block.
    pub heartbeat: Duration,
    pub block_bytes_max: usize,
    pub block_transactions_max: usize,
    /// How long validators wait for a proposal before they vote against it.
    pub propose_timeout: Duration,
}

/// Where transactions come from.
pub struct Supply {
    pub pool: TransactionPool,
    /// Asks other nodes for them; `None` where there are no others.
    pub fetcher: Option<Fetcher>,
}

/// The node's side of [`Application`].
pub struct Chain {
    inner: Arc<Inner>,
}

struct Inner {
    ledger: Arc<Ledger>,
    pool: TransactionPool,
    clock: Clock,
    pace: Pace,
    fetcher: Option<Fetcher>,
    /// Transactions of the last block.
    last_count: AtomicUsize,
    measure: Measure,
}

impl Chain {
    pub fn new(ledger: Arc<Ledger>, supply: Supply, clock: Clock, pace: Pace) -> Self {
        let Supply { pool, fetcher } = supply;
        let (last_count, measure) = (AtomicUsize::new(0), Measure::new(pace.propose_timeout));
        Self { inner: Arc::new(Inner { ledger, pool, clock, pace, fetcher, last_count, measure }) }
    }

    /// Waits until no more transactions come, or for so long that latency would suffer: what a height costs hardly
    /// depends on how many it holds. Where the last block held few, nobody else seems to be coming.
    async fn gather(&self) {
        let last = self.inner.last_count.load(Ordering::Relaxed);
        if last < GATHER_FROM {
            return;
        }
        let longest = if GATHER_LOADED.contains(&last) { GATHER_LOADED_MAX } else { GATHER_MAX };
        let begun = Instant::now();
        let mut waiting = self.inner.pool.len();
        while begun.elapsed() < longest && waiting < self.inner.pace.block_transactions_max {
            tokio::time::sleep(GATHER_QUIET).await;
            let before = std::mem::replace(&mut waiting, self.inner.pool.len());
            if waiting == before && !self.inner.pool.is_entering() {
                return;
            }
        }
    }

    /// Runs `work` on a blocking thread.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, ApplicationFault> {
        let inner = Arc::clone(&self.inner);
        let done = tokio::task::spawn_blocking(move || work(&inner)).await;
        done.map_err(ApplicationFault::new)?.map_err(ApplicationFault::new)
    }
}

#[async_trait]
impl Application for Chain {
    fn tip(&self) -> Option<Height> {
        Some(Height::new(self.inner.ledger.tip().height))
    }

    fn validator_set(&self, height: Height) -> Option<ValidatorSet> {
        self.inner.validators(height)
    }

    fn identify(&self, bytes: &[u8]) -> Option<BlockId> {
        ProposedBlock::decode(bytes).ok().map(|block| BlockId::new(block.id().0))
    }

    async fn build(&self, height: Height, round: Round) -> Result<Proposal, ApplicationFault> {
        self.blocking(move |inner| inner.propose(height, round)).await
    }

    async fn validate(&self, proposal: Proposal) -> Result<Verdict, ApplicationFault> {
        let mut fetched = HashMap::new();
        loop {
            let (known, asked) = (fetched.clone(), proposal.clone());
            let judged = self.blocking(move |inner| inner.validate(&asked, &known)).await?;
            let (Judged::Unavailable { missing }, Some(fetcher)) = (&judged, &self.inner.fetcher) else {
                return Ok(judged.verdict());
            };
            let found = fetcher.fetch(missing, self.inner.pool.round_trip()).await;
            if found.is_empty() {
                return Ok(judged.verdict());
            }
            fetched.extend(found);
        }
    }

    fn undecided(&self, height: Height, round: Round) -> Vec<(Proposal, Verdict)> {
        let stored = self.inner.ledger.view().undecided(height.as_u64(), round.as_u32());
        stored.unwrap_or_default().into_iter().map(judged).collect()
    }

    fn undecided_by_id(&self, height: Height, id: BlockId) -> Option<Proposal> {
        let stored = self.inner.ledger.view().undecided_at(height.as_u64()).ok()?;
        stored.into_iter().find(|block| block.block_id == *id.as_bytes()).map(|block| judged(block).0)
    }

    async fn decided(
        &self,
        height: Height,
        _round: Round,
        id: BlockId,
        certificate: Vec<u8>,
    ) -> Result<(), ApplicationFault> {
        self.blocking(move |inner| inner.decide(height, Hash(*id.as_bytes()), certificate)).await
    }

    async fn finalized(&self, height: Height, misbehavior: Vec<Misbehavior>) {
        self.inner.record_evidence(height, misbehavior);
        let heartbeat = tokio::time::sleep(self.inner.pace.heartbeat);
        tokio::select! {
            () = heartbeat => {}
            () = self.inner.pool.wait_for_transaction() => self.gather().await,
        }
    }

    fn history_min(&self) -> Height {
        let first = self.inner.ledger.view().first_block_height().ok().flatten();
        Height::new(first.unwrap_or(1))
    }

    async fn decided_block(&self, height: Height) -> Option<DecidedBlock> {
        self.blocking(move |inner| inner.history(height)).await.ok().flatten()
    }

    async fn process_synced(&self, proposal: Proposal) -> Result<Verdict, ApplicationFault> {
        self.blocking(move |inner| inner.validate_synced(&proposal)).await
    }
}

impl Inner {
    /// Who decides a height, the next one at most.
    fn validators(&self, height: Height) -> Option<ValidatorSet> {
        let next = Height::new(self.ledger.tip().height).next();
        if height > next {
            return None;
        }
        let stored = self.ledger.validators_at(height.as_u64()).ok().flatten()?;
        let validator = |validator: &tally_contracts::genesis::Validator| Validator {
            public_key: ValidatorKey::new(validator.consensus_key.0),
            power: validator.power,
        };
        let set = ValidatorSet::new(stored.validators.iter().map(validator).collect()).ok()?;
        // whose turn it was in the past is nobody's question
        if height < next {
            return Some(set);
        }
        let absent = self.ledger.absent_validators();
        Some(set.passing_over(absent.iter().map(|key| ValidatorKey::new(key.0)).collect()))
    }

    /// Stores a judged proposal; the engine gets its answer only afterwards.
    fn store(&self, proposal: &Proposal, verdict: Verdict) -> Result<(), StorageError> {
        let mut batch = Batch::new();
        batch.put_undecided(&UndecidedBlock {
            height: proposal.height.as_u64(),
            round: proposal.round.as_u32(),
            block_id: *proposal.id.as_bytes(),
            valid_round: proposal.valid_round.map(Round::as_u32),
            proposer: *proposal.proposer.as_bytes(),
            is_valid: verdict == Verdict::Valid,
            bytes: proposal.bytes.to_vec(),
        });
        self.ledger.database().commit(batch)
    }
}

fn judged(block: UndecidedBlock) -> (Proposal, Verdict) {
    let verdict = if block.is_valid { Verdict::Valid } else { Verdict::Invalid };
    let proposal = Proposal {
        height: Height::new(block.height),
        round: Round::new(block.round),
        valid_round: block.valid_round.map(Round::new),
        proposer: ValidatorKey::new(block.proposer),
        id: BlockId::new(block.block_id),
        bytes: Bytes::from(block.bytes),
    };
    (proposal, verdict)
}
