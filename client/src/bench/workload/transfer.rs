//! Split-and-pay: a holder splits a tranche in two, pays another member with one part and keeps the rest.
//!
//! While preloaded tranches lie ready, each transaction splits another one of them, so that the work is spread
//! over the whole state. Then each lane splits the rest of a receivable of its own on and on, and has a new one
//! issued when that one is full: one transaction in a thousand.

use tally_contracts::Action;
use tally_contracts::tranche::SplitTranche;
use tally_proto::v1::common::Event;

use super::own::Own;
use crate::bench::cast::Order;
use crate::bench::error::BenchError;
use crate::bench::lane::Lane;
use crate::bench::world::{World, rest};

/// A lane that pays.
#[derive(Debug, Default)]
pub struct Transfer {
    own: Own,
    /// What is being paid from its own receivable, in minor units; `None` from a preloaded tranche.
    paying: Option<u64>,
}

impl Lane for Transfer {
    fn next(&mut self, world: &mut World) -> Result<Option<Order>, BenchError> {
        let preloaded = world.stock.take(&mut world.dice);
        let Some(holding) = preloaded.or_else(|| self.own.holding(world)) else {
            return self.own.issue(world).map(Some);
        };
        let paid = world.payment(holding.face);
        self.paying = preloaded.is_none().then_some(paid);
        let parts = world.split_and_pay(holding.holder, holding.face, paid)?;
        let action = Action::SplitTranche(SplitTranche { tranche: holding.tranche, parts });
        Ok(Some(Order { by: holding.holder, action }))
    }

    fn applied(&mut self, _world: &mut World, events: &[Event]) -> Result<(), BenchError> {
        if self.own.is_being_issued() {
            return self.own.issued(events);
        }
        if let Some(paid) = self.paying.take() {
            self.own.shrank(rest(events, "split_tranche")?, paid);
        }
        Ok(())
    }

    fn refused(&mut self) {
        self.own.forget();
    }
}
