//! Bounds of the test network and the demo, each with its unit and its reason.

use std::time::Duration;

/// How long a network of five may take from start to its first blocks on a busy two-core machine.
pub const READY_MAX: Duration = Duration::from_secs(90);

/// How long a node may take to end after it was asked to; then it is killed.
pub const STOP_MAX: Duration = Duration::from_secs(10);

/// Pause between two looks at something that is awaited.
pub const POLL: Duration = Duration::from_millis(50);

/// Lines of a log that an error shows: enough for the cause, short enough for a screen.
pub const LOG_TAIL_LINES: usize = 12;

/// Bytes at a log's end in which those lines are sought.
pub const LOG_TAIL_BYTES: u64 = 16 * 1024;

/// Nodes of one network: what one desk carries.
pub const NODES_MAX: usize = 16;

/// Blocks for which the demo's transactions stay valid.
pub const VALID_BLOCKS: u64 = 1_000;

/// Ports that a process claims at once: a network of the usual size, in one file descriptor.
pub const PORTS_PER_BLOCK: u16 = 64;

/// Blocks of ports that are tried before giving up: several times as many as there are.
pub const PORT_BLOCKS_TRIED_MAX: usize = 2_000;

/// Bytes that a relay between two nodes reads at once.
pub const RELAY_CHUNK_BYTES: usize = 64 << 10;
/// What a relay holds on its way in one direction of a connection: with full chunks 64 MiB, more than a second of
/// anything two nodes say.
pub const RELAY_CHUNKS_MAX: usize = 1_024;

/// Pause before a question that was asked too fast is asked again: a member's quota gives fifty more in this time.
pub const QUOTA_PAUSE: Duration = Duration::from_millis(100);
/// Times that one question is asked again: many readers share a connection's quota for a minute at most.
pub const QUOTA_TRIES_MAX: u32 = 600;
