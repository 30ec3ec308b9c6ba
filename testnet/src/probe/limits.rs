//! Bounds of a probe, each with its unit and its reason.

/// Deals whose records are asked for: so many that most kinds of record have numbers of two digits.
pub const DEALS: usize = 16;
/// Members that deal, the stranger not counted.
pub const MEMBERS: u32 = 9;
/// Records of each kind that no deal has: as many as leave numbers of one digit for what is absent.
pub const OTHERS: usize = 3;
/// Chain time per machine time: a chain day takes two seconds, so that debts fall due before the probe begins.
pub const CLOCK_SPEED: u32 = 43_200;
/// Milliseconds without a block: the longest that a node takes, so that answers say the same position.
pub const HEARTBEAT_MS: u64 = 60_000;
/// Chain days until the circle's debts are due.
pub const CIRCLE_DUE_DAYS: i32 = 3;
/// Questions before the first that counts, so that connection, caches and frequencies have settled.
pub const WARM_UP: usize = 300;
/// Questions of a kind come in fours: forbidden and absent, to train and to judge.
pub const QUESTIONS_PER_KIND_MIN: usize = 4;
/// Two-sided confidence of every interval, in per cent.
pub const CONFIDENCE: f64 = 95.0;
