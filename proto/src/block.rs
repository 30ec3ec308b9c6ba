//! Blocks: a header that commits to everything, and the transactions' bytes.
//!
//! Both are borsh: integers little-endian, texts and lists preceded by their length in 4 bytes. The header
//! commits to every byte of the block, so a block's id is the id of its header.
use crate::limits::{BLOCK_BYTES_MAX, BLOCK_TRANSACTIONS_MAX, CHAIN_ID_BYTES_MAX};
use borsh::{BorshDeserialize, BorshSerialize};
use tally_contracts::Receipt;
use tally_contracts::limits::TRANSACTION_BYTES_MAX;
use tally_contracts::merkle;
use tally_contracts::types::{Hash, Height, PublicKey, Timestamp, tagged_hash};

/// Domain of a block's id.
pub const BLOCK_TAG: &str = "tallystick/block/v1";
/// The header's layout that this software writes and reads.
pub const HEADER_VERSION: u16 = 1;

/// What validators sign when they decide a block.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct BlockHeader {
    /// [`HEADER_VERSION`].
    pub version: u16,
    /// At most 64 bytes.
    pub chain_id: String,
    /// 1 for the first block.
    pub height: Height,
    /// Later than the parent's.
    pub time: Timestamp,
    /// Id of the block before; for the first block the hash of genesis.
    pub parent: Hash,
    /// Consensus key of the validator that proposed it.
    pub proposer: PublicKey,
    /// [`transactions_root`].
    pub transactions_root: Hash,
    /// [`receipts_root`].
    pub receipts_root: Hash,
    /// Root over every record after this block.
    pub state_root: Hash,
    /// Hash of the set of validators that decides this height.
    pub validators_hash: Hash,
    pub transaction_count: u32,
}

/// Why some bytes are no block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockDecodeError {
    #[error("a block has at most {limit} bytes, this has {bytes}")]
    TooLarge { bytes: usize, limit: usize },
    #[error("these bytes are no {what}")]
    Malformed { what: &'static str },
    #[error("the header has version {version}; this software reads {expected}")]
    Version { version: u16, expected: u16 },
    #[error("a chain id has at most {limit} bytes, this has {bytes}")]
    ChainIdTooLong { bytes: usize, limit: usize },
    #[error("a block has at most {limit} transactions, this has {count}")]
    TooManyTransactions { count: usize, limit: usize },
    #[error("transaction {index} has {bytes} bytes where at most {limit} are allowed")]
    TransactionTooLarge { index: usize, bytes: usize, limit: usize },
    #[error("the header counts {header} transactions, the block has {block}")]
    CountDiffers { header: u32, block: usize },
    #[error("the header commits to transactions root {header}, the block's is {block}")]
    RootDiffers { header: Hash, block: Hash },
}

impl BlockHeader {
    pub fn encode(&self) -> Vec<u8> {
        borsh::to_vec(self).expect("writing to memory does not fail")
    }

    /// The block's id: what the certificate is over.
    pub fn id(&self) -> Hash {
        tagged_hash(BLOCK_TAG, &[&self.encode()])
    }

    /// Reads a header alone, as light clients do. The id of what is returned is over the bytes given.
    pub fn decode(bytes: &[u8]) -> Result<Self, BlockDecodeError> {
        let header: Self =
            borsh::from_slice(bytes).map_err(|_| BlockDecodeError::Malformed { what: "header" })?;
        header.check()?;
        Ok(header)
    }

    pub(crate) fn check(&self) -> Result<(), BlockDecodeError> {
        if self.version != HEADER_VERSION {
            return Err(BlockDecodeError::Version { version: self.version, expected: HEADER_VERSION });
        }
        let bytes = self.chain_id.len();
        if bytes > CHAIN_ID_BYTES_MAX {
            return Err(BlockDecodeError::ChainIdTooLong { bytes, limit: CHAIN_ID_BYTES_MAX });
        }
        Ok(())
    }
}

/// A block as it travels and is stored.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Block {
    pub header: BlockHeader,
    /// Encoded `SignedTransaction`s, in order.
    pub transactions: Vec<Vec<u8>>,
}

impl Block {
    pub fn id(&self) -> Hash {
        self.header.id()
    }

    pub fn encode(&self) -> Vec<u8> {
        borsh::to_vec(self).expect("writing to memory does not fail")
    }

    /// Reads a block whose header commits to exactly its transactions. What they say is not looked at.
    pub fn decode(bytes: &[u8]) -> Result<Self, BlockDecodeError> {
        if bytes.len() > BLOCK_BYTES_MAX {
            return Err(BlockDecodeError::TooLarge { bytes: bytes.len(), limit: BLOCK_BYTES_MAX });
        }
        let block: Self =
            borsh::from_slice(bytes).map_err(|_| BlockDecodeError::Malformed { what: "block" })?;
        block.header.check()?;
        block.check_sizes()?;
        block.check_commitment()?;
        Ok(block)
    }

    fn check_sizes(&self) -> Result<(), BlockDecodeError> {
        check_count(self.transactions.len())?;
        let sizes = self.transactions.iter().map(Vec::len);
        sizes.enumerate().try_for_each(|(index, bytes)| check_size(index, bytes))
    }

    fn check_commitment(&self) -> Result<(), BlockDecodeError> {
        self.header.check_commitment(&leaves(&self.transactions))
    }
}

impl BlockHeader {
    /// Whether it commits to the transactions with exactly these leaves.
    pub(crate) fn check_commitment(&self, leaves: &[Hash]) -> Result<(), BlockDecodeError> {
        let (header, block) = (self.transaction_count, leaves.len());
        if usize::try_from(header) != Ok(block) {
            return Err(BlockDecodeError::CountDiffers { header, block });
        }
        let (header, block) = (self.transactions_root, root_of(leaves));
        if header != block {
            return Err(BlockDecodeError::RootDiffers { header, block });
        }
        Ok(())
    }
}

pub(crate) fn check_count(count: usize) -> Result<(), BlockDecodeError> {
    if count > BLOCK_TRANSACTIONS_MAX {
        return Err(BlockDecodeError::TooManyTransactions { count, limit: BLOCK_TRANSACTIONS_MAX });
    }
    Ok(())
}

pub(crate) fn check_size(index: usize, bytes: usize) -> Result<(), BlockDecodeError> {
    let limit = TRANSACTION_BYTES_MAX;
    if bytes > limit {
        return Err(BlockDecodeError::TransactionTooLarge { index, bytes, limit });
    }
    Ok(())
}

fn leaves(transactions: &[impl AsRef<[u8]>]) -> Vec<Hash> {
    transactions.iter().map(|bytes| Hash(merkle::leaf_hash(bytes.as_ref()))).collect()
}

/// Root over the transactions with these leaves (RFC 6962).
pub fn root_of(leaves: &[Hash]) -> Hash {
    let leaves: Vec<_> = leaves.iter().map(|leaf| leaf.0).collect();
    Hash(merkle::root(&leaves))
}

/// Root over the transactions' bytes (RFC 6962).
pub fn transactions_root(transactions: &[impl AsRef<[u8]>]) -> Hash {
    root_of(&leaves(transactions))
}

/// Root over the receipts' borsh bytes (RFC 6962).
pub fn receipts_root(receipts: &[Receipt]) -> Hash {
    let encode = |receipt: &Receipt| borsh::to_vec(receipt).expect("writing to memory does not fail");
    let leaves: Vec<_> = receipts.iter().map(|receipt| merkle::leaf_hash(&encode(receipt))).collect();
    Hash(merkle::root(&leaves))
}
