//! What peers and this node's own log hand in, for `testnet/fuzz`: each says whether the bytes were taken, and panics where
//! they break a promise of this crate. What decodes encodes to the same bytes, so that nothing has two forms.

mod seeds;

use std::sync::LazyLock;

use arc_malachitebft_app_channel::app::consensus::{LivenessMsg, ProposedValue, SignedConsensusMsg};
use arc_malachitebft_app_channel::app::streaming::StreamMessage;
use arc_malachitebft_app_channel::app::types::PeerId;
use arc_malachitebft_app_channel::app::types::codec::{Codec, HasEncodedLen};
use arc_malachitebft_app_channel::app::types::core as bft;
use arc_malachitebft_sync::{Request, Response, Status};
use bytes::Bytes;

use crate::certificate::Certificate;
use crate::engine::assemble::{Assembler, Now, Progress};
use crate::engine::codec::WireCodec;
use crate::engine::context::Chain;
use crate::engine::part::Part;
use crate::keys::{SecretKey, libp2p_peer_id};
use crate::limits::{PART_BYTES_MIN, STREAMS_PER_PEER_MAX};
use crate::types::{Height, Round, Validator};
use crate::validator_set::ValidatorSet;

pub use seeds::{certificates, messages, streams, syncs, votes};

const CHAIN: &str = "test-chain";
/// The largest block of [`parts`], in bytes: four parts of the smallest size.
const BLOCK_BYTES_MAX: usize = 4 * PART_BYTES_MIN;
const HEIGHT: Height = Height::new(5);

static VALIDATORS: LazyLock<ValidatorSet> = LazyLock::new(|| {
    let member = |byte| Validator { public_key: secret(byte).validator_key(), power: 1 };
    ValidatorSet::new((1..=4).map(member).collect()).expect("four validators are a set")
});
/// Peers that take turns in [`parts`].
static PUBLISHERS: LazyLock<[PeerId; 2]> = LazyLock::new(|| [peer(10), peer(11)]);

/// Votes, proposals and certificates of the engine; the first byte says which kind is read.
pub fn vote(bytes: &[u8]) -> bool {
    match bytes.split_first() {
        Some((0, rest)) => again::<SignedConsensusMsg<Chain>>(rest).is_some(),
        Some((1, rest)) => again::<LivenessMsg<Chain>>(rest).is_some(),
        Some((2, rest)) => again::<bft::PolkaCertificate<Chain>>(rest).is_some(),
        Some((3, rest)) => again::<ProposedValue<Chain>>(rest).is_some(),
        Some((4, rest)) => again::<bft::ValidatorProof<Chain>>(rest).is_some(),
        Some(_) | None => false,
    }
}

/// Messages of sync; the first byte says which kind is read.
pub fn sync(bytes: &[u8]) -> bool {
    match bytes.split_first() {
        Some((0, rest)) => again::<Status<Chain>>(rest).is_some(),
        Some((1, rest)) => again::<Request<Chain>>(rest).is_some(),
        Some((2, rest)) => match again::<Response<Chain>>(rest) {
            Some(response) => {
                let announced = WireCodec.encoded_len(&response).expect("what was decoded has a length");
                assert_eq!(announced, rest.len(), "the length that is announced");
                true
            }
            None => false,
        },
        Some(_) | None => false,
    }
}

/// A certificate as blocks are stored and synced with.
pub fn certificate(bytes: &[u8]) -> bool {
    let Ok(certificate) = Certificate::decode(bytes) else { return false };
    assert_eq!(certificate.encode(), bytes, "a certificate has one form");
    true
}

/// One message of a stream of parts.
pub fn part(bytes: &[u8]) -> bool {
    again::<StreamMessage<Part>>(bytes).is_some()
}

/// Messages of streams, each after a byte that says whose and its length in two bytes, put together again to blocks. Takes
/// them if a whole block came out.
pub fn parts(bytes: &[u8]) -> bool {
    let mut assembler = Assembler::new(CHAIN.to_owned(), BLOCK_BYTES_MAX);
    let (mut rest, mut is_complete) = (bytes, false);
    let validators = &*VALIDATORS;
    let now =
        Now { height: HEIGHT, round: Round::FIRST, validators, is_exact: true, restream_from: Round::new(1) };
    while let Some((peer, message, after)) = next_message(rest) {
        rest = after;
        let Some(message) = again::<StreamMessage<Part>>(message) else { continue };
        if let Ok(Progress::Complete(proposal)) = assembler.insert(peer, message, &now) {
            assert!(proposal.bytes.len() <= BLOCK_BYTES_MAX, "a block beyond the limit");
            assert_eq!(proposal.proposer, validators.proposer(proposal.height, proposal.round).public_key);
            is_complete = true;
        }
        let held = PUBLISHERS.len() * STREAMS_PER_PEER_MAX * BLOCK_BYTES_MAX;
        assert!(assembler.bytes() <= held, "{} bytes are held", assembler.bytes());
    }
    is_complete
}

fn next_message(bytes: &[u8]) -> Option<(PeerId, &[u8], &[u8])> {
    let ([whose, high, low], rest) = bytes.split_first_chunk::<3>()?;
    let length = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
    let (message, rest) = rest.split_at(length);
    Some((PUBLISHERS[usize::from(whose % 2)], message, rest))
}

/// What decodes must encode to what it was decoded from.
fn again<T>(bytes: &[u8]) -> Option<T>
where
    WireCodec: Codec<T>,
{
    let bytes = Bytes::copy_from_slice(bytes);
    let message: T = WireCodec.decode(bytes.clone()).ok()?;
    let encoded = WireCodec.encode(&message).expect("what was decoded can be encoded");
    assert_eq!(encoded, bytes, "a message has one form");
    Some(message)
}

fn secret(byte: u8) -> SecretKey {
    SecretKey::new([byte; 32])
}

fn peer(byte: u8) -> PeerId {
    let id = libp2p_peer_id(&secret(byte).peer_key()).expect("a public key is a point");
    PeerId::from_bytes(&id.to_bytes()).expect("the engine names peers as the network does")
}
