//! The engine's generic parameters filled with our types: heights, keys, votes, proposals, parts, turns.

use arc_malachitebft_app_channel::app::types::core as bft;
use bft::{LinearTimeouts, NilOrVal, VotingPower};

use crate::engine::messages::{BlockProposal, BlockVote, Signature};
use crate::engine::part::Part;
use crate::keys::SecretKey;
use crate::settings::Timeouts;
use crate::types::{BlockId, Height, Round, Validator, ValidatorKey};
use crate::validator_set::ValidatorSet;

/// The engine's view of this chain. Stateless: whose turn it is follows from the set, the height and the round.
#[derive(Clone, Copy, Debug)]
pub struct Chain;

impl bft::Context for Chain {
    type Address = ValidatorKey;
    type Height = Height;
    type ProposalPart = Part;
    type Proposal = BlockProposal;
    type Validator = Validator;
    type ValidatorSet = ValidatorSet;
    type Timeouts = LinearTimeouts;
    type Value = BlockId;
    type Vote = BlockVote;
    type Extension = ();
    type SigningScheme = Ed25519;

    fn select_proposer<'a>(
        &self,
        validators: &'a ValidatorSet,
        height: Height,
        round: bft::Round,
    ) -> &'a Validator {
        validators.proposer(height, plain_round(round).unwrap_or(Round::FIRST))
    }

    fn new_proposal(
        &self,
        height: Height,
        round: bft::Round,
        value: BlockId,
        valid_round: bft::Round,
        proposer: ValidatorKey,
    ) -> BlockProposal {
        BlockProposal { height, round, value, valid_round, proposer }
    }

    fn new_prevote(
        &self,
        height: Height,
        round: bft::Round,
        value: NilOrVal<BlockId>,
        validator: ValidatorKey,
    ) -> BlockVote {
        BlockVote { kind: bft::VoteType::Prevote, height, round, value, validator }
    }

    fn new_precommit(
        &self,
        height: Height,
        round: bft::Round,
        value: NilOrVal<BlockId>,
        validator: ValidatorKey,
    ) -> BlockVote {
        BlockVote { kind: bft::VoteType::Precommit, height, round, value, validator }
    }
}

/// The round's number, `None` for "no round".
pub const fn plain_round(round: bft::Round) -> Option<Round> {
    match round {
        bft::Round::Nil => None,
        bft::Round::Some(number) => Some(Round::new(number)),
    }
}

/// The engine's form of a round.
pub const fn engine_round(round: Round) -> bft::Round {
    bft::Round::Some(round.as_u32())
}

/// The engine's form of an optional round.
pub fn engine_valid_round(round: Option<Round>) -> bft::Round {
    round.map_or(bft::Round::Nil, engine_round)
}

/// The engine's form of the timeouts.
pub const fn engine_timeouts(timeouts: &Timeouts) -> LinearTimeouts {
    LinearTimeouts {
        propose: timeouts.propose,
        propose_delta: timeouts.growth,
        prevote: timeouts.prevote,
        prevote_delta: timeouts.growth,
        precommit: timeouts.precommit,
        precommit_delta: timeouts.growth,
        rebroadcast: timeouts.rebroadcast,
        max_timeout: timeouts.max,
    }
}

impl bft::Height for Height {
    const ZERO: Self = Self::GENESIS;
    const INITIAL: Self = Self::FIRST;

    fn increment_by(&self, n: u64) -> Self {
        Self::new(self.as_u64().saturating_add(n))
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        Height::as_u64(*self).checked_sub(n).map(Self::new)
    }

    fn as_u64(&self) -> u64 {
        Height::as_u64(*self)
    }
}

impl bft::Address for ValidatorKey {}

impl bft::Value for BlockId {
    type Id = Self;

    fn id(&self) -> Self {
        *self
    }
}

impl bft::Validator<Chain> for Validator {
    fn address(&self) -> &ValidatorKey {
        &self.public_key
    }

    fn public_key(&self) -> &ValidatorKey {
        &self.public_key
    }

    fn voting_power(&self) -> VotingPower {
        self.power
    }
}

impl bft::ValidatorSet<Chain> for ValidatorSet {
    fn count(&self) -> usize {
        self.validators().len()
    }

    fn total_voting_power(&self) -> VotingPower {
        self.power_total()
    }

    fn get_by_address(&self, address: &ValidatorKey) -> Option<&Validator> {
        self.get(address)
    }

    fn get_by_index(&self, index: usize) -> Option<&Validator> {
        self.validators().get(index)
    }
}

/// Names ed25519 to the engine; signing and verifying themselves are in [`crate::engine::signer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ed25519;

/// A signature or key of the wrong length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes, expected {expected}")]
pub struct WrongLength {
    /// What came.
    pub bytes: usize,
    /// What should have come.
    pub expected: usize,
}

impl bft::SigningScheme for Ed25519 {
    type DecodingError = WrongLength;
    type Signature = Signature;
    type PublicKey = ValidatorKey;
    type PrivateKey = SecretKey;

    fn decode_signature(bytes: &[u8]) -> Result<Signature, WrongLength> {
        exactly(bytes).map(Signature)
    }

    fn encode_signature(signature: &Signature) -> Vec<u8> {
        signature.0.to_vec()
    }

    fn decode_public_key(bytes: &[u8]) -> Result<ValidatorKey, WrongLength> {
        exactly(bytes).map(ValidatorKey::new)
    }

    fn encode_public_key(key: &ValidatorKey) -> Vec<u8> {
        key.as_bytes().to_vec()
    }
}

fn exactly<const N: usize>(bytes: &[u8]) -> Result<[u8; N], WrongLength> {
    bytes.try_into().map_err(|_| WrongLength { bytes: bytes.len(), expected: N })
}
