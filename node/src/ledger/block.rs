//! Blocks on their way: executed, then committed. Each is made in one place only.
use bytes::Bytes;
use std::sync::Arc;
use tally_contracts::Receipt;
use tally_contracts::state::Changes;
use tally_contracts::types::Hash;
use tally_proto::block::BlockHeader;
use tally_proto::transaction::VerifiedTransaction;

/// A block that this node executed on its tip: its header is what the contracts computed.
pub struct ExecutedBlock {
    pub(super) id: Hash,
    pub(super) header: BlockHeader,
    pub(super) bytes: Bytes,
    pub(super) transactions: Vec<Arc<VerifiedTransaction>>,
    pub(super) receipts: Vec<Receipt>,
    pub(super) changes: Changes,
}

impl ExecutedBlock {
    pub fn id(&self) -> Hash {
        self.id
    }

    pub fn header(&self) -> &BlockHeader {
        &self.header
    }

    /// The block as it is proposed and stored.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Its transactions, in its order.
    pub fn transactions(&self) -> &[Arc<VerifiedTransaction>] {
        &self.transactions
    }

    pub(super) fn changes(&self) -> &Changes {
        &self.changes
    }
}

/// A block that a quorum decided and that is on this node's disk.
pub struct CommittedBlock {
    pub id: Hash,
    pub header: BlockHeader,
    /// Ids of the transactions, in block order.
    pub transactions: Vec<Hash>,
    /// One per transaction, then the block's end.
    pub receipts: Vec<Receipt>,
}
