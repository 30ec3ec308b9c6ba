//! A transaction's way in: received bytes → [`SignedTransaction`] → [`VerifiedTransaction`].
mod canonical;
mod signed;
mod verified;

pub use canonical::Layer;
pub use signed::{SignedTransaction, decode_body, sign};
pub use verified::{VerifiedTransaction, verify_batch};

use crate::convert::FieldError;
use crate::signing::SignatureError;
use tally_contracts::types::{Hash, PublicKey};

/// Why received bytes are no transaction; nothing of this kind ever gets into a block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
    #[error("a transaction has at most {limit} bytes, this has {bytes}")]
    TooLarge { bytes: usize, limit: usize },
    #[error("the {layer} is not a protobuf message: {reason}")]
    Malformed { layer: Layer, reason: prost::DecodeError },
    #[error(
        "the {layer} is not in canonical encoding from byte {at} on: encode fields in order, once, without defaults or unknown ones"
    )]
    NotCanonical { layer: Layer, at: usize },
    #[error(transparent)]
    Field(#[from] FieldError),
    #[error("{signatures} signatures where the body names {signers} keys")]
    SignatureCount { signatures: usize, signers: usize },
    #[error("the body names key {key}, which is not at hand to sign")]
    SignerMissing { key: PublicKey },
    #[error("transaction {id}: {error}")]
    Signature { id: Hash, error: SignatureError },
}
