//! The ledger on a real database: building a block and making it durable.
use super::{Case, timed};
use crate::meter::{Meter, Run};
use crate::world::people::{self, CHAIN, genesis, proposer};
use crate::world::{BLOCK, Held, Order, all_applied, orders, verified};
use std::sync::Arc;
use tally_contracts::Receipt;
use tally_contracts::types::Timestamp;
use tally_node::ledger::{CommittedBlock, ExecutedBlock, Ledger};
use tally_node::storage::{Database, Identity};
use tally_proto::VerifiedTransaction;

/// Of a certificate of four validators.
const CERTIFICATE_BYTES: usize = 400;

type Transactions = Vec<Arc<VerifiedTransaction>>;

pub fn cases() -> Vec<Case> {
    vec![
        timed("ledger build, 1,000 split-and-pays", BLOCK, || {
            split(|meter, desk, transactions| {
                let executed = meter.measure(|| desk.build(transactions));
                desk.commit(&executed);
            })
        }),
        timed("ledger commit, 1,000 split-and-pays", BLOCK, || {
            split(|meter, desk, transactions| {
                let executed = desk.build(transactions);
                let committed = meter.measure(|| desk.commit(&executed));
                all_applied(&committed.receipts);
            })
        }),
    ]
}

/// Issues receivables, then lets `part` build and commit the block that splits them.
fn split(part: fn(&mut Meter, &Desk, Transactions)) -> Run {
    let mut desk = Desk::open();
    Box::new(move |meter| {
        let held = desk.issue();
        part(meter, &desk, signed(held.iter().map(orders::split_and_pay)));
    })
}

/// A ledger in a folder of its own.
struct Desk {
    ledger: Ledger,
    issued: u32,
    // dropped last, when the database is closed
    _folder: tempfile::TempDir,
}

impl Desk {
    fn open() -> Self {
        // beside the build, because a system's temporary folder may be memory, which syncs for nothing
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let genesis = genesis();
        let identity = Identity { chain_id: CHAIN.to_owned(), genesis_hash: genesis.hash().0 };
        let database = Database::open(&folder.path().join("data"), &identity).expect("a new database");
        let ledger = Ledger::open(Arc::new(database), Arc::new(genesis)).expect("a sound genesis");
        let desk = Self { ledger, issued: 0, _folder: folder };
        desk.enter(orders::standing().into_iter());
        desk
    }

    fn issue(&mut self) -> Vec<Held> {
        let numbers = self.issued..self.issued + BLOCK;
        self.issued = numbers.end;
        let committed = self.enter(numbers.clone().map(orders::issue));
        let held = |(by, receipt): (u32, &Receipt)| Held {
            tranche: receipt.events().iter().find_map(|event| event.tranche).expect("it is live"),
            by,
            face: orders::face(by),
        };
        numbers.zip(&committed.receipts).map(held).collect()
    }

    fn enter(&self, orders: impl Iterator<Item = Order>) -> Arc<CommittedBlock> {
        let committed = self.commit(&self.build(signed(orders)));
        all_applied(&committed.receipts);
        committed
    }

    fn build(&self, transactions: Transactions) -> Arc<ExecutedBlock> {
        let tip = self.ledger.tip();
        let time = Timestamp::from_ms(people::morning().ms() + tip.height + 1);
        self.ledger.build(tip.height + 1, proposer(), time, transactions).expect("a healthy machine")
    }

    fn commit(&self, executed: &ExecutedBlock) -> Arc<CommittedBlock> {
        self.ledger.commit(executed, vec![0; CERTIFICATE_BYTES]).expect("a healthy disk")
    }
}

fn signed(orders: impl Iterator<Item = Order>) -> Transactions {
    verified(orders.map(|order| order.sign()).collect()).into_iter().map(Arc::new).collect()
}
