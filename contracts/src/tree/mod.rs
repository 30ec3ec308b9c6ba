//! The state tree: a Merkle crit-bit trie in memory whose root commits to every record.
//!
//! A leaf is (path, value hash); a node stands where two sides part and commits to that bit; there
//! are no empty and no single-child nodes. So the root depends on the leaves alone, never on the
//! layout below or on the order in which they came:
//!
//! ```text
//!              upper[1] = root                 bit 0
//!          upper[2]        upper[3]            bit 1
//!            …                …                …           one flat array of hashes
//!   bucket 0 … bucket 1 …        … bucket 4095             path bits 0..12 choose the bucket:
//!   [leaf, leaf, …] sorted                                 sorted leaves, split when too many
//! ```
//!
//! A block's updates are applied in one sorted pass: only touched buckets are rehashed, then the
//! upper hashes above them, bottom-up. Where leaves become many, one more bit chooses the bucket, so
//! that no update has to walk from one place in memory to the next.

mod hash;
mod limits;
mod proof;
mod subtree;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use hash::{EMPTY_ROOT, Hash, Path, ValueHash, path, value_hash};
pub use proof::{Presence, Proof, ProofError, Step};

use hash::join;
use limits::{LEAVES_PER_BUCKET_MAX, UPPER_BITS_MAX, UPPER_BITS_MIN};
use subtree::{HashedLeaf, Subtree, descend};

/// A record's place and the hash of its salted content.
pub type Leaf = (Path, ValueHash);
/// A new value for a path; `None` removes it.
pub type Update = (Path, Option<ValueHash>);

/// Why the tree refused an operation; it is unchanged then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    #[error("leaf {index} (path {path:02x?}) does not come after the one before it")]
    OutOfOrder { index: usize, path: Path },
    #[error("this undo belongs to another state: root {expected:02x?}, the tree has {found:02x?}")]
    UndoOutOfOrder { expected: Hash, found: Hash },
}

/// How to take back one `apply`; undone in the opposite order of applying.
#[derive(Clone, Debug)]
#[must_use = "without it an undecided block cannot be taken back"]
pub struct Undo {
    root_after: Hash,
    previous: Vec<Update>,
}

/// The tree. Memory: about 150 bytes a leaf, and half a megabyte when empty.
#[derive(Clone, Debug)]
pub struct StateTree {
    /// Leading path bits that choose a bucket.
    bits: u8,
    /// Slot 1 is the root; below slot i lie 2i and 2i + 1; from the number of buckets on lie the buckets.
    upper: Vec<Hash>,
    buckets: Vec<Subtree>,
    len: usize,
}

impl Default for StateTree {
    fn default() -> Self {
        Self::new()
    }
}

impl StateTree {
    pub fn new() -> Self {
        let buckets = 1 << UPPER_BITS_MIN;
        Self {
            bits: UPPER_BITS_MIN,
            upper: vec![EMPTY_ROOT; buckets],
            buckets: vec![Subtree::empty(); buckets],
            len: 0,
        }
    }

    /// Builds from leaves in strictly ascending path order, as [`StateTree::leaves`] gives them.
    pub fn from_sorted_leaves(leaves: impl IntoIterator<Item = Leaf>) -> Result<Self, TreeError> {
        let mut tree = Self::new();
        let mut last: Option<Path> = None;
        let mut bucket: Vec<HashedLeaf> = Vec::new();
        for (path, value) in leaves {
            if last.is_some_and(|last| last >= path) {
                return Err(TreeError::OutOfOrder { index: tree.len, path });
            }
            if last.is_some_and(|last| bucket_of(&last, tree.bits) != bucket_of(&path, tree.bits)) {
                tree.place(std::mem::take(&mut bucket));
            }
            bucket.push(HashedLeaf::new((path, value)));
            tree.len = tree.len.saturating_add(1);
            last = Some(path);
        }
        tree.place(bucket);
        let buckets = tree.buckets.len();
        tree.rehash_above((buckets..buckets << 1).collect());
        tree.widen();
        Ok(tree)
    }

    /// The root over all leaves; [`EMPTY_ROOT`] without any.
    pub fn root(&self) -> Hash {
        *self.hash_at(1)
    }

    /// Number of leaves.
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn get(&self, path: &Path) -> Option<ValueHash> {
        self.buckets.get(bucket_of(path, self.bits))?.get(self.bits, path)
    }

    /// Applies a block's updates, which should be sorted by path and unique; otherwise they are
    /// sorted first, and the later of two updates for one path counts.
    pub fn apply(&mut self, updates: &[Update]) -> Undo {
        let updates = in_order(updates);
        let mut previous = Vec::with_capacity(updates.len());
        let mut touched = Vec::new();
        let bits = self.bits;
        for group in updates.chunk_by(|(a, _), (b, _)| bucket_of(a, bits) == bucket_of(b, bits)) {
            let index = group.first().map_or(0, |(path, _)| bucket_of(path, bits));
            self.apply_to_bucket(index, group, &mut previous);
            touched.push(self.buckets.len() | index);
        }
        self.rehash_above(touched);
        self.widen();
        Undo { root_after: self.root(), previous }
    }

    /// Takes back the latest `apply` that is not undone yet. An undo out of turn is refused.
    pub fn undo(&mut self, undo: Undo) -> Result<(), TreeError> {
        let found = self.root();
        if undo.root_after != found {
            return Err(TreeError::UndoOutOfOrder { expected: undo.root_after, found });
        }
        let _redo = self.apply(&undo.previous);
        Ok(())
    }

    /// Proves that `path` is in the tree, or that it is not.
    pub fn prove(&self, path: &Path) -> Proof {
        let mut steps = Vec::new();
        let mut slot = 1usize;
        for bit in 0..self.bits {
            let (left, right) = (slot << 1, (slot << 1) | 1);
            let goes_right = descend(bit, (self.hash_at(left), self.hash_at(right)), path, &mut steps);
            slot = if goes_right { right } else { left };
        }
        let bucket = self.buckets.get(slot ^ self.buckets.len());
        Proof { leaf: bucket.and_then(|bucket| bucket.prove(self.bits, path, &mut steps)), steps }
    }

    /// All leaves in path order.
    pub fn leaves(&self) -> impl Iterator<Item = Leaf> + '_ {
        self.buckets.iter().flat_map(Subtree::leaves).map(|leaf| (leaf.path, leaf.value))
    }

    fn place(&mut self, leaves: Vec<HashedLeaf>) {
        let index = leaves.first().map(|leaf| bucket_of(&leaf.path, self.bits));
        if let Some(bucket) = index.and_then(|index| self.buckets.get_mut(index)) {
            *bucket = Subtree::build(self.bits, leaves);
        }
    }

    fn apply_to_bucket(&mut self, index: usize, updates: &[Update], previous: &mut Vec<Update>) {
        if let Some(bucket) = self.buckets.get_mut(index) {
            let before = bucket.len();
            bucket.apply(self.bits, updates, previous);
            self.len = self.len.saturating_sub(before).saturating_add(bucket.len());
        }
    }

    /// Rehashes all slots above the touched ones, which are bucket slots in ascending order.
    fn rehash_above(&mut self, touched: Vec<usize>) {
        let mut slots = touched;
        for bit in (0..self.bits).rev() {
            slots.iter_mut().for_each(|slot| *slot >>= 1);
            slots.dedup();
            for &slot in &slots {
                let hash = join(bit, self.hash_at(slot << 1), self.hash_at((slot << 1) | 1));
                if let Some(place) = self.upper.get_mut(slot) {
                    *place = hash;
                }
            }
        }
    }

    fn hash_at(&self, slot: usize) -> &Hash {
        let below =
            slot.checked_sub(self.buckets.len()).and_then(|index| self.buckets.get(index)).map(Subtree::hash);
        below.or_else(|| self.upper.get(slot)).unwrap_or(&EMPTY_ROOT)
    }

    /// Lets more bits choose the bucket where buckets are full: what lies below each becomes two. The buckets' hashes
    /// become upper ones, and no root changes.
    fn widen(&mut self) {
        while self.len > self.buckets.len().saturating_mul(LEAVES_PER_BUCKET_MAX)
            && self.bits < UPPER_BITS_MAX
        {
            self.upper.extend(self.buckets.iter().map(|bucket| *bucket.hash()));
            let level = self.bits;
            self.buckets = std::mem::take(&mut self.buckets)
                .into_iter()
                .flat_map(|bucket| bucket.halves(level))
                .collect();
            self.bits = level.saturating_add(1);
        }
    }
}

/// The first bits of a path.
fn bucket_of(path: &Path, bits: u8) -> usize {
    let [first, second, third, ..] = *path;
    let leading = u32::from_be_bytes([0, first, second, third]) >> UPPER_BITS_MAX.saturating_sub(bits);
    usize::try_from(leading).unwrap_or_default()
}

fn in_order(updates: &[Update]) -> Cow<'_, [Update]> {
    if updates.is_sorted_by(|(a, _), (b, _)| a < b) {
        return Cow::Borrowed(updates);
    }
    // A map keeps the last of equal paths, which is what merging a block's changes means.
    let merged: std::collections::BTreeMap<_, _> = updates.iter().copied().collect();
    Cow::Owned(merged.into_iter().collect())
}
