//! Which buckets stay in memory: a hand goes round and shelves those that no block touched since it last came by.

use super::Leaf;
use super::bucket::{Bucket, Shelved};
use super::bucket_of;
use super::limits::{
    BUCKET_MEMORY_BYTES, INDEX_PART, LEAF_MEMORY_BYTES, SHELVED_LEAVES_MAX, UPPER_BITS_MAX, UPPER_BITS_MIN,
};
use super::shelf::{PAGE_BYTES, Shelf, ShelfError};
use super::subtree::{HashedLeaf, Subtree};

/// Bytes of a leaf on a page: path, then value hash.
const LEAF_BYTES: usize = 64;

/// The shelf of a tree, and what decides what lies there.
#[derive(Debug)]
pub(super) struct Shelving {
    shelf: Box<dyn Shelf>,
    /// Leaves that may stay in memory between two blocks.
    leaves_max: usize,
    /// Leading path bits that choose a bucket once anything is shelved.
    bits: u8,
    /// The bucket that is looked at next.
    hand: usize,
    /// The buckets that were touched since the hand came by.
    touched: Vec<bool>,
}

impl Shelving {
    /// With less memory than the smallest index takes, no leaf stays.
    pub(super) fn new(shelf: Box<dyn Shelf>, memory_bytes: usize) -> Self {
        let fits = |bits: &u8| index_bytes(*bits) <= memory_bytes / INDEX_PART;
        let bits = (UPPER_BITS_MIN..=UPPER_BITS_MAX).rev().find(fits).unwrap_or(UPPER_BITS_MIN);
        let leaves_max = memory_bytes.saturating_sub(index_bytes(bits)) / LEAF_MEMORY_BYTES;
        Self { shelf, leaves_max, bits, hand: 0, touched: Vec::new() }
    }

    pub(super) fn leaves_max(&self) -> usize {
        self.leaves_max
    }

    pub(super) fn bits(&self) -> u8 {
        self.bits
    }

    /// Notes that a block needs this bucket.
    pub(super) fn touch(&mut self, bucket: usize) {
        if bucket >= self.touched.len() {
            self.touched.resize(1 << self.bits, false);
        }
        if let Some(touched) = self.touched.get_mut(bucket) {
            *touched = true;
        }
    }

    /// Shelves until no more than the limit is `resident`, or the hand was everywhere once. Touched buckets stay: so
    /// those of the block that is about to be applied do.
    pub(super) fn sweep(&mut self, buckets: &mut [Bucket], resident: &mut usize) -> Result<(), ShelfError> {
        let count = buckets.len();
        for _ in 0..count {
            if *resident <= self.leaves_max {
                break;
            }
            let index = self.hand;
            let next = index.saturating_add(1);
            self.hand = if next < count { next } else { 0 };
            if self.touched.get_mut(index).is_some_and(std::mem::take) {
                continue;
            }
            let Some(bucket) = buckets.get_mut(index) else { continue };
            if let Some(shelved) = self.put(count, index, bucket)? {
                *resident = resident.saturating_sub(leaves_of(shelved));
                *bucket = Bucket::Shelved(shelved);
            }
        }
        Ok(())
    }

    /// Says that a shelved bucket will be read soon.
    pub(super) fn expect(&self, count: usize, index: usize, shelved: Shelved) {
        for floor in 0..leaves_of(shelved).div_ceil(PAGE_BYTES / LEAF_BYTES) {
            self.shelf.expect(page_number(floor, count, index));
        }
    }

    /// Reads a shelved bucket, and makes sure that it is the one that was put there.
    pub(super) fn read(&self, count: usize, index: usize, shelved: Shelved) -> Result<Subtree, ShelfError> {
        let mut bytes = vec![0; leaves_of(shelved).saturating_mul(LEAF_BYTES)];
        for (floor, page) in bytes.chunks_mut(PAGE_BYTES).enumerate() {
            self.shelf.read(page_number(floor, count, index), page)?;
        }
        let leaves: Vec<Leaf> = bytes.chunks_exact(LEAF_BYTES).filter_map(decode).collect();
        // Building relies on order and on the common bits; only then does the hash tell.
        let is_sound = leaves.is_sorted_by(|(a, _), (b, _)| a < b)
            && leaves.iter().all(|(path, _)| bucket_of(path, self.bits) == index);
        let built =
            is_sound.then(|| Subtree::build(self.bits, leaves.into_iter().map(HashedLeaf::new).collect()));
        let built = built.filter(|subtree| *subtree.hash() == shelved.hash);
        built.ok_or(ShelfError::Damaged { bucket: index })
    }

    /// `None` for what is not worth it, or would take too long to bring back.
    fn put(&mut self, count: usize, index: usize, bucket: &Bucket) -> Result<Option<Shelved>, ShelfError> {
        let Bucket::Resident(subtree) = bucket else { return Ok(None) };
        let leaves = u32::try_from(subtree.len()).unwrap_or(u32::MAX);
        if leaves == 0 || leaves > SHELVED_LEAVES_MAX {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(subtree.len().saturating_mul(LEAF_BYTES));
        for leaf in subtree.leaves() {
            bytes.extend_from_slice(&leaf.path);
            bytes.extend_from_slice(&leaf.value);
        }
        for (floor, page) in bytes.chunks(PAGE_BYTES).enumerate() {
            self.shelf.put(page_number(floor, count, index), page)?;
        }
        Ok(Some(Shelved { hash: *subtree.hash(), leaves }))
    }
}

/// What the upper hashes and the buckets take without any leaf.
fn index_bytes(bits: u8) -> usize {
    BUCKET_MEMORY_BYTES << bits
}

fn leaves_of(shelved: Shelved) -> usize {
    usize::try_from(shelved.leaves).unwrap_or(usize::MAX)
}

/// A page for each bucket, and above them further floors for what one page does not hold.
fn page_number(floor: usize, count: usize, index: usize) -> u64 {
    u64::try_from(floor.saturating_mul(count).saturating_add(index)).unwrap_or(u64::MAX)
}

fn decode(bytes: &[u8]) -> Option<Leaf> {
    let (path, value) = bytes.split_first_chunk()?;
    Some((*path, value.try_into().ok()?))
}
