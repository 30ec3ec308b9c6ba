//! The demo's own numbers, each with its unit and its reason.

use std::time::Duration;

/// Chain milliseconds per real millisecond: a chain day takes two seconds.
pub const CLOCK_SPEED: u32 = 43_200;

/// The same where an anchor fails: one second a day, the fastest clock, because a default takes a month.
pub const CLOCK_SPEED_DEFAULT: u32 = 86_400;

/// Small discounts that are measured: enough for a p99 that means something.
pub const MEASURED_DISCOUNTS: u32 = 60;

/// Milliseconds after which an idle chain makes an empty block: due dates are noticed by blocks.
pub const HEARTBEAT_MS: u64 = 1_000;

/// Milliseconds that a node gives one request: its own default.
pub const REQUEST_TIMEOUT_MS: u64 = 30_000;

/// Real seconds that the story needs between import and the last discount on a fast machine.
pub const STORY_SECONDS_MIN: f64 = 35.0;

/// Transactions that the story sends one after the other in that time: a slow machine needs as many times longer.
pub const STORY_TRANSACTIONS: f64 = 220.0;

/// Chain days until the demo's receivables are due: below the policy's soft cap of 180.
pub const DUE_DAYS: std::ops::RangeInclusive<f64> = 20.0..=170.0;

/// The same where an anchor fails: its commands until the due date, and the seconds that they take when idle.
pub const FAILURE_COMMANDS: f64 = 56.0;

/// Real seconds of room that the second story keeps before the due date.
pub const FAILURE_SECONDS_MIN: f64 = 6.0;

/// Chain days until its receivables are due: enough for a policy to come into force, below the soft cap of 180.
pub const FAILURE_DUE_DAYS: std::ops::RangeInclusive<f64> = 15.0..=170.0;

/// Discounts while one validator is down.
pub const OUTAGE_DISCOUNTS: u32 = 8;

/// How long a restarted validator may need to catch up.
pub const CATCH_UP_MAX: Duration = Duration::from_secs(60);

/// How long due dates may be waited for beyond what the chain's clock says.
pub const SETTLEMENT_GRACE: Duration = Duration::from_secs(60);

/// How long an observer may need to reach a height that the validators have.
pub const OBSERVER_LAG_MAX: Duration = Duration::from_secs(30);

/// Pause between two looks at something that takes seconds.
pub const LOOK: Duration = Duration::from_millis(200);

/// The same for what takes milliseconds.
pub const SHORT_LOOK: Duration = Duration::from_millis(10);
