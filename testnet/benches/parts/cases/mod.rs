//! The list of cases; a new one is one more row.
mod coding;
mod execution;
mod ledger;
mod mempool;
mod signatures;
mod tree;

use crate::meter::Run;

/// What may count a case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// By instructions and by the clock.
    Instructions,
    /// By the clock alone: it waits for a disk and for other threads, or does little but copy, whose instructions
    /// depend on where the allocator puts a vector that grows.
    TimeOnly,
}

pub struct Case {
    pub name: &'static str,
    /// How often one run does what is named.
    pub operations: u32,
    pub counted: Counted,
    pub make: fn() -> Run,
}

/// Every case, in the order of a transaction's way.
pub fn cases() -> Vec<Case> {
    [
        signatures::cases(),
        coding::cases(),
        mempool::cases(),
        execution::cases(),
        tree::cases(),
        ledger::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A case that is counted both ways.
const fn case(name: &'static str, operations: u32, make: fn() -> Run) -> Case {
    Case { name, operations, counted: Counted::Instructions, make }
}

/// A case for the clock alone.
const fn timed(name: &'static str, operations: u32, make: fn() -> Run) -> Case {
    Case { name, operations, counted: Counted::TimeOnly, make }
}
