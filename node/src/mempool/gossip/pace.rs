//! Waiting and rationing, with the time as an input.

use std::time::{Duration, Instant};

/// A wait that doubles with each failure, up to a cap.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    least: Duration,
    most: Duration,
    failures: u32,
}

impl Backoff {
    pub(super) fn new(least: Duration, most: Duration) -> Self {
        Self { least, most, failures: 0 }
    }

    /// The wait after one more failure.
    pub(super) fn next(&mut self) -> Duration {
        let factor = 1u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        self.failures = self.failures.saturating_add(1);
        self.least.saturating_mul(factor).min(self.most)
    }

    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

/// A ration that refills evenly: so many at once, so many a second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ration {
    burst: u32,
    per_second: u32,
    left: u32,
    at: Instant,
}

impl Ration {
    pub(super) fn new(burst: u32, per_second: u32, now: Instant) -> Self {
        Self { burst, per_second, left: burst, at: now }
    }

    /// Takes up to `wanted`; returns how many there were.
    pub(super) fn take(&mut self, wanted: usize, now: Instant) -> usize {
        self.refill(now);
        let granted = u32::try_from(wanted).unwrap_or(u32::MAX).min(self.left);
        self.left -= granted;
        usize::try_from(granted).unwrap_or(usize::MAX)
    }

    fn refill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.at);
        let Some(share) = Duration::from_secs(1).checked_div(self.per_second) else { return };
        let parts = elapsed.as_nanos() / share.as_nanos().max(1);
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        self.left = self.burst.min(self.left.saturating_add(parts));
        if self.left == self.burst {
            self.at = now;
            return;
        }
        // Only whole parts count, so that frequent calls do not lose the remainders.
        self.at += share.saturating_mul(parts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backoff_doubles_up_to_its_cap_and_starts_again_after_a_reset() {
        let mut backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(2));
        let mut waits = || backoff.next().as_millis();
        assert_eq!([waits(), waits(), waits(), waits(), waits()], [250, 500, 1_000, 2_000, 2_000]);
        for _ in 0..100 {
            assert_eq!(backoff.next(), Duration::from_secs(2));
        }
        backoff.reset();
        assert_eq!(backoff.next(), Duration::from_millis(250));
    }

    #[test]
    fn a_ration_grants_its_burst_and_then_its_rate() {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut ration = Ration::new(10, 100, start);
        // (milliseconds, wanted, granted)
        let cases = [(0, 4, 4), (0, 9, 6), (5, 1, 0), (10, 2, 1), (19, 1, 0), (20, 1, 1), (5_000, 50, 10)];
        for (ms, wanted, granted) in cases {
            assert_eq!(ration.take(wanted, at(ms)), granted, "at {ms} ms");
        }
    }

    #[test]
    fn a_ration_ignores_a_clock_that_steps_back() {
        let now = Instant::now() + Duration::from_secs(10);
        let mut ration = Ration::new(1, 1, now);
        assert_eq!(ration.take(1, now), 1);
        assert_eq!(ration.take(1, now - Duration::from_secs(5)), 0);
    }
}
