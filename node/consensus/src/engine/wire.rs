//! Shapes of the engine's messages on the wire and in its log, as borsh structures of our own.

use arc_malachitebft_app_channel::app::consensus::{LivenessMsg, ProposedValue, SignedConsensusMsg};
use arc_malachitebft_app_channel::app::types::core as bft;
use bft::{NilOrVal, RoundCertificateType, SignedMessage, Validity, VoteType};
use borsh::{BorshDeserialize, BorshSerialize};

use crate::engine::context::{Chain, engine_round, engine_valid_round, plain_round};
use crate::engine::messages::{BlockProposal, BlockVote, Signature};
use crate::types::{BlockId, Height, Round, ValidatorKey};

/// A message that names no round where one is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message names no round")]
pub struct NoRound;

fn round_of(round: bft::Round) -> Result<Round, NoRound> {
    plain_round(round).ok_or(NoRound)
}

/// Prevote or precommit.
#[derive(Clone, Copy, BorshSerialize, BorshDeserialize)]
pub enum WireVoteKind {
    Prevote,
    Precommit,
}

impl From<VoteType> for WireVoteKind {
    fn from(kind: VoteType) -> Self {
        match kind {
            VoteType::Prevote => Self::Prevote,
            VoteType::Precommit => Self::Precommit,
        }
    }
}

impl From<WireVoteKind> for VoteType {
    fn from(kind: WireVoteKind) -> Self {
        match kind {
            WireVoteKind::Prevote => Self::Prevote,
            WireVoteKind::Precommit => Self::Precommit,
        }
    }
}

fn value_of(value: &NilOrVal<BlockId>) -> Option<BlockId> {
    match value {
        NilOrVal::Nil => None,
        NilOrVal::Val(id) => Some(*id),
    }
}

fn nil_or(value: Option<BlockId>) -> NilOrVal<BlockId> {
    value.map_or(NilOrVal::Nil, NilOrVal::Val)
}

#[derive(BorshSerialize, BorshDeserialize)]
pub struct WireVote {
    kind: WireVoteKind,
    height: Height,
    round: Round,
    value: Option<BlockId>,
    validator: ValidatorKey,
    signature: Signature,
}

impl TryFrom<&bft::SignedVote<Chain>> for WireVote {
    type Error = NoRound;

    fn try_from(vote: &bft::SignedVote<Chain>) -> Result<Self, NoRound> {
        Ok(Self {
            kind: vote.message.kind.into(),
            height: vote.message.height,
            round: round_of(vote.message.round)?,
            value: value_of(&vote.message.value),
            validator: vote.message.validator,
            signature: vote.signature,
        })
    }
}

impl From<WireVote> for bft::SignedVote<Chain> {
    fn from(wire: WireVote) -> Self {
        let vote = BlockVote {
            kind: wire.kind.into(),
            height: wire.height,
            round: engine_round(wire.round),
            value: nil_or(wire.value),
            validator: wire.validator,
        };
        SignedMessage::new(vote, wire.signature)
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
pub struct WireProposal {
    height: Height,
    round: Round,
    value: BlockId,
    valid_round: Option<Round>,
    proposer: ValidatorKey,
    signature: Signature,
}

#[derive(BorshSerialize, BorshDeserialize)]
pub enum WireConsensus {
    Vote(WireVote),
    Proposal(WireProposal),
}

impl TryFrom<&SignedConsensusMsg<Chain>> for WireConsensus {
    type Error = NoRound;

    fn try_from(message: &SignedConsensusMsg<Chain>) -> Result<Self, NoRound> {
        Ok(match message {
            SignedConsensusMsg::Vote(vote) => Self::Vote(vote.try_into()?),
            SignedConsensusMsg::Proposal(proposal) => Self::Proposal(WireProposal {
                height: proposal.message.height,
                round: round_of(proposal.message.round)?,
                value: proposal.message.value,
                valid_round: plain_round(proposal.message.valid_round),
                proposer: proposal.message.proposer,
                signature: proposal.signature,
            }),
        })
    }
}

impl From<WireConsensus> for SignedConsensusMsg<Chain> {
    fn from(wire: WireConsensus) -> Self {
        match wire {
            WireConsensus::Vote(vote) => Self::Vote(vote.into()),
            WireConsensus::Proposal(wire) => {
                let proposal = BlockProposal {
                    height: wire.height,
                    round: engine_round(wire.round),
                    value: wire.value,
                    valid_round: engine_valid_round(wire.valid_round),
                    proposer: wire.proposer,
                };
                Self::Proposal(SignedMessage::new(proposal, wire.signature))
            }
        }
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
pub struct WireSignature {
    validator: ValidatorKey,
    signature: Signature,
}

/// A quorum of prevotes for one block.
#[derive(BorshSerialize, BorshDeserialize)]
pub struct WirePolka {
    height: Height,
    round: Round,
    id: BlockId,
    signatures: Vec<WireSignature>,
}

impl TryFrom<&bft::PolkaCertificate<Chain>> for WirePolka {
    type Error = NoRound;

    fn try_from(certificate: &bft::PolkaCertificate<Chain>) -> Result<Self, NoRound> {
        let signatures = certificate.polka_signatures.iter();
        Ok(Self {
            height: certificate.height,
            round: round_of(certificate.round)?,
            id: certificate.value_id,
            signatures: signatures
                .map(|entry| WireSignature { validator: entry.address, signature: entry.signature })
                .collect(),
        })
    }
}

impl From<WirePolka> for bft::PolkaCertificate<Chain> {
    fn from(wire: WirePolka) -> Self {
        let signatures = wire.signatures.into_iter();
        Self {
            height: wire.height,
            round: engine_round(wire.round),
            value_id: wire.id,
            polka_signatures: signatures
                .map(|entry| bft::PolkaSignature::new(entry.validator, entry.signature))
                .collect(),
        }
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
pub struct WireRoundSignature {
    kind: WireVoteKind,
    value: Option<BlockId>,
    validator: ValidatorKey,
    signature: Signature,
}

/// Votes that justify entering a round.
#[derive(BorshSerialize, BorshDeserialize)]
pub struct WireRoundCertificate {
    height: Height,
    round: Round,
    is_skip: bool,
    signatures: Vec<WireRoundSignature>,
}

impl TryFrom<&bft::RoundCertificate<Chain>> for WireRoundCertificate {
    type Error = NoRound;

    fn try_from(certificate: &bft::RoundCertificate<Chain>) -> Result<Self, NoRound> {
        let signatures = certificate.round_signatures.iter().map(|entry| WireRoundSignature {
            kind: entry.vote_type.into(),
            value: value_of(&entry.value_id),
            validator: entry.address,
            signature: entry.signature,
        });
        let is_skip = match certificate.cert_type {
            RoundCertificateType::Skip => true,
            RoundCertificateType::Precommit => false,
        };
        Ok(Self {
            height: certificate.height,
            round: round_of(certificate.round)?,
            is_skip,
            signatures: signatures.collect(),
        })
    }
}

impl From<WireRoundCertificate> for bft::RoundCertificate<Chain> {
    fn from(wire: WireRoundCertificate) -> Self {
        let signatures = wire.signatures.into_iter().map(|entry| {
            bft::RoundSignature::new(entry.kind.into(), nil_or(entry.value), entry.validator, entry.signature)
        });
        Self {
            height: wire.height,
            round: engine_round(wire.round),
            cert_type: if wire.is_skip {
                RoundCertificateType::Skip
            } else {
                RoundCertificateType::Precommit
            },
            round_signatures: signatures.collect(),
        }
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
pub enum WireLiveness {
    Vote(WireVote),
    Polka(WirePolka),
    SkipRound(WireRoundCertificate),
}

impl TryFrom<&LivenessMsg<Chain>> for WireLiveness {
    type Error = NoRound;

    fn try_from(message: &LivenessMsg<Chain>) -> Result<Self, NoRound> {
        Ok(match message {
            LivenessMsg::Vote(vote) => Self::Vote(vote.try_into()?),
            LivenessMsg::PolkaCertificate(certificate) => Self::Polka(certificate.try_into()?),
            LivenessMsg::SkipRoundCertificate(certificate) => Self::SkipRound(certificate.try_into()?),
        })
    }
}

impl From<WireLiveness> for LivenessMsg<Chain> {
    fn from(wire: WireLiveness) -> Self {
        match wire {
            WireLiveness::Vote(vote) => Self::Vote(vote.into()),
            WireLiveness::Polka(certificate) => Self::PolkaCertificate(certificate.into()),
            WireLiveness::SkipRound(certificate) => Self::SkipRoundCertificate(certificate.into()),
        }
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
pub struct WireProposedValue {
    height: Height,
    round: Option<Round>,
    valid_round: Option<Round>,
    proposer: ValidatorKey,
    id: BlockId,
    is_valid: bool,
}

impl From<&ProposedValue<Chain>> for WireProposedValue {
    fn from(value: &ProposedValue<Chain>) -> Self {
        Self {
            height: value.height,
            round: plain_round(value.round),
            valid_round: plain_round(value.valid_round),
            proposer: value.proposer,
            id: value.value,
            is_valid: value.validity.is_valid(),
        }
    }
}

impl From<WireProposedValue> for ProposedValue<Chain> {
    fn from(wire: WireProposedValue) -> Self {
        Self {
            height: wire.height,
            round: engine_valid_round(wire.round),
            valid_round: engine_valid_round(wire.valid_round),
            proposer: wire.proposer,
            value: wire.id,
            validity: Validity::from_bool(wire.is_valid),
        }
    }
}
