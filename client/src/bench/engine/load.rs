//! A load for a time: warm-up, the window that counts, and the wait for what is still under way.

use std::time::{Duration, Instant};

use super::{Engine, Lanes, Seen};
use crate::bench::error::BenchError;
use crate::bench::limits::{DRAIN_MAX, LOOK_EVERY};
use crate::bench::pace::Pace;
use crate::bench::tally::Tally;

/// When a load begins to count, and when it ends.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// First instant that counts.
    pub from: Instant,
    /// First instant that counts no more.
    pub until: Instant,
}

/// What a load found.
pub struct Loaded {
    /// Of the window.
    pub window: Tally,
    /// Intended transactions that were not answered in the end.
    pub unanswered: u64,
}

/// Where a load stands.
struct Load<F> {
    pace: Pace,
    times: Times,
    phase: Phase,
    /// Called at the window's first instant, now and then within it, and at its last.
    look: F,
    /// When to look next within the window.
    look_at: Instant,
    /// Lanes without a transaction under way; the last one is used first, so that few are in use.
    ready: Vec<usize>,
    window: Tally,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    WarmUp,
    Window,
    Drain,
}

impl Engine {
    /// Runs lanes for a time. `look` is called at the window's first instant, after every [`LOOK_EVERY`] of it, and
    /// at its last, with what was seen in the window until then.
    pub async fn load(
        &mut self,
        mut lanes: Lanes,
        pace: Pace,
        times: Times,
        look: impl FnMut(&Tally),
    ) -> Result<Loaded, BenchError> {
        let ready = (0..lanes.len()).rev().collect();
        let window = Tally::default();
        let look_at = times.from + LOOK_EVERY;
        let mut load = Load { pace, times, phase: Phase::WarmUp, look, look_at, ready, window };
        loop {
            load.step(Instant::now());
            while let Some((lane, intended)) = load.due() {
                self.begin(&mut lanes, lane, intended)?;
            }
            self.flush()?;
            if let Some(unanswered) = load.end(self.under_way()) {
                return Ok(Loaded { window: load.window, unanswered });
            }
            let wake = tokio::time::Instant::from_std(load.wake());
            // Cancelled where it is time to send or to look at the processes.
            if let Ok(answers) = tokio::time::timeout_at(wake, self.answers(&mut lanes)).await {
                let now = Instant::now();
                answers?.into_iter().for_each(|seen| load.count(&seen, now));
            }
        }
    }
}

impl<F: FnMut(&Tally)> Load<F> {
    /// Enters the next phase, or looks, when the time for it has come.
    fn step(&mut self, now: Instant) {
        if self.phase == Phase::WarmUp && now >= self.times.from {
            (self.look)(&self.window);
            self.phase = Phase::Window;
        }
        if self.phase != Phase::Window {
            return;
        }
        if now >= self.times.until {
            (self.look)(&self.window);
            self.phase = Phase::Drain;
        } else if now >= self.look_at {
            (self.look)(&self.window);
            self.look_at += LOOK_EVERY;
        }
    }

    /// A lane that is to send now, and when it was to send.
    fn due(&mut self) -> Option<(usize, Instant)> {
        if self.ready.is_empty() {
            return None;
        }
        let now = Instant::now();
        let intended = match &mut self.pace {
            Pace::Closed => (self.phase != Phase::Drain).then_some(now),
            // What was to be sent in the window is sent after it too, so that its wait is counted.
            Pace::Open(schedule) => schedule.take(now),
        }?;
        Some((self.ready.pop()?, intended))
    }

    fn count(&mut self, seen: &Seen, now: Instant) {
        let Seen { under_way, applied_at } = seen;
        self.ready.push(under_way.lane);
        let Some(height) = applied_at else { return };
        let is_window = self.phase == Phase::Window;
        if is_window {
            self.window.applied(under_way.action, *height);
        }
        let is_timed = match self.pace {
            Pace::Closed => is_window,
            Pace::Open(_) => (self.times.from..self.times.until).contains(&under_way.intended),
        };
        if is_timed {
            self.window.took(now.duration_since(under_way.intended));
        }
    }

    /// How many were not answered, if this is the end.
    fn end(&self, under_way: usize) -> Option<u64> {
        if self.phase != Phase::Drain {
            return None;
        }
        let unsent = match &self.pace {
            Pace::Closed => 0,
            Pace::Open(schedule) => schedule.left(),
        };
        let left = unsent.saturating_add(u64::try_from(under_way).unwrap_or(u64::MAX));
        (left == 0 || self.times.until.elapsed() > DRAIN_MAX).then_some(left)
    }

    /// When to look again although no answer came.
    fn wake(&self) -> Instant {
        let edge = match self.phase {
            Phase::WarmUp => self.times.from,
            Phase::Window => self.times.until.min(self.look_at),
            Phase::Drain => self.times.until + DRAIN_MAX + Duration::from_millis(1),
        };
        match &self.pace {
            Pace::Open(schedule) if !self.ready.is_empty() => schedule.next().map_or(edge, |at| at.min(edge)),
            Pace::Open(_) | Pace::Closed => edge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::engine::node::UnderWay;
    use crate::bench::pace::Schedule;

    const SECOND: Duration = Duration::from_secs(1);

    /// A warm-up of one second and a window of so many, whose looks are kept by what was applied until then.
    fn load<'a>(
        pace: Pace,
        begun: Instant,
        window_s: u32,
        looks: &'a mut Vec<u64>,
    ) -> Load<impl FnMut(&Tally) + 'a> {
        let from = begun + SECOND;
        let times = Times { from, until: from + SECOND * window_s };
        let ready = vec![0];
        let look = move |window: &Tally| looks.push(window.applied);
        let look_at = from + LOOK_EVERY;
        Load { pace, times, phase: Phase::WarmUp, look, look_at, ready, window: Tally::default() }
    }

    fn seen(intended: Instant, height: u64) -> Seen {
        let under_way = UnderWay { lane: 0, action: "split_tranche", intended };
        Seen { under_way, applied_at: Some(height) }
    }

    #[test]
    fn only_what_is_answered_within_the_window_is_counted() {
        let begun = Instant::now();
        let mut looks = Vec::new();
        let mut load = load(Pace::Closed, begun, 2, &mut looks);
        for (second, height) in [(0, 1), (1, 2), (2, 3), (3, 4)] {
            let now = begun + SECOND * second;
            load.step(now);
            load.count(&seen(now - Duration::from_millis(5), height), now);
        }
        assert_eq!((load.window.applied, load.window.latencies.count()), (2, 2));
        assert_eq!(load.window.heights.iter().copied().collect::<Vec<_>>(), [2, 3]);
        assert_eq!((load.phase, load.due()), (Phase::Drain, None), "a closed loop sends nothing more");
        assert_eq!((load.end(7), load.end(0)), (None, Some(0)));
        drop(load);
        assert_eq!(looks, [0, 2]);
    }

    #[test]
    fn a_long_window_is_looked_at_every_minute() {
        let begun = Instant::now();
        let mut looks = Vec::new();
        let mut load = load(Pace::Closed, begun, 150, &mut looks);
        for second in 0..=152 {
            let now = begun + SECOND * second;
            load.step(now);
            load.count(&seen(now, u64::from(second)), now);
        }
        drop(load);
        assert_eq!(looks, [0, 60, 120, 150]);
    }

    #[test]
    fn an_open_loop_times_what_was_to_be_sent_in_the_window_however_late_the_answer() {
        let begun = Instant::now();
        let mut looks = Vec::new();
        let schedule = Schedule::new(begun, begun + SECOND * 3, 10.0);
        let mut load = load(Pace::Open(schedule), begun, 2, &mut looks);
        load.step(begun + SECOND * 3);
        let answered = begun + SECOND * 9;
        load.count(&seen(begun, 1), answered);
        load.count(&seen(begun + SECOND * 2, 1), answered);
        assert_eq!((load.window.applied, load.window.latencies.count()), (0, 1));
        assert!(load.window.latencies.percentile_ms(50.0) >= 6_990.0, "seven seconds, not its sending");
        assert_eq!(load.end(0), None, "30 were to be sent");
        assert!(load.due().is_some_and(|(_, intended)| intended == begun));
    }
}
