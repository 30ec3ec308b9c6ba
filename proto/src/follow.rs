//! Following: what a full node signs when it answers a member node.
use crate::signing::{Claim, SignatureError};
use tally_contracts::types::PublicKey;

/// First bytes of what is signed.
pub const FOLLOW_TAG: &[u8] = b"tallystick/follow/v1";

/// What the answering node's peer key signs: tag, chain id and answer, each after its length (4 bytes, big-endian).
pub fn signing_bytes(chain_id: &str, answer: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(answer.len().saturating_add(128));
    for part in [FOLLOW_TAG, chain_id.as_bytes(), answer] {
        bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

/// Whether `key` signed `answer`; whose key that is, is for the ledger to say.
pub fn verify(
    chain_id: &str,
    answer: &[u8],
    key: PublicKey,
    signature: [u8; 64],
) -> Result<(), SignatureError> {
    Claim { key, signature, message: &signing_bytes(chain_id, answer) }.verify()
}
