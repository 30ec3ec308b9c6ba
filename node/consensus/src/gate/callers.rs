//! Callers: how fast one address may begin handshakes, so that a stranger's do not take the listed nodes' time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::limits::{CALLERS_MAX, CALLS_BURST, CALLS_PER_SECOND};

/// Addresses, each with the time up to which its calls are paid for.
#[derive(Debug, Default)]
pub struct Callers {
    due: HashMap<IpAddr, Instant>,
}

impl Callers {
    /// Whether a call from here is answered.
    pub fn admit(&mut self, from: IpAddr, now: Instant) -> bool {
        let interval = Duration::from_secs(1) / CALLS_PER_SECOND;
        if self.due.len() >= CALLERS_MAX {
            self.due.retain(|_, due| *due > now);
        }
        let due = self.due.entry(from.to_canonical()).or_insert(now);
        if due.saturating_duration_since(now) >= interval * CALLS_BURST {
            return false;
        }
        *due = (*due).max(now) + interval;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_calls_and_takes_nothing_from_others() {
        let (mut callers, start) = (Callers::default(), Instant::now());
        let calls = |callers: &mut Callers, from: &str, now| {
            (0..1_000).filter(|_| callers.admit(from.parse().unwrap(), now)).count()
        };
        assert_eq!(calls(&mut callers, "192.0.2.1", start), 64);
        assert_eq!(calls(&mut callers, "192.0.2.2", start), 64);
        assert_eq!(calls(&mut callers, "::ffff:192.0.2.1", start + Duration::from_secs(1)), 16);
    }
}
