//! Decide: a quorum exists; the block becomes durable, and the pool forgets what it held.
use super::Inner;
use super::evidence::encode;
use crate::ledger::{ExecutedBlock, LedgerError};
use crate::storage::Batch;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tally_consensus::{Height, Misbehavior};
use tally_contracts::types::Hash;

impl Inner {
    /// Commits the decided block of the next height. Asked again after a crash, it finds it in the store.
    pub(super) fn decide(&self, height: Height, id: Hash, certificate: Vec<u8>) -> Result<(), LedgerError> {
        let tip = self.ledger.tip();
        if tip.height >= height.as_u64() && tip.block_id == id {
            return Ok(());
        }
        let executed = match self.ledger.pending(id) {
            Some(executed) => executed,
            None => self.execute_again(height, id)?,
        };
        let committed = self.ledger.commit(&executed, certificate)?;
        let ids: Vec<[u8; 32]> = committed.transactions.iter().map(|id| id.0).collect();
        self.pool.committed(&ids, height.as_u64());
        self.last_count.store(ids.len(), Ordering::Relaxed);
        Ok(())
    }

    /// After a restart the undecided block is on disk, but its execution is gone.
    fn execute_again(&self, height: Height, id: Hash) -> Result<Arc<ExecutedBlock>, LedgerError> {
        let number = height.as_u64();
        let stored = self.ledger.view().undecided_at(number)?;
        let block = stored.into_iter().find(|block| block.block_id == id.0);
        let block = block.ok_or(LedgerError::DecidedUnknown { height: number, id })?;
        let (proposal, _) = super::judged(block);
        self.execute(&proposal)?.map_err(|source| LedgerError::DecidedInvalid { height: number, id, source })
    }

    /// Keeps proofs of misbehaviour; a disk that refuses them will refuse the next block too.
    pub(super) fn record_evidence(&self, height: Height, misbehavior: Vec<Misbehavior>) {
        let mut batch = Batch::new();
        for proof in misbehavior {
            tracing::warn!(%height, ?proof, "a validator signed two conflicting messages");
            batch.put_evidence(height.as_u64(), encode(&proof));
        }
        if !batch.is_empty()
            && let Err(error) = self.ledger.database().commit(batch)
        {
            tracing::error!(%error, "evidence of misbehaviour could not be stored");
        }
    }
}
