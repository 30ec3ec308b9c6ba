//! What one connected peer was sent, what it answered, and what it is offered next.
//!
//! One frame is under way per peer. That keeps each sender's order, and whatever arrives meanwhile
//! shares the next frame. Nothing is queued here: a cursor points into the outbox, so memory stays
//! bounded by the pool and a committed transaction is simply no longer offered.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::admit::{Outbox, Verdict};
use super::frame::{TRANSACTION_OVERHEAD, TRANSACTIONS_BYTES_MAX};
use super::pace::Backoff;
use crate::limits;

/// `R` identifies a frame under way.
#[derive(Debug)]
pub(super) struct Outbound<R> {
    cursor: u64,
    pending: bool,
    under_way: Option<(R, Vec<u64>)>,
    /// Cursors to offer again, with the times they were offered before.
    again: BTreeMap<u64, u8>,
    retry: Backoff,
    not_before: Instant,
    /// How long a stream of transactions may wait for company.
    pause: Duration,
    heartbeat_at: Instant,
}

/// Transactions for one frame and their cursors.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) cursors: Vec<u64>,
    pub(super) transactions: Vec<Bytes>,
}

/// What an answer meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Each transaction has its verdict; so many will not be offered to this peer again though it
    /// did not take them.
    Complete { given_up: usize },
    /// The peer answered with another number of verdicts than it was sent transactions.
    Mismatch,
    /// Not the frame under way.
    Unknown,
}

impl<R: PartialEq> Outbound<R> {
    /// State at the moment a connection begins: everything still waiting is offered.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            cursor: 0,
            pending: true,
            under_way: None,
            again: BTreeMap::new(),
            retry: Backoff::new(limits::GOSSIP_RETRY_DELAY_MIN, limits::GOSSIP_RETRY_DELAY_MAX),
            not_before: now,
            pause: Duration::ZERO,
            heartbeat_at: now + limits::GOSSIP_HEARTBEAT,
        }
    }

    /// The outbox has something new.
    pub(super) fn wake(&mut self) {
        self.pending = true;
    }

    /// When to call `next_frame` again; none while an answer is awaited.
    pub(super) fn due(&self) -> Option<Instant> {
        if self.under_way.is_some() {
            return None;
        }
        let work = self.pending || !self.again.is_empty();
        Some(if work { self.not_before } else { self.heartbeat_at.max(self.not_before) })
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.under_way.is_some()
    }

    pub(super) fn is_waiting_for(&self, request: &R) -> bool {
        self.under_way.as_ref().is_some_and(|(under_way, _)| under_way == request)
    }

    /// Whether it has to be told when the outbox has something new.
    pub(super) fn is_idle(&self) -> bool {
        !self.pending
    }

    /// The next frame if one is due: an empty one is a heartbeat.
    pub(super) fn next_frame(&mut self, outbox: &dyn Outbox, now: Instant) -> Option<Frame> {
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        self.pause = outbox.pause();
        let frame = self.fill(outbox);
        if frame.cursors.is_empty() {
            self.pending = false;
        }
        (!frame.cursors.is_empty() || self.heartbeat_at <= now).then_some(frame)
    }

    pub(super) fn sent(&mut self, request: R, cursors: Vec<u64>, now: Instant) {
        if let Some(last) = cursors.last() {
            self.cursor = self.cursor.max(*last);
        }
        let count = u32::try_from(cursors.len()).unwrap_or(u32::MAX).max(1);
        let pause = match limits::GOSSIP_PAUSE.saturating_mul(count) {
            short if short < limits::GOSSIP_COALESCE => short,
            _ => self.pause.max(limits::GOSSIP_COALESCE),
        };
        self.under_way = Some((request, cursors));
        self.not_before = now + pause;
        self.heartbeat_at = now + limits::GOSSIP_HEARTBEAT;
    }

    pub(super) fn answered(&mut self, request: &R, verdicts: &[Verdict], now: Instant) -> Answer {
        let Some((_, cursors)) = self.under_way.take_if(|(under_way, _)| under_way == request) else {
            return Answer::Unknown;
        };
        if cursors.len() != verdicts.len() {
            return Answer::Mismatch;
        }
        let given_up =
            cursors.iter().zip(verdicts).filter(|(cursor, verdict)| self.judge(**cursor, verdict)).count();
        if self.again.is_empty() {
            self.retry.reset();
        } else {
            self.not_before = self.not_before.max(now + self.retry.next());
        }
        Answer::Complete { given_up }
    }

    /// Those to offer again come first, so that the order stays.
    fn fill(&mut self, outbox: &dyn Outbox) -> Frame {
        let mut frame = Frame::default();
        let mut bytes_left = TRANSACTIONS_BYTES_MAX;
        self.again.retain(|cursor, _| {
            let room = frame.cursors.len() < limits::GOSSIP_FRAME_COUNT_MAX;
            let Some(bytes) = outbox.local(*cursor) else { return false };
            if let Some(rest) = bytes_left.checked_sub(bytes.len() + TRANSACTION_OVERHEAD)
                && room
            {
                bytes_left = rest;
                frame.push(*cursor, bytes);
            }
            true
        });
        let count_left = limits::GOSSIP_FRAME_COUNT_MAX - frame.cursors.len();
        let bytes_left = bytes_left.saturating_sub(count_left * TRANSACTION_OVERHEAD);
        for (cursor, bytes) in outbox.local_after(self.cursor, bytes_left, count_left) {
            frame.push(cursor, bytes);
        }
        frame
    }

    /// Whether this transaction is given up.
    fn judge(&mut self, cursor: u64, verdict: &Verdict) -> bool {
        if !verdict.is_err_and(|refusal| refusal.is_passing()) {
            self.again.remove(&cursor);
            return false;
        }
        let tries = self.again.entry(cursor).or_insert(0);
        if *tries < limits::GOSSIP_RETRIES_MAX {
            *tries += 1;
            return false;
        }
        self.again.remove(&cursor);
        true
    }
}

impl Frame {
    fn push(&mut self, cursor: u64, bytes: Bytes) {
        self.cursors.push(cursor);
        self.transactions.push(bytes);
    }
}
