//! Execution: what a proposer builds and what a validator checks are the same computation.
use super::block::ExecutedBlock;
use super::{BlockError, Ledger, LedgerError, Tip, Work};
use crate::storage::{RequestOutcome, View};
use bytes::Bytes;
use std::collections::BTreeSet;
use std::sync::Arc;
use tally_contracts::types::{Hash, Height, PublicKey, Timestamp};
use tally_contracts::{BlockContext, Transaction, execute_block};
use tally_proto::block::{Block, BlockHeader, HEADER_VERSION, receipts_root, root_of};
use tally_proto::transaction::VerifiedTransaction;

/// What a proposer chose; the rest of a block follows from it.
struct Proposed {
    proposer: PublicKey,
    time: Timestamp,
    transactions: Vec<Arc<VerifiedTransaction>>,
}

impl Ledger {
    /// Executes `transactions` as the block after the tip and computes its header.
    ///
    /// The caller chose transactions that [`Ledger::fits`]; the block is remembered until its height is
    /// committed.
    pub fn build(
        &self,
        height: u64,
        proposer: PublicKey,
        time: Timestamp,
        transactions: Vec<Arc<VerifiedTransaction>>,
    ) -> Result<Arc<ExecutedBlock>, LedgerError> {
        let mut work = self.work();
        let tip = self.tip_before(height)?;
        let executed = self.execute(&mut work, &tip, Proposed { proposer, time, transactions })?;
        work.pending.insert(executed.id, Arc::clone(&executed));
        Ok(executed)
    }

    /// Executes a block that somebody else built and compares every field of its header.
    ///
    /// `transactions` are the block's, verified, in its order; the header commits to them.
    pub fn check(
        &self,
        header: &BlockHeader,
        transactions: Vec<Arc<VerifiedTransaction>>,
    ) -> Result<Result<Arc<ExecutedBlock>, BlockError>, LedgerError> {
        let mut work = self.work();
        if let Some(known) = work.pending.get(&header.id()) {
            return Ok(Ok(Arc::clone(known)));
        }
        let tip = self.tip_before(header.height.number())?;
        if header.time <= tip.time {
            let (time, parent) = (header.time, tip.time);
            return Ok(Err(BlockError::TimeNotAfterParent { time, parent }));
        }
        if let Err(error) = self.check_transactions(&tip, &transactions)? {
            return Ok(Err(error));
        }
        let (proposer, time) = (header.proposer, header.time);
        let executed = self.execute(&mut work, &tip, Proposed { proposer, time, transactions })?;
        if let Err(error) = compare(header, &executed.header) {
            return Ok(Err(error));
        }
        work.pending.insert(executed.id, Arc::clone(&executed));
        Ok(Ok(executed))
    }

    /// Whether a transaction may be in the next block: not expired, not there before. `view` must not be older than
    /// `tip`.
    pub fn fits(
        &self,
        view: &View<'_>,
        tip: &Tip,
        transaction: &VerifiedTransaction,
    ) -> Result<Result<(), BlockError>, LedgerError> {
        let domain = transaction.transaction();
        if let Err(error) = Self::is_in_time(tip, domain) {
            return Ok(Err(error));
        }
        let known = self.outcome(view, tip, domain)?;
        Ok(if known.is_some() { Err(BlockError::Replayed { id: domain.id }) } else { Ok(()) })
    }

    /// What became of a transaction's request; `view` must not be older than `tip`.
    pub fn outcome(
        &self,
        view: &View<'_>,
        tip: &Tip,
        transaction: &Transaction,
    ) -> Result<Option<RequestOutcome>, LedgerError> {
        let request = (transaction.sender, transaction.request_id);
        if self.absent.contains(&request) {
            return Ok(None);
        }
        let found = view.request(transaction.sender.as_str(), &transaction.request_id)?;
        if found.is_none() {
            self.absent.add(request, tip.height);
        }
        Ok(found)
    }

    /// Whether the next block is not after a transaction's last height, nor too long before.
    pub fn is_in_time(tip: &Tip, transaction: &Transaction) -> Result<(), BlockError> {
        let (id, height) = (transaction.id, tip.height.saturating_add(1));
        let valid_until = transaction.valid_until.number();
        let latest = height.saturating_add(crate::limits::VALIDITY_BLOCKS_MAX);
        if valid_until < height || valid_until > latest {
            return Err(BlockError::Expired { id, valid_until, height });
        }
        Ok(())
    }

    fn check_transactions(
        &self,
        tip: &Tip,
        transactions: &[Arc<VerifiedTransaction>],
    ) -> Result<Result<(), BlockError>, LedgerError> {
        let view = self.view();
        let mut requests = BTreeSet::new();
        for transaction in transactions {
            let domain = transaction.transaction();
            if !requests.insert((domain.sender, domain.request_id)) {
                return Ok(Err(BlockError::Replayed { id: transaction.id() }));
            }
            if let Err(error) = self.fits(&view, tip, transaction)? {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    fn tip_before(&self, height: u64) -> Result<Arc<Tip>, LedgerError> {
        let tip = self.tip();
        let expected = tip.height.saturating_add(1);
        if height != expected {
            return Err(LedgerError::NotNext { found: height, expected });
        }
        Ok(tip)
    }

    fn execute(
        &self,
        work: &mut Work,
        tip: &Tip,
        proposed: Proposed,
    ) -> Result<Arc<ExecutedBlock>, LedgerError> {
        work.rewind()?;
        let Proposed { proposer, time, transactions } = proposed;
        let context = BlockContext { height: Height::new(tip.height).next(), time };
        let inputs: Vec<&Transaction> = transactions.iter().map(|verified| verified.transaction()).collect();
        let outcome = {
            let view = self.view();
            execute_block(&self.records.over(&view), &mut work.tree, context, &inputs)?
        };
        let leaves: Vec<Hash> = transactions.iter().map(|verified| verified.leaf()).collect();
        let header = BlockHeader {
            version: HEADER_VERSION,
            chain_id: self.chain_id().to_owned(),
            height: context.height,
            time,
            parent: tip.block_id,
            proposer,
            transactions_root: root_of(&leaves),
            receipts_root: receipts_root(&outcome.receipts),
            state_root: outcome.state_root,
            validators_hash: tip.validators.hash(),
            transaction_count: u32::try_from(leaves.len()).unwrap_or(u32::MAX),
        };
        let id = header.id();
        work.applied = Some((id, outcome.undo));
        let bytes: Vec<Vec<u8>> = transactions.iter().map(|verified| verified.bytes().to_vec()).collect();
        let block = Block { header, transactions: bytes };
        let bytes = Bytes::from(block.encode());
        let (receipts, changes, header) = (outcome.receipts, outcome.changes, block.header);
        Ok(Arc::new(ExecutedBlock { id, header, bytes, transactions, receipts, changes }))
    }
}

/// The first field in which the two differ.
fn compare(found: &BlockHeader, expected: &BlockHeader) -> Result<(), BlockError> {
    let fields = [
        ("version", found.version.to_string(), expected.version.to_string()),
        ("chain_id", found.chain_id.clone(), expected.chain_id.clone()),
        ("height", found.height.to_string(), expected.height.to_string()),
        ("parent", found.parent.to_string(), expected.parent.to_string()),
        ("proposer", found.proposer.to_string(), expected.proposer.to_string()),
        ("validators_hash", found.validators_hash.to_string(), expected.validators_hash.to_string()),
        ("transaction_count", found.transaction_count.to_string(), expected.transaction_count.to_string()),
        ("transactions_root", found.transactions_root.to_string(), expected.transactions_root.to_string()),
        ("receipts_root", found.receipts_root.to_string(), expected.receipts_root.to_string()),
        ("state_root", found.state_root.to_string(), expected.state_root.to_string()),
    ];
    match fields.into_iter().find(|(_, found, expected)| found != expected) {
        None => Ok(()),
        Some((field, found, expected)) => Err(BlockError::Header { field, found, expected }),
    }
}
