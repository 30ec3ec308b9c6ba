//! Validate: decode, verify, execute, compare; anything wrong is a vote for nil.
use super::Inner;
use crate::ledger::{BlockError, ExecutedBlock, LedgerError};
use crate::limits::{BLOCK_TIME_AHEAD_MS_MAX, BLOCK_TIME_BEHIND_MS_MAX};
use std::sync::Arc;
use tally_consensus::{Proposal, Verdict};
use tally_proto::block::Block;
use tally_proto::transaction::{SignedTransaction, VerifiedTransaction, verify_batch};

impl Inner {
    /// Judges a proposal of the round that runs, with its time against this node's clock.
    pub(super) fn validate(&self, proposal: &Proposal) -> Result<Verdict, LedgerError> {
        let judged = match self.check_time(proposal) {
            Ok(()) => self.execute(proposal)?.map(|_| ()),
            Err(error) => Err(error),
        };
        self.conclude(proposal, judged)
    }

    /// Judges a block that the others decided: its time was judged by them.
    pub(super) fn validate_synced(&self, proposal: &Proposal) -> Result<Verdict, LedgerError> {
        let judged = self.execute(proposal)?.map(|_| ());
        self.conclude(proposal, judged)
    }

    /// Decodes, verifies and executes a proposal's block, or finds it executed already.
    pub(super) fn execute(
        &self,
        proposal: &Proposal,
    ) -> Result<Result<Arc<ExecutedBlock>, BlockError>, LedgerError> {
        let block = match decode(&proposal.bytes) {
            Ok(block) => block,
            Err(error) => return Ok(Err(error)),
        };
        if block.id().0 != *proposal.id.as_bytes() {
            let (found, expected) = (block.id().to_string(), proposal.id.to_string());
            return Ok(Err(BlockError::Header { field: "id", found, expected }));
        }
        match self.verified(&block) {
            Ok(transactions) => self.ledger.check(&block, transactions),
            Err(error) => Ok(Err(error)),
        }
    }

    /// The block's transactions, verified: those from the pool were verified when they entered it.
    fn verified(&self, block: &Block) -> Result<Vec<Arc<VerifiedTransaction>>, BlockError> {
        let mut known = Vec::with_capacity(block.transactions.len());
        let mut unknown = Vec::new();
        for (position, bytes) in block.transactions.iter().enumerate() {
            let refuse = |reason: String| BlockError::Transaction { position, reason };
            let signed = SignedTransaction::decode(bytes, self.ledger.chain_id())
                .map_err(|error| refuse(error.to_string()))?;
            // the same id has the same body; only the same bytes have the same signatures
            match self.pool.get(&signed.id().0).filter(|pooled| pooled.bytes == *bytes) {
                Some(pooled) => known.push(Some(pooled.verified)),
                None => {
                    known.push(None);
                    unknown.push(signed);
                }
            }
        }
        let mut verified = verify_batch(unknown).into_iter();
        let mut transactions = Vec::with_capacity(known.len());
        for (position, known) in known.into_iter().enumerate() {
            transactions.push(match known {
                Some(transaction) => transaction,
                None => match verified.next() {
                    Some(Ok(transaction)) => Arc::new(transaction),
                    Some(Err(error)) => {
                        return Err(BlockError::Transaction { position, reason: error.to_string() });
                    }
                    None => {
                        return Err(BlockError::Transaction { position, reason: "unverified".to_owned() });
                    }
                },
            });
        }
        Ok(transactions)
    }

    /// Not far ahead of this node's clock; a new block not far behind either. A block that is proposed again
    /// keeps its time, so only its first round has a lower bound.
    fn check_time(&self, proposal: &Proposal) -> Result<(), BlockError> {
        let time = decode(&proposal.bytes)?.header.time;
        let now = self.clock.now();
        let ahead = self.clock.stretch(BLOCK_TIME_AHEAD_MS_MAX);
        if time.ms() > now.ms().saturating_add(ahead) {
            return Err(BlockError::TimeOutOfBounds { time, now, bound_ms: ahead });
        }
        let behind = self.clock.stretch(BLOCK_TIME_BEHIND_MS_MAX);
        let after_parent = time.ms() == self.ledger.tip().time.ms().saturating_add(1);
        if proposal.valid_round.is_none() && !after_parent && time.ms().saturating_add(behind) < now.ms() {
            return Err(BlockError::TimeOutOfBounds { time, now, bound_ms: behind });
        }
        Ok(())
    }

    fn conclude(&self, proposal: &Proposal, judged: Result<(), BlockError>) -> Result<Verdict, LedgerError> {
        let verdict = match judged {
            Ok(()) => Verdict::Valid,
            Err(error) => {
                let (height, round) = (proposal.height, proposal.round);
                tracing::warn!(%height, %round, proposer = %proposal.proposer, %error, "block refused");
                Verdict::Invalid
            }
        };
        self.store(proposal, verdict)?;
        Ok(verdict)
    }
}

fn decode(bytes: &[u8]) -> Result<Block, BlockError> {
    Block::decode(bytes).map_err(|error| BlockError::Malformed { reason: error.to_string() })
}
