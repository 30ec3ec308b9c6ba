//! The load generator's own numbers, each with its unit and its reason.

use std::time::Duration;

/// Transactions under way at once, over all nodes: what one stream to one node may hold.
pub const OUTSTANDING_MAX: u32 = 16_384;

/// Transactions under way in a closed loop unless told otherwise.
pub const OUTSTANDING_DEFAULT: u32 = 512;

/// Lanes of an open loop unless told otherwise: seconds of answers at the rates aimed at.
pub const OPEN_LANES_DEFAULT: u32 = 8_192;

/// Tranches that lie there before the load begins, unless told otherwise.
pub const TRANCHES_DEFAULT: u64 = 10_000;

/// Discounts a second for which tranches are preloaded: more than is aimed at.
pub const DISCOUNTS_PER_S: u64 = 4_000;

/// Tranches that are preloaded for discounts at most: longer runs go on with parts of whole receivables.
pub const DISCOUNT_PRELOAD_MAX: u64 = 200_000;

/// Transactions under way during the setup: full blocks, and quotas of a node are far.
pub const SETUP_OUTSTANDING: usize = 1_024;

/// Lanes for which whole receivables are issued before the load: all of a closed loop of this size; others have
/// theirs issued when they begin.
pub const SPARES_MAX: usize = 4_096;

/// Transactions signed before they are sent: a signature batch, so that nodes check while we sign on.
pub const FLUSH_EVERY: usize = 256;

/// Pause between two looks at the processes within a window: a long run shows that it goes on, and whether memory
/// grows.
pub const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Blocks for which a transaction stays valid; nodes take at most 100,000.
pub const VALID_BLOCKS: u64 = 20_000;

/// How long answers are waited for after the window.
pub const DRAIN_MAX: Duration = Duration::from_secs(60);

/// How long nodes may need to reach one height.
pub const CATCH_UP_MAX: Duration = Duration::from_secs(60);

/// Pause between two looks at a node that is awaited.
pub const LOOK: Duration = Duration::from_millis(50);

/// Nodes that check all their invariants at once, a core each: other work is done by then.
pub const CHECKS_AT_ONCE: usize = 2;

/// How long one request may take: a full check of five million tranches takes a node five minutes of a whole core.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(1_800);

/// Members to whom each supplier pays on: standing acceptances grow with this, not with the square of members.
pub const NEIGHBOURS: usize = 8;

/// Facilities that bid for every tranche, with curves that cross.
pub const FACILITIES: usize = 4;

/// Open tranches of a preloaded receivable: the half of what it may hold, so that each can be split once.
pub const PRELOAD_PER_RECEIVABLE: u64 = 496;

/// Parts of one preloading split; the policy allows 64.
pub const PRELOAD_PARTS: u64 = 62;

/// Times that a lane splits its own receivable: a receivable holds 1,000 open tranches.
pub const SPLITS_PER_RECEIVABLE: u64 = 990;

/// Minor units of a tranche's smallest part, by the policy.
pub const PART_MIN: u64 = 100;

/// Minor units of the largest payment of one split-and-pay.
pub const PART_MAX: u64 = 1_000;

/// Minor units of a preloaded tranche: 1,000.00.
pub const PRELOAD_FACE: u64 = 100_000;

/// Minor units of a receivable that lives its whole life in the load: 10,000.00.
pub const LIFE_FACE: u64 = 1_000_000;

/// Days until the due dates, at least: below the policy's soft cap and far behind every run.
pub const DUE_DAYS_MIN: u64 = 30;

/// Days until the due dates, at most.
pub const DUE_DAYS_MAX: u64 = 170;

/// Of 100 transactions of the mixed load, those that split and pay.
pub const MIXED_TRANSFERS: u64 = 60;

/// Of 100 transactions of the mixed load, discounts; the rest are steps of whole lives.
pub const MIXED_DISCOUNTS: u64 = 20;

/// Signatures in one measured batch: where larger ones hardly gain.
pub const YARDSTICK_BATCH: usize = 256;

/// How long each yardstick measures a processor.
pub const YARDSTICK_TIME: Duration = Duration::from_millis(300);

/// Synced writes that are timed.
pub const YARDSTICK_WRITES: usize = 200;

/// Bytes of a synced write: one page.
pub const YARDSTICK_WRITE_BYTES: usize = 4_096;

/// Bytes that are hashed at once.
pub const YARDSTICK_HASH_BYTES: usize = 1024 * 1024;

/// Clock ticks a second in `/proc`: fixed in Linux's interface for every architecture that we run on.
pub const TICKS_PER_S: u64 = 100;

/// Bytes of a network file: thousands of members.
pub const NETWORK_FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;
