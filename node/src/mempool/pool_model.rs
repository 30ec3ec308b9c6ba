//! The pool against a naive one: any script of inserts and blocks, the same outcomes and contents.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{InsertError, Measure, Origin, Pool, PoolLimits, PooledTransaction, Share, Space, TransactionId};

type Transaction = PooledTransaction<u8, u32>;

const LIMITS: PoolLimits = PoolLimits {
    total: Space { count: 24, bytes: 600 },
    member: Space { count: 10, bytes: 250 },
    reserve: Space { count: 8, bytes: 200 },
    floor: Space { count: 2, bytes: 50 },
    committed_remembered: 1_000_000,
};

#[derive(Clone, Debug)]
enum Step {
    Insert {
        sender: u8,
        name: u8,
        request: u8,
        bytes: usize,
        lives: u64,
    },
    /// The next block holds what `take` gives within these bounds.
    Propose {
        bytes: usize,
        count: usize,
    },
    /// The next block holds those waiting transactions whose place modulo this is zero.
    Foreign {
        every: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0u8..5, any::<u8>(), 0u8..40, 1usize..40, 0u64..12)
            .prop_map(|(sender, name, request, bytes, lives)| Step::Insert { sender, name, request, bytes, lives }),
        1 => (0usize..300, 0usize..12).prop_map(|(bytes, count)| Step::Propose { bytes, count }),
        1 => (1usize..5).prop_map(|every| Step::Foreign { every }),
    ]
}

/// The same rules over a plain list.
#[derive(Default)]
struct Naive {
    waiting: Vec<Transaction>,
    committed: BTreeSet<TransactionId>,
    tip: u64,
}

impl Naive {
    fn held(&self, is_counted: impl Fn(&Transaction) -> bool) -> Space {
        let counted: Vec<_> = self.waiting.iter().filter(|transaction| is_counted(transaction)).collect();
        Space { count: counted.len(), bytes: counted.iter().map(|transaction| transaction.bytes.len()).sum() }
    }

    fn insert(&mut self, new: Transaction) -> Result<(), InsertError> {
        if self.waiting.iter().any(|old| old.id == new.id) {
            return Err(InsertError::Duplicate);
        }
        if self.committed.contains(&new.id) {
            return Err(InsertError::Committed);
        }
        if new.valid_until_height <= self.tip {
            return Err(InsertError::Expired { valid_until_height: new.valid_until_height, tip: self.tip });
        }
        let same = |old: &&Transaction| old.sender == new.sender && old.request_id == new.request_id;
        if let Some(old) = self.waiting.iter().find(same) {
            return Err(InsertError::RequestConflict { waiting: old.id });
        }
        self.check_space(&new)?;
        self.waiting.push(new);
        Ok(())
    }

    fn check_space(&self, new: &Transaction) -> Result<(), InsertError> {
        let with_new = |held: Space| Space { count: held.count + 1, bytes: held.bytes + new.bytes.len() };
        let (pool, member) =
            (with_new(self.held(|_| true)), with_new(self.held(|old| old.sender == new.sender)));
        let is_small = member.count <= LIMITS.floor.count && member.bytes <= LIMITS.floor.bytes;
        let common = Space {
            count: LIMITS.total.count - LIMITS.reserve.count,
            bytes: LIMITS.total.bytes - LIMITS.reserve.bytes,
        };
        let mut rules = vec![(Share::Member, member, LIMITS.member), (Share::Pool, pool, LIMITS.total)];
        if !is_small {
            rules.push((Share::Common, pool, common));
        }
        for (share, held, limit) in rules {
            if held.count > limit.count {
                return Err(InsertError::Full { share, measure: Measure::Transactions, limit: limit.count });
            }
            if held.bytes > limit.bytes {
                return Err(InsertError::Full { share, measure: Measure::Bytes, limit: limit.bytes });
            }
        }
        Ok(())
    }

    fn committed(&mut self, ids: &[TransactionId]) -> BTreeSet<TransactionId> {
        self.tip += 1;
        self.committed.extend(ids);
        self.waiting.retain(|old| !ids.contains(&old.id));
        let expired =
            self.waiting.iter().filter(|old| old.valid_until_height <= self.tip).map(|old| old.id).collect();
        self.waiting.retain(|old| old.valid_until_height > self.tip);
        expired
    }
}

struct Rig {
    pool: Pool<u8, u32>,
    naive: Naive,
}

impl Rig {
    fn new() -> Self {
        Self { pool: Pool::new(LIMITS, 0), naive: Naive::default() }
    }

    fn run(&mut self, step: Step) {
        match step {
            Step::Insert { sender, name, request, bytes, lives } => {
                let transaction = Transaction {
                    id: [name; 32],
                    leaf: [name; 32],
                    arrived: Instant::now(),
                    sender,
                    request_id: [request; 16],
                    valid_until_height: self.naive.tip + lives,
                    bytes: Bytes::from(vec![name; bytes]),
                    verified: Arc::new(0),
                };
                let expected = self.naive.insert(transaction.clone());
                assert_eq!(self.pool.insert(transaction, Origin::Local), expected);
            }
            Step::Propose { bytes, count } => {
                let block = self.pool.take(bytes, count);
                assert_eq!(ids(&block), ids(&self.pool.take(bytes, count)), "taking changes nothing");
                check_block(&self.naive.waiting, &block, bytes, count);
                self.commit(&ids(&block));
            }
            Step::Foreign { every } => {
                let block: Vec<_> = self.naive.waiting.iter().step_by(every).map(|old| old.id).collect();
                self.commit(&block);
            }
        }
        self.check();
    }

    fn commit(&mut self, block: &[TransactionId]) {
        let expired = self.naive.committed(block);
        let found = self.pool.committed(block, self.naive.tip);
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expired);
    }

    fn check(&self) {
        let held = Space { count: self.pool.len(), bytes: self.pool.bytes() };
        assert_eq!(held, self.naive.held(|_| true));
        assert!(held.count <= LIMITS.total.count && held.bytes <= LIMITS.total.bytes);
        for old in &self.naive.waiting {
            assert!(self.pool.contains(&old.id));
            assert_eq!(
                self.pool.by_request(&old.sender, &old.request_id).map(|found| found.id),
                Some(old.id)
            );
        }
        let members: BTreeSet<_> = self.naive.waiting.iter().map(|old| old.sender).collect();
        assert_eq!(self.pool.members().map(|(member, _)| *member).collect::<BTreeSet<_>>(), members);
        for (member, held) in self.pool.members() {
            assert_eq!(held, self.naive.held(|old| old.sender == *member));
            assert!(held.count <= LIMITS.member.count && held.bytes <= LIMITS.member.bytes);
        }
        let local = self.pool.local_after(0, usize::MAX, usize::MAX);
        assert_eq!(local.iter().map(|(_, bytes)| bytes[0]).collect::<Vec<_>>(), names(&self.naive.waiting));
    }
}

fn ids(transactions: &[Transaction]) -> Vec<TransactionId> {
    transactions.iter().map(|transaction| transaction.id).collect()
}

fn names<'a>(transactions: impl IntoIterator<Item = &'a Transaction>) -> Vec<u8> {
    transactions.into_iter().map(|transaction| transaction.id[0]).collect()
}

/// A block keeps its bounds and each member's order, and no member gets two more than another one that
/// still has something that would fit.
fn check_block(waiting: &[Transaction], block: &[Transaction], bytes: usize, count: usize) {
    let used: usize = block.iter().map(|transaction| transaction.bytes.len()).sum();
    assert!(used <= bytes && block.len() <= count);
    let of = |list: &[Transaction], member: u8| -> Vec<u8> {
        names(list.iter().filter(|transaction| transaction.sender == member))
    };
    let mut served = BTreeMap::new();
    for member in 0..5 {
        let (queue, taken) = (of(waiting, member), of(block, member));
        assert_eq!(taken, queue[..taken.len()], "oldest first");
        if let Some(next) = queue.get(taken.len()) {
            let next = waiting.iter().find(|old| old.id[0] == *next).expect("it waits");
            let may_fit = used + next.bytes.len() <= bytes;
            served.insert(member, (taken.len(), may_fit));
            assert!(!may_fit || block.len() == count, "nothing that fits is left out");
        }
    }
    let most = (0..5).map(|member| of(block, member).len()).max().unwrap_or(0);
    for (count, may_fit) in served.into_values() {
        assert!(!may_fit || count + 1 >= most, "turns are even");
    }
}

proptest! {
    #[test]
    fn the_pool_behaves_like_a_plain_list(script in vec(step(), 1..200)) {
        let mut rig = Rig::new();
        for step in script {
            rig.run(step);
        }
    }

    #[test]
    fn however_much_one_member_floods_the_others_enter_and_are_in_the_next_block(
        flood in vec(1usize..40, 0..200),
        small in vec(1usize..40, 3),
        count in 4usize..12,
    ) {
        let mut pool = Pool::new(LIMITS, 0);
        let mut name = 0u32;
        let mut transaction = |sender, bytes| {
            name += 1;
            let (mut id, mut request_id) = ([0; 32], [0; 16]);
            id[..4].copy_from_slice(&name.to_be_bytes());
            request_id[..4].copy_from_slice(&name.to_be_bytes());
            let bytes = Bytes::from(vec![1; bytes]);
            Transaction {
                id,
                leaf: id,
                arrived: Instant::now(),
                sender,
                request_id,
                valid_until_height: 9,
                bytes,
                verified: Arc::new(name),
            }
        };
        for bytes in flood {
            let _ = pool.insert(transaction(0, bytes), Origin::Peer);
        }
        for (sender, bytes) in (1..).zip(small) {
            prop_assert_eq!(pool.insert(transaction(sender, bytes), Origin::Peer), Ok(()));
        }
        let block = pool.take(160, count);
        for sender in 1..4 {
            prop_assert!(block.iter().any(|transaction| transaction.sender == sender));
        }
    }
}
