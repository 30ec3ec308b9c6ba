//! What the encoders of this crate make: the seeds of the corpus, the same in every run.

use arc_malachitebft_app_channel::app::consensus::{LivenessMsg, ProposedValue, SignedConsensusMsg};
use arc_malachitebft_app_channel::app::streaming::{StreamContent, StreamId, StreamMessage};
use arc_malachitebft_app_channel::app::types::codec::Codec;
use arc_malachitebft_app_channel::app::types::core as bft;
use arc_malachitebft_sync::{RawDecidedValue, Request, Response, Status, ValueRequest, ValueResponse};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{CHAIN, HEIGHT, VALIDATORS, peer, secret};
use crate::application::Proposal;
use crate::certificate::{Certificate, CertificateSignature};
use crate::engine::certificates::engine_certificate;
use crate::engine::codec::WireCodec;
use crate::engine::context::Chain;
use crate::engine::messages::{BlockProposal, BlockVote, Signature};
use crate::engine::part::Part;
use crate::engine::split::Publisher;
use crate::keys::SecretKey;
use crate::limits::PART_BYTES_MIN;
use crate::types::{BlockId, Height, Round, ValidatorKey};

const ID: BlockId = BlockId::new([9; 32]);
const KEY: ValidatorKey = ValidatorKey::new([1; 32]);
const SIGNATURE: Signature = Signature([2; 64]);

/// What [`super::vote`] takes, each after the byte of its kind.
pub fn votes() -> Vec<Vec<u8>> {
    let (height, round) = (Height::new(3), bft::Round::new(1));
    let mut seeds = Vec::new();
    for value in [bft::NilOrVal::Nil, bft::NilOrVal::Val(ID)] {
        seeds.push(encoded(0, &SignedConsensusMsg::<Chain>::Vote(vote(value))));
        seeds.push(encoded(1, &LivenessMsg::<Chain>::Vote(vote(value))));
    }
    for valid_round in [bft::Round::Nil, bft::Round::new(0)] {
        let proposal = BlockProposal { height, round, value: ID, valid_round, proposer: KEY };
        let proposal = bft::SignedMessage::new(proposal, SIGNATURE);
        seeds.push(encoded(0, &SignedConsensusMsg::<Chain>::Proposal(proposal)));
        let validity = bft::Validity::Invalid;
        let proposed =
            ProposedValue::<Chain> { height, round, valid_round, proposer: KEY, value: ID, validity };
        seeds.push(encoded(3, &proposed));
    }
    let polka_signatures = vec![bft::PolkaSignature::new(KEY, SIGNATURE)];
    let polka = bft::PolkaCertificate::<Chain> { height, round, value_id: ID, polka_signatures };
    seeds.push(encoded(2, &polka));
    seeds.push(encoded(1, &LivenessMsg::PolkaCertificate(polka)));
    for cert_type in [bft::RoundCertificateType::Skip, bft::RoundCertificateType::Precommit] {
        let entry = bft::RoundSignature::new(bft::VoteType::Prevote, bft::NilOrVal::Val(ID), KEY, SIGNATURE);
        let certificate =
            bft::RoundCertificate::<Chain> { height, round, cert_type, round_signatures: vec![entry] };
        seeds.push(encoded(1, &LivenessMsg::SkipRoundCertificate(certificate)));
    }
    seeds.push(encoded(4, &bft::ValidatorProof::<Chain>::new(vec![1; 32], vec![2; 38], SIGNATURE)));
    seeds
}

fn vote(value: bft::NilOrVal<BlockId>) -> bft::SignedVote<Chain> {
    let (height, round) = (Height::new(3), bft::Round::new(1));
    let vote = BlockVote { kind: bft::VoteType::Precommit, height, round, value, validator: KEY };
    bft::SignedMessage::new(vote, SIGNATURE)
}

/// What [`super::sync`] takes, each after the byte of its kind.
pub fn syncs() -> Vec<Vec<u8>> {
    let (first, last) = (Height::new(3), Height::new(9));
    let status = Status::<Chain> { peer_id: peer(10), tip_height: last, history_min_height: Height::FIRST };
    let value = RawDecidedValue::new(vec![5; 40].into(), engine_certificate(&certificate(2)));
    let response = |values| Response::<Chain>::ValueResponse(ValueResponse::new(first, values));
    vec![
        encoded(0, &status),
        encoded(1, &Request::<Chain>::ValueRequest(ValueRequest::new(first..=last))),
        encoded(2, &response(Vec::new())),
        encoded(2, &response(vec![value.clone(), value])),
    ]
}

/// What [`super::certificate`] takes.
pub fn certificates() -> Vec<Vec<u8>> {
    [0, 1, 4].map(|signatures| certificate(signatures).encode()).into()
}

fn certificate(signatures: u8) -> Certificate {
    let entry = |byte| CertificateSignature { validator: ValidatorKey::new([byte; 32]), signature: [3; 64] };
    Certificate::new(Height::new(3), Round::FIRST, ID, (0..signatures).map(entry).collect())
}

/// Streams that [`super::parts`] takes: a block of each of these sizes in bytes, by the proposer of the first round.
pub fn streams(sizes: &[usize]) -> Vec<Vec<u8>> {
    let proposer = VALIDATORS.proposer(HEIGHT, Round::FIRST).public_key;
    let secret = (1..=4).map(secret).find(|secret| secret.validator_key() == proposer);
    let secret = secret.expect("the proposer is one of four");
    sizes.iter().map(|size| stream(&secret, &vec![7; *size])).collect()
}

fn stream(secret: &SecretKey, block: &[u8]) -> Vec<u8> {
    let proposal = Proposal {
        height: HEIGHT,
        round: Round::FIRST,
        valid_round: None,
        proposer: secret.validator_key(),
        id: BlockId::new(Sha256::digest(block).into()),
        bytes: Bytes::copy_from_slice(block),
    };
    let mut publisher = Publisher::new(CHAIN.to_owned(), secret.clone(), PART_BYTES_MIN);
    let messages = publisher.stream(&proposal).expect("a key in memory signs");
    let mut bytes = Vec::new();
    for message in messages {
        let message = WireCodec.encode(&with_id(message)).expect("what is published can be encoded");
        bytes.push(0);
        bytes.extend(u16::try_from(message.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(message);
    }
    bytes
}

/// The same stream in every run.
fn with_id(message: StreamMessage<Part>) -> StreamMessage<Part> {
    StreamMessage { stream_id: StreamId::new(vec![4; 16].into()), ..message }
}

/// Messages that [`super::part`] takes.
pub fn messages() -> Vec<Vec<u8>> {
    let end = StreamMessage::<Part>::new(StreamId::new(vec![4; 16].into()), 2, StreamContent::Fin);
    let end = WireCodec.encode(&end).expect("the end can be encoded").to_vec();
    let parts = streams(&[9]).into_iter().flat_map(|stream| split(&stream));
    parts.chain([end]).collect()
}

/// The messages of a stream as [`streams`] writes it.
fn split(mut stream: &[u8]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    while let Some((_, message, rest)) = super::next_message(stream) {
        messages.push(message.to_vec());
        stream = rest;
    }
    messages
}

fn encoded<T>(kind: u8, message: &T) -> Vec<u8>
where
    WireCodec: Codec<T>,
{
    let mut bytes = vec![kind];
    bytes.extend(WireCodec.encode(message).expect("what we make can be encoded"));
    bytes
}
