//! One kind of proof for presence and absence, verified without the tree.

use borsh::{BorshDeserialize, BorshSerialize};

use super::Leaf;
use super::hash::{EMPTY_ROOT, Hash, Path, ValueHash, is_set, leaf_hash, node_hash};

/// A node passed on the way down: the bit at which its sides part, and the hash of the side that
/// was not taken.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Step {
    pub bit: u8,
    pub sibling: Hash,
}

/// The leaf that a path leads to, and the nodes above it from the root down. The leaf is `None`
/// only for an empty tree.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proof {
    pub leaf: Option<Leaf>,
    pub steps: Vec<Step>,
}

/// What a valid proof shows about a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Present(ValueHash),
    Absent,
}

/// Why a proof shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    #[error("step at bit {bit} does not lie below the one at bit {previous}")]
    StepNotBelow { previous: u8, bit: u8 },
    #[error("the path leaves the way to the proof's leaf at bit {bit}")]
    OffTheWay { bit: u8 },
    #[error("the proof leads to another root: expected {expected:02x?}, computed {computed:02x?}")]
    OtherRoot { expected: Hash, computed: Hash },
    #[error("the proof has {steps} steps but no leaf")]
    StepsWithoutLeaf { steps: usize },
}

impl Proof {
    /// Shows whether `path` is in the tree with this root. The caller MUST have the root from a
    /// certificate: absence rests on the root having been computed by those who signed it.
    pub fn verify(&self, root: &Hash, path: &Path) -> Result<Presence, ProofError> {
        let (computed, presence) = match &self.leaf {
            Some(leaf) => self.follow(leaf, path)?,
            None if self.steps.is_empty() => (EMPTY_ROOT, Presence::Absent),
            None => return Err(ProofError::StepsWithoutLeaf { steps: self.steps.len() }),
        };
        if computed != *root {
            return Err(ProofError::OtherRoot { expected: *root, computed });
        }
        Ok(presence)
    }

    fn follow(&self, (leaf, value): &Leaf, path: &Path) -> Result<(Hash, Presence), ProofError> {
        self.check_way(leaf, path)?;
        let computed = self.steps.iter().rev().fold(leaf_hash(leaf, value), |hash, step| {
            if is_set(path, step.bit) {
                node_hash(step.bit, &step.sibling, &hash)
            } else {
                node_hash(step.bit, &hash, &step.sibling)
            }
        });
        let presence = if leaf == path { Presence::Present(*value) } else { Presence::Absent };
        Ok((computed, presence))
    }

    /// Bits must grow from step to step, and the path must turn where the leaf's path turns.
    fn check_way(&self, leaf: &Path, path: &Path) -> Result<(), ProofError> {
        for (upper, lower) in self.steps.iter().zip(self.steps.iter().skip(1)) {
            if upper.bit >= lower.bit {
                return Err(ProofError::StepNotBelow { previous: upper.bit, bit: lower.bit });
            }
        }
        match self.steps.iter().find(|step| is_set(leaf, step.bit) != is_set(path, step.bit)) {
            Some(step) => Err(ProofError::OffTheWay { bit: step.bit }),
            None => Ok(()),
        }
    }
}
