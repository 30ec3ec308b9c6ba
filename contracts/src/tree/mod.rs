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
//!   region 0 … region 1 …        … region 4095             path bits 0..12 choose the region:
//!            …                …                …           again an array of hashes, and below it
//!   bucket 0 … bucket 1 …                                  buckets that the next bits choose:
//!   [leaf, leaf, …] sorted                                 sorted leaves, split when too many
//! ```
//!
//! A block's updates are applied in one sorted pass: only touched buckets are rehashed, then the
//! upper hashes above them, bottom-up. Where the leaves of a region become many, one more bit chooses its
//! buckets, so that no update has to walk from one place in memory to the next.
//!
//! A tree may have a shelf and a limit of memory: buckets that no block touched lately then lie on the shelf, and
//! only their hashes and upper ones stay. Before a block is applied, what it touches is brought back and others make
//! room, which changes no hash; so where the shelf fails, the tree is as it was.

mod bucket;
mod build;
mod hash;
mod limits;
mod proof;
mod region;
mod shelf;
#[cfg(test)]
mod shelf_tests;
mod shelving;
mod subtree;
#[cfg(test)]
mod tests;
mod upper;

use std::borrow::Cow;

pub use build::TreeBuilder;
pub use hash::{EMPTY_ROOT, Hash, Path, ValueHash, path, value_hash};
pub use proof::{Presence, Proof, ProofError, Step};
pub use shelf::{PAGE_BYTES, Shelf, ShelfError};

use bucket::Bucket;
use limits::{BUCKET_BITS_MAX, REGION_BITS};
use region::Region;
use shelving::Shelving;
use subtree::Subtree;
use upper::Upper;

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

/// The tree. Memory: about 150 bytes a leaf and a megabyte when empty, or what it is limited to.
#[derive(Debug)]
pub struct StateTree {
    upper: Upper,
    regions: Vec<Region>,
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
        let regions = 1 << REGION_BITS;
        Self {
            upper: Upper::empty(0, regions),
            regions: std::iter::repeat_with(Region::empty).take(regions).collect(),
            len: 0,
            resident: 0,
            shelving: None,
        }
    }

    /// An empty tree that keeps to so many bytes of memory, and a megabyte at least; a block's own leaves come on
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
        *self.upper.root(&self.regions)
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
        let (region, bucket) = self.bucket_of(path);
        let (level, subtree) = self.subtree(region, bucket)?;
        Ok(subtree.get(level, path))
    }

    /// Applies a block's updates, which should be sorted by path and unique; otherwise they are
    /// sorted first, and the later of two updates for one path counts.
    pub fn apply(&mut self, updates: &[Update]) -> Result<Undo, TreeError> {
        let updates = in_order(updates);
        self.make_room(&updates)?;
        let bits_max = self.region_bits_max();
        let mut previous = Vec::with_capacity(updates.len());
        let mut touched = Vec::new();
        for group in groups(&updates, REGION_BITS) {
            let Some(index) = group.first().map(|(path, _)| leading_bits(path, REGION_BITS)) else {
                continue;
            };
            let Some(region) = self.regions.get_mut(index) else { continue };
            let before = region.len();
            region.apply(group, &mut previous);
            let after = region.len();
            region.widen_for(after, bits_max);
            let count = |all: usize| all.saturating_sub(before).saturating_add(after);
            (self.len, self.resident) = (count(self.len), count(self.resident));
            touched.push(index);
        }
        self.upper.rehash(&self.regions, touched);
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
        let region = self.upper.prove(&self.regions, path, &mut steps);
        let bucket = self.regions.get(region).map_or(0, |region| region.prove(path, &mut steps));
        let (level, subtree) = self.subtree(region, bucket)?;
        Ok(Proof { leaf: subtree.prove(level, path, &mut steps), steps })
    }

    /// All leaves in path order, those on the shelf too; ends after an error.
    pub fn leaves(&self) -> impl Iterator<Item = Result<Leaf, TreeError>> + '_ {
        let regions = self.regions.iter().enumerate();
        let mut places =
            regions.flat_map(|(at, region)| (0..region.buckets().len()).map(move |bucket| (at, bucket)));
        let mut leaves = Vec::new().into_iter();
        let mut is_over = false;
        std::iter::from_fn(move || {
            while !is_over {
                if let Some(leaf) = leaves.next() {
                    return Some(Ok(leaf));
                }
                let (region, bucket) = places.next()?;
                match self.subtree(region, bucket) {
                    Ok((_, subtree)) => {
                        let of_bucket: Vec<Leaf> =
                            subtree.leaves().map(|leaf| (leaf.path, leaf.value)).collect();
                        leaves = of_bucket.into_iter();
                    }
                    Err(error) => {
                        is_over = true;
                        return Some(Err(error.into()));
                    }
                }
            }
            None
        })
    }

    /// The region of a path, and its bucket there.
    fn bucket_of(&self, path: &Path) -> (usize, usize) {
        let region = leading_bits(path, REGION_BITS);
        (region, self.regions.get(region).map_or(0, |region| region.bucket_of(path)))
    }

    /// A bucket's level and content: as it lies in memory, or read from the shelf for this call alone.
    fn subtree(&self, region: usize, bucket: usize) -> Result<(u8, Cow<'_, Subtree>), ShelfError> {
        let damaged = Err(ShelfError::Damaged { bucket });
        let Some(at) = self.regions.get(region) else { return damaged };
        let content = match (at.buckets().get(bucket), &self.shelving) {
            (Some(Bucket::Resident(subtree)), _) => Cow::Borrowed(subtree),
            (Some(Bucket::Shelved(shelved)), Some(shelving)) => {
                Cow::Owned(shelving.read((region << at.bits()) | bucket, *shelved)?)
            }
            (Some(Bucket::Shelved(_)), None) | (None, _) => return damaged,
        };
        Ok((at.level(), content))
    }

    /// Brings back the buckets that `updates` touch, and shelves others where the leaves in memory are more than may
    /// be. Nothing but the place of leaves changes, and applying the updates cannot fail any more.
    fn make_room(&mut self, updates: &[Update]) -> Result<(), ShelfError> {
        let Some(shelving) = &mut self.shelving else { return Ok(()) };
        let leaves_max = shelving.leaves_max();
        if self.resident <= leaves_max && self.resident == self.len {
            return Ok(());
        }
        shelving.expect(&self.regions, updates);
        // The first round may do no more than take old marks away.
        for _round in 0..2 {
            shelving.bring_back(&mut self.regions, updates, &mut self.resident)?;
            shelving.sweep(&mut self.regions, &mut self.resident)?;
            if self.resident <= leaves_max {
                break;
            }
        }
        Ok(())
    }

    /// Path bits that choose a bucket of a region, at most.
    fn region_bits_max(&self) -> u8 {
        self.shelving.as_ref().map_or(BUCKET_BITS_MAX - REGION_BITS, Shelving::region_bits)
    }
}

/// The updates of each place that so many leading bits choose.
fn groups(updates: &[Update], bits: u8) -> impl Iterator<Item = &[Update]> {
    updates.chunk_by(move |(a, _), (b, _)| leading_bits(a, bits) == leading_bits(b, bits))
}

/// The first bits of a path.
fn leading_bits(path: &Path, bits: u8) -> usize {
    let [first, second, third, ..] = *path;
    let leading = u32::from_be_bytes([0, first, second, third]) >> BUCKET_BITS_MAX.saturating_sub(bits);
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
