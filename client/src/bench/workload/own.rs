//! A lane's own receivable: what it splits on and on once no preloaded tranche is left.

use tally_contracts::types::TrancheId;
use tally_proto::v1::common::Event;

use crate::bench::cast::{Order, Seat};
use crate::bench::error::BenchError;
use crate::bench::lane::Lane;
use crate::bench::limits::{PART_MAX, PART_MIN, SPLITS_PER_RECEIVABLE};
use crate::bench::stock::Holding;
use crate::bench::world::{World, root};

/// The rest of a receivable that this lane had issued, and how many more open tranches it may get.
#[derive(Debug, Default)]
pub struct Own {
    holding: Option<Holding>,
    splits_left: u64,
    /// For whom one is being issued.
    issued_to: Option<Seat>,
}

/// Enough for every split to pay the most, with a part left.
const FACE: u64 = SPLITS_PER_RECEIVABLE * PART_MAX + PART_MIN;

impl Own {
    /// What can be split further: its own, or one that was issued before the load.
    pub fn holding(&mut self, world: &mut World) -> Option<Holding> {
        if self.splits_left == 0 {
            self.holding = world.spare.pop();
            self.splits_left = if self.holding.is_some() { SPLITS_PER_RECEIVABLE } else { 0 };
        }
        self.holding
    }

    /// Has a new one issued.
    pub fn issue(&mut self, world: &mut World) -> Result<Order, BenchError> {
        let holder = world.supplier();
        self.issued_to = Some(holder);
        world.issue(holder, FACE)
    }

    /// Whether the step under way is an issue.
    pub fn is_being_issued(&self) -> bool {
        self.issued_to.is_some()
    }

    /// It was issued and came to life.
    pub fn issued(&mut self, events: &[Event]) -> Result<(), BenchError> {
        let tranche = root(events, "issue_receivable")?;
        let holder = self.issued_to.take();
        self.holding = holder.map(|holder| Holding { tranche, holder, face: FACE });
        self.splits_left = SPLITS_PER_RECEIVABLE;
        Ok(())
    }

    /// `minor` of it went; `rest` is what is left.
    pub fn shrank(&mut self, rest: TrancheId, minor: u64) {
        self.splits_left = self.splits_left.saturating_sub(1);
        if let Some(holding) = &mut self.holding {
            *holding = Holding { tranche: rest, face: holding.face.saturating_sub(minor), ..*holding };
        }
    }

    /// Begins with a new one.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

/// A lane that has one receivable issued before the load, for whichever lane needs it first.
#[derive(Debug, Default)]
pub struct Spare(Own);

impl Lane for Spare {
    fn next(&mut self, world: &mut World) -> Result<Option<Order>, BenchError> {
        if self.0.holding.is_some() { Ok(None) } else { self.0.issue(world).map(Some) }
    }

    fn applied(&mut self, world: &mut World, events: &[Event]) -> Result<(), BenchError> {
        self.0.issued(events)?;
        world.spare.extend(self.0.holding);
        Ok(())
    }

    fn refused(&mut self) {
        self.0.forget();
    }
}
