//! Each outcome of the pool, as tables.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use super::{InsertError, Measure, Mempool, Origin, Pool, PoolLimits, PooledTransaction, Share, Space};

type Transaction = PooledTransaction<&'static str, ()>;

const LIMITS: PoolLimits = PoolLimits {
    total: Space { count: 10, bytes: 1_000 },
    member: Space { count: 6, bytes: 500 },
    reserve: Space { count: 3, bytes: 300 },
    floor: Space { count: 2, bytes: 150 },
    committed_remembered: 3,
};

/// A transaction named by its number: of 10 bytes, valid until height 100, with its own request id.
fn transaction(sender: &'static str, number: u8) -> Transaction {
    PooledTransaction {
        id: [number; 32],
        leaf: [number ^ 0xff; 32],
        arrived: Instant::now(),
        sender,
        request_id: [number; 16],
        valid_until_height: 100,
        bytes: Bytes::from(vec![number; 10]),
        verified: Arc::new(()),
    }
}

fn sized(sender: &'static str, number: u8, bytes: usize) -> Transaction {
    Transaction { bytes: Bytes::from(vec![number; bytes]), ..transaction(sender, number) }
}

fn pool_of(transactions: impl IntoIterator<Item = Transaction>) -> Pool<&'static str, ()> {
    let mut pool = Pool::new(LIMITS, 5);
    for transaction in transactions {
        assert_eq!(pool.insert(transaction, Origin::Peer), Ok(()));
    }
    pool
}

/// `count` transactions of one member, numbered from `first` on.
fn many(sender: &'static str, first: u8, count: u8, bytes: usize) -> impl Iterator<Item = Transaction> {
    (first..first + count).map(move |number| sized(sender, number, bytes))
}

fn numbers(taken: &[Transaction]) -> Vec<u8> {
    taken.iter().map(|transaction| transaction.id[0]).collect()
}

fn full(share: Share, measure: Measure, limit: usize) -> Result<(), InsertError> {
    Err(InsertError::Full { share, measure, limit })
}

#[test]
fn what_may_not_wait_is_refused_with_its_reason() {
    let waiting = || pool_of([transaction("alpha", 1)]);
    let cases = [
        ("new", transaction("alpha", 2), Ok(())),
        ("same again", transaction("alpha", 1), Err(InsertError::Duplicate)),
        (
            "same request, other bytes",
            Transaction { request_id: [1; 16], ..transaction("alpha", 2) },
            Err(InsertError::RequestConflict { waiting: [1; 32] }),
        ),
        ("other sender's request", Transaction { request_id: [1; 16], ..transaction("beta", 2) }, Ok(())),
        ("last possible block", Transaction { valid_until_height: 6, ..transaction("alpha", 2) }, Ok(())),
        (
            "too late",
            Transaction { valid_until_height: 5, ..transaction("alpha", 2) },
            Err(InsertError::Expired { valid_until_height: 5, tip: 5 }),
        ),
        ("too large", sized("alpha", 2, 65_537), Err(InsertError::TooLarge { bytes: 65_537, limit: 65_536 })),
    ];
    for (case, transaction, expected) in cases {
        assert_eq!(waiting().insert(transaction, Origin::Peer), expected, "{case}");
    }
}

#[test]
fn each_bound_is_exact() {
    use Measure::{Bytes, Transactions};
    // (case, what waits, what comes, outcome)
    let cases = [
        ("member count", pool_of(many("alpha", 1, 5, 10)), sized("alpha", 9, 10), Ok(())),
        (
            "member count + 1",
            pool_of(many("alpha", 1, 6, 10)),
            sized("alpha", 9, 10),
            full(Share::Member, Transactions, 6),
        ),
        ("member bytes", pool_of(many("alpha", 1, 4, 100)), sized("alpha", 9, 100), Ok(())),
        (
            "member bytes + 1",
            pool_of(many("alpha", 1, 4, 100)),
            sized("alpha", 9, 101),
            full(Share::Member, Bytes, 500),
        ),
        (
            "common count",
            pool_of(many("alpha", 1, 4, 10).chain(many("beta", 11, 2, 10))),
            sized("beta", 19, 10),
            Ok(()),
        ),
        (
            "common count + 1",
            pool_of(many("alpha", 1, 5, 10).chain(many("beta", 11, 2, 10))),
            sized("beta", 19, 10),
            full(Share::Common, Transactions, 7),
        ),
        (
            "common bytes + 1",
            pool_of(many("alpha", 1, 5, 100).chain(many("beta", 11, 1, 100))),
            sized("beta", 19, 101),
            full(Share::Common, Bytes, 700),
        ),
        (
            "the reserve serves a newcomer",
            pool_of(many("alpha", 1, 5, 100).chain(many("beta", 11, 2, 100))),
            sized("gamma", 19, 150),
            Ok(()),
        ),
        (
            "but not for much",
            pool_of(many("alpha", 1, 5, 100).chain(many("beta", 11, 1, 100))),
            sized("gamma", 19, 151),
            full(Share::Common, Bytes, 700),
        ),
        (
            "nor beyond the whole",
            pool_of(
                many("alpha", 1, 5, 10)
                    .chain(many("beta", 11, 2, 10))
                    .chain(many("gamma", 21, 2, 10))
                    .chain(many("delta", 31, 1, 10)),
            ),
            sized("delta", 39, 10),
            full(Share::Pool, Transactions, 10),
        ),
    ];
    for (case, mut pool, transaction, expected) in cases {
        let before = (pool.len(), pool.bytes());
        let bytes = transaction.bytes.len();
        assert_eq!(pool.insert(transaction, Origin::Peer), expected, "{case}");
        let after = if expected.is_ok() { (before.0 + 1, before.1 + bytes) } else { before };
        assert_eq!((pool.len(), pool.bytes()), after, "{case}");
    }
}

#[test]
fn members_take_turns_and_each_keeps_its_order() {
    let waiting = [("alpha", 1), ("alpha", 2), ("alpha", 3), ("beta", 11), ("gamma", 21), ("gamma", 22)];
    let pool = pool_of(waiting.map(|(sender, number)| transaction(sender, number)));
    // (bytes, count, taken)
    let cases = [
        (1_000, 100, vec![1, 11, 21, 2, 22, 3]),
        (1_000, 4, vec![1, 11, 21, 2]),
        (1_000, 1, vec![1]),
        (1_000, 0, vec![]),
        (39, 100, vec![1, 11, 21]),
        (9, 100, vec![]),
    ];
    for (bytes, count, expected) in cases {
        assert_eq!(numbers(&pool.take(bytes, count)), expected, "{bytes} bytes, {count} transactions");
    }
    assert_eq!(pool.len(), 6, "taking removes nothing");
}

#[test]
fn a_transaction_that_does_not_fit_holds_back_only_its_own_sender() {
    let pool = pool_of([
        sized("alpha", 1, 10),
        sized("alpha", 2, 90),
        sized("alpha", 3, 1),
        sized("beta", 11, 10),
        sized("beta", 12, 10),
    ]);
    assert_eq!(numbers(&pool.take(40, 100)), [1, 11, 12]);
}

#[test]
fn whoever_was_served_last_is_served_first_the_least_soon() {
    let mut pool =
        pool_of(many("alpha", 1, 4, 10).chain(many("beta", 11, 2, 10)).chain(many("gamma", 21, 1, 10)));
    let mut blocks = Vec::new();
    for height in 6..10 {
        let block = pool.take(1_000, 2);
        let ids: Vec<_> = block.iter().map(|transaction| transaction.id).collect();
        pool.committed(&ids, height);
        blocks.push(numbers(&block));
    }
    assert_eq!(blocks, [vec![1, 11], vec![21, 2], vec![12, 3], vec![4]]);
}

#[test]
fn a_committed_transaction_is_gone_and_stays_known_for_a_while() {
    let mut pool = pool_of(many("alpha", 1, 2, 10));
    assert_eq!(pool.committed(&[[1; 32], [77; 32]], 6), Vec::<[u8; 32]>::new());
    assert!(!pool.contains(&[1; 32]) && pool.contains(&[2; 32]));
    assert_eq!(pool.by_request(&"alpha", &[1; 16]).map(|transaction| transaction.id), None);
    assert_eq!((pool.len(), pool.bytes(), pool.tip()), (1, 10, 6));
    assert_eq!(pool.insert(transaction("alpha", 1), Origin::Peer), Err(InsertError::Committed));
    pool.committed(&[[78; 32], [79; 32]], 7);
    assert_eq!(pool.insert(transaction("alpha", 1), Origin::Peer), Ok(()), "three ids are remembered");
}

#[test]
fn what_can_no_longer_enter_a_block_expires() {
    let until =
        |number, valid_until_height| Transaction { valid_until_height, ..transaction("alpha", number) };
    let mut pool = pool_of([until(1, 9), until(2, 7), until(3, 8)]);
    assert_eq!(pool.committed(&[], 6), Vec::<[u8; 32]>::new());
    assert_eq!(pool.committed(&[], 8), [[2; 32], [3; 32]]);
    assert_eq!(numbers(&pool.take(1_000, 10)), [1]);
    assert_eq!(pool.committed(&[[1; 32]], 9), Vec::<[u8; 32]>::new(), "committed is not expired");
    assert_eq!(pool.members().count(), 0);
}

#[test]
fn a_transaction_is_found_by_id_and_by_request() {
    let pool = pool_of([transaction("alpha", 1), transaction("beta", 11)]);
    assert_eq!(pool.get(&[1; 32]).map(|transaction| transaction.sender), Some("alpha"));
    assert!(pool.get(&[9; 32]).is_none());
    assert_eq!(pool.by_request(&"beta", &[11; 16]).map(|transaction| transaction.id), Some([11; 32]));
    assert!(pool.by_request(&"alpha", &[11; 16]).is_none());
    assert_eq!(pool.held_by(&"alpha"), Space { count: 1, bytes: 10 });
    assert_eq!(pool.held_by(&"gamma"), Space::default());
}

#[test]
fn only_local_transactions_are_offered_to_peers() {
    let mut pool = pool_of([transaction("alpha", 1), transaction("alpha", 2)]);
    for (transaction, expected) in [
        (transaction("beta", 11), Ok(())),
        (transaction("alpha", 2), Err(InsertError::Duplicate)),
        (transaction("beta", 11), Err(InsertError::Duplicate)),
        (transaction("beta", 12), Ok(())),
    ] {
        assert_eq!(pool.insert(transaction, Origin::Local), expected);
    }
    let offered = |pool: &Pool<_, _>, cursor, bytes, count| -> Vec<(u64, u8)> {
        pool.local_after(cursor, bytes, count).into_iter().map(|(cursor, bytes)| (cursor, bytes[0])).collect()
    };
    let all = offered(&pool, 0, 1_000, 10);
    assert_eq!(all.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [11, 2, 12]);
    let second = all[1].0;
    assert_eq!(offered(&pool, second, 1_000, 10), all[2..]);
    assert_eq!(offered(&pool, 0, 1_000, 2), all[..2]);
    assert_eq!(offered(&pool, 0, 25, 10), all[..2]);
    assert_eq!(pool.local(second), Some(Bytes::from(vec![2; 10])));
    pool.committed(&[[2; 32]], 6);
    assert_eq!(pool.local(second), None);
    assert_eq!(offered(&pool, 0, 1_000, 10), [all[0], all[2]]);
}

#[tokio::test]
async fn a_waiter_wakes_when_a_transaction_arrives_and_not_before() {
    let mempool = Mempool::new(LIMITS, 5);
    let mut waiter = waiter_of(mempool.clone());
    assert!(futures::poll!(waiter.as_mut()).is_pending());
    mempool.insert(transaction("alpha", 1), Origin::Peer).unwrap();
    assert!(futures::poll!(waiter.as_mut()).is_ready());
    assert!(futures::poll!(waiter_of(mempool.clone()).as_mut()).is_ready(), "it waits already");
    mempool.committed(&[[1; 32]], 6);
    assert!(futures::poll!(waiter_of(mempool).as_mut()).is_pending());
}

fn waiter_of(mempool: Mempool<&'static str, ()>) -> std::pin::Pin<Box<impl Future<Output = ()>>> {
    Box::pin(async move { mempool.wait_for_transaction().await })
}

#[test]
fn a_transaction_is_found_by_its_exact_bytes_while_it_waits() {
    let mut pool = pool_of([transaction("a", 1), transaction("b", 2)]);
    assert_eq!(pool.by_leaf(&[!2; 32]).map(|found| found.id), Some([2; 32]));
    assert!(pool.by_leaf(&[2; 32]).is_none());
    pool.committed(&[[2; 32]], 6);
    assert!(pool.by_leaf(&[!2; 32]).is_none() && pool.by_leaf(&[!1; 32]).is_some());
}
