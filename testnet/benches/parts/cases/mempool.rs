//! The pool: a block's worth of transactions of 16 members comes, is proposed, and goes.
use super::{Case, case};
use crate::meter::Run;
use crate::world::{BLOCK, signed, verified};
use bytes::Bytes;
use std::sync::Arc;
use std::time::Instant;
use tally_contracts::types::MemberId;
use tally_node::admission::TransactionPool;
use tally_node::mempool::{Mempool, Origin, PoolLimits, PooledTransaction, TransactionId};
use tally_proto::VerifiedTransaction;

type Pooled = PooledTransaction<MemberId, VerifiedTransaction>;

pub fn cases() -> Vec<Case> {
    vec![
        case("mempool insert", BLOCK, insert),
        case("mempool take", BLOCK, take),
        case("mempool committed", BLOCK, committed),
    ]
}

fn insert() -> Run {
    let transactions = transactions();
    Box::new(move |meter| {
        let (pool, transactions) = (empty(), transactions.clone());
        meter.measure(|| fill(&pool, transactions));
    })
}

fn take() -> Run {
    let pool = empty();
    fill(&pool, transactions());
    let count = pool.len();
    Box::new(move |meter| {
        let taken = meter.measure(|| pool.take(usize::MAX, count));
        assert_eq!(taken.len(), count);
    })
}

fn committed() -> Run {
    let transactions = transactions();
    let ids: Vec<TransactionId> = transactions.iter().map(|pooled| pooled.id).collect();
    Box::new(move |meter| {
        let pool = empty();
        fill(&pool, transactions.clone());
        meter.measure(|| pool.committed(&ids, 1));
        assert!(pool.is_empty());
    })
}

fn empty() -> TransactionPool {
    Mempool::new(PoolLimits::default(), 0)
}

fn fill(pool: &TransactionPool, transactions: Vec<Pooled>) {
    for transaction in transactions {
        pool.insert(transaction, Origin::Peer).expect("the pool has room");
    }
}

fn transactions() -> Vec<Pooled> {
    let pooled = |verified: VerifiedTransaction| {
        let asked = verified.transaction();
        PooledTransaction {
            id: asked.id.0,
            leaf: verified.leaf().0,
            sender: asked.sender,
            request_id: asked.request_id,
            valid_until_height: asked.valid_until.number(),
            bytes: Bytes::copy_from_slice(verified.bytes()),
            arrived: Instant::now(),
            verified: Arc::new(verified),
        }
    };
    verified(signed().to_vec()).into_iter().map(pooled).collect()
}
