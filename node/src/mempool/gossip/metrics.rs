//! What gossip did, as plain counters that telemetry reads.

use std::array;
use std::sync::atomic::{AtomicU64, Ordering};

use super::admit::{AdmitRefusal, Verdict};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, more: usize) {
        self.0.fetch_add(u64::try_from(more).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn increment(&self) {
        self.add(1);
    }

    pub(super) fn set(&self, value: usize) {
        self.0.store(u64::try_from(value).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// Verdicts by kind.
#[derive(Debug)]
pub struct Verdicts {
    pub accepted: Counter,
    refused: [Counter; AdmitRefusal::ALL.len()],
}

impl Default for Verdicts {
    fn default() -> Self {
        Self { accepted: Counter::default(), refused: array::from_fn(|_| Counter::default()) }
    }
}

impl Verdicts {
    pub fn refused(&self, refusal: AdmitRefusal) -> u64 {
        self.refused[usize::from(refusal.code()) - 1].get()
    }

    pub(super) fn count(&self, verdicts: &[Verdict]) {
        for verdict in verdicts {
            match verdict {
                Ok(()) => self.accepted.increment(),
                Err(refusal) => self.refused[usize::from(refusal.code()) - 1].increment(),
            }
        }
    }
}

/// All of gossip's counters since the start, and one gauge.
#[derive(Debug, Default)]
pub struct GossipMetrics {
    pub sent_frames: Counter,
    pub sent_transactions: Counter,
    /// What peers said to the transactions sent.
    pub sent_verdicts: Verdicts,
    pub received_frames: Counter,
    pub received_transactions: Counter,
    /// What this node said to the transactions received.
    pub received_verdicts: Verdicts,
    /// Transactions no longer offered to a peer that stayed busy or full.
    pub given_up: Counter,
    /// Connections refused because the identity is not listed or a limit is reached.
    pub denied_connections: Counter,
    /// Dials of listed peers that failed.
    pub failed_dials: Counter,
    /// Frames that were not answered: the connection was closed.
    pub unanswered_frames: Counter,
    /// Times that a peer was excluded for breaking the protocol.
    pub penalties: Counter,
    /// Listed peers connected now.
    pub connected_peers: Counter,
}
