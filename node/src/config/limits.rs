//! Bounds of the configuration, each with its unit and its reason.

/// Bytes of a configuration file: a few hundred peers with comments.
pub const CONFIG_FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Bytes of a moniker: it stands in every log line and metric.
pub const MONIKER_BYTES_MAX: usize = 64;

/// Milliseconds of any timeout of consensus: a longer one would stop the chain for minutes after one failure.
pub const TIMEOUT_MS_MAX: u64 = 60_000;

/// Milliseconds of a propose, prevote or precommit timeout: below it, ordinary network delays fail every round.
pub const TIMEOUT_MS_MIN: u64 = 10;

/// Milliseconds between two heartbeat blocks: readers take longer silence for a dead chain.
pub const HEARTBEAT_MS_MAX: u64 = 60_000;

/// Milliseconds between two heartbeat blocks: below it, an idle chain fills the disk.
pub const HEARTBEAT_MS_MIN: u64 = 100;

/// Milliseconds of one API request, waiting for its commit included.
pub const REQUEST_TIMEOUT_MS_MAX: u64 = 600_000;

/// Bytes of a block: it is held in memory several times while it travels.
pub const BLOCK_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Bytes of a block: the largest transaction must fit several times.
pub const BLOCK_BYTES_MIN: u64 = 256 * 1024;

/// Transactions of a block: more cannot be executed within a propose timeout.
pub const BLOCK_TRANSACTIONS_MAX: u64 = 100_000;

/// Bytes of a part of a block in transit, at least: below it the overhead dominates.
pub const PART_BYTES_MIN: u64 = 1024;

/// Bytes of a part of a block in transit, at most: a message of the network layer has 4 MiB with its framing.
pub const PART_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// Bytes of an API message, at least: the largest transaction and its envelope.
pub const MESSAGE_BYTES_MIN: u64 = 128 * 1024;

/// Bytes of an API message, at most: one is held in memory per request.
pub const MESSAGE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Connections, requests and streams of the API: each costs a descriptor or a task.
pub const API_COUNT_MAX: u64 = 100_000;

/// MiB of memory for the state tree, at least: below it, what one large block touches would be most of it.
pub const TREE_MEMORY_MIB_MIN: u64 = 64;

/// MiB of memory for the state tree, at most: more than a machine has.
pub const TREE_MEMORY_MIB_MAX: u64 = 1024 * 1024;

/// Peers in the configuration: all validators and a few observers each.
pub const PEERS_MAX: usize = 200;

/// Bytes of a Unix socket's path: `sun_path` has 108 with the closing zero.
pub const SOCKET_PATH_BYTES_MAX: usize = 107;
