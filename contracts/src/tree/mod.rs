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
//!
//! A tree may have a shelf and a limit of memory: buckets that no block touched lately then lie on the shelf, and
//! only their hashes and upper ones stay. Before a block is applied, what it touches is brought back and others make
//! room, which changes no hash; so where the shelf fails, the tree is as it was.

mod bucket;
mod build;
mod hash;
mod limits;
mod proof;
mod shelf;
#[cfg(test)]
mod shelf_tests;
mod shelving;
mod subtree;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use build::TreeBuilder;
pub use hash::{EMPTY_ROOT, Hash, Path, ValueHash, path, value_hash};
pub use proof::{Presence, Proof, ProofError, Step};
pub use shelf::{PAGE_BYTES, Shelf, ShelfError};

use bucket::Bucket;
use hash::join;
use limits::{LEAVES_PER_BUCKET_MAX, UPPER_BITS_MAX, UPPER_BITS_MIN};
use shelving::Shelving;
use subtree::{Subtree, descend};

/// A record's place and the hash of its salted content.
pub type Leaf = (Path, ValueHash);
/// A new value for a path; `None` removes it.
pub type Update = (Path, Option<ValueHash>);

/// Why the tree refused an operation; its content is unchanged then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    #[error("leaf {index} (path {path:02x?}) does not come after the one before it")]
    OutOfOrder { index: usize, path: Path },
    #[error("this undo belongs to another state: root {expected:02x?}, the tree has {found:02x?}")]
    UndoOutOfOrder { expected: Hash, found: Hash },
    #[error(transparent)]
    Shelf(#[from] ShelfError),
}

/// How to take back one `apply`; undone in the opposite order of applying.
#[derive(Clone, Debug)]
#[must_use = "without it an undecided block cannot be taken back"]
pub struct Undo {
    root_after: Hash,
    previous: Vec<Update>,
}

/// The tree. Memory: about 150 bytes a leaf and half a megabyte when empty, or what it is limited to.
#[derive(Debug)]
pub struct StateTree {
    /// Leading path bits that choose a bucket.
    bits: u8,
    /// Slot 1 is the root; below slot i lie 2i and 2i + 1; from the number of buckets on lie the buckets.
    upper: Vec<Hash>,
    buckets: Vec<Bucket>,
    len: usize,
    /// Leaves in memory.
    resident: usize,
    shelving: Option<Shelving>,
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
            buckets: std::iter::repeat_with(Bucket::empty).take(buckets).collect(),
            len: 0,
            resident: 0,
            shelving: None,
        }
    }

    /// An empty tree that keeps to so many bytes of memory, and half a megabyte at least; a block's own leaves come on
    /// top until the next one.
    pub fn with_shelf(shelf: Box<dyn Shelf>, memory_bytes: usize) -> Self {
        Self { shelving: Some(Shelving::new(shelf, memory_bytes)), ..Self::new() }
    }

    /// Builds from leaves in strictly ascending path order, as [`StateTree::leaves`] gives them.
    pub fn from_sorted_leaves(leaves: impl IntoIterator<Item = Leaf>) -> Result<Self, TreeError> {
        let leaves = leaves.into_iter();
        let mut builder = TreeBuilder::new(Self::new(), leaves.size_hint().0);
        for leaf in leaves {
            builder.push(leaf)?;
        }
        builder.finish()
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

    /// Number of leaves in memory; the others are shelved.
    pub fn resident(&self) -> usize {
        self.resident
    }

    pub fn get(&self, path: &Path) -> Result<Option<ValueHash>, TreeError> {
        Ok(self.subtree(bucket_of(path, self.bits))?.get(self.bits, path))
    }

    /// Applies a block's updates, which should be sorted by path and unique; otherwise they are
    /// sorted first, and the later of two updates for one path counts.
    pub fn apply(&mut self, updates: &[Update]) -> Result<Undo, TreeError> {
        let updates = in_order(updates);
        self.make_room(&updates)?;
        let mut previous = Vec::with_capacity(updates.len());
        let mut touched = Vec::new();
        for (index, group) in groups(&updates, self.bits) {
            self.apply_to_bucket(index, group, &mut previous);
            touched.push(self.buckets.len() | index);
        }
        self.rehash_above(touched);
        self.widen();
        Ok(Undo { root_after: self.root(), previous })
    }

    /// Takes back the latest `apply` that is not undone yet. An undo out of turn is refused.
    pub fn undo(&mut self, undo: &Undo) -> Result<(), TreeError> {
        let found = self.root();
        if undo.root_after != found {
            return Err(TreeError::UndoOutOfOrder { expected: undo.root_after, found });
        }
        let _redo = self.apply(&undo.previous)?;
        Ok(())
    }

    /// Proves that `path` is in the tree, or that it is not.
    pub fn prove(&self, path: &Path) -> Result<Proof, TreeError> {
        let mut steps = Vec::new();
        let mut slot = 1usize;
        for bit in 0..self.bits {
            let (left, right) = (slot << 1, (slot << 1) | 1);
            let goes_right = descend(bit, (self.hash_at(left), self.hash_at(right)), path, &mut steps);
            slot = if goes_right { right } else { left };
        }
        let bucket = self.subtree(slot ^ self.buckets.len())?;
        Ok(Proof { leaf: bucket.prove(self.bits, path, &mut steps), steps })
    }

    /// All leaves in path order, those on the shelf too; ends after an error.
    pub fn leaves(&self) -> impl Iterator<Item = Result<Leaf, TreeError>> + '_ {
        let mut buckets = 0..self.buckets.len();
        let mut leaves = Vec::new().into_iter();
        std::iter::from_fn(move || {
            loop {
                if let Some(leaf) = leaves.next() {
                    return Some(Ok(leaf));
                }
                match self.subtree(buckets.next()?) {
                    Ok(bucket) => {
                        let of_bucket: Vec<Leaf> =
                            bucket.leaves().map(|leaf| (leaf.path, leaf.value)).collect();
                        leaves = of_bucket.into_iter();
                    }
                    Err(error) => {
                        buckets = 0..0;
                        return Some(Err(error.into()));
                    }
                }
            }
        })
    }

    /// A bucket's content: as it lies in memory, or read from the shelf for this call alone.
    fn subtree(&self, index: usize) -> Result<Cow<'_, Subtree>, ShelfError> {
        match (self.buckets.get(index), &self.shelving) {
            (Some(Bucket::Resident(subtree)), _) => Ok(Cow::Borrowed(subtree)),
            (Some(Bucket::Shelved(shelved)), Some(shelving)) => {
                shelving.read(self.buckets.len(), index, *shelved).map(Cow::Owned)
            }
            (Some(Bucket::Shelved(_)), None) | (None, _) => Err(ShelfError::Damaged { bucket: index }),
        }
    }

    fn apply_to_bucket(&mut self, index: usize, updates: &[Update], previous: &mut Vec<Update>) {
        let bucket = self.buckets.get_mut(index);
        debug_assert!(matches!(bucket, Some(Bucket::Resident(_))), "bucket {index} was brought back");
        if let Some(Bucket::Resident(subtree)) = bucket {
            let before = subtree.len();
            subtree.apply(self.bits, updates, previous);
            let count = |all: usize| all.saturating_sub(before).saturating_add(subtree.len());
            (self.len, self.resident) = (count(self.len), count(self.resident));
        }
    }

    /// Brings back the buckets that `updates` touch, and shelves others where the leaves in memory are more than may
    /// be. Nothing but the place of leaves changes, and applying the updates cannot fail any more.
    fn make_room(&mut self, updates: &[Update]) -> Result<(), ShelfError> {
        let Some((leaves_max, bits)) = self.shelving.as_ref().map(|it| (it.leaves_max(), it.bits())) else {
            return Ok(());
        };
        if self.resident <= leaves_max && self.resident == self.len {
            return Ok(());
        }
        // Only the first time: what is shelved can no longer be divided.
        while self.bits < bits && self.resident == self.len {
            self.double();
        }
        for (index, _) in groups(updates, self.bits) {
            if let (Some(Bucket::Shelved(shelved)), Some(shelving)) =
                (self.buckets.get(index), &self.shelving)
            {
                shelving.expect(self.buckets.len(), index, *shelved);
            }
        }
        // The first round may do no more than take old marks away.
        for _round in 0..2 {
            for (index, _) in groups(updates, self.bits) {
                self.bring_back(index)?;
            }
            if let Some(shelving) = &mut self.shelving {
                shelving.sweep(&mut self.buckets, &mut self.resident)?;
            }
            if self.resident <= leaves_max {
                break;
            }
        }
        Ok(())
    }

    fn bring_back(&mut self, index: usize) -> Result<(), ShelfError> {
        let count = self.buckets.len();
        let (Some(bucket), Some(shelving)) = (self.buckets.get_mut(index), &mut self.shelving) else {
            return Ok(());
        };
        shelving.touch(index);
        if let Bucket::Shelved(shelved) = bucket {
            let subtree = shelving.read(count, index, *shelved)?;
            self.resident = self.resident.saturating_add(subtree.len());
            *bucket = Bucket::Resident(subtree);
        }
        Ok(())
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
            slot.checked_sub(self.buckets.len()).and_then(|index| self.buckets.get(index)).map(Bucket::hash);
        below.or_else(|| self.upper.get(slot)).unwrap_or(&EMPTY_ROOT)
    }

    /// Lets more bits choose the bucket where buckets are full.
    fn widen(&mut self) {
        self.widen_for(self.len);
    }

    /// The same for as many leaves. Once anything is shelved, the number of buckets stays.
    fn widen_for(&mut self, leaves: usize) {
        let most = self.shelving.as_ref().map_or(UPPER_BITS_MAX, Shelving::bits);
        while leaves > self.buckets.len().saturating_mul(LEAVES_PER_BUCKET_MAX)
            && self.bits < most
            && self.resident == self.len
        {
            self.double();
        }
    }

    /// What lies below each bucket becomes two, all of it in memory. The buckets' hashes become upper ones, and no
    /// root changes.
    fn double(&mut self) {
        self.upper.extend(self.buckets.iter().map(|bucket| *bucket.hash()));
        let level = self.bits;
        let mut doubled = Vec::with_capacity(self.buckets.len() << 1);
        for bucket in std::mem::take(&mut self.buckets) {
            if let Bucket::Resident(subtree) = bucket {
                doubled.extend(subtree.halves(level).map(Bucket::Resident));
            }
        }
        self.buckets = doubled;
        self.bits = level.saturating_add(1);
    }
}

/// The updates of each bucket, with its number.
fn groups(updates: &[Update], bits: u8) -> impl Iterator<Item = (usize, &[Update])> {
    let of_one = updates.chunk_by(move |(a, _), (b, _)| bucket_of(a, bits) == bucket_of(b, bits));
    of_one.map(move |group| (group.first().map_or(0, |(path, _)| bucket_of(path, bits)), group))
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
