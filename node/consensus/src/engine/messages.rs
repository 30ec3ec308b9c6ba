//! Votes and proposals as the engine passes them around, and the bytes each one signs.

use arc_malachitebft_app_channel::app::types::core as bft;
use bft::{NilOrVal, SignedExtension, SignedMessage, VoteType};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

use crate::engine::context::{Chain, plain_round};
use crate::signing_bytes::{SignedFields, SignedKind, signing_bytes};
use crate::types::{BlockId, Height, Round, ValidatorKey};

/// An ed25519 signature.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Signature(pub [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", hex::encode(&self.0[..6]))
    }
}

/// A prevote or precommit, for a block or for nil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockVote {
    /// Prevote or precommit.
    pub kind: VoteType,
    /// For which height.
    pub height: Height,
    /// For which round.
    pub round: bft::Round,
    /// For which block.
    pub value: NilOrVal<BlockId>,
    /// By whom.
    pub validator: ValidatorKey,
}

/// "Let us decide this block."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockProposal {
    /// For which height.
    pub height: Height,
    /// For which round.
    pub round: bft::Round,
    /// Which block.
    pub value: BlockId,
    /// The earlier round in which it had a quorum of prevotes.
    pub valid_round: bft::Round,
    /// By whom.
    pub proposer: ValidatorKey,
}

/// Which of a validator's three messages of a round this is, in the order in which it sends them.
pub const fn vote_kind(kind: VoteType) -> SignedKind {
    match kind {
        VoteType::Prevote => SignedKind::Prevote,
        VoteType::Precommit => SignedKind::Precommit,
    }
}

impl BlockVote {
    /// The bytes its validator signs; `None` if it names no round, which no valid vote does.
    pub fn signing_bytes(&self, chain_id: &str) -> Option<Vec<u8>> {
        let value = match self.value {
            NilOrVal::Nil => None,
            NilOrVal::Val(id) => Some(id),
        };
        let fields = SignedFields {
            kind: vote_kind(self.kind),
            height: self.height,
            round: plain_round(self.round)?,
            value,
            signer: self.validator,
            extra: &[],
        };
        Some(signing_bytes(chain_id, &fields))
    }
}

impl BlockProposal {
    /// The bytes its proposer signs; `None` if it names no round, which no valid proposal does.
    pub fn signing_bytes(&self, chain_id: &str) -> Option<Vec<u8>> {
        let extra = valid_round_bytes(plain_round(self.valid_round));
        let fields = SignedFields {
            kind: SignedKind::Proposal,
            height: self.height,
            round: plain_round(self.round)?,
            value: Some(self.value),
            signer: self.proposer,
            extra: &extra,
        };
        Some(signing_bytes(chain_id, &fields))
    }
}

/// A valid round in signed bytes: big-endian, or nothing.
pub fn valid_round_bytes(round: Option<Round>) -> Vec<u8> {
    round.map_or_else(Vec::new, |round| round.as_u32().to_be_bytes().to_vec())
}

impl bft::Vote<Chain> for BlockVote {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> bft::Round {
        self.round
    }

    fn value(&self) -> &NilOrVal<BlockId> {
        &self.value
    }

    fn take_value(self) -> NilOrVal<BlockId> {
        self.value
    }

    fn vote_type(&self) -> VoteType {
        self.kind
    }

    fn validator_address(&self) -> &ValidatorKey {
        &self.validator
    }

    // Vote extensions are disabled at every height, so a vote never carries one.
    fn extension(&self) -> Option<&SignedExtension<Chain>> {
        None
    }

    fn take_extension(&mut self) -> Option<SignedExtension<Chain>> {
        None
    }

    fn extend(self, _: SignedMessage<Chain, ()>) -> Self {
        self
    }
}

impl bft::Proposal<Chain> for BlockProposal {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> bft::Round {
        self.round
    }

    fn value(&self) -> &BlockId {
        &self.value
    }

    fn take_value(self) -> BlockId {
        self.value
    }

    fn pol_round(&self) -> bft::Round {
        self.valid_round
    }

    fn validator_address(&self) -> &ValidatorKey {
        &self.proposer
    }
}
