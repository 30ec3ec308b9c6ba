//! What one peer is offered, as scripts over a fixed outbox.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use tally_contracts::limits::TRANSACTION_BYTES_MAX;

use super::admit::{AdmitRefusal, Outbox, Verdict};
use super::frame::encode_request;
use super::outbound::{Answer, Outbound};
use crate::limits;
use crate::mempool::Leaf;

/// Waiting transactions by cursor.
#[derive(Default)]
struct Shelf(Mutex<Vec<(u64, Bytes)>>);

impl Shelf {
    fn with(cursors: impl IntoIterator<Item = u64>, bytes: usize) -> Self {
        Self(Mutex::new(cursors.into_iter().map(|cursor| (cursor, Bytes::from(vec![1; bytes]))).collect()))
    }

    fn put(&self, cursor: u64) {
        self.0.lock().unwrap().push((cursor, Bytes::from_static(b"x")));
    }

    fn take_away(&self, cursor: u64) {
        self.0.lock().unwrap().retain(|(other, _)| *other != cursor);
    }
}

#[async_trait]
impl Outbox for Shelf {
    fn pause(&self) -> Duration {
        Duration::ZERO
    }

    fn set_round_trip(&self, _: Duration) {}

    fn local_after(&self, cursor: u64, max_bytes: usize, max_count: usize) -> Vec<(u64, Bytes)> {
        let mut left = max_bytes;
        let shelf = self.0.lock().unwrap();
        let after = shelf.iter().filter(|(other, _)| *other > cursor).take(max_count);
        after
            .take_while(|(_, bytes)| {
                let fits = bytes.len() <= left;
                left = left.saturating_sub(bytes.len());
                fits
            })
            .cloned()
            .collect()
    }

    fn local(&self, cursor: u64) -> Option<Bytes> {
        self.0.lock().unwrap().iter().find(|(other, _)| *other == cursor).map(|(_, bytes)| bytes.clone())
    }

    fn by_leaves(&self, _: &[Leaf], _: usize, _: usize) -> Vec<Bytes> {
        Vec::new()
    }

    async fn local_arrived(&self) {}
}

/// One connection with a clock that jumps to whatever is due.
struct Rig {
    shelf: Shelf,
    outbound: Outbound<u32>,
    now: Instant,
    frames: u32,
}

impl Rig {
    fn new(shelf: Shelf) -> Self {
        let now = Instant::now();
        Self { shelf, outbound: Outbound::new(now), now, frames: 0 }
    }

    /// The cursors of the next frame, which is under way from then on.
    fn send(&mut self) -> Vec<u64> {
        for _ in 0..3 {
            self.now = self.now.max(self.outbound.due().expect("no frame is under way"));
            if let Some(frame) = self.outbound.next_frame(&self.shelf, self.now) {
                assert!(encode_request(&frame.transactions).len() <= 4 + limits::GOSSIP_FRAME_BYTES_MAX);
                self.frames += 1;
                self.outbound.sent(self.frames, frame.cursors.clone(), self.now);
                return frame.cursors;
            }
        }
        panic!("something was due three times and nothing was sent");
    }

    fn answer(&mut self, verdicts: &[Verdict]) -> Answer {
        self.outbound.answered(&self.frames, verdicts, self.now)
    }
}

const BUSY: Verdict = Err(AdmitRefusal::Busy);
const FULL: Verdict = Err(AdmitRefusal::Full);
const COMPLETE: Answer = Answer::Complete { given_up: 0 };

#[test]
fn everything_that_waits_is_offered_once_in_order() {
    let mut rig = Rig::new(Shelf::with(1..=1_500, 10));
    assert_eq!(rig.send(), (1..=1_024).collect::<Vec<_>>());
    assert_eq!(rig.outbound.due(), None, "one frame at a time");
    assert!(rig.outbound.next_frame(&rig.shelf, rig.now + Duration::from_secs(60)).is_none());
    assert_eq!(rig.answer(&[Ok(()); 1_024]), COMPLETE);
    assert_eq!(rig.send(), (1_025..=1_500).collect::<Vec<_>>());
    assert_eq!(rig.answer(&[Err(AdmitRefusal::Duplicate); 476]), COMPLETE);
    let before = rig.now;
    assert_eq!(rig.send(), Vec::<u64>::new(), "then only a heartbeat");
    assert!(rig.now > before + limits::GOSSIP_HEARTBEAT - limits::GOSSIP_COALESCE * 2);
}

#[test]
fn a_frame_of_the_largest_transactions_keeps_its_limit() {
    let mut rig = Rig::new(Shelf::with(1..=40, TRANSACTION_BYTES_MAX));
    assert_eq!(rig.send().len(), 15);
}

#[test]
fn a_lone_transaction_leaves_at_once_and_the_next_ones_share_a_frame() {
    let mut rig = Rig::new(Shelf::with([1], 10));
    let start = rig.now;
    assert_eq!(rig.send(), [1]);
    assert_eq!(rig.now, start);
    rig.answer(&[Ok(())]);
    rig.shelf.put(2);
    rig.shelf.put(3);
    rig.outbound.wake();
    assert_eq!(rig.outbound.due(), Some(start + limits::GOSSIP_PAUSE));
    assert_eq!(rig.send(), [2, 3]);
    rig.answer(&[Ok(()); 2]);
    rig.shelf.put(4);
    rig.outbound.wake();
    assert_eq!(rig.outbound.due(), Some(rig.now + limits::GOSSIP_PAUSE * 2), "two wait twice as long");
    (5..=10).for_each(|number| rig.shelf.put(number));
    assert_eq!(rig.send().len(), 7);
    rig.answer(&[Ok(()); 7]);
    rig.shelf.put(11);
    rig.outbound.wake();
    assert_eq!(rig.outbound.due(), Some(rig.now + limits::GOSSIP_COALESCE), "a stream shares frames");
}

#[test]
fn what_a_busy_peer_refused_comes_first_in_a_later_frame() {
    let mut rig = Rig::new(Shelf::with(1..=4, 10));
    assert_eq!(rig.send(), [1, 2, 3, 4]);
    let sent = rig.now;
    assert_eq!(rig.answer(&[Ok(()), BUSY, Err(AdmitRefusal::BadSignature), FULL]), COMPLETE);
    rig.shelf.put(5);
    rig.shelf.take_away(4);
    rig.outbound.wake();
    assert_eq!(rig.outbound.due(), Some(sent + limits::GOSSIP_RETRY_DELAY_MIN), "the peer is given time");
    assert_eq!(rig.send(), [2, 5], "4 was committed meanwhile");
}

#[test]
fn a_peer_that_stays_busy_is_left_alone_in_the_end() {
    let mut rig = Rig::new(Shelf::with([1], 10));
    let start = rig.now;
    for _ in 0..limits::GOSSIP_RETRIES_MAX {
        assert_eq!(rig.send(), [1]);
        assert_eq!(rig.answer(&[BUSY]), COMPLETE);
    }
    assert_eq!(rig.send(), [1]);
    assert_eq!(rig.answer(&[BUSY]), Answer::Complete { given_up: 1 });
    assert!(rig.now < start + limits::GOSSIP_RETRY_DELAY_MAX * u32::from(limits::GOSSIP_RETRIES_MAX));
    assert_eq!(rig.send(), Vec::<u64>::new());
}

#[test]
fn an_answer_must_fit_its_frame() {
    let mut rig = Rig::new(Shelf::with(1..=2, 10));
    rig.send();
    assert_eq!(rig.outbound.answered(&99, &[Ok(()), Ok(())], rig.now), Answer::Unknown);
    assert_eq!(rig.answer(&[Ok(())]), Answer::Mismatch);
}
