//! The world that the cases act on: a state in which every hot action has something to act on.
// the contracts' own, so that a state in memory means one thing
#[allow(dead_code, clippy::indexing_slicing, reason = "the tests of the contracts use more of it")]
#[path = "../../../../contracts/tests/common/memory.rs"]
mod memory;
pub mod orders;
pub mod people;

pub use memory::MemoryState;
pub use orders::{Held, Waiting};
pub use people::Order;

use std::sync::LazyLock;
use tally_contracts::tree::StateTree;
use tally_contracts::types::{Height, Timestamp};
use tally_contracts::{BlockContext, Genesis, Receipt, Transaction, execute_block};
use tally_proto::{SignedTransaction, VerifiedTransaction, verify_batch};

/// Transactions in a large block.
pub const BLOCK: u32 = 1_000;
/// Orders in a block of one kind; the costs of a block are shared by that many.
pub const EACH: u32 = 100;
/// Live tranches that nobody offered: a mixed block uses each once.
const LIVE: u32 = 700;

pub struct World {
    pub state: MemoryState,
    pub tree: StateTree,
    pub height: Height,
    pub time: Timestamp,
    pub live: Vec<Held>,
    pub offered: Vec<Held>,
    pub submitted: Vec<Waiting>,
    pub confirmed: Vec<Waiting>,
}

/// The same for every case, which clones what it changes.
pub fn world() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(World::build);
    &WORLD
}

/// A block's worth of signed split-and-pays of 16 members.
pub fn signed() -> &'static [SignedTransaction] {
    static SIGNED: LazyLock<Vec<SignedTransaction>> = LazyLock::new(|| {
        let held = |number: u32| Held {
            tranche: tally_contracts::types::TrancheId::new(u64::from(number) + 1),
            by: number,
            face: orders::face(number),
        };
        (0..BLOCK).map(|number| orders::split_and_pay(&held(number)).sign()).collect()
    });
    &SIGNED
}

/// The same with their signatures checked.
pub fn verified(transactions: Vec<SignedTransaction>) -> Vec<VerifiedTransaction> {
    let verdicts = verify_batch(transactions).into_iter();
    verdicts.map(|verdict| verdict.expect("signed by the key that it names")).collect()
}

impl World {
    /// Of the block after the last.
    pub fn next(&self) -> BlockContext {
        BlockContext { height: self.height.next(), time: Timestamp::from_ms(self.time.ms() + 1_000) }
    }

    fn build() -> Self {
        let mut world = Self::begin(&people::genesis());
        world.block(orders::standing());
        world.block(orders::credits());
        world.block(orders::facilities());
        world.live = world.issued(0, LIVE);
        world.offered = world.issued(LIVE, EACH);
        world.block(world.offered.iter().map(orders::offer_transfer).collect());
        world.submitted = world.submitted(0, EACH);
        world.confirmed = world.submitted(EACH, EACH);
        world.block(world.confirmed.iter().map(orders::confirm).collect());
        world
    }

    fn begin(genesis: &Genesis) -> Self {
        let mut state = MemoryState::default();
        state.apply(&genesis.changes().expect("a sound genesis"));
        let tree = StateTree::from_sorted_leaves(state.leaves()).expect("sorted leaves");
        Self {
            state,
            tree,
            height: Height::GENESIS,
            time: genesis.clock.chain_start,
            live: Vec::new(),
            offered: Vec::new(),
            submitted: Vec::new(),
            confirmed: Vec::new(),
        }
    }

    fn issued(&mut self, first: u32, count: u32) -> Vec<Held> {
        let numbers = first..first + count;
        let receipts = self.block(numbers.clone().map(orders::issue).collect());
        let held = |(by, receipt): (u32, &Receipt)| Held {
            tranche: receipt.events().iter().find_map(|event| event.tranche).expect("it is live"),
            by,
            face: orders::face(by),
        };
        numbers.zip(&receipts).map(held).collect()
    }

    fn submitted(&mut self, first: u32, count: u32) -> Vec<Waiting> {
        let numbers = first..first + count;
        let receipts = self.block(numbers.clone().map(orders::submit).collect());
        let waiting = |(by, receipt): (u32, &Receipt)| Waiting {
            receivable: receipt.events().iter().find_map(|event| event.receivable).expect("it is submitted"),
            by,
            face: orders::face(by),
        };
        numbers.zip(&receipts).map(waiting).collect()
    }

    fn block(&mut self, orders: Vec<Order>) -> Vec<Receipt> {
        let context = self.next();
        let transactions: Vec<Transaction> = orders.iter().map(Order::verified).collect();
        let outcome = execute_block(&self.state, &mut self.tree, context, &transactions);
        let outcome = outcome.expect("a state in memory has no faults");
        all_applied(&outcome.receipts);
        self.state.apply(&outcome.changes);
        (self.height, self.time) = (context.height, context.time);
        outcome.receipts
    }
}

/// The first so many.
pub fn first<T>(items: &[T], count: u32) -> &[T] {
    &items[..usize::try_from(count).expect("it is small")]
}

/// A refused transaction costs less than an applied one: a benchmark of it would tell a fairy tale.
pub fn all_applied(receipts: &[Receipt]) {
    if let Some(rejection) = receipts.iter().find_map(Receipt::rejection) {
        panic!("a benchmark's transaction was refused: {rejection}");
    }
}
