//! When transactions are to be sent: as soon as an answer made room, or by a schedule that waits for nobody.

use std::time::{Duration, Instant};

/// The pace of a load.
#[derive(Debug, Clone)]
pub enum Pace {
    /// Each lane sends when it was answered.
    Closed,
    /// A steady rate, whatever the answers.
    Open(Schedule),
}

/// Intended times at a steady rate. A time that passed while nobody could send is still given out, so that the
/// wait counts as latency (no coordinated omission).
#[derive(Debug, Clone)]
pub struct Schedule {
    begun: Instant,
    per_s: f64,
    given: u32,
    count: u32,
}

impl Schedule {
    /// From `begun` until `end`, `per_s` transactions a second.
    pub fn new(begun: Instant, end: Instant, per_s: f64) -> Self {
        let count = (end.saturating_duration_since(begun).as_secs_f64() * per_s).ceil();
        // Saturating: a day at the highest rate has more, and no machine gets there.
        let count = count.clamp(0.0, f64::from(u32::MAX)) as u32;
        Self { begun, per_s, given: 0, count }
    }

    /// The next intended time; `None` from the end on.
    pub fn next(&self) -> Option<Instant> {
        if self.given >= self.count {
            return None;
        }
        let at = Duration::try_from_secs_f64(f64::from(self.given) / self.per_s).ok()?;
        self.begun.checked_add(at)
    }

    /// Gives the next intended time out if it has come.
    pub fn take(&mut self, now: Instant) -> Option<Instant> {
        let at = self.next().filter(|at| *at <= now)?;
        self.given = self.given.saturating_add(1);
        Some(at)
    }

    /// How many intended times were not given out yet.
    pub fn left(&self) -> u64 {
        u64::from(self.count.saturating_sub(self.given))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(begun: Instant) -> Schedule {
        Schedule::new(begun, begun + Duration::from_secs(2), 100.0)
    }

    #[test]
    fn intended_times_are_even_and_end() {
        let begun = Instant::now();
        let mut schedule = schedule(begun);
        assert_eq!(schedule.left(), 200);
        assert_eq!(schedule.take(begun), Some(begun));
        assert_eq!(schedule.take(begun), None, "the second one is 10 ms away");
        assert_eq!(schedule.next(), Some(begun + Duration::from_millis(10)));
        let late = begun + Duration::from_secs(60);
        let given = std::iter::from_fn(|| schedule.take(late)).count();
        assert_eq!((given, schedule.next(), schedule.left()), (199, None, 0));
    }

    #[test]
    fn a_pause_of_the_sender_counts_as_latency_of_every_transaction_that_was_due() {
        let begun = Instant::now();
        let mut schedule = schedule(begun);
        let after_pause = begun + Duration::from_secs(1);
        let late: Vec<Duration> = std::iter::from_fn(|| schedule.take(after_pause))
            .map(|intended| after_pause.duration_since(intended))
            .collect();
        assert_eq!(late.len(), 101, "nothing that was due is left out");
        assert_eq!((late[0], late[100]), (Duration::from_secs(1), Duration::ZERO));
    }
}
