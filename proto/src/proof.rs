//! A record believed without trusting the node that sent it: certificate → header → state root → record.
use crate::block::{BlockDecodeError, BlockHeader};
use crate::certificate::{Certificate, CertificateError};
use crate::convert::{At, FieldError, FieldErrorKind, fixed};
use crate::v1::ledger::{GetProofResponse, StateProof};
use tally_contracts::state::StoredRecord;
use tally_contracts::tree::{self, Presence};
use tally_contracts::types::{Hash, Height, PublicKey};

/// What a client knows about the chain before it asks.
#[derive(Clone, Copy, Debug)]
pub struct TrustedChain<'a> {
    pub chain_id: &'a str,
    /// Key and power of those who decide the height of the proof.
    pub validators: &'a [(PublicKey, u64)],
}

/// A record, or its absence, that more than two thirds of the validators' power stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenRecord {
    /// The block after which it was so.
    pub header: BlockHeader,
    /// Canonical bytes; `None` where there is no such record.
    pub record: Option<Vec<u8>>,
}

/// Why an answer proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    #[error(transparent)]
    Field(#[from] FieldError),
    #[error(transparent)]
    Header(#[from] BlockDecodeError),
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error(transparent)]
    Tree(#[from] tree::ProofError),
    #[error("the answer is about another record than was asked for")]
    OtherRecord,
    #[error("the header is of chain {found}")]
    OtherChain { found: String },
    #[error("the certificate is for block {certified} at {height}, the header is of block {header}")]
    OtherBlock { certified: Hash, height: Height, header: Hash },
    #[error("the proof shows the opposite of what the answer claims")]
    OtherPresence,
    #[error("the record is not the one that the state commits to")]
    OtherValue,
}

/// Verifies an answer about the record under `row_key` ([`crate::convert::row_key`] of what was asked).
pub fn verify(
    answer: &GetProofResponse,
    row_key: &[u8],
    chain: TrustedChain,
) -> Result<ProvenRecord, ProofError> {
    let header = certified_header(answer, chain)?;
    let record = record_under(&header.state_root, answer, row_key)?;
    Ok(ProvenRecord { header, record })
}

fn certified_header(answer: &GetProofResponse, chain: TrustedChain) -> Result<BlockHeader, ProofError> {
    let encoded = &answer.header.as_ref().ok_or(FieldErrorKind::Missing).at("header")?.encoded;
    let header = BlockHeader::decode(encoded)?;
    if header.chain_id != chain.chain_id {
        return Err(ProofError::OtherChain { found: header.chain_id });
    }
    let certificate = Certificate::decode(&answer.certificate)?;
    certificate.verify(chain.chain_id, chain.validators)?;
    if certificate.block_id != header.id() || certificate.height != header.height {
        let (certified, height) = (certificate.block_id, certificate.height);
        return Err(ProofError::OtherBlock { certified, height, header: header.id() });
    }
    Ok(header)
}

fn record_under(
    root: &Hash,
    answer: &GetProofResponse,
    row_key: &[u8],
) -> Result<Option<Vec<u8>>, ProofError> {
    let (kind, key) = row_key.split_first().ok_or(ProofError::OtherRecord)?;
    let told = answer.key.as_ref().ok_or(FieldErrorKind::Missing).at("key")?;
    if told.r#type != u32::from(*kind) || told.key != key {
        return Err(ProofError::OtherRecord);
    }
    let shown = Shown { present: answer.present, salt: &answer.salt, record: &answer.record };
    let stored = shown.check(root, row_key, answer.proof.as_ref())?;
    Ok(stored.map(|stored| stored.bytes))
}

/// What an answer says of a record.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    pub present: bool,
    pub salt: &'a [u8],
    pub record: &'a [u8],
}

impl Shown<'_> {
    /// The record as it stands under `root`, which the caller MUST have from a certified header; `None` where it is
    /// proven absent.
    pub fn check(
        &self,
        root: &Hash,
        row_key: &[u8],
        proof: Option<&StateProof>,
    ) -> Result<Option<StoredRecord>, ProofError> {
        let (kind, key) = row_key.split_first().ok_or(ProofError::OtherRecord)?;
        let proof = proof.ok_or(FieldErrorKind::Missing).at("proof")?;
        let proof = tree::Proof::try_from(proof).at("proof")?;
        match (proof.verify(&root.0, &tree::path(*kind, key))?, self.present) {
            (Presence::Present(value), true) => {
                let salt = fixed(self.salt).at("salt")?;
                if tree::value_hash(&salt, self.record) != value {
                    return Err(ProofError::OtherValue);
                }
                Ok(Some(StoredRecord { salt, bytes: self.record.to_vec() }))
            }
            (Presence::Absent, false) => Ok(None),
            (Presence::Present(_), false) | (Presence::Absent, true) => Err(ProofError::OtherPresence),
        }
    }
}
