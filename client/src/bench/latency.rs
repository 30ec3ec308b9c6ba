//! Latencies of one kind, from which percentiles come.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Durations from when a transaction was to be sent until its client knew that it is committed and applied.
#[derive(Debug)]
pub struct Latencies(Histogram<u64>);

impl Default for Latencies {
    fn default() -> Self {
        // One microsecond to ten minutes, three digits.
        Self(Histogram::new_with_bounds(1, 600_000_000, 3).expect("the bounds are legal"))
    }
}

impl Latencies {
    /// One more.
    pub fn record(&mut self, took: Duration) {
        self.0.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1));
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// A percentile in milliseconds, to the hundredth.
    #[must_use]
    pub fn percentile_ms(&self, percentile: f64) -> f64 {
        let micros = self.0.value_at_percentile(percentile);
        (f64::from(u32::try_from(micros).unwrap_or(u32::MAX)) / 10.0).round() / 100.0
    }

    /// The longest in milliseconds.
    #[must_use]
    pub fn max_ms(&self) -> f64 {
        self.percentile_ms(100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_in_milliseconds() {
        let mut latencies = Latencies::default();
        (1..=1_000).for_each(|ms| latencies.record(Duration::from_millis(ms)));
        assert_eq!(latencies.count(), 1_000);
        for (percentile, ms) in [(50.0, 500.0), (95.0, 950.0), (99.0, 990.0), (99.9, 999.0)] {
            let found = latencies.percentile_ms(percentile);
            assert!((found - ms).abs() <= ms * 0.002, "p{percentile} is {found}");
        }
        assert!(latencies.max_ms() >= 999.0);
    }

    #[test]
    fn what_takes_longer_than_the_scale_counts_as_its_end() {
        let mut latencies = Latencies::default();
        latencies.record(Duration::from_secs(3_600));
        latencies.record(Duration::ZERO);
        assert_eq!(latencies.count(), 2);
        assert!(latencies.max_ms() >= 599_000.0);
    }
}
