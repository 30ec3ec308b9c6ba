//! Execution: blocks on a state in memory, from the transactions to the new root.
use super::{Case, case};
use crate::meter::Run;
use crate::world::{BLOCK, EACH, Held, Order, Waiting, all_applied, first, orders, world};
use tally_contracts::tree::StateTree;
use tally_contracts::{Transaction, execute_block};

pub fn cases() -> Vec<Case> {
    vec![
        case("execute split-and-pay", EACH, || execute(held(orders::split_and_pay))),
        case("execute transfer", EACH, || execute(held(orders::transfer))),
        case("execute accept transfer", EACH, || {
            execute(world().offered.iter().map(orders::accept_transfer).collect())
        }),
        case("execute discount", EACH, || execute(held(orders::discount))),
        case("execute submit", EACH, || execute(new_submits())),
        case("execute confirm", EACH, || execute(waiting(&world().submitted, orders::confirm))),
        case("execute accept", EACH, || execute(waiting(&world().confirmed, orders::accept))),
        case("execute deposit move", EACH, || execute((0..EACH).map(orders::move_deposit).collect())),
        case("execute block of 1,000 mixed", BLOCK, || execute(mixed())),
    ]
}

/// Executes the orders as one block, takes the block back, and again.
fn execute(orders: Vec<Order>) -> Run {
    let world = world();
    let mut tree = StateTree::from_sorted_leaves(world.state.leaves()).expect("sorted leaves");
    let transactions: Vec<Transaction> = orders.iter().map(Order::verified).collect();
    Box::new(move |meter| {
        let outcome = meter.measure(|| execute_block(&world.state, &mut tree, world.next(), &transactions));
        let outcome = outcome.expect("a state in memory has no faults");
        all_applied(&outcome.receipts);
        tree.undo(&outcome.undo).expect("it is the latest");
    })
}

fn held(order: fn(&Held) -> Order) -> Vec<Order> {
    first(&world().live, EACH).iter().map(order).collect()
}

fn waiting(waiting: &[Waiting], order: fn(&Waiting) -> Order) -> Vec<Order> {
    waiting.iter().map(order).collect()
}

/// Numbers that no other submission has.
fn new_submits() -> Vec<Order> {
    (BLOCK..BLOCK + EACH).map(orders::submit).collect()
}

/// Of a busy day: 40 % split-and-pay, 15 % transfer, 15 % discount, 20 % new receivables in their three steps,
/// 10 % deposits.
fn mixed() -> Vec<Order> {
    let world = world();
    let (split, rest) = world.live.split_at(400);
    let (transfer, discount) = rest.split_at(150);
    let mut block: Vec<Order> = split.iter().map(orders::split_and_pay).collect();
    block.extend(transfer.iter().map(orders::transfer));
    block.extend(discount.iter().map(orders::discount));
    block.extend(new_submits());
    block.extend(first(&world.submitted, 50).iter().map(orders::confirm));
    block.extend(first(&world.confirmed, 50).iter().map(orders::accept));
    block.extend((0..EACH).map(orders::move_deposit));
    block
}
