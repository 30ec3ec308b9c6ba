//! What lies below one slot of the upper hashes: sorted leaves, split in two where they are many.

use super::hash::{EMPTY_ROOT, Hash, Path, ValueHash, first_difference, is_set, join, leaf_hash, node_hash};
use super::limits::{BUCKET_LEAVES_MAX, JOIN_LEAVES_MAX};
use super::proof::Step;
use super::upper::descend;
use super::{Leaf, Update};

/// A leaf with its hash kept, because its neighbours' changes need it again.
#[derive(Clone, Debug)]
pub(super) struct HashedLeaf {
    pub path: Path,
    pub value: ValueHash,
    hash: Hash,
}

impl HashedLeaf {
    pub(super) fn new((path, value): Leaf) -> Self {
        Self { path, value, hash: leaf_hash(&path, &value) }
    }
}

/// All leaves that share the path bits before `level`, and the hash above them.
#[derive(Clone, Debug)]
pub(super) struct Subtree {
    hash: Hash,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Bucket(Vec<HashedLeaf>),
    /// The bit at `level` sends a path left or right; one side may be empty.
    Fork(Box<Fork>),
}

#[derive(Clone, Debug)]
struct Fork {
    leaves: usize,
    left: Subtree,
    right: Subtree,
}

impl Subtree {
    pub(super) fn empty() -> Self {
        Self { hash: EMPTY_ROOT, content: Content::Bucket(Vec::new()) }
    }

    /// Builds from leaves in strictly ascending order which agree in all bits before `level`.
    pub(super) fn build(level: u8, leaves: Vec<HashedLeaf>) -> Self {
        let content = Content::build(level, leaves);
        Self { hash: content.hash(level), content }
    }

    pub(super) fn hash(&self) -> &Hash {
        &self.hash
    }

    /// What the bit at `level` sends left, and what right.
    pub(super) fn halves(self, level: u8) -> [Self; 2] {
        let Fork { left, right, .. } = match self.content {
            Content::Bucket(leaves) => Fork::build(level, leaves),
            Content::Fork(fork) => *fork,
        };
        [left, right]
    }

    pub(super) fn len(&self) -> usize {
        match &self.content {
            Content::Bucket(leaves) => leaves.len(),
            Content::Fork(fork) => fork.leaves,
        }
    }

    pub(super) fn get(&self, level: u8, path: &Path) -> Option<ValueHash> {
        match &self.content {
            Content::Bucket(leaves) => {
                let index = leaves.binary_search_by(|leaf| leaf.path.cmp(path)).ok()?;
                leaves.get(index).map(|leaf| leaf.value)
            }
            Content::Fork(fork) => fork.side(is_set(path, level)).get(below(level), path),
        }
    }

    /// Applies updates in ascending order; what was there before goes to `previous`, in that order.
    pub(super) fn apply(&mut self, level: u8, updates: &[Update], previous: &mut Vec<Update>) {
        if updates.is_empty() {
            return;
        }
        match &mut self.content {
            Content::Bucket(leaves) => {
                previous.extend(updates.iter().map(|update| (update.0, change(leaves, update))));
            }
            Content::Fork(fork) => fork.apply(level, updates, previous),
        }
        self.content.reshape(level);
        self.hash = self.content.hash(level);
    }

    /// Walks to the only leaf that `path` could be, noting each sibling passed on the way.
    pub(super) fn prove(&self, level: u8, path: &Path, steps: &mut Vec<Step>) -> Option<Leaf> {
        match &self.content {
            Content::Bucket(leaves) => prove_in(leaves, path, steps),
            Content::Fork(fork) => {
                let right = descend(level, (&fork.left.hash, &fork.right.hash), path, steps);
                fork.side(right).prove(below(level), path, steps)
            }
        }
    }

    pub(super) fn leaves(&self) -> Leaves<'_> {
        Leaves { bucket: [].iter(), waiting: vec![self] }
    }
}

impl Content {
    fn build(level: u8, leaves: Vec<HashedLeaf>) -> Self {
        if leaves.len() <= BUCKET_LEAVES_MAX {
            return Self::Bucket(leaves);
        }
        Self::Fork(Box::new(Fork::build(level, leaves)))
    }

    fn hash(&self, level: u8) -> Hash {
        match self {
            Self::Bucket(leaves) => root_of(leaves),
            Self::Fork(fork) => join(level, &fork.left.hash, &fork.right.hash),
        }
    }

    /// Splits a bucket that grew too large and joins a fork that shrank.
    fn reshape(&mut self, level: u8) {
        match self {
            Self::Bucket(leaves) if leaves.len() > BUCKET_LEAVES_MAX => {
                *self = Self::build(level, std::mem::take(leaves));
            }
            Self::Fork(fork) if fork.leaves <= JOIN_LEAVES_MAX => {
                let leaves = fork.left.leaves().chain(fork.right.leaves()).cloned().collect();
                *self = Self::Bucket(leaves);
            }
            Self::Bucket(_) | Self::Fork(_) => {}
        }
    }
}

impl Fork {
    fn build(level: u8, mut leaves: Vec<HashedLeaf>) -> Self {
        let count = leaves.len();
        let right = leaves.split_off(leaves.partition_point(|leaf| !is_set(&leaf.path, level)));
        // A copy takes what it needs; a vector that shrinks may keep its place.
        let left = leaves.as_slice().to_vec();
        let (left, right) = (Subtree::build(below(level), left), Subtree::build(below(level), right));
        Self { leaves: count, left, right }
    }

    fn side(&self, right: bool) -> &Subtree {
        if right { &self.right } else { &self.left }
    }

    fn apply(&mut self, level: u8, updates: &[Update], previous: &mut Vec<Update>) {
        let middle = updates.partition_point(|(path, _)| !is_set(path, level));
        let (left, right) = updates.split_at(middle);
        self.left.apply(below(level), left, previous);
        self.right.apply(below(level), right, previous);
        self.leaves = self.left.len().saturating_add(self.right.len());
    }
}

/// The level below; paths have 256 bits, and no more than one leaf is left after the last one.
fn below(level: u8) -> u8 {
    level.saturating_add(1)
}

/// Sets or removes one leaf; returns the value it had.
fn change(leaves: &mut Vec<HashedLeaf>, (path, value): &Update) -> Option<ValueHash> {
    let found = leaves.binary_search_by(|leaf| leaf.path.cmp(path));
    match (found, value) {
        (Ok(index), Some(value)) => {
            let leaf = leaves.get_mut(index)?;
            Some(std::mem::replace(leaf, HashedLeaf::new((*path, *value))).value)
        }
        (Ok(index), None) => Some(leaves.remove(index).value),
        (Err(index), Some(value)) => {
            // A vector doubles by itself, and would be empty by a third.
            leaves.reserve_exact(1);
            leaves.insert(index, HashedLeaf::new((*path, *value)));
            None
        }
        (Err(_), None) => None,
    }
}

/// The bit at which sorted leaves part, and the two parts; `None` for fewer than two leaves.
fn part(leaves: &[HashedLeaf]) -> Option<(u8, &[HashedLeaf], &[HashedLeaf])> {
    let bit = first_difference(&leaves.first()?.path, &leaves.last()?.path)?;
    let (left, right) = leaves.split_at(leaves.partition_point(|leaf| !is_set(&leaf.path, bit)));
    Some((bit, left, right))
}

/// The root over sorted leaves, as if they were the whole tree.
fn root_of(leaves: &[HashedLeaf]) -> Hash {
    match part(leaves) {
        Some((bit, left, right)) => node_hash(bit, &root_of(left), &root_of(right)),
        None => leaves.first().map_or(EMPTY_ROOT, |leaf| leaf.hash),
    }
}

fn prove_in(leaves: &[HashedLeaf], path: &Path, steps: &mut Vec<Step>) -> Option<Leaf> {
    let mut leaves = leaves;
    while let Some((bit, left, right)) = part(leaves) {
        let goes_right = is_set(path, bit);
        let (here, sibling) = if goes_right { (right, left) } else { (left, right) };
        steps.push(Step { bit, sibling: root_of(sibling) });
        leaves = here;
    }
    leaves.first().map(|leaf| (leaf.path, leaf.value))
}

/// The leaves of a subtree in path order.
pub(super) struct Leaves<'a> {
    bucket: std::slice::Iter<'a, HashedLeaf>,
    /// Subtrees still to visit, the next one last.
    waiting: Vec<&'a Subtree>,
}

impl<'a> Iterator for Leaves<'a> {
    type Item = &'a HashedLeaf;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(leaf) = self.bucket.next() {
                return Some(leaf);
            }
            match &self.waiting.pop()?.content {
                Content::Bucket(leaves) => self.bucket = leaves.iter(),
                Content::Fork(fork) => self.waiting.extend([&fork.right, &fork.left]),
            }
        }
    }
}
