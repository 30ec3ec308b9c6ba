//! What other nodes' gossip hands in, for `testnet/fuzz`: each says whether the bytes were taken, and panics where they
//! break a promise of this room. What decodes encodes to the same bytes.

use bytes::Bytes;
use futures::FutureExt;
use tally_contracts::limits::TRANSACTION_BYTES_MAX;

use super::admit::AdmitRefusal;
use super::codec::read_body;
use super::fetch::{REQUEST_BYTES_MAX, decode_leaves, encode_leaves};
use super::frame::{RESPONSE_BYTES_MAX, decode_request, decode_response, encode_request, encode_response};
use super::hello::{self, ANSWER_BYTES_MAX};
use crate::limits::{GOSSIP_FRAME_BYTES_MAX, GOSSIP_FRAME_COUNT_MAX};

/// A frame with its length: of transactions, of verdicts, of leaf hashes or a hello, as the first byte says.
pub fn frame(bytes: &[u8]) -> bool {
    match bytes.split_first() {
        Some((0, rest)) => again(rest, GOSSIP_FRAME_BYTES_MAX, |body| {
            let transactions = decode_request(body).ok()?;
            assert!(transactions.len() <= GOSSIP_FRAME_COUNT_MAX, "transactions");
            assert!(transactions.iter().all(|one| (1..=TRANSACTION_BYTES_MAX).contains(&one.len())));
            Some(encode_request(&transactions))
        }),
        Some((1, rest)) => again(rest, RESPONSE_BYTES_MAX, |body| {
            let verdicts = decode_response(body).ok()?;
            assert!(verdicts.len() <= GOSSIP_FRAME_COUNT_MAX, "verdicts");
            Some(encode_response(&verdicts))
        }),
        Some((2, rest)) => again(rest, REQUEST_BYTES_MAX, |body| {
            let leaves = decode_leaves(body)?;
            assert!(leaves.len() <= GOSSIP_FRAME_COUNT_MAX, "leaves");
            Some(encode_leaves(&leaves))
        }),
        Some((3, rest)) => again(rest, ANSWER_BYTES_MAX, |body| Some(hello::encode(&hello::decode(body)?))),
        Some(_) | None => false,
    }
}

/// Reads one frame off the wire; what its body means must encode to the very frame.
fn again(wire: &[u8], limit: usize, body_again: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> bool {
    let mut rest = wire;
    let read = read_body(&mut rest, limit).now_or_never().expect("bytes in memory are there at once");
    let Ok(Ok(body)) = read else { return false };
    assert!(body.len() <= limit, "a body beyond its limit");
    let Some(encoded) = body_again(&body) else { return false };
    assert_eq!(Some(&encoded[..]), wire.get(..4 + body.len()), "a frame has one form");
    true
}

/// What [`frame`] takes, each after the byte of its kind.
pub fn frames() -> Vec<Vec<u8>> {
    let transactions = [Bytes::from_static(b"a"), Bytes::from_static(b"another transaction")];
    let verdicts: Vec<_> = std::iter::once(Ok(())).chain(AdmitRefusal::ALL.into_iter().map(Err)).collect();
    let about = hello::About { version: "0.1.0".to_owned(), data_format: 3, height: 77 };
    let seeds = [
        (0, encode_request(&[])),
        (0, encode_request(&transactions)),
        (1, encode_response(&verdicts)),
        (2, encode_leaves(&[[1; 32], [2; 32]])),
        (3, hello::encode(&hello::Hello::new(about, 1_770_000_000_000))),
    ];
    seeds.into_iter().map(|(kind, frame)| [&[kind], &frame[..]].concat()).collect()
}
