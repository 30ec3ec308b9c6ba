//! Propose: what waits, in fair order, as the next block.
use super::Inner;
use crate::ledger::{BlockError, ExecutedBlock, LedgerError};
use crate::limits::NAMED_TRANSACTION_AGE;
use crate::mempool::PooledTransaction;
use bytes::Bytes;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;
use tally_consensus::{BlockId, Height, Proposal, Round, ValidatorKey, Verdict};
use tally_contracts::types::{MemberId, PublicKey, Timestamp};
use tally_proto::compact::{Carried, encode_compact};
use tally_proto::transaction::VerifiedTransaction;

type Pooled = PooledTransaction<MemberId, VerifiedTransaction>;

/// The block with its older transactions by name.
fn compact(executed: &ExecutedBlock, is_named: &[bool]) -> Bytes {
    let carry = |(verified, is_named): (&Arc<VerifiedTransaction>, &bool)| match is_named {
        true => Carried::Named(verified.leaf()),
        false => Carried::Whole(verified.bytes().to_vec()),
    };
    let carried: Vec<Carried> = executed.transactions().iter().zip(is_named).map(carry).collect();
    Bytes::from(encode_compact(executed.header(), &carried))
}

impl Inner {
    /// Builds this node's block for a round, once: asked again, it answers what it stored.
    pub(super) fn propose(&self, height: Height, round: Round) -> Result<Proposal, LedgerError> {
        let own = self.turn(height, round)?;
        let stored = self.ledger.view().undecided(height.as_u64(), round.as_u32())?;
        if let Some(own) = stored.into_iter().find(|block| block.proposer == *own.as_bytes()) {
            return Ok(super::judged(own).0);
        }
        let begun = Instant::now();
        let tip = self.ledger.tip();
        let after_parent = Timestamp::from_ms(tip.time.ms().saturating_add(1));
        let time = self.clock.now().max(after_parent);
        let chosen = self.choose()?;
        // it waits for the answer to the frame before it, and then it travels
        let on_its_way = self.pool.round_trip().saturating_mul(3) / 2;
        let known_since = Instant::now().checked_sub(NAMED_TRANSACTION_AGE.saturating_add(on_its_way));
        let is_named: Vec<bool> =
            chosen.iter().map(|pooled| known_since.is_some_and(|since| pooled.arrived <= since)).collect();
        let transactions = chosen.into_iter().map(|pooled| pooled.verified).collect();
        let executed = self.ledger.build(height.as_u64(), PublicKey(*own.as_bytes()), time, transactions)?;
        self.measure.note(is_named.len(), begun.elapsed());
        let proposal = |bytes| Proposal {
            height,
            round,
            valid_round: None,
            proposer: own,
            id: BlockId::new(executed.id().0),
            bytes,
        };
        let whole = proposal(executed.bytes().clone());
        self.store(&whole, Verdict::Valid)?;
        // after a failed round nothing is left to chance
        Ok(if round == Round::FIRST { proposal(compact(&executed, &is_named)) } else { whole })
    }

    /// Whose turn it is, which is this node's where the engine asks for a block: its key may change with every height.
    fn turn(&self, height: Height, round: Round) -> Result<ValidatorKey, LedgerError> {
        let set = self.validators(height);
        set.map(|set| set.proposer(height, round).public_key)
            .ok_or(LedgerError::StoredBlock { height: height.as_u64() })
    }

    /// Waiting transactions that may be in the next block; what never may be again is forgotten.
    fn choose(&self) -> Result<Vec<Pooled>, LedgerError> {
        let (tip, view) = (self.ledger.tip(), self.ledger.view());
        let count_max = self.pace.block_transactions_max.min(self.measure.affordable());
        let waiting = self.pool.take(self.pace.block_bytes_max, count_max);
        let mut chosen = Vec::with_capacity(waiting.len());
        let mut stale = Vec::new();
        let mut requests = BTreeSet::new();
        for pooled in waiting {
            let is_first = requests.insert((pooled.sender, pooled.request_id));
            match self.ledger.fits(&view, &tip, &pooled.verified)? {
                Ok(()) if is_first => chosen.push(pooled),
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
