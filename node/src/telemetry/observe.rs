//! Observe: copies the rooms' numbers into the metrics, at every block and once a second.
use super::metrics::{Metrics, Reason};
use crate::admission::TransactionPool;
use crate::ledger::{CommittedBlock, Ledger};
use crate::limits::EVIDENCE_COUNTED_MAX;
use crate::mempool::gossip::GossipMetrics;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

const PERIOD: Duration = Duration::from_secs(1);

/// The rooms that are looked at.
pub struct Observed {
    pub ledger: Arc<Ledger>,
    pub pool: TransactionPool,
    pub consensus: watch::Receiver<tally_consensus::Status>,
    pub gossip: Arc<GossipMetrics>,
}

/// Runs until the node stops.
pub async fn observe(metrics: Arc<Metrics>, rooms: Observed, mut stopped: watch::Receiver<bool>) {
    let mut blocks = rooms.ledger.watch();
    let mut period = tokio::time::interval(PERIOD);
    let mut last_commit: Option<Instant> = None;
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = period.tick() => sample(&metrics, &rooms),
            block = blocks.recv() => match block {
                Ok(block) => {
                    let before = last_commit.replace(Instant::now());
                    count(&metrics, &block, before);
                }
                // the counters miss some blocks; the gauges do not
                Err(RecvError::Lagged(missed)) => tracing::debug!(missed, "metrics fell behind the chain"),
                Err(RecvError::Closed) => return,
            },
        }
    }
}

fn count(metrics: &Metrics, block: &CommittedBlock, before: Option<Instant>) {
    metrics.height.set(signed(block.header.height.number()));
    metrics.chain_time_ms.set(signed(block.header.time.ms()));
    metrics.transactions.inc_by(u64::from(block.header.transaction_count));
    metrics.block_transactions.observe(f64::from(block.header.transaction_count));
    if let Some(before) = before {
        metrics.block_interval_seconds.observe(before.elapsed().as_secs_f64());
    }
    for rejection in block.receipts.iter().filter_map(|receipt| receipt.rejection()) {
        let reason = Reason { reason: rejection.kind().reason.to_owned() };
        metrics.rejections.get_or_create(&reason).inc();
    }
}

fn sample(metrics: &Metrics, rooms: &Observed) {
    let tip = rooms.ledger.tip();
    metrics.height.set(signed(tip.height));
    metrics.chain_time_ms.set(signed(tip.time.ms()));
    let status = *rooms.consensus.borrow();
    metrics.consensus_height.set(signed(status.height.as_u64()));
    metrics.consensus_round.set(i64::from(status.round.as_u32()));
    metrics.is_voting.set(i64::from(status.is_voting));
    metrics.consensus_peers.set(count_of(status.peers));
    let others = tip.validators.validators.len().saturating_sub(usize::from(status.is_voting));
    metrics.validators_missing.set(count_of(others.saturating_sub(status.peers)));
    if let Ok(evidence) = rooms.ledger.view().evidence_from(0, EVIDENCE_COUNTED_MAX) {
        metrics.misbehaviours.set(count_of(evidence.len()));
    }
    metrics.mempool_transactions.set(count_of(rooms.pool.len()));
    metrics.mempool_bytes.set(count_of(rooms.pool.bytes()));
    metrics.storage_bytes.set(signed(rooms.ledger.database().table_bytes()));
    if let Some((resident, shelved)) = rooms.ledger.leaves() {
        metrics.tree_leaves_resident.set(count_of(resident));
        metrics.tree_leaves_shelved.set(count_of(shelved));
    }
    let gossip = &rooms.gossip;
    metrics.gossip_peers.set(signed(gossip.connected_peers.get()));
    metrics.gossip_sent.set(signed(gossip.sent_transactions.get()));
    metrics.gossip_received.set(signed(gossip.received_transactions.get()));
    metrics.gossip_denied.set(signed(gossip.denied_connections.get()));
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn count_of(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
