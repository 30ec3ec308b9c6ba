//! Bounds of a search for canaries, each with its unit and its reason.

use std::time::Duration;

/// Canaries that one deal has: five amounts, two prices, three texts.
pub const CANARIES_PER_DEAL: u32 = 10;
/// Four banks, an anchor, and three suppliers: two deal, one has nothing to do with it.
pub const MEMBERS_MIN: u32 = 8;
/// Minor units of a face: a number of fourteen digits, so that its parts have 42 bits, and the faces of a thousand deals
/// stay within what four anchors may owe.
pub const FACE_MINOR: u64 = 10_000_000_000_000;
/// Days until the first debt is due; nothing falls due while the run lasts.
pub const DUE_DAYS: i32 = 90;
/// Deals under way at once: a block each for one at a time would take most of the run.
pub const DEALS_AT_ONCE: usize = 8;
/// Members that read at once, each as fast as its quota lets it.
pub const READERS_AT_ONCE: usize = 4;
/// Questions of one member under way at once: each absence takes ten milliseconds.
pub const QUESTIONS_AT_ONCE: usize = 16;
/// Silence after which a stream has told the past.
pub const STREAM_SILENCE: Duration = Duration::from_secs(2);
/// Bytes of the largest file that is searched: more than a network of minutes writes into one.
pub const FILE_BYTES_MAX: u64 = 1 << 30;
/// How long a member's own node may take to prove the newest block.
pub const OWN_NODE_LAG_MAX: Duration = Duration::from_secs(60);
