//! The rhythm of the blocks: under load a block takes long, and what is a moment against it is well spent waiting for
//! company, because signatures and frames cost less together.
use crate::limits::{RHYTHM_FROM, RHYTHM_PART, RHYTHM_PAUSE_MAX};
use std::sync::Mutex;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub(super) struct Rhythm {
    beat: Mutex<Beat>,
}

#[derive(Clone, Copy, Debug)]
struct Beat {
    last_block: Instant,
    pause: Duration,
}

impl Rhythm {
    pub(super) fn new(now: Instant) -> Self {
        Self { beat: Mutex::new(Beat { last_block: now, pause: Duration::ZERO }) }
    }

    /// A block with so many transactions was committed.
    pub(super) fn block(&self, transactions: usize, now: Instant) {
        let mut beat = self.beat.lock().expect("nothing panics while it holds the beat");
        let interval = now.saturating_duration_since(beat.last_block);
        let pause = if transactions < RHYTHM_FROM { Duration::ZERO } else { interval / RHYTHM_PART };
        *beat = Beat { last_block: now, pause: pause.min(RHYTHM_PAUSE_MAX) };
    }

    /// How long a transaction may wait for company; nothing where blocks come quickly or are nearly empty.
    pub(super) fn pause(&self) -> Duration {
        self.beat.lock().expect("nothing panics while it holds the beat").pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_full_blocks_make_anything_wait_and_never_long() {
        let start = Instant::now();
        let rhythm = Rhythm::new(start);
        assert_eq!(rhythm.pause(), Duration::ZERO);
        let mut now = start;
        // (milliseconds since the last block, its transactions, the pause after it)
        for (interval, transactions, pause) in [
            (400, RHYTHM_FROM, 100),
            (400, RHYTHM_FROM - 1, 0),
            (80, 5_000, 20),
            (60_000, 5_000, 100),
            (1, 0, 0),
        ] {
            now += Duration::from_millis(interval);
            rhythm.block(transactions, now);
            assert_eq!(rhythm.pause(), Duration::from_millis(pause), "{transactions} after {interval} ms");
        }
    }
}
