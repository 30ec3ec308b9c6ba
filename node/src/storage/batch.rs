//! What is written in one piece: all of it reaches the disk, or nothing does.

use tally_contracts::state::Salt;

use super::schema::{
    Family, Location, META_REPLICA, META_TIP, RequestOutcome, Tip, UndecidedBlock, block_key, encode_record,
    evidence_key, height_key, history_key, relation_key, request_key,
};

/// A list of changes. It touches nothing until [`super::Database::commit`]; a later change of the
/// same key counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    changes: Vec<Change>,
}

/// A new value for a key; `None` deletes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub family: Family,
    pub key: Vec<u8>,
    pub value: Option<Vec<u8>>,
}

impl Batch {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Number of changes.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    pub fn set_tip(&mut self, tip: &Tip) {
        self.put(Family::Meta, META_TIP, tip.encode());
    }

    /// The bytes of a block that was not an undecided one of this node before.
    pub fn put_block(&mut self, height: u64, id: &[u8; 32], block: Vec<u8>) {
        self.put(Family::Blocks, block_key(height, id), block);
    }

    /// That this is the block of its height.
    pub fn put_decided(&mut self, height: u64, id: &[u8; 32]) {
        self.put(Family::Decided, height_key(height), id.to_vec());
    }

    pub fn put_certificate(&mut self, height: u64, certificate: Vec<u8>) {
        self.put(Family::Certificates, height_key(height), certificate);
    }

    pub fn put_receipts(&mut self, height: u64, receipts: Vec<u8>) {
        self.put(Family::Receipts, height_key(height), receipts);
    }

    pub fn put_record(&mut self, key: Vec<u8>, salt: &Salt, record: &[u8]) {
        self.put(Family::Records, key, encode_record(salt, record));
    }

    pub fn delete_record(&mut self, key: Vec<u8>) {
        self.delete(Family::Records, key);
    }

    pub fn put_index(&mut self, key: Vec<u8>) {
        self.put(Family::Index, key, Vec::new());
    }

    pub fn delete_index(&mut self, key: Vec<u8>) {
        self.delete(Family::Index, key);
    }

    pub fn put_transaction(&mut self, transaction: &[u8; 32], location: Location) {
        self.put(Family::Transactions, *transaction, location.encode());
    }

    /// `sender` is the member's slug, which has no zero byte.
    pub fn put_request(&mut self, sender: &str, request_id: &[u8; 16], outcome: &RequestOutcome) {
        self.put(Family::Requests, request_key(sender, request_id), outcome.encode());
    }

    /// That these events of a receipt are of this receivable; in their order.
    pub fn put_history(&mut self, receivable: u64, height: u64, receipt: u32, events: &[u32]) {
        let events = events.iter().flat_map(|event| event.to_be_bytes()).collect();
        self.put(Family::History, history_key(receivable, height, receipt), events);
    }

    /// That a member takes part in a receivable, now or once.
    pub fn put_relation(&mut self, member: &str, receivable: u64) {
        self.put(Family::Relations, relation_key(member, receivable), Vec::new());
    }

    /// MUST be committed before the engine gets its answer: its own log knows only the id.
    pub fn put_undecided(&mut self, block: &UndecidedBlock) {
        self.put_block(block.height, &block.block_id, block.bytes.clone());
        self.put(Family::Undecided, block.key(), block.encode());
    }

    /// The validator set that decides from `first_height` on.
    pub fn put_validators(&mut self, first_height: u64, validators: Vec<u8>) {
        self.put(Family::Validators, height_key(first_height), validators);
    }

    /// How the set that the block of `height` put in force is proven.
    pub fn put_handover(&mut self, height: u64, handover: Vec<u8>) {
        self.put(Family::Handovers, height_key(height), handover);
    }

    /// A block as one member may see it.
    pub fn put_followed(&mut self, height: u64, block: Vec<u8>) {
        self.put(Family::Followed, height_key(height), block);
    }

    /// How far a member node is proven.
    pub fn set_replica(&mut self, place: Vec<u8>) {
        self.put(Family::Meta, META_REPLICA, place);
    }

    /// The same evidence put twice is stored once.
    pub fn put_evidence(&mut self, height: u64, evidence: Vec<u8>) {
        self.put(Family::Evidence, evidence_key(height, &evidence), evidence);
    }

    pub(super) fn put(&mut self, family: Family, key: impl Into<Vec<u8>>, value: Vec<u8>) {
        self.changes.push(Change { family, key: key.into(), value: Some(value) });
    }

    pub(super) fn delete(&mut self, family: Family, key: Vec<u8>) {
        self.changes.push(Change { family, key, value: None });
    }

    /// In the order of their keys, which is the order in which they are cheapest to insert; changes of the same key
    /// stay in theirs.
    pub(super) fn into_changes(mut self) -> Vec<Change> {
        self.changes.sort_by(|left, right| (left.family, &left.key).cmp(&(right.family, &right.key)));
        self.changes
    }
}
