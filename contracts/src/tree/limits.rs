//! Sizes of the tree's layout in memory; none of them can change a root.

/// Leading path bits that choose a bucket in a small tree. 4,096 buckets keep an empty tree under half a
/// megabyte.
pub(super) const UPPER_BITS_MIN: u8 = 12;

/// The same at most: sixteen million buckets, 1.5 GB, for a hundred million leaves and more.
pub(super) const UPPER_BITS_MAX: u8 = 24;

/// Leaves to a bucket, on average, beyond which there are twice as many buckets. The block that meets it
/// pays for moving all of them, some 0.1 s at four million leaves.
pub(super) const LEAVES_PER_BUCKET_MAX: usize = BUCKET_LEAVES_MAX;

/// Leaves that a bucket holds before it splits. One changed leaf rehashes its whole bucket, and
/// whoever chooses ids could fill one bucket cheaply.
pub(super) const BUCKET_LEAVES_MAX: usize = 8;

/// Leaves at which two halves join again: half of the above, so that one key coming and going
/// does not split and join in every block.
pub(super) const JOIN_LEAVES_MAX: usize = BUCKET_LEAVES_MAX / 2;
