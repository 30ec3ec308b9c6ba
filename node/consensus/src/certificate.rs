//! Proof that a block was decided: precommits of more than two thirds of the power, in our own encoding.
//!
//! A certificate is the borsh encoding of [`Certificate`], nothing before or after it:
//!
//! | field | bytes |
//! |---|---|
//! | version | `u8`, always 1 |
//! | height | `u64` little-endian |
//! | round | `u32` little-endian |
//! | block id | 32 |
//! | number of signatures | `u32` little-endian |
//! | each: validator key, signature | 32 + 64, strictly ascending by key |
//!
//! To verify one by other means than this crate: for each entry build the bytes of a precommit
//! ([`crate::signing_bytes`]) of that height, round, block id and key, check the ed25519 signature over them
//! by the strict rule, sum the powers which the height's validator set gives those keys, and demand 3 × sum > 2 × total.
//! An unknown key, a key that comes twice or any bad signature makes the whole certificate bad.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::keys::verify_strict;
use crate::limits::CERTIFICATE_BYTES_MAX;
use crate::signing_bytes::precommit_bytes;
use crate::types::{BlockId, Height, Round, ValidatorKey};
use crate::validator_set::ValidatorSet;

const VERSION: u8 = 1;

/// One validator's precommit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CertificateSignature {
    /// Who signed.
    pub validator: ValidatorKey,
    /// The ed25519 signature over the precommit's bytes.
    pub signature: [u8; 64],
}

/// A certificate, decoded but not verified.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Certificate {
    version: u8,
    /// Which height was decided.
    pub height: Height,
    /// In which round.
    pub round: Round,
    /// In favour of which block.
    pub block_id: BlockId,
    /// By whom, ascending by key.
    pub signatures: Vec<CertificateSignature>,
}

/// What a good certificate proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateSummary {
    /// The height that was decided.
    pub height: Height,
    /// The round in which it was.
    pub round: Round,
    /// The block that was.
    pub block_id: BlockId,
    /// The power behind it, more than two thirds of the set's.
    pub power: u64,
}

/// Why a certificate proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Larger than any certificate can be.
    #[error("the certificate has {bytes} bytes, more than {max}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// Not the documented encoding.
    #[error("the certificate does not decode")]
    Malformed,
    /// An encoding of another time.
    #[error("the certificate has version {version}, expected {expected}")]
    Version {
        /// What it says.
        version: u8,
        /// What this software reads.
        expected: u8,
    },
    /// The entries are not in ascending order of their keys.
    #[error("the certificate's signatures are not in order at validator {validator}")]
    NotSorted {
        /// Where.
        validator: ValidatorKey,
    },
    /// A key comes twice.
    #[error("validator {validator} signed the certificate twice")]
    DuplicateSigner {
        /// Which.
        validator: ValidatorKey,
    },
    /// A key that is not in the height's validator set.
    #[error("{validator} is no validator of this height")]
    UnknownSigner {
        /// Which.
        validator: ValidatorKey,
    },
    /// A signature of another chain, height, round, block or key, or no signature at all.
    #[error("the signature of validator {validator} is wrong")]
    BadSignature {
        /// Whose.
        validator: ValidatorKey,
    },
    /// Two thirds or less.
    #[error("power {power} of {total} is not more than two thirds")]
    TooLittlePower {
        /// What signed.
        power: u64,
        /// What there is.
        total: u64,
    },
}

impl Certificate {
    /// A certificate of these signatures, which it sorts.
    #[must_use]
    pub fn new(
        height: Height,
        round: Round,
        block_id: BlockId,
        mut signatures: Vec<CertificateSignature>,
    ) -> Self {
        signatures.sort_by_key(|entry| entry.validator);
        Self { version: VERSION, height, round, block_id, signatures }
    }

    /// The documented encoding.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        borsh::to_vec(self).expect("writing to memory does not fail")
    }

    /// Reads the documented encoding. Proves nothing yet.
    ///
    /// # Errors
    /// If it is too large, of another version, not in order, or does not decode to its last byte.
    pub fn decode(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > CERTIFICATE_BYTES_MAX {
            return Err(CertificateError::TooLarge { bytes: bytes.len(), max: CERTIFICATE_BYTES_MAX });
        }
        let certificate: Self = borsh::from_slice(bytes).map_err(|_| CertificateError::Malformed)?;
        if certificate.version != VERSION {
            return Err(CertificateError::Version { version: certificate.version, expected: VERSION });
        }
        for pair in certificate.signatures.windows(2) {
            let validator = pair[1].validator;
            match pair[0].validator.cmp(&validator) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => return Err(CertificateError::DuplicateSigner { validator }),
                std::cmp::Ordering::Greater => return Err(CertificateError::NotSorted { validator }),
            }
        }
        Ok(certificate)
    }

    /// Checks every signature and the sum of the powers.
    ///
    /// # Errors
    /// The first thing that is wrong, in the order of the keys.
    pub fn verify(
        &self,
        chain_id: &str,
        validators: &ValidatorSet,
    ) -> Result<CertificateSummary, CertificateError> {
        let mut power = 0_u64;
        for entry in &self.signatures {
            let validator = entry.validator;
            let member = validators.get(&validator).ok_or(CertificateError::UnknownSigner { validator })?;
            let signed = precommit_bytes(chain_id, self.height, self.round, self.block_id, validator);
            if !verify_strict(&validator, &signed, &entry.signature) {
                return Err(CertificateError::BadSignature { validator });
            }
            // Keys are distinct and in the set, so this never exceeds the set's total.
            power = power.saturating_add(member.power);
        }
        if !validators.is_quorum(power) {
            return Err(CertificateError::TooLittlePower { power, total: validators.power_total() });
        }
        Ok(CertificateSummary { height: self.height, round: self.round, block_id: self.block_id, power })
    }
}

/// Decodes and verifies a certificate against the validator set of its height, which the caller MUST have chosen by
/// the height it expects: the summary says which height the certificate is for.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn verify_certificate(
    chain_id: &str,
    validators: &ValidatorSet,
    certificate: &[u8],
) -> Result<CertificateSummary, CertificateError> {
    Certificate::decode(certificate)?.verify(chain_id, validators)
}
