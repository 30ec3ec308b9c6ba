//! Latencies of one kind, from which percentiles come.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Durations from handing signed bytes in until a node says that they are committed.
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
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// A percentile in milliseconds, to the tenth.
    pub fn percentile_ms(&self, percentile: f64) -> f64 {
        let micros = self.0.value_at_percentile(percentile);
        (f64::from(u32::try_from(micros).unwrap_or(u32::MAX)) / 100.0).round() / 10.0
    }

    /// The mean in seconds.
    pub fn mean_s(&self) -> f64 {
        self.0.mean() / 1_000_000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_in_milliseconds() {
        let mut latencies = Latencies::default();
        (1..=100).for_each(|ms| latencies.record(Duration::from_millis(ms)));
        assert_eq!((latencies.count(), latencies.percentile_ms(50.0).round()), (100, 50.0));
        assert_eq!(latencies.percentile_ms(99.0).round(), 99.0);
    }
}
