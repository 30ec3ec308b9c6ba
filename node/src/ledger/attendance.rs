//! Attendance: which validators built none of the last blocks, so that no round is lost waiting for them.
//!
//! It follows from committed headers alone, and so is the same on every node.
use crate::storage::{StorageError, View};
use std::collections::VecDeque;
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::types::PublicKey;
use tally_proto::block::Block;

/// Turns of each validator in the blocks that are looked at: one may be lost by accident.
const TURNS: usize = 2;
/// Blocks that are remembered: enough for the largest set that consensus allows.
const BLOCKS_MAX: usize = TURNS * tally_consensus::limits::VALIDATORS_MAX;

/// Who built the last blocks, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Attendance {
    proposers: VecDeque<PublicKey>,
}

impl Attendance {
    /// Of the blocks up to `tip`, as far as they are stored.
    pub(super) fn read(view: &View<'_>, tip: u64) -> Result<Self, StorageError> {
        let mut attendance = Self::default();
        let blocks = u64::try_from(BLOCKS_MAX).unwrap_or(u64::MAX);
        for height in tip.saturating_sub(blocks).saturating_add(1)..=tip {
            if let Some(Ok(block)) = view.block(height)?.map(|bytes| Block::decode(&bytes)) {
                attendance.add(block.header.proposer);
            }
        }
        Ok(attendance)
    }

    pub(super) fn add(&mut self, proposer: PublicKey) {
        self.proposers.push_back(proposer);
        if self.proposers.len() > BLOCKS_MAX {
            self.proposers.pop_front();
        }
    }

    /// The validators that had their turns in the last blocks and built none of them.
    pub(super) fn absent(&self, validators: &ValidatorSet) -> Vec<PublicKey> {
        let blocks = validators.validators.len().saturating_mul(TURNS);
        let Some(skipped) = self.proposers.len().checked_sub(blocks) else { return Vec::new() };
        let built = |key: &PublicKey| self.proposers.iter().skip(skipped).any(|proposer| proposer == key);
        let keys = validators.validators.iter().map(|validator| validator.consensus_key);
        keys.filter(|key| !built(key)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_contracts::genesis::Validator;
    use tally_contracts::types::MemberId;

    fn key(byte: u8) -> PublicKey {
        PublicKey([byte; 32])
    }

    fn four() -> ValidatorSet {
        let validator = |byte| Validator {
            member: MemberId::new("bank").unwrap(),
            consensus_key: key(byte),
            peer_key: key(byte + 100),
            power: 1,
        };
        ValidatorSet { validators: (1..=4).map(validator).collect(), observers: Vec::new() }
    }

    #[test]
    fn who_built_none_of_the_blocks_of_two_turns_is_absent_until_it_builds_one() {
        let mut attendance = Attendance::default();
        for proposer in [1, 2, 3, 1, 2, 3, 1] {
            attendance.add(key(proposer));
            assert!(attendance.absent(&four()).is_empty(), "too early to tell");
        }
        attendance.add(key(2));
        assert_eq!(attendance.absent(&four()), [key(4)]);
        attendance.add(key(4));
        for proposer in [1, 2, 3, 1, 2, 3, 1] {
            assert!(attendance.absent(&four()).is_empty());
            attendance.add(key(proposer));
        }
        assert_eq!(attendance.absent(&four()), Vec::new());
        attendance.add(key(2));
        assert_eq!(attendance.absent(&four()), [key(4)]);
    }
}
