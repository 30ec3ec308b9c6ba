//! The node's clock, seen through genesis: chain time follows it at the chain's own speed.
use std::time::{SystemTime, UNIX_EPOCH};
use tally_contracts::genesis::ChainClock;
use tally_contracts::types::Timestamp;

/// Reads chain time. Nothing but proposing and judging block times uses it.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    chain: ChainClock,
}

impl Clock {
    pub fn new(chain: ChainClock) -> Self {
        Self { chain }
    }

    /// Chain time now, by this machine's clock.
    pub fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let ms = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
        self.chain.at(Timestamp::from_ms(ms))
    }

    /// Real milliseconds as milliseconds of chain time.
    pub fn stretch(&self, real_ms: u64) -> u64 {
        real_ms.saturating_mul(u64::from(self.chain.speed))
    }
}
