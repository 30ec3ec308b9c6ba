//! Which buckets stay in memory: a hand goes round and shelves those that no block touched since it last came by.

use super::bucket::{Bucket, Shelved};
use super::limits::{
    BUCKET_BITS_MAX, BUCKET_MEMORY_BYTES, INDEX_PART, LEAF_MEMORY_BYTES, REGION_BITS, SHELVED_LEAVES_MAX,
};
use super::region::Region;
use super::shelf::{PAGE_BYTES, Shelf, ShelfError};
use super::subtree::{HashedLeaf, Subtree};
use super::{Leaf, Update, groups, leading_bits};

/// Bytes of a leaf on a page: path, then value hash.
const LEAF_BYTES: usize = 64;

/// The shelf of a tree, and what decides what lies there.
#[derive(Debug)]
pub(super) struct Shelving {
    shelf: Box<dyn Shelf>,
    /// Leaves that may stay in memory between two blocks.
    leaves_max: usize,
    /// Leading path bits that choose a region and then a bucket where anything of the region is shelved. Buckets are
    /// numbered by them.
    bits: u8,
    /// The bucket that is looked at next.
    hand: usize,
    /// The buckets that were touched since the hand came by; empty before anything was shelved.
    touched: Vec<bool>,
}

impl Shelving {
    /// With less memory than the smallest index takes, no leaf stays.
    pub(super) fn new(shelf: Box<dyn Shelf>, memory_bytes: usize) -> Self {
        let fits = |bits: &u8| index_bytes(*bits) <= memory_bytes / INDEX_PART;
        let bits = (REGION_BITS..=BUCKET_BITS_MAX).rev().find(fits).unwrap_or(REGION_BITS);
        let leaves_max = memory_bytes.saturating_sub(index_bytes(bits)) / LEAF_MEMORY_BYTES;
        Self { shelf, leaves_max, bits, hand: 0, touched: Vec::new() }
    }

    pub(super) fn leaves_max(&self) -> usize {
        self.leaves_max
    }

    /// Path bits that choose a bucket of a region, at most.
    pub(super) fn region_bits(&self) -> u8 {
        self.bits.saturating_sub(REGION_BITS)
    }

    /// Says which pages the buckets of these updates will be read from.
    pub(super) fn expect(&self, regions: &[Region], updates: &[Update]) {
        for group in groups(updates, self.bits) {
            let Some((path, _)) = group.first() else { continue };
            let region = regions.get(leading_bits(path, REGION_BITS));
            let bucket = region.and_then(|region| region.buckets().get(region.bucket_of(path)));
            let Some(Bucket::Shelved(shelved)) = bucket else { continue };
            for floor in 0..leaves_of(*shelved).div_ceil(PAGE_BYTES / LEAF_BYTES) {
                self.shelf.expect(self.page_number(floor, leading_bits(path, self.bits)));
            }
        }
    }

    /// Brings the buckets of these updates into memory, and notes that a block needs them.
    pub(super) fn bring_back(
        &mut self,
        regions: &mut [Region],
        updates: &[Update],
        resident: &mut usize,
    ) -> Result<(), ShelfError> {
        self.touched.resize(1 << self.bits, false);
        for group in groups(updates, self.bits) {
            let Some((path, _)) = group.first() else { continue };
            let number = leading_bits(path, self.bits);
            let Some(region) = regions.get_mut(leading_bits(path, REGION_BITS)) else { continue };
            if let Some(touched) = self.touched.get_mut(number) {
                *touched = true;
            }
            let Some(bucket) = region.bucket_mut(region.bucket_of(path)) else { continue };
            if let Bucket::Shelved(shelved) = bucket {
                let subtree = self.read(number, *shelved)?;
                *resident = resident.saturating_add(subtree.len());
                *bucket = Bucket::Resident(subtree);
            }
        }
        Ok(())
    }

    /// Shelves until no more than the limit is `resident`, or the hand was everywhere once. Touched buckets stay: so
    /// those of the block that is about to be applied do.
    pub(super) fn sweep(&mut self, regions: &mut [Region], resident: &mut usize) -> Result<(), ShelfError> {
        let (buckets, bits) = (1_usize << self.bits, self.region_bits());
        for _ in 0..buckets {
            if *resident <= self.leaves_max {
                break;
            }
            let number = self.hand;
            let next = number.saturating_add(1);
            self.hand = if next < buckets { next } else { 0 };
            if self.touched.get_mut(number).is_some_and(std::mem::take) {
                continue;
            }
            let Some(region) = regions.get_mut(number >> bits) else { continue };
            region.widen_to(bits);
            let Some(bucket) = region.bucket_mut(number & !(usize::MAX << bits)) else { continue };
            if let Some(shelved) = self.put(number, bucket)? {
                *resident = resident.saturating_sub(leaves_of(shelved));
                *bucket = Bucket::Shelved(shelved);
            }
        }
        Ok(())
    }

    /// Reads a shelved bucket, and makes sure that it is the one that was put there.
    pub(super) fn read(&self, number: usize, shelved: Shelved) -> Result<Subtree, ShelfError> {
        let mut bytes = vec![0; leaves_of(shelved).saturating_mul(LEAF_BYTES)];
        for (floor, page) in bytes.chunks_mut(PAGE_BYTES).enumerate() {
            self.shelf.read(self.page_number(floor, number), page)?;
        }
        let leaves: Vec<Leaf> = bytes.chunks_exact(LEAF_BYTES).filter_map(decode).collect();
        // Building relies on order and on the common bits; only then does the hash tell.
        let is_sound = leaves.is_sorted_by(|(a, _), (b, _)| a < b)
            && leaves.iter().all(|(path, _)| leading_bits(path, self.bits) == number);
        let built =
            is_sound.then(|| Subtree::build(self.bits, leaves.into_iter().map(HashedLeaf::new).collect()));
        let built = built.filter(|subtree| *subtree.hash() == shelved.hash);
        built.ok_or(ShelfError::Damaged { bucket: number })
    }

    /// `None` for what is not worth it, or would take too long to bring back.
    fn put(&mut self, number: usize, bucket: &Bucket) -> Result<Option<Shelved>, ShelfError> {
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
            let page_number = self.page_number(floor, number);
            self.shelf.put(page_number, page)?;
        }
        Ok(Some(Shelved { hash: *subtree.hash(), leaves }))
    }

    /// A page for each bucket, and above them further floors for what one page does not hold.
    fn page_number(&self, floor: usize, number: usize) -> u64 {
        u64::try_from((floor << self.bits).saturating_add(number)).unwrap_or(u64::MAX)
    }
}

/// What the upper hashes and the buckets take without any leaf.
fn index_bytes(bits: u8) -> usize {
    BUCKET_MEMORY_BYTES << bits
}

fn leaves_of(shelved: Shelved) -> usize {
    usize::try_from(shelved.leaves).unwrap_or(usize::MAX)
}

fn decode(bytes: &[u8]) -> Option<Leaf> {
    let (path, value) = bytes.split_first_chunk()?;
    Some((*path, value.try_into().ok()?))
}
