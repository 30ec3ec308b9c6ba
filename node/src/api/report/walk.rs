//! The walk: history once more from genesis, and what a report makes of each step in its period.
use super::super::NodeView;
use super::super::error::CallError;
use super::super::outlet::{Blocked, Outlet};
use super::super::query::Reading;
use super::Part;
use super::entry::{Entries, Place, progress};
use crate::ledger::{History, LedgerError};
use crate::limits::SIMULATION_PROGRESS_BLOCKS;
use std::sync::Arc;
use tally_contracts::replay::replay;
use tally_contracts::state::Touched;
use tally_contracts::types::{BusinessDate, Hash};
use tally_contracts::{Action, BlockContext, Receipt, ReceiptSource, Transaction};
use tally_proto::v1::report::ReportEntry;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;

/// Local dates, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub from: BusinessDate,
    pub to: BusinessDate,
}

/// What one receipt did.
pub(super) struct Step<'s> {
    pub place: Place,
    pub receipt: &'s Receipt,
    /// `None` at a block's end.
    pub action: Option<&'s Action>,
    pub changes: &'s [Touched],
}

/// What is made of history. Every step is shown, those before the period only to `remember`.
pub(super) trait Report: Send {
    fn remember(&mut self, step: &Step<'_>);
    /// The period begins: everything so far was remembered.
    fn open(&mut self, at: Place, out: &mut Entries);
    /// A step of the period, which was not remembered yet.
    fn step(&mut self, step: &Step<'_>, out: &mut Entries);
    /// The period is over. The sums must agree with the state.
    fn close(&mut self, at: Place, state: &History, out: &mut Entries) -> Result<(), CallError>;
}

pub(super) struct Walk<P> {
    pub node: Arc<NodeView>,
    pub report: Box<dyn Report>,
    pub period: Period,
    pub tip: u64,
    pub utc_offset_minutes: i32,
    pub outlet: Outlet<P>,
    /// Given up before the reader learns that this is the end: it may ask again then.
    pub place: Option<OwnedSemaphorePermit>,
}

enum End {
    ReaderLeft,
    Failed(CallError),
}

impl<E: Into<CallError>> From<E> for End {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl<P: Part> Walk<P> {
    pub(super) fn run(mut self, is_stopping: &dyn Fn() -> bool) {
        let done = self.through(is_stopping);
        drop(self.place.take());
        match done {
            Ok(()) | Err(End::ReaderLeft) => {}
            Err(End::Failed(error)) => self.outlet.end(error),
        }
    }

    fn through(&mut self, is_stopping: &dyn Fn() -> bool) -> Result<(), End> {
        let node = Arc::clone(&self.node);
        let mut history = History::begin(node.ledger.genesis())?;
        let (mut last, mut is_open) = (Place::default(), false);
        for height in 1..=self.tip {
            if is_stopping() {
                return Err(CallError::Stopping.into());
            }
            // read anew for each block, so that a long walk pins nothing in the database
            let stored = Reading::of(&node)?.block(height)?;
            let date = stored.header.time.date(self.utc_offset_minutes);
            if date > self.period.to {
                break;
            }
            if date >= self.period.from && !is_open {
                is_open = true;
                self.begin(last)?;
            }
            last = Place { height, date, transaction: None };
            let context = BlockContext { height: stored.header.height, time: stored.header.time };
            let transactions: Vec<&Transaction> =
                stored.transactions.iter().map(|signed| signed.unverified()).collect();
            let again = replay(&history, context, &transactions)?;
            if again.receipts != stored.receipts {
                return Err(LedgerError::StoredBlock { height }.into());
            }
            let mut out = Entries::default();
            for (index, (receipt, changes)) in again.receipts.iter().zip(&again.steps).enumerate() {
                let place = Place { transaction: id(receipt), ..last };
                let action = transactions.get(index).map(|transaction| &transaction.action);
                let step = Step { place, receipt, action, changes };
                if is_open {
                    self.report.step(&step, &mut out);
                } else {
                    self.report.remember(&step);
                }
            }
            history.apply(&again.changes);
            if height % SIMULATION_PROGRESS_BLOCKS == 0 {
                out.push(progress(height, self.tip, false));
            }
            self.send(out)?;
        }
        if !is_open {
            self.begin(last)?;
        }
        let mut out = Entries::default();
        self.report.close(last, &history, &mut out)?;
        out.push(progress(last.height, self.tip, true));
        drop(self.place.take());
        self.send(out)
    }

    fn begin(&mut self, at: Place) -> Result<(), End> {
        let mut out = Entries::default();
        self.report.open(at, &mut out);
        self.send(out)
    }

    fn send(&self, entries: Entries) -> Result<(), End> {
        entries.into_iter().try_for_each(|entry: ReportEntry| {
            match Handle::current().block_on(self.outlet.send(P::of(entry))) {
                Ok(()) => Ok(()),
                Err(Blocked::ReaderGone | Blocked::ReaderTooSlow) => Err(End::ReaderLeft),
            }
        })
    }
}

fn id(receipt: &Receipt) -> Option<Hash> {
    match receipt.source {
        ReceiptSource::Transaction(id) => Some(id),
        ReceiptSource::BlockEnd => None,
    }
}
