//! Rates: how fast each member may hand transactions in, whichever nodes it hands them to.
//!
//! A member's clock runs ahead by one interval with each of its transactions that entered a pool, here or at a peer. Where it
//! is further ahead than a burst takes, this node's own API refuses it, before a signature is looked at; what a peer took is
//! never refused, so that pools stay alike.
use crate::limits::MEMBER_RATES_MAX;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tally_contracts::types::MemberId;

/// Members' clocks. Only transactions whose signatures hold move them.
#[derive(Debug)]
pub(super) struct Rates {
    /// Of one transaction.
    interval: Duration,
    /// That a member's clock may be ahead.
    burst: Duration,
    due: Mutex<HashMap<MemberId, Instant>>,
    per_second: u64,
}

impl Rates {
    pub(super) fn new(per_second: u64, burst_seconds: u32) -> Self {
        let per_second = per_second.max(1);
        let interval = Duration::from_nanos(1_000_000_000 / per_second);
        let burst = Duration::from_secs(burst_seconds.into());
        Self { interval, burst, due: Mutex::default(), per_second }
    }

    pub(super) fn per_second(&self) -> u64 {
        self.per_second
    }

    /// Whether a member has used up its burst.
    pub(super) fn is_over(&self, member: &MemberId, now: Instant) -> bool {
        self.lock().get(member).is_some_and(|due| due.saturating_duration_since(now) >= self.burst)
    }

    /// One more of this member's entered the pool.
    pub(super) fn count(&self, member: MemberId, now: Instant) {
        let mut clocks = self.lock();
        if clocks.len() >= MEMBER_RATES_MAX {
            clocks.retain(|_, due| *due > now);
        }
        let due = clocks.entry(member).or_insert(now);
        *due = (*due).max(now).checked_add(self.interval).unwrap_or(now);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<MemberId, Instant>> {
        self.due.lock().expect("nothing panics while it holds the clocks")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handed_in(rates: &Rates, member: MemberId, now: Instant) -> usize {
        let mut count = 0;
        while !rates.is_over(&member, now) {
            rates.count(member, now);
            count += 1;
        }
        count
    }

    #[test]
    fn a_member_has_its_burst_and_then_its_rate_and_others_have_their_own() {
        let (rates, start) = (Rates::new(50, 4), Instant::now());
        let (one, other) = (MemberId::new("one").unwrap(), MemberId::new("other").unwrap());
        assert_eq!(handed_in(&rates, one, start), 200);
        assert_eq!(handed_in(&rates, one, start), 0);
        assert_eq!(handed_in(&rates, one, start + Duration::from_secs(1)), 50);
        assert_eq!(handed_in(&rates, other, start), 200);
        assert_eq!(handed_in(&rates, one, start + Duration::from_secs(60)), 200);
    }

    #[test]
    fn of_members_that_are_quiet_nothing_is_kept() {
        let (rates, start) = (Rates::new(1_000, 1), Instant::now());
        for number in 0..MEMBER_RATES_MAX {
            rates.count(MemberId::new(&format!("member-{number}")).unwrap(), start);
        }
        rates.count(MemberId::new("one").unwrap(), start + Duration::from_secs(1));
        assert_eq!(rates.lock().len(), 1);
    }
}
