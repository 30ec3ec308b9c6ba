//! The ids of the transactions committed last, so that a late copy does not wait a second time.

use foldhash::HashSet;
use std::collections::VecDeque;

use super::entry::TransactionId;

/// Admission asks the ledger about replays; this closes the moment between its answer and the insert.
#[derive(Debug)]
pub(super) struct Recent {
    order: VecDeque<TransactionId>,
    ids: HashSet<TransactionId>,
    limit: usize,
}

impl Recent {
    pub(super) fn new(limit: usize) -> Self {
        Self { order: VecDeque::new(), ids: HashSet::default(), limit }
    }

    pub(super) fn remember(&mut self, id: TransactionId) {
        if !self.ids.insert(id) {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
    }

    pub(super) fn contains(&self, id: &TransactionId) -> bool {
        self.ids.contains(id)
    }
}
