//! What travels of a proposed block: a signed header, then its bytes in parts.

use arc_malachitebft_app_channel::app::types::core as bft;
use borsh::{BorshDeserialize, BorshSerialize};
use bytes::Bytes;
use tally_keys::{KeyError, KeyHandle};

use crate::engine::context::Chain;
use crate::engine::messages::{Signature, valid_round_bytes};
use crate::keys::{validator_key, verify_strict};
use crate::signing_bytes::{SignedFields, SignedKind, signing_bytes};
use crate::types::{BlockId, Height, Round, ValidatorKey};

/// One message of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first one.
    Header(PartsHeader),
    /// All others, in this order.
    Data {
        /// Which piece, counted from 0.
        index: u32,
        /// `part_bytes` of the header, the last one what remains.
        bytes: Bytes,
    },
}

impl bft::ProposalPart<Chain> for Part {
    fn is_first(&self) -> bool {
        match self {
            Self::Header(_) => true,
            Self::Data { .. } => false,
        }
    }

    // The header says how many parts there are; no part is marked as the last one.
    fn is_last(&self) -> bool {
        false
    }
}

/// Says what the parts will add up to, signed by the validator who streams them. That is the proposer or, where
/// others must be helped to a block they missed, any validator that has it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PartsHeader {
    /// The proposal's height.
    pub height: Height,
    /// Its round.
    pub round: Round,
    /// The earlier round in which the block had a quorum of prevotes.
    pub valid_round: Option<Round>,
    /// Whose turn it is in this round.
    pub proposer: ValidatorKey,
    /// The block's id.
    pub id: BlockId,
    /// The block's size in bytes.
    pub block_bytes: u64,
    /// The size of every part but the last.
    pub part_bytes: u32,
    /// SHA-256 of the block's bytes: with it, parts need no signatures of their own.
    pub block_sha256: [u8; 32],
    /// Who streams.
    pub publisher: ValidatorKey,
    /// Over [`PartsHeader::signed`].
    pub signature: Signature,
}

impl PartsHeader {
    /// The same header with the publisher's key and signature.
    pub fn signed_by(mut self, key: &KeyHandle, chain_id: &str) -> Result<Self, KeyError> {
        self.publisher = validator_key(key);
        self.signature = Signature(key.sign(&self.signed(chain_id))?);
        Ok(self)
    }

    /// Whether the publisher signed this header.
    pub fn is_signed(&self, chain_id: &str) -> bool {
        verify_strict(&self.publisher, &self.signed(chain_id), &self.signature.0)
    }

    /// How many parts there are.
    pub fn part_count(&self) -> u64 {
        self.block_bytes.div_ceil(u64::from(self.part_bytes).max(1))
    }

    /// The signed bytes: the common fields, then as extra the proposer, the block's size (`u64`), the part size
    /// (`u32`), the SHA-256 and the valid round (`u32` or nothing).
    fn signed(&self, chain_id: &str) -> Vec<u8> {
        let mut extra = self.proposer.as_bytes().to_vec();
        extra.extend_from_slice(&self.block_bytes.to_be_bytes());
        extra.extend_from_slice(&self.part_bytes.to_be_bytes());
        extra.extend_from_slice(&self.block_sha256);
        extra.extend_from_slice(&valid_round_bytes(self.valid_round));
        let fields = SignedFields {
            kind: SignedKind::Parts,
            height: self.height,
            round: self.round,
            value: Some(self.id),
            signer: self.publisher,
            extra: &extra,
        };
        signing_bytes(chain_id, &fields)
    }
}
