//! Building a tree from leaves in path order, one after the other, within its memory.

use super::hash::Path;
use super::subtree::{HashedLeaf, Subtree};
use super::{Leaf, StateTree, TreeError};

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
        let (leaves, bits_max) = (expected.div_ceil(tree.regions.len()), tree.region_bits_max());
        tree.regions.iter_mut().for_each(|region| region.widen_for(leaves, bits_max));
        Self { tree, bucket: Vec::new(), last: None }
    }

    /// Adds a leaf, which MUST come after the one before it.
    pub fn push(&mut self, (path, value): Leaf) -> Result<(), TreeError> {
        if let Some(last) = self.last {
            if last >= path {
                let index = self.tree.len.saturating_add(self.bucket.len());
                return Err(TreeError::OutOfOrder { index, path });
            }
            if self.tree.bucket_of(&last) != self.tree.bucket_of(&path) {
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
        let bits_max = tree.region_bits_max();
        for region in &mut tree.regions {
            region.rehash();
            region.widen_for(region.len(), bits_max);
        }
        tree.upper.rehash(&tree.regions, 0..tree.regions.len());
        Ok(tree)
    }

    fn place(&mut self) -> Result<(), TreeError> {
        let tree = &mut self.tree;
        let leaves: Vec<HashedLeaf> = self.bucket.drain(..).collect();
        let Some((region, bucket)) = leaves.first().map(|leaf| tree.bucket_of(&leaf.path)) else {
            return Ok(());
        };
        if let Some(region) = tree.regions.get_mut(region) {
            tree.len = tree.len.saturating_add(leaves.len());
            tree.resident = tree.resident.saturating_add(leaves.len());
            region.fill(bucket, Subtree::build(region.level(), leaves));
        }
        Ok(tree.make_room(&[])?)
    }
}
