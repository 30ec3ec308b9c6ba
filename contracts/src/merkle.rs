//! The Merkle tree over an ordered list (a block's transactions, its receipts), in the form of RFC 6962.
//!
//! Leaf = SHA-256(0x00 ‖ bytes), node = SHA-256(0x01 ‖ left ‖ right); a list is cut at the largest
//! power of two below its length; the root of an empty list is SHA-256 of nothing.

use sha2::{Digest, Sha256};

use crate::tree::Hash;

/// Why a place in a list is not proven.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MerkleError {
    #[error("index {index} lies outside a list of {count}")]
    IndexOutside { index: u64, count: u64 },
    #[error("a proof for index {index} of {count} does not have {found} hashes")]
    WrongLength { index: u64, count: u64, found: usize },
    #[error("the proof leads to another root: expected {expected:02x?}, computed {computed:02x?}")]
    OtherRoot { expected: Hash, computed: Hash },
}

/// Hash of one entry.
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update([0x00]).chain_update(bytes).finalize().into()
}

/// Root over the entries' leaf hashes, in order.
pub fn root(leaf_hashes: &[Hash]) -> Hash {
    match leaf_hashes {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        [_, _, ..] => {
            let (left, right) = cut(leaf_hashes);
            node_hash(&root(left), &root(right))
        }
    }
}

/// The hashes beside the way from entry `index` up to the root, lowest first (RFC 6962 §2.1.1);
/// `None` when there is no such entry.
pub fn prove(leaf_hashes: &[Hash], index: usize) -> Option<Vec<Hash>> {
    leaf_hashes.get(index)?;
    let (mut here, mut index, mut proof) = (leaf_hashes, index, Vec::new());
    while here.len() > 1 {
        let (left, right) = cut(here);
        let sibling = match index.checked_sub(left.len()) {
            Some(within) => {
                (here, index) = (right, within);
                left
            }
            None => {
                here = left;
                right
            }
        };
        proof.push(root(sibling));
    }
    proof.reverse();
    Some(proof)
}

/// Checks that `leaf` is entry `index` of the list of `count` entries with this root. The caller
/// MUST have root and count from a source that it trusts (the block's header).
pub fn verify(root: &Hash, index: u64, count: u64, leaf: &Hash, proof: &[Hash]) -> Result<(), MerkleError> {
    if index >= count {
        return Err(MerkleError::IndexOutside { index, count });
    }
    let computed = climb(index, count, leaf, proof).ok_or(MerkleError::WrongLength {
        index,
        count,
        found: proof.len(),
    })?;
    if computed != *root {
        return Err(MerkleError::OtherRoot { expected: *root, computed });
    }
    Ok(())
}

/// Recomputes the root (the algorithm of RFC 9162 §2.1.3.2); `None` when the proof's length is
/// not the one that this index has.
fn climb(index: u64, count: u64, leaf: &Hash, proof: &[Hash]) -> Option<Hash> {
    let (mut place, mut last, mut hash) = (index, count.checked_sub(1)?, *leaf);
    for sibling in proof {
        if last == 0 {
            return None;
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(sibling, &hash);
            // The last entry of an uneven level rises until it has a left neighbour.
            while place & 1 == 0 && place != 0 {
                (place, last) = (place >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    (last == 0).then_some(hash)
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([0x01]).chain_update(left).chain_update(right).finalize().into()
}

/// Cuts at the largest power of two below the length.
fn cut(leaf_hashes: &[Hash]) -> (&[Hash], &[Hash]) {
    let half = leaf_hashes.len().div_ceil(2).checked_next_power_of_two().unwrap_or(0);
    leaf_hashes.split_at(half.min(leaf_hashes.len()))
}

#[cfg(test)]
mod tests;
