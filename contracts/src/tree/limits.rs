//! Sizes of the tree's layout in memory; none of them can change a root.

/// Leading path bits that choose a region. 4,096 regions keep an empty tree under a megabyte, and a region of a tree of ten
/// million leaves has 2,400 to move when it divides its buckets.
pub(super) const REGION_BITS: u8 = 12;

/// Leading path bits that choose a region and then a bucket, at most: sixteen million buckets, 1.5 GB, for a hundred million
/// leaves and more.
pub(super) const BUCKET_BITS_MAX: u8 = 24;

/// Leaves to a bucket of a region, on average, beyond which it has twice as many buckets.
pub(super) const LEAVES_PER_BUCKET_MAX: usize = BUCKET_LEAVES_MAX;

/// Leaves that a bucket holds before it splits. One changed leaf rehashes its whole bucket, and
/// whoever chooses ids could fill one bucket cheaply.
pub(super) const BUCKET_LEAVES_MAX: usize = 8;

/// Leaves at which two halves join again: half of the above, so that one key coming and going
/// does not split and join in every block.
pub(super) const JOIN_LEAVES_MAX: usize = BUCKET_LEAVES_MAX / 2;

/// Bytes of memory that a leaf is counted as: 96 of its own, a part of the forks, and what an allocator rounds up.
pub(super) const LEAF_MEMORY_BYTES: usize = 128;

/// Bytes of memory for a bucket without leaves: itself, the hash above it, and its mark.
pub(super) const BUCKET_MEMORY_BYTES: usize = 89;

/// The index takes half of a tree's memory at most. With less of it there is more to read and hash for each bucket
/// that is brought back; with a third, ten million leaves in 256 MiB cost 60 % more.
pub(super) const INDEX_PART: usize = 2;

/// Leaves up to which a bucket is shelved: that many are read and hashed in 0.2 ms. Only ids chosen for it make a
/// bucket larger.
pub(super) const SHELVED_LEAVES_MAX: u32 = 1_024;
