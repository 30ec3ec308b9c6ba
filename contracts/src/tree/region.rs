//! A region: what lies below one of the first hashes, in buckets of its own. Each region divides its buckets when it
//! has to, so that no block pays for all of them.

use super::bucket::Bucket;
use super::hash::{Hash, Path};
use super::limits::{LEAVES_PER_BUCKET_MAX, REGION_BITS};
use super::proof::Step;
use super::subtree::Subtree;
use super::upper::{Hashed, Upper};
use super::{Update, groups, leading_bits};

#[derive(Debug)]
pub(super) struct Region {
    /// Path bits, after those that chose the region, that choose a bucket.
    bits: u8,
    upper: Upper,
    buckets: Vec<Bucket>,
    /// Leaves, those on the shelf included.
    len: usize,
}

impl Hashed for Region {
    fn hash(&self) -> &Hash {
        self.upper.root(&self.buckets)
    }
}

impl Region {
    pub(super) fn empty() -> Self {
        Self { bits: 0, upper: Upper::empty(REGION_BITS, 1), buckets: vec![Bucket::empty()], len: 0 }
    }

    pub(super) fn bits(&self) -> u8 {
        self.bits
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The path bits before those that part a bucket's leaves.
    pub(super) fn level(&self) -> u8 {
        REGION_BITS.saturating_add(self.bits)
    }

    pub(super) fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    pub(super) fn bucket_mut(&mut self, index: usize) -> Option<&mut Bucket> {
        self.buckets.get_mut(index)
    }

    /// The bucket of a path of this region.
    pub(super) fn bucket_of(&self, path: &Path) -> usize {
        leading_bits(path, self.level()) & self.buckets.len().saturating_sub(1)
    }

    /// Applies updates in ascending order, all of whose buckets are in memory; what was there before goes to `previous`.
    pub(super) fn apply(&mut self, updates: &[Update], previous: &mut Vec<Update>) {
        let (level, mut touched) = (self.level(), Vec::new());
        for group in groups(updates, level) {
            let Some((path, _)) = group.first() else { continue };
            let index = self.bucket_of(path);
            let bucket = self.buckets.get_mut(index);
            debug_assert!(matches!(bucket, Some(Bucket::Resident(_))), "bucket {index} was brought back");
            if let Some(Bucket::Resident(subtree)) = bucket {
                let before = subtree.len();
                subtree.apply(level, group, previous);
                self.len = self.len.saturating_sub(before).saturating_add(subtree.len());
            }
            touched.push(index);
        }
        self.upper.rehash(&self.buckets, touched);
    }

    /// Puts leaves into a bucket that was empty; the hashes above it wait for [`Self::rehash`].
    pub(super) fn fill(&mut self, index: usize, subtree: Subtree) {
        if let Some(bucket) = self.buckets.get_mut(index) {
            self.len = self.len.saturating_add(subtree.len());
            *bucket = Bucket::Resident(subtree);
        }
    }

    pub(super) fn rehash(&mut self) {
        self.upper.rehash(&self.buckets, 0..self.buckets.len());
    }

    /// Lets more bits choose the bucket where buckets would be full with so many leaves. A region that has anything on the
    /// shelf has all the bits it may have.
    pub(super) fn widen_for(&mut self, leaves: usize, bits_max: u8) {
        while leaves > self.buckets.len().saturating_mul(LEAVES_PER_BUCKET_MAX) && self.bits < bits_max {
            self.double();
        }
    }

    /// Lets so many bits choose the bucket.
    pub(super) fn widen_to(&mut self, bits: u8) {
        while self.bits < bits {
            self.double();
        }
    }

    /// Walks to the bucket that `path` could be in, noting each sibling passed on the way.
    pub(super) fn prove(&self, path: &Path, steps: &mut Vec<Step>) -> usize {
        self.upper.prove(&self.buckets, path, steps)
    }

    /// What lies below each bucket becomes two, all of it in memory. The buckets' hashes become upper ones, and no
    /// root changes.
    fn double(&mut self) {
        self.upper.double(&self.buckets);
        let level = self.level();
        let mut doubled = Vec::with_capacity(self.buckets.len() << 1);
        for bucket in std::mem::take(&mut self.buckets) {
            if let Bucket::Resident(subtree) = bucket {
                doubled.extend(subtree.halves(level).map(Bucket::Resident));
            }
        }
        self.buckets = doubled;
        self.bits = self.bits.saturating_add(1);
    }
}
