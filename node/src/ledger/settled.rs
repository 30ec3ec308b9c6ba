//! Settled: headers and receipts of blocks that somebody asked about lately. Whoever asks for what one block holds, or hands
//! the same transactions in again and again, does not make this node decode that block each time.
use super::{Ledger, LedgerError, decode_receipts, stored_header};
use crate::limits::SETTLED_BLOCKS_REMEMBERED;
use crate::storage::View;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use tally_contracts::Receipt;
use tally_proto::BlockHeader;

/// What a committed block says of itself and of what became of its transactions.
#[derive(Debug)]
pub struct Settled {
    pub header: BlockHeader,
    /// One per transaction, then the block's end.
    pub receipts: Vec<Receipt>,
}

/// The last ones asked for, the latest at the end.
#[derive(Debug)]
pub(super) struct SettledBlocks<S = Settled> {
    recent: Mutex<VecDeque<(u64, Arc<S>)>>,
}

impl<S> Default for SettledBlocks<S> {
    fn default() -> Self {
        Self { recent: Mutex::default() }
    }
}

impl Ledger {
    /// A committed block's, from memory or from `view`; `None` where the block is not here.
    pub fn settled(&self, view: &View<'_>, height: u64) -> Result<Option<Arc<Settled>>, LedgerError> {
        if let Some(known) = self.settled.get(height) {
            return Ok(Some(known));
        }
        let Some(header) = stored_header(view, height)? else { return Ok(None) };
        let receipts = view.receipts(height)?;
        let receipts =
            receipts.as_deref().and_then(decode_receipts).ok_or(LedgerError::StoredBlock { height })?;
        let settled = Arc::new(Settled { header, receipts });
        self.settled.put(height, Arc::clone(&settled));
        Ok(Some(settled))
    }
}

impl<S> SettledBlocks<S> {
    fn get(&self, height: u64) -> Option<Arc<S>> {
        let mut recent = self.lock();
        let place = recent.iter().position(|(known, _)| *known == height)?;
        let found = recent.remove(place)?;
        let settled = Arc::clone(&found.1);
        recent.push_back(found);
        Some(settled)
    }

    fn put(&self, height: u64, settled: Arc<S>) {
        let mut recent = self.lock();
        recent.retain(|(known, _)| *known != height);
        while recent.len() >= SETTLED_BLOCKS_REMEMBERED {
            recent.pop_front();
        }
        recent.push_back((height, settled));
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(u64, Arc<S>)>> {
        self.recent.lock().expect("nothing panics while it holds the settled blocks")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blocks_asked_for_last_are_kept() {
        let blocks = SettledBlocks::default();
        let settled = || Arc::new(());
        let count = u64::try_from(SETTLED_BLOCKS_REMEMBERED).unwrap();
        (1..=count).for_each(|height| blocks.put(height, settled()));
        assert!(blocks.get(1).is_some());
        blocks.put(count + 1, settled());
        assert!(blocks.get(1).is_some() && blocks.get(2).is_none());
        assert_eq!(blocks.lock().len(), SETTLED_BLOCKS_REMEMBERED);
    }
}
