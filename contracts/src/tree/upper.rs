//! The hashes above 2^n places, level by level, in one flat array.

use super::hash::{EMPTY_ROOT, Hash, Path, is_set, join};
use super::proof::Step;

/// What has one hash above all its leaves.
pub(super) trait Hashed {
    fn hash(&self) -> &Hash;
}

/// Slot 1 is the highest; below slot i lie 2i and 2i + 1; from the number of places on lie the places themselves, whose
/// hashes are not kept here.
#[derive(Debug)]
pub(super) struct Upper {
    /// The path bit that parts the two places below slot 1.
    first_bit: u8,
    hashes: Vec<Hash>,
}

impl Upper {
    /// Above so many places that hold nothing; their number is a power of two.
    pub(super) fn empty(first_bit: u8, places: usize) -> Self {
        Self { first_bit, hashes: vec![EMPTY_ROOT; places] }
    }

    /// Slot 1.
    pub(super) fn root<'a>(&'a self, places: &'a [impl Hashed]) -> &'a Hash {
        self.hash_at(1, places)
    }

    /// Rehashes all slots above the touched places, which are in ascending order.
    pub(super) fn rehash(&mut self, places: &[impl Hashed], touched: impl IntoIterator<Item = usize>) {
        let mut slots: Vec<usize> = touched.into_iter().map(|place| place | places.len()).collect();
        for bit in (self.first_bit..self.end_bit()).rev() {
            slots.iter_mut().for_each(|slot| *slot >>= 1);
            slots.dedup();
            for &slot in &slots {
                let (left, right) = sides(slot);
                let hash = join(bit, self.hash_at(left, places), self.hash_at(right, places));
                if let Some(kept) = self.hashes.get_mut(slot) {
                    *kept = hash;
                }
            }
        }
    }

    /// Walks to the only place that `path` could be in, noting each sibling passed on the way.
    pub(super) fn prove(&self, places: &[impl Hashed], path: &Path, steps: &mut Vec<Step>) -> usize {
        let mut slot = 1;
        for bit in self.first_bit..self.end_bit() {
            let (left, right) = sides(slot);
            let hashes = (self.hash_at(left, places), self.hash_at(right, places));
            slot = if descend(bit, hashes, path, steps) { right } else { left };
        }
        slot ^ places.len()
    }

    /// Makes room for twice as many places: those that there were become slots.
    pub(super) fn double(&mut self, places: &[impl Hashed]) {
        self.hashes.extend(places.iter().map(|place| *place.hash()));
    }

    /// The first path bit below all slots.
    fn end_bit(&self) -> u8 {
        self.first_bit.saturating_add(u8::try_from(self.hashes.len().ilog2()).unwrap_or_default())
    }

    fn hash_at<'a>(&'a self, slot: usize, places: &'a [impl Hashed]) -> &'a Hash {
        let below = slot.checked_sub(places.len()).and_then(|place| places.get(place)).map(Hashed::hash);
        below.or_else(|| self.hashes.get(slot)).unwrap_or(&EMPTY_ROOT)
    }
}

fn sides(slot: usize) -> (usize, usize) {
    (slot << 1, (slot << 1) | 1)
}

/// Chooses the side of a node for `path` (true = right) and notes the other side's hash. Where
/// one side is empty there is no node: the walk goes on in the other without looking at the bit.
pub(super) fn descend(level: u8, sides: (&Hash, &Hash), path: &Path, steps: &mut Vec<Step>) -> bool {
    let (left, right) = sides;
    if *left == EMPTY_ROOT || *right == EMPTY_ROOT {
        return *left == EMPTY_ROOT;
    }
    let goes_right = is_set(path, level);
    steps.push(Step { bit: level, sibling: if goes_right { *left } else { *right } });
    goes_right
}
