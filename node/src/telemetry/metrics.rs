//! Metrics: every number an operator watches, in one registry.
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// A reason, such as a rejection's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Reason {
    pub reason: String,
}

/// The node's own numbers; the engine adds its own in the endpoint.
pub struct Metrics {
    registry: Registry,
    /// Last committed height.
    pub height: Gauge,
    /// Height and round that consensus is deciding.
    pub consensus_height: Gauge,
    pub consensus_round: Gauge,
    /// 1 while this node votes.
    pub is_voting: Gauge,
    pub consensus_peers: Gauge,
    /// Validators of the next height that are not connected.
    pub validators_missing: Gauge,
    /// Proofs that a validator contradicted itself, stored on this node.
    pub misbehaviours: Gauge,
    /// Of a member node: answers of full nodes that did not hold, since the start.
    pub lies: Gauge,
    pub gossip_peers: Gauge,
    pub gossip_sent: Gauge,
    pub gossip_received: Gauge,
    pub gossip_denied: Gauge,
    /// Milliseconds since 1970 of chain time at the tip.
    pub chain_time_ms: Gauge,
    pub mempool_transactions: Gauge,
    pub mempool_bytes: Gauge,
    pub storage_bytes: Gauge,
    pub tree_leaves_resident: Gauge,
    pub tree_leaves_shelved: Gauge,
    pub transactions: Counter,
    pub rejections: Family<Reason, Counter>,
    pub block_transactions: Histogram,
    /// Real seconds between two commits on this node.
    pub block_interval_seconds: Histogram,
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("tally");
        let metrics = Self {
            height: gauge(&mut registry, "height", "Last committed height"),
            consensus_height: gauge(&mut registry, "consensus_height", "Height being decided"),
            consensus_round: gauge(
                &mut registry,
                "consensus_round",
                "Round of that height; over 0 somebody was late",
            ),
            is_voting: gauge(&mut registry, "is_voting", "1 while this node votes"),
            consensus_peers: gauge(&mut registry, "consensus_peers", "Nodes connected to consensus"),
            validators_missing: gauge(
                &mut registry,
                "validators_missing",
                "Validators that are not connected",
            ),
            misbehaviours: gauge(
                &mut registry,
                "misbehaviours",
                "Stored proofs that a validator contradicted itself",
            ),
            lies: gauge(&mut registry, "lies", "Answers of full nodes that did not hold, on a member node"),
            gossip_peers: gauge(&mut registry, "gossip_peers", "Nodes connected to gossip"),
            gossip_sent: gauge(&mut registry, "gossip_sent_transactions", "Transactions sent to peers"),
            gossip_received: gauge(
                &mut registry,
                "gossip_received_transactions",
                "Transactions that peers sent",
            ),
            gossip_denied: gauge(
                &mut registry,
                "gossip_denied_connections",
                "Connections of unlisted nodes refused",
            ),
            chain_time_ms: gauge(&mut registry, "chain_time_milliseconds", "Chain time of the last block"),
            mempool_transactions: gauge(&mut registry, "mempool_transactions", "Transactions that wait"),
            mempool_bytes: gauge(&mut registry, "mempool_bytes", "Bytes of transactions that wait"),
            storage_bytes: gauge(&mut registry, "storage_bytes", "Bytes of the store's table files"),
            tree_leaves_resident: gauge(
                &mut registry,
                "tree_leaves_resident",
                "Leaves of the state tree in memory",
            ),
            tree_leaves_shelved: gauge(
                &mut registry,
                "tree_leaves_shelved",
                "Leaves of the state tree in its scratch file; over 0 storage.tree_memory_mib is used up",
            ),
            transactions: Counter::default(),
            rejections: Family::default(),
            block_transactions: Histogram::new(exponential_buckets(1.0, 4.0, 8)),
            block_interval_seconds: Histogram::new(exponential_buckets(0.01, 2.0, 12)),
            registry: Registry::default(),
        };
        let (transactions, rejections) = (metrics.transactions.clone(), metrics.rejections.clone());
        registry.register("transactions", "Transactions in committed blocks", transactions);
        registry.register("rejections", "Committed transactions that a rule refused", rejections);
        let (counts, intervals) =
            (metrics.block_transactions.clone(), metrics.block_interval_seconds.clone());
        registry.register("block_transactions", "Transactions per block", counts);
        registry.register("block_interval_seconds", "Seconds between two commits", intervals);
        Self { registry, ..metrics }
    }

    /// The Prometheus text format without its closing line, so that the engine's numbers can follow.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // writing to a String does not fail
        let _ = encode(&mut text, &self.registry);
        text.trim_end().trim_end_matches("# EOF").to_owned()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

fn gauge(registry: &mut Registry, name: &str, help: &str) -> Gauge {
    let gauge = Gauge::default();
    registry.register(name, help, gauge.clone());
    gauge
}
