//! Turns the engine's messages into bytes and back: for the network, the write-ahead log and sync.

use arc_malachitebft_app_channel::app::consensus::{LivenessMsg, ProposedValue, SignedConsensusMsg};
use arc_malachitebft_app_channel::app::streaming::{StreamContent, StreamId, StreamMessage};
use arc_malachitebft_app_channel::app::types::PeerId;
use arc_malachitebft_app_channel::app::types::codec::{Codec, HasEncodedLen};
use arc_malachitebft_app_channel::app::types::core as bft;
use arc_malachitebft_sync::{RawDecidedValue, Request, Response, Status, ValueRequest, ValueResponse};
use borsh::{BorshDeserialize, BorshSerialize};
use bytes::Bytes;

use crate::certificate::{Certificate, CertificateError};
use crate::engine::certificates::{engine_certificate, plain_certificate};
use crate::engine::context::Chain;
use crate::engine::messages::Signature;
use crate::engine::part::{Part, PartsHeader};
use crate::engine::wire::{NoRound, WireConsensus, WireLiveness, WirePolka, WireProposedValue};
use crate::types::Height;

/// The one codec for everything.
#[derive(Clone, Copy, Debug)]
pub struct WireCodec;

/// Bytes that are no message, or a message that has no bytes.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Too short, too long or inconsistent.
    #[error("malformed message: {0}")]
    Malformed(#[from] std::io::Error),
    /// No round where there must be one.
    #[error(transparent)]
    NoRound(#[from] NoRound),
    /// Not the name of a peer.
    #[error("malformed peer id")]
    PeerId,
    /// A certificate that does not decode.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

fn to_bytes(wire: &impl BorshSerialize) -> Result<Bytes, CodecError> {
    Ok(borsh::to_vec(wire)?.into())
}

/// For types whose wire form is one borsh structure.
macro_rules! codec_by_wire {
    ($message:ty, $wire:ty, $encode:expr) => {
        impl Codec<$message> for WireCodec {
            type Error = CodecError;

            fn decode(&self, bytes: Bytes) -> Result<$message, CodecError> {
                Ok(borsh::from_slice::<$wire>(&bytes)?.into())
            }

            fn encode(&self, message: &$message) -> Result<Bytes, CodecError> {
                let encode: fn(&$message) -> Result<$wire, CodecError> = $encode;
                to_bytes(&encode(message)?)
            }
        }
    };
}

codec_by_wire!(SignedConsensusMsg<Chain>, WireConsensus, |message| Ok(message.try_into()?));
codec_by_wire!(LivenessMsg<Chain>, WireLiveness, |message| Ok(message.try_into()?));
codec_by_wire!(bft::PolkaCertificate<Chain>, WirePolka, |certificate| Ok(certificate.try_into()?));
codec_by_wire!(ProposedValue<Chain>, WireProposedValue, |value| Ok(value.into()));

/// All of a stream message but the block's bytes, which follow it and are never copied.
#[derive(BorshSerialize, BorshDeserialize)]
struct WireStreamHead {
    stream_id: Vec<u8>,
    sequence: u64,
    content: WireContent,
}

#[derive(BorshSerialize, BorshDeserialize)]
enum WireContent {
    Header(Box<PartsHeader>),
    Data { index: u32 },
    Fin,
}

impl Codec<StreamMessage<Part>> for WireCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<StreamMessage<Part>, CodecError> {
        let mut rest: &[u8] = &bytes;
        let head = WireStreamHead::deserialize(&mut rest)?;
        let tail = bytes.slice(bytes.len() - rest.len()..);
        let content = match head.content {
            WireContent::Data { index } => StreamContent::Data(Part::Data { index, bytes: tail }),
            WireContent::Header(_) | WireContent::Fin if !tail.is_empty() => return Err(trailing_bytes()),
            WireContent::Header(header) => StreamContent::Data(Part::Header(*header)),
            WireContent::Fin => StreamContent::Fin,
        };
        Ok(StreamMessage::new(StreamId::new(head.stream_id.into()), head.sequence, content))
    }

    fn encode(&self, message: &StreamMessage<Part>) -> Result<Bytes, CodecError> {
        let (content, tail) = match &message.content {
            StreamContent::Data(Part::Header(header)) => {
                (WireContent::Header(Box::new(header.clone())), Bytes::new())
            }
            StreamContent::Data(Part::Data { index, bytes }) => {
                (WireContent::Data { index: *index }, bytes.clone())
            }
            StreamContent::Fin => (WireContent::Fin, Bytes::new()),
        };
        let head = WireStreamHead {
            stream_id: message.stream_id.to_bytes().to_vec(),
            sequence: message.sequence,
            content,
        };
        let mut bytes = borsh::to_vec(&head)?;
        bytes.extend_from_slice(&tail);
        Ok(bytes.into())
    }
}

fn trailing_bytes() -> CodecError {
    std::io::Error::new(std::io::ErrorKind::InvalidData, "bytes after the message").into()
}

// The engine asks for it, but only stream messages ever carry parts; the forms agree up to the stream's own fields.
impl Codec<Part> for WireCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<Part, CodecError> {
        let message: StreamMessage<Part> = self.decode(bytes)?;
        message.content.into_data().ok_or_else(trailing_bytes)
    }

    fn encode(&self, part: &Part) -> Result<Bytes, CodecError> {
        let content = StreamContent::Data(part.clone());
        self.encode(&StreamMessage::new(StreamId::new(Bytes::new()), 0, content))
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
struct WireProof {
    public_key: Vec<u8>,
    peer_id: Vec<u8>,
    signature: Signature,
}

impl Codec<bft::ValidatorProof<Chain>> for WireCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<bft::ValidatorProof<Chain>, CodecError> {
        let wire: WireProof = borsh::from_slice(&bytes)?;
        Ok(bft::ValidatorProof::new(wire.public_key, wire.peer_id, wire.signature))
    }

    fn encode(&self, proof: &bft::ValidatorProof<Chain>) -> Result<Bytes, CodecError> {
        to_bytes(&WireProof {
            public_key: proof.public_key.clone(),
            peer_id: proof.peer_id.clone(),
            signature: proof.signature,
        })
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
struct WireStatus {
    peer_id: Vec<u8>,
    tip: Height,
    history_min: Height,
}

impl Codec<Status<Chain>> for WireCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<Status<Chain>, CodecError> {
        let wire: WireStatus = borsh::from_slice(&bytes)?;
        let peer_id = PeerId::from_bytes(&wire.peer_id).map_err(|_| CodecError::PeerId)?;
        Ok(Status { peer_id, tip_height: wire.tip, history_min_height: wire.history_min })
    }

    fn encode(&self, status: &Status<Chain>) -> Result<Bytes, CodecError> {
        to_bytes(&WireStatus {
            peer_id: status.peer_id.to_bytes(),
            tip: status.tip_height,
            history_min: status.history_min_height,
        })
    }
}

impl Codec<Request<Chain>> for WireCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<Request<Chain>, CodecError> {
        let (first, last): (Height, Height) = borsh::from_slice(&bytes)?;
        Ok(Request::ValueRequest(ValueRequest::new(first..=last)))
    }

    fn encode(&self, request: &Request<Chain>) -> Result<Bytes, CodecError> {
        match request {
            Request::ValueRequest(request) => to_bytes(&(*request.range.start(), *request.range.end())),
        }
    }
}

#[derive(BorshSerialize, BorshDeserialize)]
struct WireResponse {
    start: Height,
    /// Certificate and block.
    values: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Codec<Response<Chain>> for WireCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<Response<Chain>, CodecError> {
        let wire: WireResponse = borsh::from_slice(&bytes)?;
        let values = wire.values.into_iter().map(|(certificate, block)| {
            let certificate = engine_certificate(&Certificate::decode(&certificate)?);
            Ok(RawDecidedValue::new(block.into(), certificate))
        });
        let values = values.collect::<Result<_, CodecError>>()?;
        Ok(Response::ValueResponse(ValueResponse::new(wire.start, values)))
    }

    fn encode(&self, response: &Response<Chain>) -> Result<Bytes, CodecError> {
        match response {
            Response::ValueResponse(response) => {
                let values = response.values.iter().map(|value| {
                    let certificate = plain_certificate(&value.certificate.trim_vote_extensions())?;
                    Ok((certificate.encode(), value.value_bytes.to_vec()))
                });
                let values = values.collect::<Result<_, CodecError>>()?;
                to_bytes(&WireResponse { start: response.start_height, values })
            }
        }
    }
}

impl HasEncodedLen<Response<Chain>> for WireCodec {
    fn encoded_len(&self, response: &Response<Chain>) -> Result<usize, CodecError> {
        match response {
            Response::ValueResponse(response) => {
                let values = response.values.iter().map(|value| {
                    let signatures = value.certificate.commit_signatures.len();
                    // Two length prefixes, the certificate's fixed fields, its signatures, the block.
                    8 + 49 + signatures * 96 + value.value_bytes.len()
                });
                Ok(12 + values.sum::<usize>())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::CertificateSignature;
    use crate::engine::messages::{BlockProposal, BlockVote};
    use crate::types::{BlockId, Round, ValidatorKey};
    use std::fmt::Debug;

    fn survives<T: PartialEq + Debug>(message: &T)
    where
        WireCodec: Codec<T>,
    {
        let bytes = WireCodec.encode(message).unwrap();
        assert_eq!(&WireCodec.decode(bytes.clone()).unwrap(), message);
        if !bytes.is_empty() {
            assert!(
                Codec::<T>::decode(&WireCodec, bytes.slice(..bytes.len() - 1)).is_err(),
                "cut: {message:?}"
            );
        }
    }

    fn vote(value: bft::NilOrVal<BlockId>) -> bft::SignedVote<Chain> {
        let vote = BlockVote {
            kind: bft::VoteType::Precommit,
            height: Height::new(3),
            round: bft::Round::new(1),
            value,
            validator: ValidatorKey::new([1; 32]),
        };
        bft::SignedMessage::new(vote, Signature([2; 64]))
    }

    #[test]
    fn every_message_survives_its_encoding() {
        let id = BlockId::new([9; 32]);
        let key = ValidatorKey::new([1; 32]);
        let signature = Signature([2; 64]);
        let (height, round) = (Height::new(3), bft::Round::new(1));
        survives(&SignedConsensusMsg::Vote(vote(bft::NilOrVal::Nil)));
        survives(&SignedConsensusMsg::Vote(vote(bft::NilOrVal::Val(id))));
        for valid_round in [bft::Round::Nil, bft::Round::new(0)] {
            let proposal = BlockProposal { height, round, value: id, valid_round, proposer: key };
            survives(&SignedConsensusMsg::Proposal(bft::SignedMessage::new(proposal, signature)));
            let validity = bft::Validity::Invalid;
            survives(&ProposedValue { height, round, valid_round, proposer: key, value: id, validity });
        }
        let polka = bft::PolkaCertificate {
            height,
            round,
            value_id: id,
            polka_signatures: vec![bft::PolkaSignature::new(key, signature)],
        };
        survives(&polka);
        survives(&LivenessMsg::PolkaCertificate(polka));
        survives(&LivenessMsg::Vote(vote(bft::NilOrVal::Nil)));
        for cert_type in [bft::RoundCertificateType::Skip, bft::RoundCertificateType::Precommit] {
            let entry =
                bft::RoundSignature::new(bft::VoteType::Prevote, bft::NilOrVal::Val(id), key, signature);
            let round_signatures = vec![entry];
            let certificate = bft::RoundCertificate { height, round, cert_type, round_signatures };
            survives(&LivenessMsg::SkipRoundCertificate(certificate));
        }
        survives(&bft::ValidatorProof::<Chain>::new(vec![1; 32], vec![2; 38], signature));
        survives(&Request::<Chain>::ValueRequest(ValueRequest::new(height..=Height::new(9))));
        let peer_id: PeerId = crate::keys::SecretKey::new([1; 32]).keypair().public().to_peer_id().to_bytes()
            [..]
            .to_vec()
            .try_into()
            .unwrap();
        survives(&Status::<Chain> { peer_id, tip_height: height, history_min_height: Height::FIRST });
    }

    #[test]
    fn a_sync_response_survives_and_has_the_length_it_announces() {
        let entry = CertificateSignature { validator: ValidatorKey::new([1; 32]), signature: [3; 64] };
        let certificate = Certificate::new(Height::new(3), Round::FIRST, BlockId::new([9; 32]), vec![entry]);
        let value = RawDecidedValue::new(vec![5; 100].into(), engine_certificate(&certificate));
        let response: Response<Chain> =
            Response::ValueResponse(ValueResponse::new(Height::new(3), vec![value.clone(), value]));
        survives(&response);
        assert_eq!(WireCodec.encoded_len(&response).unwrap(), WireCodec.encode(&response).unwrap().len());
    }

    #[test]
    fn a_part_travels_without_its_bytes_being_copied() {
        let part = Part::Data { index: 7, bytes: vec![1, 2, 3].into() };
        let stream_id = StreamId::new(vec![4; 8].into());
        let message = StreamMessage::new(stream_id, 8, StreamContent::Data(part));
        let bytes = WireCodec.encode(&message).unwrap();
        let decoded: StreamMessage<Part> = WireCodec.decode(bytes.clone()).unwrap();
        assert_eq!(decoded, message);
        let Some(Part::Data { bytes: data, .. }) = decoded.content.into_data() else { panic!("not data") };
        assert_eq!(data.as_ptr(), bytes[bytes.len() - 3..].as_ptr());
    }
}
