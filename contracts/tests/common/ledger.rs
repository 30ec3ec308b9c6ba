//! Ledger: executes blocks on memory, and checks both kinds of invariants and the root after every one.
use super::memory::MemoryState;
use tally_contracts::invariants::{Report, check_all};
use tally_contracts::merkle;
use tally_contracts::state::{Key, Record, RecordType, StoredRecord};
use tally_contracts::tree::StateTree;
use tally_contracts::types::{Hash, Height, Timestamp};
use tally_contracts::{BlockContext, Genesis, Receipt, Transaction, execute_block};

pub struct Ledger {
    pub state: MemoryState,
    pub tree: StateTree,
    pub height: Height,
    pub time: Timestamp,
    /// Whether the full check runs after every block; long runs do it at intervals of their own.
    pub thorough: bool,
    /// What was executed, for whoever replays it; kept while `records` says so.
    pub blocks: Vec<Recorded>,
    pub records: bool,
}

/// A block as it was executed, and what a header says of it.
#[derive(Clone)]
pub struct Recorded {
    pub context: BlockContext,
    pub transactions: Vec<Transaction>,
    pub receipts: Vec<Receipt>,
    pub receipts_root: Hash,
    pub state_root: Hash,
}

impl Ledger {
    pub fn new(genesis: &Genesis) -> Self {
        let mut state = MemoryState::default();
        state.apply(&genesis.changes().expect("a sound genesis"));
        let tree = StateTree::from_sorted_leaves(state.leaves()).expect("sorted leaves");
        let ledger = Self {
            state,
            tree,
            height: Height::GENESIS,
            time: genesis.clock.chain_start,
            thorough: true,
            blocks: Vec::new(),
            records: false,
        };
        ledger.check();
        ledger
    }

    /// Executes the next block at `self.time`, which the caller moves. The last receipt is the block's end.
    pub fn block(&mut self, transactions: &[Transaction]) -> Vec<Receipt> {
        self.height = self.height.next();
        let context = BlockContext { height: self.height, time: self.time };
        let outcome = execute_block(&self.state, &mut self.tree, context, transactions);
        let outcome = outcome.unwrap_or_else(|fault| panic!("{} halts the chain: {fault}", self.height));
        self.state.apply(&outcome.changes);
        assert_eq!(outcome.state_root.0, self.tree.root());
        assert_eq!(outcome.receipts.len(), transactions.len() + 1);
        for receipt in &outcome.receipts {
            let bytes = borsh::to_vec(receipt).expect("receipts encode");
            assert_eq!(borsh::from_slice::<Receipt>(&bytes).expect("receipts decode"), *receipt);
        }
        if self.thorough {
            self.check();
        }
        if self.records {
            self.blocks.push(Recorded {
                context,
                transactions: transactions.to_vec(),
                receipts: outcome.receipts.clone(),
                receipts_root: receipts_root(&outcome.receipts),
                state_root: outcome.state_root,
            });
        }
        outcome.receipts
    }

    /// The full check, and the root against a tree built anew from what is stored.
    pub fn check(&self) -> Report {
        let fresh = StateTree::from_sorted_leaves(self.state.leaves()).expect("sorted leaves");
        assert_eq!(
            Hash(fresh.root()),
            Hash(self.tree.root()),
            "{}: the root is not the content's",
            self.height
        );
        check_all(&self.state).unwrap_or_else(|fault| panic!("{}: {fault}", self.height))
    }

    /// Writes a record past the rules, for what only a later version's actions can bring about.
    pub fn force<T: RecordType>(&mut self, key: Key, record: T) {
        let record: Record = record.wrap();
        let salt = [0; 16];
        self.state.records.insert(key.encode(), StoredRecord { salt, bytes: record.encode() });
        self.tree = StateTree::from_sorted_leaves(self.state.leaves()).expect("sorted leaves");
    }
}

/// The root over receipts, as a header holds it.
pub fn receipts_root(receipts: &[Receipt]) -> Hash {
    let leaf = |it: &Receipt| merkle::leaf_hash(&borsh::to_vec(it).expect("receipts encode"));
    Hash(merkle::root(&receipts.iter().map(leaf).collect::<Vec<_>>()))
}
