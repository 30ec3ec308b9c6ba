//! The state tree from the records alone, in as many passes over them as memory asks for.

use tally_contracts::tree::{self, Leaf, Path, StateTree, TreeBuilder};

use super::error::StorageError;
use super::snapshot::View;

/// Part of the tree's memory, in leaves of a pass: twice as many of 64 bytes are collected at most, which is half of it.
const MEMORY_BYTES_A_LEAF: usize = 256;

/// Leaves of a pass at least; 8 MiB are collected for them.
const PASS_LEAVES_MIN: usize = 1 << 16;

/// Hashes every record: what the tree MUST be, whatever any checkpoint says. Takes half as much memory again as the
/// tree may, until it is done.
pub fn tree_of_records(view: &View<'_>) -> Result<StateTree, StorageError> {
    let room = view.tree_room();
    let most = (room.memory_bytes() / MEMORY_BYTES_A_LEAF).max(PASS_LEAVES_MIN);
    in_passes(view, room.empty_tree()?, most)
}

/// Each pass takes the lowest leaves beyond those of the pass before.
pub(super) fn in_passes(view: &View<'_>, tree: StateTree, most: usize) -> Result<StateTree, StorageError> {
    let mut records = 0;
    let mut pass = Pass::new(None, most);
    pass.collect(view, || records += 1)?;
    let mut builder = TreeBuilder::new(tree, records);
    loop {
        pass.leaves.sort_unstable();
        for leaf in &pass.leaves {
            builder.push(*leaf)?;
        }
        let (Some(_), Some((last, _))) = (pass.below, pass.leaves.last()) else { break };
        pass = Pass::new(Some(*last), most);
        pass.collect(view, || {})?;
    }
    Ok(builder.finish()?)
}

/// The lowest leaves beyond a path.
struct Pass {
    after: Option<Path>,
    /// Set once there are more than there is room for: the lowest path that was left out so far.
    below: Option<Path>,
    most: usize,
    leaves: Vec<Leaf>,
}

impl Pass {
    fn new(after: Option<Path>, most: usize) -> Self {
        // a vector doubles, so a power of two fills it
        Self { after, below: None, most: 1 << most.max(1).ilog2(), leaves: Vec::new() }
    }

    fn collect(&mut self, view: &View<'_>, mut count: impl FnMut()) -> Result<(), StorageError> {
        view.for_each_record(|key, salt, record| {
            count();
            let (record_type, id) = key.split_first().unwrap_or((&0, &[]));
            let path = tree::path(*record_type, id);
            if self.wants(&path) {
                self.add((path, tree::value_hash(salt, record)));
            }
        })?;
        self.cut();
        Ok(())
    }

    fn wants(&self, path: &Path) -> bool {
        self.after.is_none_or(|after| *path > after) && self.below.is_none_or(|below| *path < below)
    }

    fn add(&mut self, leaf: Leaf) {
        self.leaves.push(leaf);
        if self.leaves.len() / 2 >= self.most {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.leaves.len() > self.most {
            let (_, (path, _), _) = self.leaves.select_nth_unstable(self.most);
            self.below = Some(*path);
            self.leaves.truncate(self.most);
        }
    }
}
