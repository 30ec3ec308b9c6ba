//! Validate: find or verify the transactions, execute, compare; anything wrong is a vote for nil.
use super::Inner;
use crate::ledger::{BlockError, ExecutedBlock, LedgerError};
use crate::limits::{
    BLOCK_TIME_AHEAD_MS_MAX, BLOCK_TIME_BEHIND_MS_MAX, NAMED_TRANSACTION_POLL, NAMED_TRANSACTION_WAIT,
};
use crate::mempool::Leaf;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;
use tally_consensus::{Proposal, Verdict};
use tally_contracts::types::PublicKey;
use tally_proto::compact::{Carried, ProposedBlock};
use tally_proto::transaction::{SignedTransaction, VerifiedTransaction, verify_batch};

/// Bytes of transactions that were fetched, by leaf.
pub(super) type Fetched = HashMap<Leaf, Bytes>;

/// What was found out about a proposal.
pub(super) enum Judged {
    Valid(Arc<ExecutedBlock>),
    Invalid(BlockError),
    /// These of its transactions are not here.
    Unavailable {
        missing: Vec<Leaf>,
    },
    /// Its height was decided meanwhile.
    Overtaken,
}

impl From<BlockError> for Judged {
    fn from(error: BlockError) -> Self {
        Self::Invalid(error)
    }
}

impl Judged {
    pub(super) fn verdict(&self) -> Verdict {
        match self {
            Self::Valid(_) => Verdict::Valid,
            Self::Invalid(_) => Verdict::Invalid,
            Self::Unavailable { .. } | Self::Overtaken => Verdict::Unavailable,
        }
    }
}

impl Inner {
    /// Judges a proposal of the round that runs, with its time against this node's clock.
    pub(super) fn validate(&self, proposal: &Proposal, fetched: &Fetched) -> Result<Judged, LedgerError> {
        let judged = match read(proposal) {
            Ok(block) => match self.check_time(proposal, &block).and(check_proposer(proposal, &block)) {
                Ok(()) => self.judge(block, fetched)?,
                Err(error) => error.into(),
            },
            Err(error) => error.into(),
        };
        self.conclude(proposal, judged)
    }

    /// Judges a block that the others decided: its time was judged by them.
    pub(super) fn validate_synced(&self, proposal: &Proposal) -> Result<Verdict, LedgerError> {
        let judged = self.judge_whole(proposal)?;
        Ok(self.conclude(proposal, judged)?.verdict())
    }

    /// Executes a block of this node's store again.
    pub(super) fn execute(
        &self,
        proposal: &Proposal,
    ) -> Result<Result<Arc<ExecutedBlock>, BlockError>, LedgerError> {
        Ok(match self.judge_whole(proposal)? {
            Judged::Valid(executed) => Ok(executed),
            Judged::Invalid(error) => Err(error),
            Judged::Unavailable { missing } => {
                let reason = format!("{} of its transactions are only named", missing.len());
                Err(BlockError::Malformed { reason })
            }
            Judged::Overtaken => {
                let (found, expected) =
                    (proposal.height.as_u64(), self.ledger.tip().height.saturating_add(1));
                return Err(LedgerError::NotNext { found, expected });
            }
        })
    }

    fn judge_whole(&self, proposal: &Proposal) -> Result<Judged, LedgerError> {
        match read(proposal) {
            Ok(block) => self.judge(block, &Fetched::new()),
            Err(error) => Ok(error.into()),
        }
    }

    fn judge(&self, mut block: ProposedBlock, fetched: &Fetched) -> Result<Judged, LedgerError> {
        for carried in &mut block.transactions {
            if let Carried::Named(leaf) = carried
                && let Some(bytes) = fetched.get(&leaf.0)
            {
                *carried = Carried::Whole(bytes.to_vec());
            }
        }
        let known = self.known(&block);
        let missing = missing(&block, &known);
        if !missing.is_empty() {
            return Ok(Judged::Unavailable { missing });
        }
        let transactions = match self.verify(&block.transactions, known) {
            Ok(transactions) => transactions,
            Err(error) => return Ok(error.into()),
        };
        let (count, begun) = (transactions.len(), Instant::now());
        let checked = match self.ledger.check(&block.header, transactions) {
            // Decided blocks are committed beside the judging of others: one that comes again in a later round, or from a
            // peer that catches us up, may find its own height over.
            Err(LedgerError::NotNext { found, expected }) if found < expected => {
                return Ok(Judged::Overtaken);
            }
            checked => checked?,
        };
        self.measure.note(count, begun.elapsed());
        Ok(match checked {
            Ok(executed) => Judged::Valid(executed),
            Err(error) => error.into(),
        })
    }

    /// The transactions that wait here and so were verified when they came. Waits a little for those that are
    /// only named: whoever took them in sends them to everybody.
    fn known(&self, block: &ProposedBlock) -> Vec<Option<Arc<VerifiedTransaction>>> {
        let begun = Instant::now();
        loop {
            let known = self.pool.verified_by_leaves(block.leaves().iter().map(|leaf| &leaf.0));
            if missing(block, &known).is_empty() || begun.elapsed() >= NAMED_TRANSACTION_WAIT {
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

    /// Stores the block, whole, with its verdict, unless there is none.
    fn conclude(&self, proposal: &Proposal, judged: Judged) -> Result<Judged, LedgerError> {
        let (height, round, proposer) = (proposal.height, proposal.round, proposal.proposer);
        let bytes = match &judged {
            Judged::Valid(executed) => executed.bytes().clone(),
            Judged::Invalid(error) => {
                tracing::warn!(%height, %round, %proposer, %error, "block refused");
                proposal.bytes.clone()
            }
            Judged::Unavailable { missing } => {
                tracing::info!(%height, %round, %proposer, missing = missing.len(), "transactions are missing");
                return Ok(judged);
            }
            Judged::Overtaken => {
                tracing::debug!(%height, %round, %proposer, "decided before it was judged");
                return Ok(judged);
            }
        };
        self.store(&Proposal { bytes, ..proposal.clone() }, judged.verdict())?;
        Ok(judged)
    }
}

/// The transactions that are neither known nor carried.
fn missing(block: &ProposedBlock, known: &[Option<Arc<VerifiedTransaction>>]) -> Vec<Leaf> {
    let named = known.iter().zip(&block.transactions).filter_map(|(known, carried)| match carried {
        Carried::Named(leaf) if known.is_none() => Some(leaf.0),
        Carried::Named(_) | Carried::Whole(_) => None,
    });
    named.collect()
}

/// A new block is its proposer's own: who builds blocks is what turns follow from.
fn check_proposer(proposal: &Proposal, block: &ProposedBlock) -> Result<(), BlockError> {
    let (found, expected) = (block.header.proposer, PublicKey(*proposal.proposer.as_bytes()));
    if proposal.valid_round.is_none() && found != expected {
        let (found, expected) = (found.to_string(), expected.to_string());
        return Err(BlockError::Header { field: "proposer", found, expected });
    }
    Ok(())
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
