//! Validate: find or verify the transactions, execute, compare; anything wrong is a vote for nil.
use super::Inner;
use crate::ledger::{BlockError, ExecutedBlock, LedgerError};
use crate::limits::{
    BLOCK_TIME_AHEAD_MS_MAX, BLOCK_TIME_BEHIND_MS_MAX, NAMED_TRANSACTION_POLL, NAMED_TRANSACTION_WAIT,
};
use std::sync::Arc;
use std::time::Instant;
use tally_consensus::{Proposal, Verdict};
use tally_proto::compact::{Carried, ProposedBlock};
use tally_proto::transaction::{SignedTransaction, VerifiedTransaction, verify_batch};

/// What was found out about a proposal.
enum Judged {
    Valid(Arc<ExecutedBlock>),
    Invalid(BlockError),
    /// So many of its transactions are not here.
    Unavailable {
        missing: usize,
    },
}

impl From<BlockError> for Judged {
    fn from(error: BlockError) -> Self {
        Self::Invalid(error)
    }
}

impl Inner {
    /// Judges a proposal of the round that runs, with its time against this node's clock.
    pub(super) fn validate(&self, proposal: &Proposal) -> Result<Verdict, LedgerError> {
        let judged = match read(proposal) {
            Ok(block) => match self.check_time(proposal, &block) {
                Ok(()) => self.judge(block)?,
                Err(error) => error.into(),
            },
            Err(error) => error.into(),
        };
        self.conclude(proposal, judged)
    }

    /// Judges a block that the others decided: its time was judged by them.
    pub(super) fn validate_synced(&self, proposal: &Proposal) -> Result<Verdict, LedgerError> {
        let judged = match read(proposal) {
            Ok(block) => self.judge(block)?,
            Err(error) => error.into(),
        };
        self.conclude(proposal, judged)
    }

    /// Executes a block of this node's store again.
    pub(super) fn execute(
        &self,
        proposal: &Proposal,
    ) -> Result<Result<Arc<ExecutedBlock>, BlockError>, LedgerError> {
        let judged = match read(proposal) {
            Ok(block) => self.judge(block)?,
            Err(error) => error.into(),
        };
        Ok(match judged {
            Judged::Valid(executed) => Ok(executed),
            Judged::Invalid(error) => Err(error),
            Judged::Unavailable { missing } => Err(BlockError::Malformed {
                reason: format!("{missing} transactions were stored by name only"),
            }),
        })
    }

    fn judge(&self, block: ProposedBlock) -> Result<Judged, LedgerError> {
        let ProposedBlock { header, transactions, .. } = &block;
        let known = self.known(&block);
        let missing = known
            .iter()
            .zip(transactions)
            .filter(|(known, carried)| known.is_none() && matches!(carried, Carried::Named(_)));
        let missing = missing.count();
        if missing > 0 {
            return Ok(Judged::Unavailable { missing });
        }
        let transactions = match self.verify(transactions, known) {
            Ok(transactions) => transactions,
            Err(error) => return Ok(error.into()),
        };
        Ok(match self.ledger.check(header, transactions)? {
            Ok(executed) => Judged::Valid(executed),
            Err(error) => error.into(),
        })
    }

    /// The transactions that wait here and so were verified when they came. Waits a little for those that are
    /// only named: whoever took them in sends them to everybody.
    fn known(&self, block: &ProposedBlock) -> Vec<Option<Arc<VerifiedTransaction>>> {
        let begun = Instant::now();
        loop {
            let known = self.pool.by_leaves(block.leaves().iter().map(|leaf| &leaf.0));
            let is_enough = known
                .iter()
                .zip(&block.transactions)
                .all(|(known, carried)| known.is_some() || matches!(carried, Carried::Whole(_)));
            if is_enough || begun.elapsed() >= NAMED_TRANSACTION_WAIT {
                return known;
            }
            std::thread::sleep(NAMED_TRANSACTION_POLL);
        }
    }

    /// All transactions, verified: those that are not known, in one batch.
    fn verify(
        &self,
        carried: &[Carried],
        known: Vec<Option<Arc<VerifiedTransaction>>>,
    ) -> Result<Vec<Arc<VerifiedTransaction>>, BlockError> {
        let mut unknown = Vec::new();
        for (position, (known, carried)) in known.iter().zip(carried).enumerate() {
            if let (None, Carried::Whole(bytes)) = (known, carried) {
                let signed = SignedTransaction::decode(bytes, self.ledger.chain_id());
                unknown.push(signed.map_err(|error| refused(position, error))?);
            }
        }
        let mut verified = verify_batch(unknown).into_iter();
        let complete = |(position, known): (usize, Option<Arc<VerifiedTransaction>>)| match known {
            Some(known) => Ok(known),
            None => match verified.next() {
                Some(Ok(transaction)) => Ok(Arc::new(transaction)),
                Some(Err(error)) => Err(refused(position, error)),
                None => Err(refused(position, "unverified")),
            },
        };
        known.into_iter().enumerate().map(complete).collect()
    }

    /// Not far ahead of this node's clock; a new block not far behind either. A block that is proposed again
    /// keeps its time, so only its first round has a lower bound.
    fn check_time(&self, proposal: &Proposal, block: &ProposedBlock) -> Result<(), BlockError> {
        let time = block.header.time;
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

    /// Stores the block, whole, with its verdict.
    fn conclude(&self, proposal: &Proposal, judged: Judged) -> Result<Verdict, LedgerError> {
        let (height, round) = (proposal.height, proposal.round);
        let (verdict, bytes) = match judged {
            Judged::Valid(executed) => (Verdict::Valid, executed.bytes().clone()),
            Judged::Invalid(error) => {
                tracing::warn!(%height, %round, proposer = %proposal.proposer, %error, "block refused");
                (Verdict::Invalid, proposal.bytes.clone())
            }
            Judged::Unavailable { missing } => {
                tracing::warn!(%height, %round, proposer = %proposal.proposer, missing, "transactions are missing");
                return Ok(Verdict::Unavailable);
            }
        };
        self.store(&Proposal { bytes, ..proposal.clone() }, verdict)?;
        Ok(verdict)
    }
}

fn read(proposal: &Proposal) -> Result<ProposedBlock, BlockError> {
    let block = ProposedBlock::decode(&proposal.bytes)
        .map_err(|error| BlockError::Malformed { reason: error.to_string() })?;
    let id = block.id();
    if id.0 != *proposal.id.as_bytes() {
        let (found, expected) = (id.to_string(), proposal.id.to_string());
        return Err(BlockError::Header { field: "id", found, expected });
    }
    Ok(block)
}

fn refused(position: usize, reason: impl ToString) -> BlockError {
    BlockError::Transaction { position, reason: reason.to_string() }
}
