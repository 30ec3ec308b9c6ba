//! Committed blocks, read back: what was in them, and what happened in them.
use crate::ledger::{LedgerError, decode_receipts};
use crate::storage::View;
use tally_contracts::event::Event;
use tally_contracts::types::{Hash, Height, MemberId};
use tally_contracts::{Receipt, ReceiptSource};
use tally_proto::block::{Block, BlockHeader};
use tally_proto::convert::{Cursor, EventContext};
use tally_proto::transaction::SignedTransaction;

/// A committed block with everything that belongs to it.
pub struct StoredBlock {
    pub header: BlockHeader,
    /// In block order; their signatures were checked before the block was voted for.
    pub transactions: Vec<SignedTransaction>,
    /// One per transaction, then the block's end.
    pub receipts: Vec<Receipt>,
}

/// A committed block as a stream needs it: who did what, without the transactions' bytes.
pub struct HappenedBlock {
    pub header: BlockHeader,
    /// Id and sender of each transaction, in block order.
    pub transactions: Vec<(Hash, MemberId)>,
    /// One per transaction, then the block's end.
    pub receipts: Vec<Receipt>,
}

impl StoredBlock {
    /// The block of `height`; `None` where it is not there: not yet committed, or pruned.
    pub fn read(view: &View<'_>, chain_id: &str, height: u64) -> Result<Option<Self>, LedgerError> {
        let (Some(block), Some(receipts)) = (view.block(height)?, view.receipts(height)?) else {
            return Ok(None);
        };
        let damaged = || LedgerError::StoredBlock { height };
        let Block { header, transactions } = Block::decode(&block).map_err(|_| damaged())?;
        let decode = |bytes: &Vec<u8>| SignedTransaction::decode(bytes, chain_id).map_err(|_| damaged());
        let transactions = transactions.iter().map(decode).collect::<Result<_, _>>()?;
        let receipts = decode_receipts(&receipts).ok_or_else(damaged)?;
        Ok(Some(Self { header, transactions, receipts }))
    }

    /// Where the event at `receipt` and `event` stands, and by whom it was caused.
    pub fn context(&self, receipt: u32, event: u32) -> EventContext {
        let index = usize::try_from(receipt).unwrap_or(usize::MAX);
        let transaction =
            self.transactions.get(index).map(|signed| (signed.id(), signed.unverified().sender));
        let cursor = Cursor { height: self.header.height, transaction: receipt, event };
        EventContext { cursor, time: self.header.time, transaction }
    }

    /// The event at `receipt` and `event`.
    pub fn event(&self, receipt: u32, event: u32) -> Option<&Event> {
        let receipt = self.receipts.get(usize::try_from(receipt).ok()?)?;
        receipt.events().get(usize::try_from(event).ok()?)
    }
}

impl From<StoredBlock> for HappenedBlock {
    fn from(stored: StoredBlock) -> Self {
        let StoredBlock { header, transactions, receipts } = stored;
        let head = |signed: &SignedTransaction| (signed.id(), signed.unverified().sender);
        Self { header, transactions: transactions.iter().map(head).collect(), receipts }
    }
}

impl HappenedBlock {
    pub fn height(&self) -> Height {
        self.header.height
    }

    /// Every event of the block in order, with its place.
    pub fn events(&self) -> impl Iterator<Item = (EventContext, &Event)> {
        (0_u32..).zip(&self.receipts).flat_map(move |(position, receipt)| {
            let transaction = self.cause(position, receipt);
            (0_u32..).zip(receipt.events()).map(move |(event, happened)| {
                let cursor = Cursor { height: self.header.height, transaction: position, event };
                (EventContext { cursor, time: self.header.time, transaction }, happened)
            })
        })
    }

    fn cause(&self, position: u32, receipt: &Receipt) -> Option<(Hash, MemberId)> {
        match receipt.source {
            ReceiptSource::Transaction(_) => {
                self.transactions.get(usize::try_from(position).unwrap_or(usize::MAX)).copied()
            }
            ReceiptSource::BlockEnd => None,
        }
    }
}
