//! One validator's ledger on a real database, and what each block costs it.
use super::BenchFolder;
use crate::world::people::{CHAIN, genesis, morning, proposer};
use crate::world::{Order, all_applied};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tally_contracts::Receipt;
use tally_contracts::types::Timestamp;
use tally_node::ledger::{CommittedBlock, Ledger};
use tally_node::storage::{Database, Identity};
use tally_proto::verify_batch;

/// Of a certificate of four validators.
const CERTIFICATE_BYTES: usize = 400;
/// Of a checked batch, as admission has it.
const BATCH: usize = 1_024;

/// What a block cost, on one thread.
#[derive(Clone, Copy, Default)]
pub struct Cost {
    pub verify: Duration,
    pub execute: Duration,
    pub commit: Duration,
    pub transactions: u32,
}

impl Cost {
    pub fn add(&mut self, other: Self) {
        self.verify += other.verify;
        self.execute += other.execute;
        self.commit += other.commit;
        self.transactions += other.transactions;
    }

    /// Microseconds a transaction.
    pub fn each(self, part: Duration) -> f64 {
        part.as_secs_f64() * 1e6 / f64::from(self.transactions.max(1))
    }

    pub fn total(self) -> Duration {
        self.verify + self.execute + self.commit
    }
}

pub struct Desk {
    ledger: Ledger,
    folder: BenchFolder,
    time: Timestamp,
    /// Bytes of memory for the state tree.
    tree_memory: usize,
}

impl Desk {
    pub fn open(folder: BenchFolder, tree_memory: usize) -> Self {
        Self { ledger: open(&folder, tree_memory), folder, time: morning(), tree_memory }
    }

    /// Closes the ledger as a node that stops does, or as one that is killed, and opens it again; the time until it is
    /// open.
    pub fn reopen(self, with_checkpoint: bool) -> (Self, Duration) {
        let Self { ledger, folder, time, tree_memory } = self;
        if with_checkpoint {
            ledger.checkpoint().expect("a healthy disk");
        }
        drop(ledger);
        let begun = Instant::now();
        let ledger = open(&folder, tree_memory);
        (Self { ledger, folder, time, tree_memory }, begun.elapsed())
    }

    pub fn height(&self) -> u64 {
        self.ledger.tip().height
    }

    /// Leaves of the state tree in memory, and on its shelf.
    pub fn leaves(&self) -> (usize, usize) {
        self.ledger.leaves().expect("nobody else uses the ledger")
    }

    pub fn bytes(&self) -> u64 {
        self.ledger.database().table_bytes()
    }

    /// The next block is of this time.
    pub fn at(&mut self, time: Timestamp) {
        self.time = time;
    }

    /// Signs, then checks, executes and commits a block; every transaction must apply.
    pub fn enter(&mut self, orders: impl Iterator<Item = Order>) -> (Vec<Receipt>, Cost) {
        let (committed, cost) = self.block(orders);
        all_applied(&committed.receipts);
        (committed.receipts.clone(), cost)
    }

    pub fn block(&mut self, orders: impl Iterator<Item = Order>) -> (Arc<CommittedBlock>, Cost) {
        let height = self.height() + 1;
        let mut signed: Vec<_> = orders.map(|order| order.sign_until(height + 100)).collect();
        let transactions = u32::try_from(signed.len()).expect("a block has a limit");
        let begun = Instant::now();
        let mut verified = Vec::with_capacity(signed.len());
        while !signed.is_empty() {
            let rest = signed.split_off(signed.len().min(BATCH));
            let batch = verify_batch(std::mem::replace(&mut signed, rest));
            verified
                .extend(batch.into_iter().map(|one| Arc::new(one.expect("signed by the key that it names"))));
        }
        let verify = begun.elapsed();
        let begun = Instant::now();
        let executed = self.ledger.build(height, proposer(), self.time, verified).expect("a healthy machine");
        let execute = begun.elapsed();
        let begun = Instant::now();
        let committed = self.ledger.commit(&executed, vec![0; CERTIFICATE_BYTES]).expect("a healthy disk");
        let commit = begun.elapsed();
        self.time = Timestamp::from_ms(self.time.ms() + 1);
        (committed, Cost { verify, execute, commit, transactions })
    }
}

fn open(folder: &BenchFolder, tree_memory: usize) -> Ledger {
    Ledger::open(Arc::new(database(folder, tree_memory)), Arc::new(genesis())).expect("a sound ledger")
}

/// The bench's database, whose state trees may use so much memory.
pub fn database(folder: &BenchFolder, tree_memory: usize) -> Database {
    let identity = Identity { chain_id: CHAIN.to_owned(), genesis_hash: genesis().hash().0 };
    let database = Database::open(&folder.path().join("data"), &identity).expect("a database of ours");
    database.with_tree_memory(tree_memory)
}
