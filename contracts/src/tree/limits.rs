//! Sizes of the tree's layout in memory; none of them can change a root.

/// Leading path bits that choose a bucket. 4,096 buckets keep an empty tree under half a
/// megabyte and the part that every block touches inside the processor's cache.
pub(super) const UPPER_BITS: u8 = 12;

/// Number of buckets, and of slots in the array of upper hashes.
pub(super) const BUCKETS: usize = 1 << UPPER_BITS;

/// Leaves that a bucket holds before it splits. One changed leaf rehashes its whole bucket, and
/// whoever chooses ids could fill one bucket cheaply.
pub(super) const BUCKET_LEAVES_MAX: usize = 8;

/// Leaves at which two halves join again: half of the above, so that one key coming and going
/// does not split and join in every block.
pub(super) const JOIN_LEAVES_MAX: usize = BUCKET_LEAVES_MAX / 2;
