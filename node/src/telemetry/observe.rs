//! Observe: copies the rooms' numbers into the metrics, at every block and once a second.
use super::metrics::{Metrics, Reason};
use crate::api::NodeView;
use crate::ledger::CommittedBlock;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

const PERIOD: Duration = Duration::from_secs(1);

/// Runs until the node stops.
pub async fn observe(metrics: Arc<Metrics>, view: Arc<NodeView>, mut stopped: watch::Receiver<bool>) {
    let mut blocks = view.ledger.watch();
    let mut period = tokio::time::interval(PERIOD);
    let mut last_commit: Option<Instant> = None;
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = period.tick() => sample(&metrics, &view),
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

fn sample(metrics: &Metrics, view: &NodeView) {
    let tip = view.ledger.tip();
    metrics.height.set(signed(tip.height));
    metrics.chain_time_ms.set(signed(tip.time.ms()));
    let status = *view.consensus.borrow();
    metrics.consensus_height.set(signed(status.height.as_u64()));
    metrics.consensus_round.set(i64::from(status.round.as_u32()));
    metrics.is_voting.set(i64::from(status.is_voting));
    metrics.consensus_peers.set(count_of(status.peers));
    let others = tip.validators.validators.len().saturating_sub(usize::from(status.is_voting));
    metrics.validators_missing.set(count_of(others.saturating_sub(status.peers)));
    metrics.mempool_transactions.set(count_of(view.pool.len()));
    metrics.mempool_bytes.set(count_of(view.pool.bytes()));
    metrics.storage_bytes.set(signed(view.ledger.database().table_bytes()));
    if let Some(gossip) = &view.gossip {
        metrics.gossip_peers.set(signed(gossip.connected_peers.get()));
        metrics.gossip_sent.set(signed(gossip.sent_transactions.get()));
        metrics.gossip_received.set(signed(gossip.received_transactions.get()));
        metrics.gossip_denied.set(signed(gossip.denied_connections.get()));
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn count_of(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
