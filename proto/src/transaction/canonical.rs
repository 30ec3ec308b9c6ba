//! One encoding for one message: what does not re-encode to itself is refused.
//!
//! Protobuf lets a decoder accept unknown fields, fields in any order or twice, long varints, unpacked lists
//! and written-out defaults. Any of them would let somebody else make other bytes of the same meaning, and
//! decoders that differ in them would disagree on what was signed.
use super::TransactionError;
use prost::Message;
use std::fmt;

/// Which of the two messages is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// `SignedTransaction`.
    Envelope,
    /// `TransactionBody`.
    Body,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Envelope => "envelope",
            Self::Body => "body",
        })
    }
}

/// Decodes `bytes`, which must be exactly what the decoded message encodes to.
pub(super) fn decode<M: Message + Default>(bytes: &[u8], layer: Layer) -> Result<M, TransactionError> {
    let message = M::decode(bytes).map_err(|reason| TransactionError::Malformed { layer, reason })?;
    let again = message.encode_to_vec();
    if again == bytes {
        return Ok(message);
    }
    let same = again.iter().zip(bytes).take_while(|(left, right)| left == right).count();
    Err(TransactionError::NotCanonical { layer, at: same })
}
