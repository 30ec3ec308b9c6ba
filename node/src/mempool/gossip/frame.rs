//! The bytes on the wire, decoded strictly: every length is checked before anything is kept.
//!
//! ```text
//! frame    = length u32 · body            big endian; length of the body
//! request  = version u8 · count u16 · count × (length u32 · signed transaction)
//! response = version u8 · count u16 · count × code u8    0 accepted, else an AdmitRefusal
//! ```
//! A request without transactions asks whether the peer is there.

use bytes::{Buf, BufMut, Bytes};
use tally_contracts::limits::TRANSACTION_BYTES_MAX;

use super::admit::{AdmitRefusal, Verdict};
use crate::limits::{GOSSIP_FRAME_BYTES_MAX, GOSSIP_FRAME_COUNT_MAX};

const VERSION: u8 = 1;
const HEADER: usize = 3;
/// Bytes that each transaction needs beside its own.
pub(super) const TRANSACTION_OVERHEAD: usize = 4;
/// Bytes of transactions, each with its overhead, that fit into one request.
pub(super) const TRANSACTIONS_BYTES_MAX: usize = GOSSIP_FRAME_BYTES_MAX - HEADER;
/// Bytes of the largest response.
pub(super) const RESPONSE_BYTES_MAX: usize = HEADER + GOSSIP_FRAME_COUNT_MAX;
const ACCEPTED: u8 = 0;

/// What is wrong with a frame. An honest peer never sends one like that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("a frame of {bytes} bytes exceeds the limit of {limit}")]
    TooLong { bytes: usize, limit: usize },
    #[error("version {found} is not {VERSION}")]
    Version { found: u8 },
    #[error("{count} transactions in one frame exceed the limit of {limit}")]
    TooMany { count: usize, limit: usize },
    #[error("a transaction of {bytes} bytes is not within 1 to {limit}")]
    TransactionLength { bytes: usize, limit: usize },
    #[error("{missing} bytes are missing")]
    Truncated { missing: usize },
    #[error("{bytes} bytes follow the end")]
    Trailing { bytes: usize },
    #[error("verdict {code} is unknown")]
    UnknownVerdict { code: u8 },
}

/// A whole frame, length included. The transactions must keep the limits.
pub(super) fn encode_request(transactions: &[Bytes]) -> Vec<u8> {
    let length = HEADER + transactions.iter().map(|bytes| TRANSACTION_OVERHEAD + bytes.len()).sum::<usize>();
    let mut frame = start(length, transactions.len());
    for bytes in transactions {
        frame.put_u32(wire_u32(bytes.len()));
        frame.put_slice(bytes);
    }
    frame
}

/// A whole frame, length included.
pub(super) fn encode_response(verdicts: &[Verdict]) -> Vec<u8> {
    let mut frame = start(HEADER + verdicts.len(), verdicts.len());
    for verdict in verdicts {
        frame.put_u8(match verdict {
            Ok(()) => ACCEPTED,
            Err(refusal) => refusal.code(),
        });
    }
    frame
}

/// The transactions of a request's body. Each is copied, so that one that waits for long does not
/// hold the whole frame in memory.
pub(super) fn decode_request(mut body: &[u8]) -> Result<Vec<Bytes>, FrameError> {
    let count = decode_header(&mut body)?;
    let mut transactions = Vec::with_capacity(count);
    for _ in 0..count {
        let bytes = usize::try_from(take(&mut body, 4)?.get_u32()).unwrap_or(usize::MAX);
        if bytes == 0 || bytes > TRANSACTION_BYTES_MAX {
            return Err(FrameError::TransactionLength { bytes, limit: TRANSACTION_BYTES_MAX });
        }
        transactions.push(Bytes::copy_from_slice(take(&mut body, bytes)?));
    }
    end(body)?;
    Ok(transactions)
}

/// The verdicts of a response's body.
pub(super) fn decode_response(mut body: &[u8]) -> Result<Vec<Verdict>, FrameError> {
    let count = decode_header(&mut body)?;
    let verdicts = take(&mut body, count)?.iter().map(|code| decode_verdict(*code)).collect();
    end(body)?;
    verdicts
}

fn start(length: usize, count: usize) -> Vec<u8> {
    let mut frame = Vec::with_capacity(4 + length);
    frame.put_u32(wire_u32(length));
    frame.put_u8(VERSION);
    frame.put_u16(u16::try_from(count).expect("a frame holds at most GOSSIP_FRAME_COUNT_MAX"));
    frame
}

fn wire_u32(length: usize) -> u32 {
    u32::try_from(length).expect("a frame holds at most GOSSIP_FRAME_BYTES_MAX")
}

fn decode_header(body: &mut &[u8]) -> Result<usize, FrameError> {
    let mut header = take(body, HEADER)?;
    let found = header.get_u8();
    if found != VERSION {
        return Err(FrameError::Version { found });
    }
    let count = usize::from(header.get_u16());
    if count > GOSSIP_FRAME_COUNT_MAX {
        return Err(FrameError::TooMany { count, limit: GOSSIP_FRAME_COUNT_MAX });
    }
    Ok(count)
}

fn decode_verdict(code: u8) -> Result<Verdict, FrameError> {
    if code == ACCEPTED {
        return Ok(Ok(()));
    }
    AdmitRefusal::from_code(code).map(Err).ok_or(FrameError::UnknownVerdict { code })
}

fn take<'a>(body: &mut &'a [u8], bytes: usize) -> Result<&'a [u8], FrameError> {
    let Some((taken, rest)) = body.split_at_checked(bytes) else {
        return Err(FrameError::Truncated { missing: bytes - body.len() });
    };
    *body = rest;
    Ok(taken)
}

fn end(rest: &[u8]) -> Result<(), FrameError> {
    if rest.is_empty() {
        return Ok(());
    }
    Err(FrameError::Trailing { bytes: rest.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(frame: &[u8]) -> &[u8] {
        &frame[4..]
    }

    #[test]
    fn a_request_comes_back_as_it_was() {
        let transactions = vec![Bytes::from_static(b"a"), Bytes::from(vec![7; TRANSACTION_BYTES_MAX])];
        for sent in [Vec::new(), transactions] {
            let frame = encode_request(&sent);
            assert_eq!(frame[..4], u32::try_from(frame.len() - 4).unwrap().to_be_bytes());
            assert_eq!(decode_request(body(&frame)), Ok(sent));
        }
    }

    #[test]
    fn every_verdict_comes_back_as_it_was() {
        let verdicts: Vec<Verdict> =
            std::iter::once(Ok(())).chain(AdmitRefusal::ALL.into_iter().map(Err)).collect();
        assert_eq!(decode_response(body(&encode_response(&verdicts))), Ok(verdicts));
    }

    #[test]
    fn whatever_is_not_exactly_a_request_is_refused() {
        let limit = TRANSACTION_BYTES_MAX;
        let cases: [(&[u8], FrameError); 8] = [
            (&[], FrameError::Truncated { missing: 3 }),
            (&[2, 0, 0], FrameError::Version { found: 2 }),
            (&[1, 255, 255], FrameError::TooMany { count: 65_535, limit: GOSSIP_FRAME_COUNT_MAX }),
            (&[1, 0, 1], FrameError::Truncated { missing: 4 }),
            (&[1, 0, 1, 0, 0, 0, 0], FrameError::TransactionLength { bytes: 0, limit }),
            (&[1, 0, 1, 0, 1, 0, 1], FrameError::TransactionLength { bytes: 65_537, limit }),
            (&[1, 0, 1, 0, 0, 0, 2, 9], FrameError::Truncated { missing: 1 }),
            (&[1, 0, 1, 0, 0, 0, 1, 9, 9], FrameError::Trailing { bytes: 1 }),
        ];
        for (body, expected) in cases {
            assert_eq!(decode_request(body), Err(expected), "{body:?}");
        }
    }

    #[test]
    fn whatever_is_not_exactly_a_response_is_refused() {
        let cases: [(&[u8], FrameError); 4] = [
            (&[3, 0, 0], FrameError::Version { found: 3 }),
            (&[1, 0, 2, 0], FrameError::Truncated { missing: 1 }),
            (&[1, 0, 1, 0, 0], FrameError::Trailing { bytes: 1 }),
            (&[1, 0, 1, 11], FrameError::UnknownVerdict { code: 11 }),
        ];
        for (body, expected) in cases {
            assert_eq!(decode_response(body), Err(expected), "{body:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_decode_to_what_encodes_to_them_or_to_an_error(body in proptest::collection::vec(0u8..4, 0..40)) {
            if let Ok(transactions) = decode_request(&body) {
                assert_eq!(&encode_request(&transactions)[4..], &body[..]);
            }
            if let Ok(verdicts) = decode_response(&body) {
                assert_eq!(&encode_response(&verdicts)[4..], &body[..]);
            }
        }
    }
}
