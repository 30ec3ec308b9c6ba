//! Every bound of this crate with its unit and its reason.

use std::time::Duration;

/// Validators in one set. A certificate carries one signature each; beyond this, rounds over one mesh get slow.
pub const VALIDATORS_MAX: usize = 128;

/// Sum of all powers. Leaves room to multiply by three without overflow.
pub const POWER_TOTAL_MAX: u64 = u64::MAX / 8;

/// Bytes of a chain id: it is part of every signed message.
pub const CHAIN_ID_BYTES_MAX: usize = 64;

/// Bytes of an encoded certificate: header and [`VALIDATORS_MAX`] entries of 96 bytes, rounded up.
pub const CERTIFICATE_BYTES_MAX: usize = 64 + VALIDATORS_MAX * 96;

/// Bytes of one part of a proposal. Larger parts were faster, up to 1 MiB, but hold up votes behind them for longer.
pub const PART_BYTES_DEFAULT: usize = 512 * 1024;

/// Smallest part that makes sense; below it the overhead per part dominates.
pub const PART_BYTES_MIN: usize = 1024;

/// Largest part: a message of the gossip layer must fit into its 4 MiB with room for framing.
pub const PART_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Bytes of a block by default.
pub const BLOCK_BYTES_DEFAULT: usize = 4 * 1024 * 1024;

/// Largest block that may be configured: it is held in memory several times while it travels.
pub const BLOCK_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Unfinished proposals one network peer may have in our memory. Two rounds of one height, and the next height's.
pub const STREAMS_PER_PEER_MAX: usize = 4;

/// How far ahead of the current height a proposal may be and still be kept. Two suffices for a node a step behind;
/// a node that is further behind catches up by sync.
pub const HEIGHTS_AHEAD_MAX: u64 = 2;

/// How far ahead of the current round a proposal may be and still be kept. Rounds advance together, by certificates.
pub const ROUNDS_AHEAD_MAX: u32 = 10;

/// Complete proposals of later heights that wait until this node gets there, over all peers.
pub const PARKED_PROPOSALS_MAX: usize = 8;

/// Bytes in front of the block's bytes in a part: header, key, signature, counters, rounded up.
pub const PART_OVERHEAD_BYTES: usize = 1024;

/// Heights served in one answer to a node that catches up.
pub const SYNC_BATCH_HEIGHTS: usize = 16;

/// Sync requests in flight at once, and served at once per peer.
pub const SYNC_PARALLEL_REQUESTS: usize = 4;

/// Bytes of a sync request: two heights, generously.
pub const SYNC_REQUEST_BYTES_MAX: usize = 4 * 1024;

/// Pause between announcements of the own height. An observer is at most this far behind; the message is tiny.
pub const STATUS_INTERVAL: Duration = Duration::from_millis(250);

/// How long a peer may take to answer a sync request before another one is asked.
pub const SYNC_REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections from one address. The engine's default of 5 is too few where a whole consortium runs on one host.
pub const CONNECTIONS_PER_IP_MAX: usize = 512;

/// Connections to one peer: both sides may dial at once.
pub const CONNECTIONS_PER_PEER_MAX: usize = 5;

/// Peers in the configuration: all validators and a few observers each.
pub const PEERS_MAX: usize = 512;

/// Messages buffered per later height, and later heights buffered, while this node finishes the current one.
pub const BUFFERED_MESSAGES_PER_HEIGHT: usize = 2000;
/// See [`BUFFERED_MESSAGES_PER_HEIGHT`].
pub const BUFFERED_HEIGHTS: usize = 10;

/// How often connected peers are counted for [`crate::Status`].
pub const PEER_COUNT_INTERVAL: Duration = Duration::from_millis(500);

/// Counts in a row to which the engine's network gives no answer, before the node ends: an engine that stops goes within one.
pub const NETWORK_SILENT_MAX: usize = 3;

/// How long actors may take to stop before they are killed.
pub const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Handshakes with nodes that have not yet proved their key. Each costs a few curve operations and a timeout. With one more
/// the oldest is given up: an honest node needs milliseconds for its own.
pub const HANDSHAKES_MAX: usize = 64;

/// How long such a handshake may take, connecting included.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// Calls a second of one address that are answered: nodes call each other seldom, and some share an address.
pub const CALLS_PER_SECOND: u32 = 16;

/// The same at once: every other node of a large network on one machine.
pub const CALLS_BURST: u32 = 64;

/// Addresses whose calls are remembered.
pub const CALLERS_MAX: usize = 10_000;

/// Bytes read at once from a connection in transit, about one encrypted frame.
pub const TUNNEL_BUFFER_BYTES: usize = 64 * 1024;
