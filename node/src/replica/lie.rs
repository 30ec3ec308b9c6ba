//! Lies: what a node said that does not hold, or kept back although the ledger says that it is there.
use tally_contracts::merkle::MerkleError;
use tally_contracts::types::Hash;
use tally_proto::block::BlockDecodeError;
use tally_proto::certificate::CertificateError;
use tally_proto::proof::ProofError;
use tally_proto::signing::SignatureError;

/// Why an answer is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lie {
    #[error("the answer's signature does not hold: {0}")]
    Signature(#[from] SignatureError),
    #[error("the answer's {what} does not decode")]
    Malformed { what: &'static str },
    #[error("the answer is for another member")]
    OtherMember,
    #[error("the header of height {height} does not decode: {source}")]
    Header { height: u64, source: BlockDecodeError },
    #[error("height {height} was asked for, and the header is of {found} on another chain or height")]
    OtherHeight { height: u64, found: u64 },
    #[error("block {height} does not follow its parent")]
    OtherParent { height: u64 },
    #[error("block {height} is not later than its parent")]
    NotLater { height: u64 },
    #[error("the certificate of {height} does not hold: {source}")]
    Certificate { height: u64, source: CertificateError },
    #[error("the certificate of {height} is for block {certified}")]
    OtherBlock { height: u64, certified: Hash },
    #[error("block {height} names other validators than the one before it put in force")]
    OtherValidators { height: u64 },
    #[error("block {height} tells of other validators, and the answer does not say which")]
    NoValidators { height: u64 },
    #[error("the proof of {what} at {height} does not hold: {source}")]
    Proof { what: &'static str, height: u64, source: ProofError },
    #[error("transaction {index} of {height} is not the one that the header commits to: {source}")]
    Way { height: u64, index: u32, source: MerkleError },
    #[error("transaction {index} of {height} is not the member's, or its receipt is another's")]
    NotOwn { height: u64, index: u32 },
    #[error("the items of {height} are not in order")]
    OutOfOrder { height: u64 },
    /// Something was left out, added, moved or changed.
    #[error("{whose} items up to {height} are {told} of {count} that the ledger counts, or not those")]
    Counter { whose: &'static str, height: u64, told: u64, count: u64 },
    #[error("key {key} was not asked for, or not answered, or both ways")]
    OtherKey { key: String },
    /// Another node proved it at the same height, or this one denied it to the end.
    #[error("record {key} was kept back at {height}, where another node proves it")]
    Withheld { key: String, height: u64 },
}

impl Lie {
    /// One word, for metrics and file names.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Signature(_) => "unsigned",
            Self::Malformed { .. } | Self::OtherMember | Self::OtherKey { .. } => "malformed",
            Self::Header { .. }
            | Self::OtherHeight { .. }
            | Self::OtherParent { .. }
            | Self::NotLater { .. }
            | Self::Certificate { .. }
            | Self::OtherBlock { .. }
            | Self::OtherValidators { .. }
            | Self::NoValidators { .. } => "chain",
            Self::Proof { .. } | Self::Way { .. } | Self::NotOwn { .. } => "altered",
            Self::OutOfOrder { .. } | Self::Counter { .. } => "items",
            Self::Withheld { .. } => "withheld",
        }
    }
}
