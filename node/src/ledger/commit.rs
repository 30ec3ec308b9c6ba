//! Commit: block, certificate, receipts and state in one synced batch; then everyone is told.
use super::block::{CommittedBlock, ExecutedBlock};
use super::open::{decode_validators, encode_validators, put_changes, stored_tip};
use super::{Ledger, LedgerError, Tip};
use crate::storage::{Batch, Location, RequestOutcome};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tally_contracts::Receipt;
use tally_contracts::event::EventKind;
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::state::{Key, Record};
use tally_contracts::types::{Hash, MemberId, ReceivableId};

impl Ledger {
    /// The executed block of the next height with this id, if this node has it.
    pub fn pending(&self, id: Hash) -> Option<Arc<ExecutedBlock>> {
        self.work().pending.get(&id).cloned()
    }

    /// Makes a decided block durable. It must be one that [`Ledger::build`] or [`Ledger::check`] returned.
    pub fn commit(
        &self,
        executed: &ExecutedBlock,
        certificate: Vec<u8>,
    ) -> Result<Arc<CommittedBlock>, LedgerError> {
        let mut work = self.work();
        let old = self.tip();
        let height = executed.header.height.number();
        let expected = old.height.saturating_add(1);
        if height != expected {
            return Err(LedgerError::NotNext { found: height, expected });
        }
        work.stand_at(executed)?;
        let tip = Tip {
            height,
            block_id: executed.id,
            state_root: executed.header.state_root,
            time: executed.header.time,
            validators: changed_validators(executed).map_or_else(|| Arc::clone(&old.validators), Arc::new),
        };
        let mut batch = self.batch(executed, certificate, &tip)?;
        if tells_of_validators(&executed.receipts) {
            let before = self.view().record(&Key::Validators.encode())?;
            batch.put_handover(height, work.handover(executed, before)?);
        }
        self.database.commit(batch)?;
        self.records.commit(&executed.changes);
        let domains = executed.transactions.iter().map(|transaction| transaction.transaction());
        self.absent.commit(domains.map(|domain| (domain.sender, domain.request_id)), height);
        // decided: the tree stays where it is
        work.applied = None;
        work.pending.clear();
        let mut attendance = self.attendance.write().expect("nothing panics while it holds the attendance");
        attendance.add(executed.header.proposer);
        drop(attendance);
        *self.tip.write().expect("nothing panics while it holds the tip") = Arc::new(tip);
        drop(work);
        self.database.forget_undecided(height, height)?;

        let committed = Arc::new(CommittedBlock {
            id: executed.id,
            header: executed.header.clone(),
            transactions: executed.transactions.iter().map(|transaction| transaction.id()).collect(),
            receipts: executed.receipts.clone(),
        });
        // nobody listening is no error
        let _ = self.committed.send(Arc::clone(&committed));
        Ok(committed)
    }

    /// Who decides `height`, of every height up to the next.
    pub fn validators_at(&self, height: u64) -> Result<Option<ValidatorSet>, LedgerError> {
        let Some((_, bytes)) = self.view().validators_at(height)? else { return Ok(None) };
        Ok(decode_validators(&bytes))
    }

    fn batch(&self, executed: &ExecutedBlock, certificate: Vec<u8>, tip: &Tip) -> Result<Batch, LedgerError> {
        let height = tip.height;
        let mut batch = Batch::new();
        if !self.view().has_block(height, &executed.id.0)? {
            batch.put_block(height, &executed.id.0, executed.bytes.to_vec());
        }
        batch.put_decided(height, &executed.id.0);
        batch.put_certificate(height, certificate);
        batch.put_receipts(height, encode_receipts(&executed.receipts));
        put_changes(&mut batch, &executed.changes);
        for (position, transaction) in (0..).zip(&executed.transactions) {
            let location = Location { height, position };
            let id = transaction.id().0;
            batch.put_transaction(&id, location);
            let domain = transaction.transaction();
            let outcome = RequestOutcome { transaction: id, location };
            batch.put_request(domain.sender.as_str(), &domain.request_id, &outcome);
        }
        put_history(&mut batch, height, &executed.receipts);
        put_relations(&mut batch, executed);
        if changed_validators(executed).is_some() {
            batch.put_validators(height.saturating_add(1), encode_validators(&tip.validators));
        }
        batch.set_tip(&stored_tip(tip));
        Ok(batch)
    }
}

/// Where the events of each receivable are, so that its history need not be searched for.
fn put_history(batch: &mut Batch, height: u64, receipts: &[Receipt]) {
    for (judged, receipt) in receipts.iter().zip(0_u32..) {
        let mut events: BTreeMap<ReceivableId, Vec<u32>> = BTreeMap::new();
        for (happened, event) in judged.events().iter().zip(0_u32..) {
            if let Some(receivable) = happened.receivable {
                events.entry(receivable).or_default().push(event);
            }
        }
        for (receivable, events) in events {
            batch.put_history(receivable.number(), height, receipt, &events);
        }
    }
}

/// Who takes part in which receivable: the parties that its record names, and whoever an event about it names.
fn put_relations(batch: &mut Batch, executed: &ExecutedBlock) {
    let mut relations: BTreeSet<(MemberId, ReceivableId)> = BTreeSet::new();
    let parties = |record: Option<&Record>| match record {
        Some(Record::Receivable(one)) => Some([one.anchor, one.supplier, one.terms.settlement_bank]),
        #[allow(clippy::wildcard_enum_match_arm, reason = "only receivables are asked for")]
        _ => None,
    };
    for change in &executed.changes.records {
        let Key::Receivable(id) = change.key else { continue };
        let (before, now) = (parties(change.before.as_deref()), parties(change.now.as_deref()));
        if before != now {
            relations.extend(now.into_iter().flatten().map(|member| (member, id)));
        }
    }
    for event in executed.receipts.iter().flat_map(Receipt::events) {
        let Some(receivable) = event.receivable else { continue };
        let named = [event.member, event.counterparty].into_iter().flatten();
        relations.extend(named.map(|member| (member, receivable)));
    }
    for (member, receivable) in relations {
        batch.put_relation(member.as_str(), receivable.number());
    }
}

/// Also where the change left them as they were: whoever is told of one is shown what they are now.
fn tells_of_validators(receipts: &[Receipt]) -> bool {
    let mut events = receipts.iter().flat_map(Receipt::events);
    events.any(|event| event.kind == EventKind::ValidatorsChanged)
}

fn changed_validators(executed: &ExecutedBlock) -> Option<ValidatorSet> {
    let change = executed.changes.records.iter().find(|change| change.key == Key::Validators)?;
    match change.now.as_deref() {
        Some(Record::Validators(validators)) => Some(validators.clone()),
        #[allow(clippy::wildcard_enum_match_arm, reason = "no other record has this key")]
        _ => None,
    }
}

/// Receipts of a block as they are stored: each with its length (4 bytes, big-endian).
fn encode_receipts(receipts: &[Receipt]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for receipt in receipts {
        let encoded = borsh::to_vec(receipt).expect("a Vec takes every write");
        bytes.extend(u32::try_from(encoded.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend(encoded);
    }
    bytes
}

/// Reads stored receipts back; `None` for anything else.
pub fn decode_receipts(mut bytes: &[u8]) -> Option<Vec<Receipt>> {
    let mut receipts = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (receipt, rest) = rest.split_at_checked(length)?;
        receipts.push(borsh::from_slice(receipt).ok()?);
        bytes = rest;
    }
    Some(receipts)
}
