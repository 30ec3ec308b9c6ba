//! A mixture: of 100 transactions 60 split and pay, 20 discount, and 20 are steps of whole lives.

use tally_proto::v1::common::Event;

use super::discount::Discount;
use super::lifecycle::Lifecycle;
use super::transfer::Transfer;
use crate::bench::cast::Order;
use crate::bench::error::BenchError;
use crate::bench::lane::Lane;
use crate::bench::limits::{MIXED_DISCOUNTS, MIXED_TRANSFERS};
use crate::bench::world::World;

/// A lane that does a bit of everything.
#[derive(Default)]
pub struct Mixed {
    transfer: Transfer,
    discount: Discount,
    lifecycle: Lifecycle,
    current: Current,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Current {
    #[default]
    Transfer,
    Discount,
    Lifecycle,
}

impl Mixed {
    fn lane(&mut self) -> &mut dyn Lane {
        match self.current {
            Current::Transfer => &mut self.transfer,
            Current::Discount => &mut self.discount,
            Current::Lifecycle => &mut self.lifecycle,
        }
    }
}

impl Lane for Mixed {
    fn next(&mut self, world: &mut World) -> Result<Option<Order>, BenchError> {
        self.current = current(world.dice.below(100));
        self.lane().next(world)
    }

    fn applied(&mut self, world: &mut World, events: &[Event]) -> Result<(), BenchError> {
        self.lane().applied(world, events)
    }

    fn refused(&mut self) {
        self.lane().refused();
    }
}

fn current(of_100: u64) -> Current {
    if of_100 < MIXED_TRANSFERS {
        return Current::Transfer;
    }
    if of_100 < MIXED_TRANSFERS + MIXED_DISCOUNTS {
        return Current::Discount;
    }
    Current::Lifecycle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mixture_has_the_documented_proportions() {
        let count = |kind: Current| (0..100).filter(|number| current(*number) == kind).count();
        let counts = [Current::Transfer, Current::Discount, Current::Lifecycle].map(count);
        assert_eq!(counts, [60, 20, 20]);
    }
}
