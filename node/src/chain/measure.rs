//! Measure: how large a block may be here, now. A block that takes longer to build and to judge than a round lasts is voted
//! down by everybody, its work is lost, and the next one, with all that came meanwhile, is larger still.
use crate::limits::{BLOCK_TRANSACTIONS_MIN, BUILD_PART, MEASURED_FROM};
use std::sync::Mutex;
use std::time::Duration;

/// What a transaction of the last blocks cost this node, waiting for the processor included.
#[derive(Debug)]
pub(super) struct Measure {
    /// How long a round waits for its proposal.
    round: Duration,
    /// Nanoseconds a transaction of the last blocks that tell, newest first; 0 where there was none yet.
    costs: Mutex<[u64; 4]>,
}

impl Measure {
    pub(super) fn new(round: Duration) -> Self {
        Self { round, costs: Mutex::default() }
    }

    /// A block of so many transactions took so long.
    pub(super) fn note(&self, transactions: usize, elapsed: Duration) {
        if transactions < MEASURED_FROM {
            return;
        }
        let cost = nanos(elapsed) / u64::try_from(transactions).unwrap_or(u64::MAX);
        let mut costs = self.costs.lock().expect("nothing panics while it holds the costs");
        costs.rotate_right(1);
        costs[0] = cost;
    }

    /// The second slowest of the last blocks: one may have met a moment that had nothing to do with it.
    fn cost(&self) -> u64 {
        let mut costs = *self.costs.lock().expect("nothing panics while it holds the costs");
        costs.sort_unstable();
        costs[costs.len() - 2]
    }

    /// Transactions that can be built into a block, and judged by others, while its round waits.
    pub(super) fn affordable(&self) -> usize {
        match self.cost() {
            0 => usize::MAX,
            cost => {
                let most = nanos(self.round / BUILD_PART) / cost;
                usize::try_from(most).unwrap_or(usize::MAX).max(BLOCK_TRANSACTIONS_MIN)
            }
        }
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_shrink_where_two_of_the_last_four_took_long() {
        let measure = Measure::new(Duration::from_secs(1));
        assert_eq!(measure.affordable(), usize::MAX, "nothing is known yet");
        // (transactions, milliseconds that they took, transactions that are affordable then)
        for (transactions, elapsed, affordable) in [
            (MEASURED_FROM - 1, 900, usize::MAX),
            (1_000, 100, usize::MAX),
            (1_000, 100, 3_333),
            (1_000, 900, 3_333),
            (1_000, 500, 666),
            (1_000, 100, 666),
            (1_000, 100, 666),
            (1_000, 100, 3_333),
            (1_000, 60_000, 3_333),
            (1_000, 60_000, BLOCK_TRANSACTIONS_MIN),
        ] {
            measure.note(transactions, Duration::from_millis(elapsed));
            assert_eq!(measure.affordable(), affordable, "{transactions} took {elapsed} ms");
        }
    }
}
