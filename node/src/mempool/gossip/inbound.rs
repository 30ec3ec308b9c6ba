//! What one peer may hand in: so much at once, so many a second, so few of them invalid.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bytes::Bytes;

use super::admit::{AdmitRefusal, Verdict};
use super::pace::Ration;
use crate::limits;

#[derive(Debug)]
pub(super) struct Inbound {
    in_flight: Arc<AtomicUsize>,
    rate: Ration,
    fetches: Ration,
    invalid: Ration,
}

/// A frame's part that goes to admission; the rest of the frame is answered as busy.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) transactions: Vec<Bytes>,
    pub(super) refused: usize,
    pub(super) hold: Hold,
}

/// Bytes in admission; given back when it is dropped, whatever became of them.
#[derive(Debug)]
pub(super) struct Hold {
    in_flight: Arc<AtomicUsize>,
    bytes: usize,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.in_flight.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Inbound {
    pub(super) fn new(now: Instant) -> Self {
        let (burst, rate) =
            (limits::GOSSIP_PEER_TRANSACTIONS_BURST, limits::GOSSIP_PEER_TRANSACTIONS_PER_SECOND);
        let (invalid_burst, invalid_rate) =
            (limits::GOSSIP_PEER_INVALID_BURST, limits::GOSSIP_PEER_INVALID_PER_SECOND);
        Self {
            in_flight: Arc::new(AtomicUsize::new(0)),
            rate: Ration::new(burst, rate, now),
            fetches: Ration::new(burst, rate, now),
            invalid: Ration::new(invalid_burst, invalid_rate, now),
        }
    }

    /// Lets the first transactions of a frame in, as many as the peer may send now.
    pub(super) fn grant(&mut self, mut transactions: Vec<Bytes>, now: Instant) -> Granted {
        let sent = transactions.len();
        let bytes = transactions.iter().map(Bytes::len).sum::<usize>();
        let room =
            limits::GOSSIP_PEER_BYTES_IN_FLIGHT_MAX.saturating_sub(self.in_flight.load(Ordering::Relaxed));
        let granted = if bytes > room { 0 } else { self.rate.take(sent, now) };
        transactions.truncate(granted);
        let hold = self.hold(transactions.iter().map(Bytes::len).sum());
        Granted { transactions, refused: sent - granted, hold }
    }

    /// How many of the transactions that the peer asks for it may get now.
    pub(super) fn grant_fetch(&mut self, wanted: usize, now: Instant) -> usize {
        self.fetches.take(wanted, now)
    }

    /// Whether the peer sent more invalid transactions than an honest one would.
    pub(super) fn is_abuse(&mut self, verdicts: &[Verdict], now: Instant) -> bool {
        let faults =
            verdicts.iter().filter(|verdict| verdict.is_err_and(AdmitRefusal::is_senders_fault)).count();
        self.invalid.take(faults, now) < faults
    }

    fn hold(&self, bytes: usize) -> Hold {
        self.in_flight.fetch_add(bytes, Ordering::Relaxed);
        Hold { in_flight: Arc::clone(&self.in_flight), bytes }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn transactions(count: usize, bytes: usize) -> Vec<Bytes> {
        vec![Bytes::from(vec![1; bytes]); count]
    }

    #[test]
    fn more_than_the_ration_is_refused_until_time_passes() {
        let now = Instant::now();
        let burst = usize::try_from(limits::GOSSIP_PEER_TRANSACTIONS_BURST).unwrap();
        let mut inbound = Inbound::new(now);
        let granted = inbound.grant(transactions(burst - 3, 1), now);
        assert_eq!((granted.transactions.len(), granted.refused), (burst - 3, 0));
        let granted = inbound.grant(transactions(5, 1), now);
        assert_eq!((granted.transactions.len(), granted.refused), (3, 2));
        let granted = inbound.grant(transactions(5, 1), now + Duration::from_secs(1));
        assert_eq!((granted.transactions.len(), granted.refused), (5, 0));
    }

    #[test]
    fn bytes_in_admission_are_bounded_and_given_back() {
        let now = Instant::now();
        let mut inbound = Inbound::new(now);
        let frame = || transactions(16, limits::GOSSIP_FRAME_BYTES_MAX / 16);
        let holds: Vec<_> = (0..4).map(|_| inbound.grant(frame(), now)).collect();
        assert!(holds.iter().all(|granted| granted.refused == 0));
        assert_eq!(inbound.grant(frame(), now).refused, 16);
        drop(holds);
        assert_eq!(inbound.grant(frame(), now).refused, 0);
    }

    #[test]
    fn only_many_invalid_transactions_are_abuse() {
        let now = Instant::now();
        let mut inbound = Inbound::new(now);
        let harmless = vec![Err(AdmitRefusal::Duplicate); 1_000];
        let invalid = vec![Err(AdmitRefusal::BadSignature); 40];
        assert!(!inbound.is_abuse(&harmless, now));
        assert!(!inbound.is_abuse(&invalid, now));
        assert!(inbound.is_abuse(&invalid, now));
        assert!(!inbound.is_abuse(&invalid, now + Duration::from_secs(60)));
    }
}
