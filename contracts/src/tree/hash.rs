//! The hashes of the state tree: plain SHA-256, so that any language can verify a proof.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];
/// Where a record lives in the tree; see [`path`].
pub type Path = [u8; 32];
/// What the tree says about a record; see [`value_hash`].
pub type ValueHash = [u8; 32];

/// The root of a tree without leaves.
pub const EMPTY_ROOT: Hash = [0; 32];

const LEAF_TAG: u8 = 0x00;
const NODE_TAG: u8 = 0x01;

/// SHA-256 of (type: 1 byte, length of the key: 4 bytes big endian, key), so that nobody chooses
/// the depth of a leaf cheaply and keys of two types never meet.
pub fn path(key_type: u8, key: &[u8]) -> Path {
    // The key ends the input, so even a saturated length leaves it unambiguous.
    let length = u32::try_from(key.len()).unwrap_or(u32::MAX);
    Sha256::new()
        .chain_update([key_type])
        .chain_update(length.to_be_bytes())
        .chain_update(key)
        .finalize()
        .into()
}

/// SHA-256 of (salt, record). The salt keeps a sibling hash in somebody's proof from telling a
/// record that could be guessed.
pub fn value_hash(salt: &[u8; 16], record: &[u8]) -> ValueHash {
    Sha256::new().chain_update(salt).chain_update(record).finalize().into()
}

/// SHA-256 of (0x00, path, value hash).
pub(super) fn leaf_hash(path: &Path, value: &ValueHash) -> Hash {
    Sha256::new().chain_update([LEAF_TAG]).chain_update(path).chain_update(value).finalize().into()
}

/// SHA-256 of (0x01, bit, left, right); `bit` is the one at which the two sides part.
pub(super) fn node_hash(bit: u8, left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([NODE_TAG, bit]).chain_update(left).chain_update(right).finalize().into()
}

/// The hash above two sides that may be empty: a node exists only where both hold something.
pub(super) fn join(bit: u8, left: &Hash, right: &Hash) -> Hash {
    match (*left == EMPTY_ROOT, *right == EMPTY_ROOT) {
        (true, _) => *right,
        (false, true) => *left,
        (false, false) => node_hash(bit, left, right),
    }
}

/// Whether a bit of the path is set; bit 0 is the highest of the first byte.
pub(super) fn is_set(path: &Path, bit: u8) -> bool {
    let byte = path.get(usize::from(bit >> 3)).copied().unwrap_or(0);
    byte & (0x80 >> (bit & 7)) != 0
}

/// The first bit in which two paths differ; `None` when they are equal.
pub(super) fn first_difference(a: &Path, b: &Path) -> Option<u8> {
    let (byte, difference) = (0u8..).zip(a.iter().zip(b).map(|(x, y)| x ^ y)).find(|(_, x)| *x != 0)?;
    let within = u8::try_from(difference.leading_zeros()).ok()?;
    Some((byte << 3) | within)
}
