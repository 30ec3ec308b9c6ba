//! Requests that were looked for in vain: a transaction is looked for at admission, in a proposal and in the check of a
//! block, and reads the disk for the first of them only.
use crate::limits::ABSENT_REQUESTS_MAX;
use foldhash::HashSet;
use std::sync::{Mutex, MutexGuard};
use tally_contracts::types::MemberId;

type Request = (MemberId, [u8; 16]);

/// What is known not to be in the ledger at its tip: commits take out what they bring. Two generations make it forget
/// what was never committed.
#[derive(Default)]
pub(super) struct AbsentRequests {
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    /// Height of the tip for which all this holds.
    height: u64,
    young: HashSet<Request>,
    old: HashSet<Request>,
}

impl AbsentRequests {
    pub(super) fn at(height: u64) -> Self {
        Self { generations: Mutex::new(Generations { height, ..Generations::default() }) }
    }

    pub(super) fn contains(&self, request: &Request) -> bool {
        let generations = self.generations();
        generations.young.contains(request) || generations.old.contains(request)
    }

    /// That `request` is not in the ledger at `height`. What was found out about an older tip counts for nothing.
    pub(super) fn add(&self, request: Request, height: u64) {
        let mut generations = self.generations();
        if generations.height != height {
            return;
        }
        generations.young.insert(request);
        if generations.young.len() >= ABSENT_REQUESTS_MAX / 2 {
            generations.old = std::mem::take(&mut generations.young);
        }
    }

    /// Moves on to the block of `height`, which is on disk and brought `requests`.
    pub(super) fn commit(&self, requests: impl Iterator<Item = Request>, height: u64) {
        let mut generations = self.generations();
        generations.height = height;
        for request in requests {
            generations.young.remove(&request);
            generations.old.remove(&request);
        }
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.generations.lock().expect("nothing panics while it holds the requests")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(number: usize) -> Request {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&number.to_be_bytes());
        (MemberId::new("alpha").unwrap(), id)
    }

    #[test]
    fn a_commit_takes_out_what_it_brings() {
        let absent = AbsentRequests::at(7);
        absent.add(request(1), 7);
        absent.add(request(2), 7);
        absent.commit([request(1)].into_iter(), 8);
        assert!(!absent.contains(&request(1)));
        assert!(absent.contains(&request(2)));
    }

    #[test]
    fn what_was_looked_for_before_the_last_commit_is_not_believed() {
        let absent = AbsentRequests::at(7);
        absent.commit([request(1)].into_iter(), 8);
        absent.add(request(1), 7);
        assert!(!absent.contains(&request(1)));
    }

    #[test]
    fn it_stays_bounded() {
        let absent = AbsentRequests::at(1);
        for number in 0..2 * ABSENT_REQUESTS_MAX {
            absent.add(request(number), 1);
        }
        let generations = absent.generations();
        assert!(generations.young.len() + generations.old.len() <= ABSENT_REQUESTS_MAX);
    }
}
