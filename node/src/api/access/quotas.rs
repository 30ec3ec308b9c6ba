//! Quotas: how fast one member may read, so that a flood of one leaves the others their service.
use crate::limits::{
    API_MEMBERS_METERED_MAX, API_READS_BURST, API_READS_PER_SECOND, API_STREAMS_PER_MEMBER_MAX,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tally_contracts::types::MemberId;
use tokio::time::Instant;

/// A bucket that fills at a rate and holds a burst.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Bucket {
    /// Thousandths of a call.
    level: u64,
    filled: Instant,
    per_second: u64,
    burst: u64,
}

impl Bucket {
    pub(in super::super) fn full(per_second: u64, burst: u64) -> Self {
        Self { level: burst.saturating_mul(1_000), filled: Instant::now(), per_second, burst }
    }

    /// Takes one call out, unless it is empty.
    pub(in super::super) fn take(&mut self) -> bool {
        self.fill();
        let left = self.level.checked_sub(1_000);
        self.level = left.unwrap_or(self.level);
        left.is_some()
    }

    /// Whether nothing can be taken out now.
    pub(super) fn is_empty(&mut self) -> bool {
        self.fill();
        self.level < 1_000
    }

    fn fill(&mut self) {
        let now = Instant::now();
        let passed = u64::try_from(now.duration_since(self.filled).as_millis()).unwrap_or(u64::MAX);
        // what is less than a millisecond is counted the next time
        if passed > 0 {
            let grown = self.level.saturating_add(passed.saturating_mul(self.per_second));
            self.level = grown.min(self.burst.saturating_mul(1_000));
            self.filled = now;
        }
    }

    pub(in super::super) fn is_full(&mut self) -> bool {
        self.fill();
        self.level >= self.burst.saturating_mul(1_000)
    }
}

/// What each member may still ask.
#[derive(Debug, Default)]
pub(in super::super) struct Quotas {
    reads: Mutex<HashMap<MemberId, Bucket>>,
    streams: Arc<Mutex<HashMap<MemberId, usize>>>,
}

/// A member's place for a stream; dropping it makes room for another.
#[derive(Debug)]
pub(in super::super) struct StreamPlace {
    member: MemberId,
    streams: Arc<Mutex<HashMap<MemberId, usize>>>,
}

impl Quotas {
    /// Whether a member may call now.
    pub(super) fn take_read(&self, member: MemberId) -> bool {
        let mut reads = lock(&self.reads);
        if reads.len() >= API_MEMBERS_METERED_MAX {
            reads.retain(|_, bucket| !bucket.is_full());
        }
        let full = || Bucket::full(API_READS_PER_SECOND, API_READS_BURST);
        reads.entry(member).or_insert_with(full).take()
    }

    /// Whether a member has used up its calls: looked at before anything is done for one more.
    pub(super) fn is_used_up(&self, member: MemberId) -> bool {
        lock(&self.reads).get_mut(&member).is_some_and(Bucket::is_empty)
    }

    /// A place for one more stream of a member's.
    pub(in super::super) fn stream(&self, member: MemberId) -> Option<StreamPlace> {
        let mut streams = lock(&self.streams);
        let open = streams.entry(member).or_default();
        if *open >= API_STREAMS_PER_MEMBER_MAX {
            return None;
        }
        *open = open.saturating_add(1);
        Some(StreamPlace { member, streams: Arc::clone(&self.streams) })
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut streams = lock(&self.streams);
        if let Some(open) = streams.get_mut(&self.member) {
            *open = open.saturating_sub(1);
            if *open == 0 {
                streams.remove(&self.member);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nothing panics while it holds a quota")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_bucket_gives_its_burst_and_then_its_rate() {
        let mut bucket = Bucket::full(10, 3);
        assert_eq!((0..5).filter(|_| bucket.take()).count(), 3);
        tokio::time::advance(Duration::from_millis(250)).await;
        assert_eq!((0..5).filter(|_| bucket.take()).count(), 2);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!((0..5).filter(|_| bucket.take()).count(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn one_members_flood_takes_nothing_from_another() {
        let quotas = Quotas::default();
        let (one, other) = (MemberId::new("one").unwrap(), MemberId::new("other").unwrap());
        while quotas.take_read(one) {}
        assert!(quotas.is_used_up(one) && !quotas.is_used_up(other));
        assert!(quotas.take_read(other));
        let places: Vec<_> = std::iter::from_fn(|| quotas.stream(one)).collect();
        assert_eq!(places.len(), API_STREAMS_PER_MEMBER_MAX);
        assert!(quotas.stream(other).is_some());
        drop(places);
        assert!(quotas.stream(one).is_some());
    }
}
