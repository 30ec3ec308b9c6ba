//! What is signed and how it is checked: one rule, alone or in a batch.
//!
//! Signed are the domain tag, the length of the chain id (4 bytes, big-endian), the chain id, and the body's
//! bytes exactly as they were received. The transaction's id is SHA-256 of the same bytes.
//!
//! **One rule.** RFC 8032 leaves open whether the verification equation is multiplied by the cofactor 8, and
//! implementations differ in which encodings they take. Checks in batches can only be cofactored: a random
//! combination of signatures with components of small order would pass or fail by chance otherwise. A ledger
//! needs one verdict on every node, so the rule is ZIP-215, which is cofactored both alone and in a batch,
//! and demands s below the group's order. On top of it, keys of small order and keys in a second encoding
//! are refused by their bytes ([`crate::key`]) before any equation is looked at. An R of small order or in a
//! second encoding needs no refusal: the equation takes the same decoded point either way, R's bytes are part
//! of the challenge, and so only the key's owner can make such a signature.
use crate::key::{self, KeyError};
use ed25519_dalek::{Signer, SigningKey};
use ed25519_zebra::batch;
use ed25519_zebra::{Signature, VerificationKeyBytes};
use tally_contracts::types::{Hash, PublicKey};

/// First bytes of what is signed for a transaction.
pub const TRANSACTION_TAG: &[u8] = b"tallystick/transaction/v1";

/// The bytes to sign for a body on a chain.
pub fn signing_bytes(chain_id: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = signing_prefix(chain_id);
    bytes.extend_from_slice(body);
    bytes
}

/// What stands before the body.
pub(crate) fn signing_prefix(chain_id: &str) -> Vec<u8> {
    // Chain ids are bounded by 64 bytes where chains are made; a saturated length would still be unambiguous.
    let length = u32::try_from(chain_id.len()).unwrap_or(u32::MAX);
    let mut bytes = TRANSACTION_TAG.to_vec();
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(chain_id.as_bytes());
    bytes
}

/// The id of the transaction with this body on this chain; signatures are no part of it.
pub fn transaction_id(chain_id: &str, body: &[u8]) -> Hash {
    Hash::of(&signing_bytes(chain_id, body))
}

/// One key's signature over a body, for signers that never meet.
pub fn sign_body(chain_id: &str, body: &[u8], key: &SigningKey) -> [u8; 64] {
    key.sign(&signing_bytes(chain_id, body)).to_bytes()
}

/// The public key of a secret one.
pub fn public_key(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

/// Something that claims to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    pub key: PublicKey,
    pub signature: [u8; 64],
    pub message: &'a [u8],
}

/// Why a claim does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the signature of key {key} does not fit these bytes on this chain")]
    Wrong { key: PublicKey },
}

impl Claim<'_> {
    /// Checks this claim alone.
    pub fn verify(&self) -> Result<(), SignatureError> {
        key::check_encoding(&self.key)?;
        self.item().verify_single().map_err(|_| match key::check(&self.key) {
            Ok(()) => SignatureError::Wrong { key: self.key },
            Err(error) => error.into(),
        })
    }

    fn item(&self) -> batch::Item {
        let key = VerificationKeyBytes::from(self.key.0);
        batch::Item::from((key, Signature::from_bytes(&self.signature), self.message))
    }
}

/// Whether all claims hold; says no wherever [`Claim::verify`] refuses one. A yes is wrong with a probability
/// of 2^-128 for each attempt, whatever the claims.
pub fn all_hold(claims: &[Claim]) -> bool {
    if let [claim] = claims {
        return claim.verify().is_ok();
    }
    if claims.iter().any(|claim| key::check_encoding(&claim.key).is_err()) {
        return false;
    }
    let mut verifier = batch::Verifier::new();
    for claim in claims {
        verifier.queue(claim.item());
    }
    verifier.verify(rand::rng()).is_ok()
}
