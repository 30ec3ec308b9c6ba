//! Propose: what waits, in fair order, as the next block.
use super::Inner;
use crate::ledger::{BlockError, LedgerError};
use std::collections::BTreeSet;
use std::sync::Arc;
use tally_consensus::{BlockId, Height, Proposal, Round, Verdict};
use tally_contracts::types::{PublicKey, Timestamp};
use tally_proto::transaction::VerifiedTransaction;

impl Inner {
    /// Builds this node's block for a round, once: asked again, it answers what it stored.
    pub(super) fn propose(&self, height: Height, round: Round) -> Result<Proposal, LedgerError> {
        let stored = self.ledger.view().undecided(height.as_u64(), round.as_u32())?;
        if let Some(own) = stored.into_iter().find(|block| block.proposer == *self.own.as_bytes()) {
            return Ok(super::judged(own).0);
        }
        let tip = self.ledger.tip();
        let after_parent = Timestamp::from_ms(tip.time.ms().saturating_add(1));
        let time = self.clock.now().max(after_parent);
        let transactions = self.choose()?;
        let executed =
            self.ledger.build(height.as_u64(), PublicKey(*self.own.as_bytes()), time, transactions)?;
        let proposal = Proposal {
            height,
            round,
            valid_round: None,
            proposer: self.own,
            id: BlockId::new(executed.id().0),
            bytes: executed.bytes().clone(),
        };
        self.store(&proposal, Verdict::Valid)?;
        Ok(proposal)
    }

    /// Waiting transactions that may be in the next block; what never may be again is forgotten.
    fn choose(&self) -> Result<Vec<Arc<VerifiedTransaction>>, LedgerError> {
        let tip = self.ledger.tip();
        let waiting = self.pool.take(self.pace.block_bytes_max, self.pace.block_transactions_max);
        let mut chosen = Vec::with_capacity(waiting.len());
        let mut stale = Vec::new();
        let mut requests = BTreeSet::new();
        for pooled in waiting {
            let is_first = requests.insert((pooled.sender, pooled.request_id));
            match self.ledger.fits(&tip, &pooled.verified)? {
                Ok(()) if is_first => chosen.push(pooled.verified),
                Ok(()) => {}
                Err(BlockError::Expired { .. } | BlockError::Replayed { .. }) => stale.push(pooled.id),
                Err(
                    BlockError::Malformed { .. }
                    | BlockError::Header { .. }
                    | BlockError::TimeNotAfterParent { .. }
                    | BlockError::TimeOutOfBounds { .. }
                    | BlockError::Transaction { .. },
                ) => {}
            }
        }
        self.pool.discard(&stale);
        Ok(chosen)
    }
}
