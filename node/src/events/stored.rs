//! Committed blocks, read back: what was in them, and what happened in them.
use crate::ledger::{LedgerError, decode_receipts};
use crate::storage::View;
use prost::Message;
use tally_contracts::Receipt;
use tally_contracts::event::Event;
use tally_contracts::items::Item;
use tally_contracts::types::Height;
use tally_proto::block::{Block, BlockHeader};
use tally_proto::convert::{Cursor, EventContext};
use tally_proto::transaction::SignedTransaction;
use tally_proto::v1::follow::FollowedBlock;

/// A committed block with everything that belongs to it.
pub struct StoredBlock {
    pub header: BlockHeader,
    /// In block order; their signatures were checked before the block was voted for.
    pub transactions: Vec<SignedTransaction>,
    /// One per transaction, then the block's end.
    pub receipts: Vec<Receipt>,
}

/// A committed block as a stream needs it: what happened, without the transactions' bytes.
pub struct HappenedBlock {
    pub header: BlockHeader,
    /// In order, each with its place.
    events: Vec<(EventContext, Event)>,
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
        let mut events = Vec::new();
        for (judged, receipt) in stored.receipts.iter().zip(0_u32..) {
            for (happened, event) in judged.events().iter().zip(0_u32..) {
                events.push((stored.context(receipt, event), happened.clone()));
            }
        }
        Self { header: stored.header, events }
    }
}

impl HappenedBlock {
    /// The block of `height`, from whatever this node has of it; `None` where it is not there.
    pub fn read(view: &View<'_>, chain_id: &str, height: u64) -> Result<Option<Self>, LedgerError> {
        if let Some(stored) = StoredBlock::read(view, chain_id, height)? {
            return Ok(Some(stored.into()));
        }
        let Some(bytes) = view.followed(height)? else { return Ok(None) };
        Self::of_followed(&bytes).map(Some).ok_or(LedgerError::StoredBlock { height })
    }

    /// Of a block as a replica stores it; `None` for anything else.
    pub(crate) fn of_followed(bytes: &[u8]) -> Option<Self> {
        let followed = FollowedBlock::decode(bytes).ok()?;
        let header = BlockHeader::decode(&followed.header).ok()?;
        let mut events = Vec::new();
        for one in followed.items {
            let Item { cause, index, told } = borsh::from_slice(&one.item).ok()?;
            let cursor = Cursor { height: header.height, transaction: one.receipt, event: index };
            events.push((EventContext { cursor, time: header.time, transaction: cause }, told));
        }
        Some(Self { header, events })
    }

    pub fn height(&self) -> Height {
        self.header.height
    }

    /// Every event of the block in order, with its place.
    pub fn events(&self) -> impl Iterator<Item = (EventContext, &Event)> {
        self.events.iter().map(|(context, happened)| (*context, happened))
    }
}
