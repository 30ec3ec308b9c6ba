//! Which ed25519 public keys may stand on the ledger.
//!
//! A key of small order verifies signatures that nobody made, and a key with two encodings would be two keys
//! with one secret. Both are refused by their bytes, before any signature is looked at, so that every node and
//! every way of checking (alone, in a batch) sees the same keys.
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::CompressedEdwardsY;
use std::sync::LazyLock;
use tally_contracts::types::PublicKey;

/// Why some bytes are no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("{key} is not the canonical encoding of a key")]
    NotCanonical { key: PublicKey },
    #[error("{key} is of small order: anybody could sign for it")]
    SmallOrder { key: PublicKey },
    #[error("{key} is no point of the curve")]
    NotOnCurve { key: PublicKey },
}

/// Checks a key that shall stand on the ledger or sign.
pub fn check(key: &PublicKey) -> Result<(), KeyError> {
    check_encoding(key)?;
    match CompressedEdwardsY(key.0).decompress() {
        Some(_) => Ok(()),
        None => Err(KeyError::NotOnCurve { key: *key }),
    }
}

/// The same but for whether it is on the curve, which whoever computes with it finds out anyway, and which costs a
/// tenth of a signature.
pub(crate) fn check_encoding(key: &PublicKey) -> Result<(), KeyError> {
    let y = without_sign(key.0);
    if !is_below_prime(&y) {
        return Err(KeyError::NotCanonical { key: *key });
    }
    // Every point with x = 0, whose sign could be written in two ways, is among these.
    if SMALL_ORDER_Y.contains(&y) {
        return Err(KeyError::SmallOrder { key: *key });
    }
    Ok(())
}

/// The y of the eight points whose eightfold is the identity.
static SMALL_ORDER_Y: LazyLock<[[u8; 32]; 8]> =
    LazyLock::new(|| EIGHT_TORSION.map(|point| without_sign(point.compress().0)));

/// The y coordinate of an encoding: the highest bit is the sign of x.
const fn without_sign(mut bytes: [u8; 32]) -> [u8; 32] {
    bytes[31] &= 0x7f;
    bytes
}

/// Whether a little-endian number is below 2^255 − 19.
fn is_below_prime(y: &[u8; 32]) -> bool {
    let [lowest, middle @ .., highest] = y;
    *lowest < 0xed || *highest < 0x7f || middle.iter().any(|byte| *byte != 0xff)
}
