//! Certificates, read and checked without the engine that made them: what a light client needs.
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
//! Each signature is over the bytes of a precommit, each field preceded by its length as a big-endian `u32`:
//! `tallystick/consensus/v1`, chain id, kind (one byte, 3), height (`u64` big-endian), round (`u32` big-endian),
//! block id, the signer's key, and an empty field. They are checked one by one by the strict rule of RFC 8032
//! (no cofactor, canonical encodings, no small order).
use crate::limits::{CERTIFICATE_BYTES_MAX, VALIDATORS_MAX};
use borsh::{BorshDeserialize, BorshSerialize};
use ed25519_dalek::{Signature, VerifyingKey};
use std::collections::BTreeMap;
use tally_contracts::types::{Hash, Height, PublicKey};

const VERSION: u8 = 1;
const CONSENSUS_TAG: &[u8] = b"tallystick/consensus/v1";
const PRECOMMIT: u8 = 3;

/// One validator's precommit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CertificateSignature {
    pub validator: PublicKey,
    pub signature: [u8; 64],
}

/// A certificate, decoded but not verified.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Certificate {
    version: u8,
    pub height: Height,
    pub round: u32,
    pub block_id: Hash,
    /// Strictly ascending by key.
    pub signatures: Vec<CertificateSignature>,
}

/// Why a certificate proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    #[error("a certificate has at most {limit} bytes, this has {bytes}")]
    TooLarge { bytes: usize, limit: usize },
    #[error("these bytes are no certificate")]
    Malformed,
    #[error("the certificate has version {version}; this software reads {expected}")]
    Version { version: u8, expected: u8 },
    #[error("the certificate's signatures are not in ascending order at validator {validator}")]
    NotAscending { validator: PublicKey },
    #[error("{validator} is no validator of this height")]
    UnknownSigner { validator: PublicKey },
    #[error("validator {validator} is listed twice")]
    ValidatorRepeated { validator: PublicKey },
    #[error("validator {validator} has no power")]
    ValidatorPowerless { validator: PublicKey },
    #[error("a height has at most {limit} validators, these are {count}")]
    TooManyValidators { count: usize, limit: usize },
    #[error("the signature of validator {validator} is wrong")]
    BadSignature { validator: PublicKey },
    #[error("power {power} of {total} is not more than two thirds")]
    TooLittlePower { power: u128, total: u128 },
}

impl Certificate {
    /// Reads the encoding above, to its last byte. Proves nothing yet.
    pub fn decode(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > CERTIFICATE_BYTES_MAX {
            return Err(CertificateError::TooLarge { bytes: bytes.len(), limit: CERTIFICATE_BYTES_MAX });
        }
        let certificate: Self = borsh::from_slice(bytes).map_err(|_| CertificateError::Malformed)?;
        let version = certificate.version;
        if version != VERSION {
            return Err(CertificateError::Version { version, expected: VERSION });
        }
        let later = certificate.signatures.iter().skip(1);
        match certificate.signatures.iter().zip(later).find(|(one, next)| one.validator >= next.validator) {
            Some((_, next)) => Err(CertificateError::NotAscending { validator: next.validator }),
            None => Ok(certificate),
        }
    }

    /// Checks every signature and that their validators have more than two thirds of the power. The caller
    /// MUST have `validators`, key and power, from a source that it trusts for exactly this height. Returns
    /// the power that signed.
    pub fn verify(&self, chain_id: &str, validators: &[(PublicKey, u64)]) -> Result<u128, CertificateError> {
        let powers = powers(validators)?;
        let mut power = 0_u128;
        for CertificateSignature { validator, signature } in &self.signatures {
            let own =
                powers.get(validator).ok_or(CertificateError::UnknownSigner { validator: *validator })?;
            let signed = self.precommit_bytes(chain_id, validator);
            if !verify_strict(validator, &signed, signature) {
                return Err(CertificateError::BadSignature { validator: *validator });
            }
            power += u128::from(*own);
        }
        let total: u128 = powers.values().copied().map(u128::from).sum();
        if power * 3 <= total * 2 {
            return Err(CertificateError::TooLittlePower { power, total });
        }
        Ok(power)
    }

    /// What `validator` signed.
    fn precommit_bytes(&self, chain_id: &str, validator: &PublicKey) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(160);
        for field in [
            CONSENSUS_TAG,
            chain_id.as_bytes(),
            &[PRECOMMIT],
            &self.height.number().to_be_bytes(),
            &self.round.to_be_bytes(),
            &self.block_id.0,
            &validator.0,
            &[],
        ] {
            bytes.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend_from_slice(field);
        }
        bytes
    }
}

fn powers(validators: &[(PublicKey, u64)]) -> Result<BTreeMap<PublicKey, u64>, CertificateError> {
    let (count, limit) = (validators.len(), VALIDATORS_MAX);
    if count > limit {
        return Err(CertificateError::TooManyValidators { count, limit });
    }
    let mut powers = BTreeMap::new();
    for (validator, power) in validators {
        if *power == 0 {
            return Err(CertificateError::ValidatorPowerless { validator: *validator });
        }
        if powers.insert(*validator, *power).is_some() {
            return Err(CertificateError::ValidatorRepeated { validator: *validator });
        }
    }
    Ok(powers)
}

fn verify_strict(key: &PublicKey, bytes: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(&key.0)
        .is_ok_and(|key| key.verify_strict(bytes, &Signature::from_bytes(signature)).is_ok())
}
