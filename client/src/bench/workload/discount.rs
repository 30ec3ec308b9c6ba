//! Discounts: a holder sells a tranche to the best of several facilities and has its deposit at once.
//!
//! While preloaded tranches lie ready, each transaction sells another one of them whole. Then each lane sells a
//! small part of its own receivable, which splits it too, on and on.

use tally_contracts::Action;
use tally_contracts::financing::DiscountTranche;
use tally_proto::v1::common::Event;

use super::own::Own;
use crate::bench::cast::Order;
use crate::bench::error::BenchError;
use crate::bench::lane::Lane;
use crate::bench::stock::Holding;
use crate::bench::world::{World, rest};

/// A lane that sells.
#[derive(Debug, Default)]
pub struct Discount {
    own: Own,
    /// What is being sold of its own receivable, in minor units; `None` for a preloaded tranche.
    selling: Option<u64>,
}

impl Lane for Discount {
    fn next(&mut self, world: &mut World) -> Result<Option<Order>, BenchError> {
        if let Some(holding) = world.stock.take(&mut world.dice) {
            self.selling = None;
            return sell(world, holding, holding.face).map(Some);
        }
        let Some(holding) = self.own.holding(world) else { return self.own.issue(world).map(Some) };
        let sold = world.payment(holding.face);
        self.selling = Some(sold);
        sell(world, holding, sold).map(Some)
    }

    fn applied(&mut self, _world: &mut World, events: &[Event]) -> Result<(), BenchError> {
        if self.own.is_being_issued() {
            return self.own.issued(events);
        }
        if let Some(sold) = self.selling.take() {
            self.own.shrank(rest(events, "discount_tranche")?, sold);
        }
        Ok(())
    }

    fn refused(&mut self) {
        self.own.forget();
    }
}

/// By best execution over all facilities.
pub(super) fn sell(world: &World, holding: Holding, minor: u64) -> Result<Order, BenchError> {
    let discount = DiscountTranche {
        tranche: holding.tranche,
        amount: world.amount(minor)?,
        min_proceeds: world.nothing(),
        facility: None,
        allow_partial_fills: false,
    };
    Ok(Order { by: holding.holder, action: Action::DiscountTranche(discount) })
}
