//! A lane: a chain of transactions, each made from what the one before did.

use tally_proto::v1::common::Event;

use super::cast::Order;
use super::error::BenchError;
use super::world::World;

/// One chain. Between [`Lane::next`] and the answer nothing else of it is under way.
pub trait Lane {
    /// The next step; `None` where the chain has ended.
    fn next(&mut self, world: &mut World) -> Result<Option<Order>, BenchError>;

    /// What the last step did.
    fn applied(&mut self, world: &mut World, events: &[Event]) -> Result<(), BenchError>;

    /// The last step was not applied: begin anew with the next one.
    fn refused(&mut self);
}

/// A chain of one step.
pub struct Once(pub Option<Order>);

impl Lane for Once {
    fn next(&mut self, _world: &mut World) -> Result<Option<Order>, BenchError> {
        Ok(self.0.take())
    }

    fn applied(&mut self, _world: &mut World, _events: &[Event]) -> Result<(), BenchError> {
        Ok(())
    }

    fn refused(&mut self) {}
}
