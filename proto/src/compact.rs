//! Compact blocks: a block as validators propose it to each other, which names the transactions that everybody
//! has instead of carrying them.
//!
//! ```text
//! compact block = marker 0x8001 u16 · header · list of carried      borsh, as a block
//! carried       = 0 · bytes of the transaction | 1 · its leaf hash
//! ```
//! A block's own encoding begins with its header's version, so the marker tells the two apart. Both have the same
//! id, and either commits to every byte of the whole block. Compact blocks are never stored and never synced.
use crate::block::{Block, BlockDecodeError, BlockHeader, check_count, check_size};
use crate::limits::BLOCK_BYTES_MAX;
use borsh::{BorshDeserialize, BorshSerialize};
use tally_contracts::merkle::leaf_hash;
use tally_contracts::types::Hash;

/// First two bytes of a compact block; no header has this version.
const MARKER: u16 = 0x8001;

/// A transaction of a proposed block.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Carried {
    /// Its encoded `SignedTransaction`.
    Whole(Vec<u8>),
    /// Leaf hash of the same, of one that the receiver is expected to have.
    Named(Hash),
}

/// A proposed block whose header commits to exactly its transactions, however they are carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedBlock {
    pub header: BlockHeader,
    /// In block order.
    pub transactions: Vec<Carried>,
    leaves: Vec<Hash>,
}

/// Encodes a block whose transactions are carried like this.
pub fn encode_compact(header: &BlockHeader, transactions: &[Carried]) -> Vec<u8> {
    borsh::to_vec(&(MARKER, header, transactions)).expect("writing to memory does not fail")
}

impl ProposedBlock {
    /// Reads a compact block or a whole one. What the transactions say is not looked at.
    pub fn decode(bytes: &[u8]) -> Result<Self, BlockDecodeError> {
        if bytes.len() > BLOCK_BYTES_MAX {
            return Err(BlockDecodeError::TooLarge { bytes: bytes.len(), limit: BLOCK_BYTES_MAX });
        }
        let malformed = |_| BlockDecodeError::Malformed { what: "block" };
        let (header, transactions) = if bytes.starts_with(&MARKER.to_le_bytes()) {
            let (_, header, transactions): (u16, BlockHeader, Vec<Carried>) =
                borsh::from_slice(bytes).map_err(malformed)?;
            (header, transactions)
        } else {
            let Block { header, transactions } = borsh::from_slice(bytes).map_err(malformed)?;
            (header, transactions.into_iter().map(Carried::Whole).collect())
        };
        header.check()?;
        check_count(transactions.len())?;
        for (index, carried) in transactions.iter().enumerate() {
            check_size(index, carried.bytes().map_or(0, <[u8]>::len))?;
        }
        let leaves: Vec<Hash> = transactions.iter().map(Carried::leaf).collect();
        header.check_commitment(&leaves)?;
        Ok(Self { header, transactions, leaves })
    }

    /// The block's id: what the certificate is over.
    pub fn id(&self) -> Hash {
        self.header.id()
    }

    /// The leaf hash of each transaction, in block order.
    pub fn leaves(&self) -> &[Hash] {
        &self.leaves
    }
}

impl Carried {
    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Whole(bytes) => Some(bytes),
            Self::Named(_) => None,
        }
    }

    fn leaf(&self) -> Hash {
        match self {
            Self::Whole(bytes) => Hash(leaf_hash(bytes)),
            Self::Named(leaf) => *leaf,
        }
    }
}
