//! Building a tree from leaves in path order, one after the other, within its memory.

use super::bucket::Bucket;
use super::hash::Path;
use super::subtree::{HashedLeaf, Subtree};
use super::{Leaf, StateTree, TreeError, bucket_of};

/// A tree in the making.
#[derive(Debug)]
pub struct TreeBuilder {
    tree: StateTree,
    /// The leaves of the bucket that is not complete yet.
    bucket: Vec<HashedLeaf>,
    last: Option<Path>,
}

impl TreeBuilder {
    /// Fills an empty tree. About as many leaves as are `expected` should follow; it is fastest then.
    pub fn new(mut tree: StateTree, expected: usize) -> Self {
        tree.widen_for(expected);
        Self { tree, bucket: Vec::new(), last: None }
    }

    /// Adds a leaf, which MUST come after the one before it.
    pub fn push(&mut self, (path, value): Leaf) -> Result<(), TreeError> {
        if let Some(last) = self.last {
            if last >= path {
                let index = self.tree.len.saturating_add(self.bucket.len());
                return Err(TreeError::OutOfOrder { index, path });
            }
            if bucket_of(&last, self.tree.bits) != bucket_of(&path, self.tree.bits) {
                self.place()?;
            }
        }
        self.bucket.push(HashedLeaf::new((path, value)));
        self.last = Some(path);
        Ok(())
    }

    /// The tree over all leaves.
    pub fn finish(mut self) -> Result<StateTree, TreeError> {
        self.place()?;
        let mut tree = self.tree;
        let buckets = tree.buckets.len();
        tree.rehash_above((buckets..buckets << 1).collect());
        tree.widen();
        Ok(tree)
    }

    fn place(&mut self) -> Result<(), TreeError> {
        let tree = &mut self.tree;
        let leaves: Vec<HashedLeaf> = self.bucket.drain(..).collect();
        let (index, count) = (leaves.first().map(|leaf| bucket_of(&leaf.path, tree.bits)), leaves.len());
        if let Some(bucket) = index.and_then(|index| tree.buckets.get_mut(index)) {
            *bucket = Bucket::Resident(Subtree::build(tree.bits, leaves));
            tree.len = tree.len.saturating_add(count);
            tree.resident = tree.resident.saturating_add(count);
        }
        Ok(tree.make_room(&[])?)
    }
}
