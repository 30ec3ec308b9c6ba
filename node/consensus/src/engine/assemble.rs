//! Puts the parts of proposals together again, within bounds that no peer can exceed.

use std::collections::{BTreeMap, HashMap, VecDeque};

use arc_malachitebft_app_channel::app::streaming::{StreamId, StreamMessage};
use arc_malachitebft_app_channel::app::types::PeerId;
use bytes::{Bytes, BytesMut};
use sha2::{Digest, Sha256};

use crate::application::Proposal;
use crate::engine::part::{Part, PartsHeader};
use crate::limits::{
    HEIGHTS_AHEAD_MAX, PART_BYTES_MAX, PART_BYTES_MIN, ROUNDS_AHEAD_MAX, STREAMS_PER_PEER_MAX,
};
use crate::types::{Height, Round};
use crate::validator_set::ValidatorSet;

/// Bytes of a stream's id; our own have 16.
const STREAM_ID_BYTES_MAX: usize = 32;
/// Streams remembered as finished or bad, per peer, so that late duplicates do not open them anew.
const CLOSED_STREAMS_PER_PEER: usize = 64;

/// Why a part was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// The stream id is too long.
    #[error("the stream id has {bytes} bytes")]
    StreamId {
        /// Its length.
        bytes: usize,
    },
    /// For a height that is over or too far ahead, or a round too far ahead.
    #[error("height {height} round {round} is not near")]
    NotNear {
        /// The proposal's height.
        height: Height,
        /// The proposal's round.
        round: Round,
    },
    /// A block or part size outside of the limits.
    #[error("a block of {block_bytes} bytes in parts of {part_bytes} exceeds the limits")]
    Size {
        /// Announced size of the block.
        block_bytes: u64,
        /// Announced size of the parts.
        part_bytes: u32,
    },
    /// It is not this proposer's turn.
    #[error("the proposer is not the one of this round")]
    WrongProposer,
    /// Another validator streams it, in a round that does not yet need that.
    #[error("the publisher is not the proposer")]
    NotTheProposer,
    /// Whoever streams is no validator.
    #[error("the publisher is no validator")]
    PublisherUnknown,
    /// The publisher did not sign this header.
    #[error("the header's signature is wrong")]
    BadSignature,
    /// A second, different header.
    #[error("the stream has two headers")]
    TwoHeaders,
    /// A part with a wrong index or length, or more bytes than announced.
    #[error("part {index} of {bytes} bytes does not fit")]
    BadPart {
        /// Its index.
        index: u32,
        /// Its length.
        bytes: usize,
    },
    /// All parts are there and are not what was signed.
    #[error("the parts do not add up to the signed block")]
    WrongHash,
    /// The stream was completed or given up before.
    #[error("the stream is closed")]
    Closed,
}

/// What one part led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// More parts are needed. With the height, if this was a good header.
    Waiting(Option<Height>),
    /// The proposal is whole.
    Complete(Proposal),
}

/// What is needed to judge a header.
#[derive(Clone, Copy, Debug)]
pub struct Now<'a> {
    /// The height being decided.
    pub height: Height,
    /// The round it is in.
    pub round: Round,
    /// The validators of the header's height, or the latest ones known.
    pub validators: &'a ValidatorSet,
    /// Whether `validators` really are those of the header's height.
    pub is_exact: bool,
    /// From this round on, any validator may stream the proposer's block: the engine then helps out those who missed it.
    pub restream_from: Round,
}

#[derive(Default)]
struct Stream {
    header: Option<PartsHeader>,
    parts: BTreeMap<u32, Bytes>,
    bytes: usize,
    opened_at: Height,
    age: u64,
}

#[derive(Default)]
struct PeerStreams {
    open: HashMap<StreamId, Stream>,
    closed: VecDeque<StreamId>,
}

/// Unfinished proposals of all peers.
pub struct Assembler {
    chain_id: String,
    block_bytes_max: usize,
    peers: HashMap<PeerId, PeerStreams>,
    opened: u64,
}

impl Assembler {
    /// An empty assembler for blocks up to this size.
    pub fn new(chain_id: String, block_bytes_max: usize) -> Self {
        Self { chain_id, block_bytes_max, peers: HashMap::new(), opened: 0 }
    }

    /// Forgets what belongs to heights before this one.
    pub fn prune(&mut self, height: Height) {
        for peer in self.peers.values_mut() {
            peer.open.retain(|_, stream| {
                stream.header.as_ref().map_or(stream.opened_at, |header| header.height) >= height
            });
        }
        self.peers.retain(|_, peer| !peer.open.is_empty() || !peer.closed.is_empty());
    }

    /// Bytes held at the moment, of all peers.
    pub fn bytes(&self) -> usize {
        self.peers.values().flat_map(|peer| peer.open.values()).map(|stream| stream.bytes).sum()
    }

    /// Takes in one part. `publisher` is who first sent it, however it came here: the same stream id of another
    /// publisher is another stream, so nobody can spoil anybody else's.
    ///
    /// # Errors
    /// If the part was dropped. Apart from late duplicates that closes the stream.
    pub fn insert(
        &mut self,
        publisher: PeerId,
        message: StreamMessage<Part>,
        now: &Now<'_>,
    ) -> Result<Progress, PartError> {
        let stream_id = message.stream_id.clone();
        let bytes = stream_id.to_bytes().len();
        if bytes > STREAM_ID_BYTES_MAX {
            return Err(PartError::StreamId { bytes });
        }
        let Some(part) = message.content.into_data() else { return Ok(Progress::Waiting(None)) };
        let peer = self.peers.entry(publisher).or_default();
        if peer.closed.contains(&stream_id) {
            return Err(PartError::Closed);
        }
        self.opened += 1;
        let stream = peer.open_stream(&stream_id, now.height, self.opened);
        let result = match part {
            Part::Header(header) => stream.accept_header(header, &self.chain_id, self.block_bytes_max, now),
            Part::Data { index, bytes } => stream.accept_data(index, bytes, self.block_bytes_max),
        };
        let result = result.and_then(|height| match stream.complete()? {
            Some(proposal) => Ok(Progress::Complete(proposal)),
            None => Ok(Progress::Waiting(height)),
        });
        match &result {
            Ok(Progress::Waiting(_)) => {}
            Ok(Progress::Complete(_)) | Err(_) => peer.close(stream_id),
        }
        result
    }
}

impl PeerStreams {
    /// The stream, newly opened if need be; then the peer's oldest one gives way if there are too many.
    fn open_stream(&mut self, id: &StreamId, height: Height, age: u64) -> &mut Stream {
        if !self.open.contains_key(id) && self.open.len() >= STREAMS_PER_PEER_MAX {
            let oldest = self.open.iter().min_by_key(|(_, stream)| stream.age).map(|(id, _)| id.clone());
            if let Some(oldest) = oldest {
                self.close(oldest);
            }
        }
        self.open.entry(id.clone()).or_insert_with(|| Stream { opened_at: height, age, ..Stream::default() })
    }

    fn close(&mut self, id: StreamId) {
        self.open.remove(&id);
        if self.closed.len() >= CLOSED_STREAMS_PER_PEER {
            self.closed.pop_front();
        }
        self.closed.push_back(id);
    }
}

impl Stream {
    fn accept_header(
        &mut self,
        header: PartsHeader,
        chain_id: &str,
        block_bytes_max: usize,
        now: &Now<'_>,
    ) -> Result<Option<Height>, PartError> {
        match &self.header {
            Some(known) if *known == header => return Ok(None),
            Some(_) => return Err(PartError::TwoHeaders),
            None => check_header(&header, chain_id, block_bytes_max, now)?,
        }
        // Parts may have come before their header.
        for (index, bytes) in &self.parts {
            check_data(&header, *index, bytes.len())?;
        }
        let height = header.height;
        self.header = Some(header);
        Ok(Some(height))
    }

    fn accept_data(
        &mut self,
        index: u32,
        bytes: Bytes,
        block_bytes_max: usize,
    ) -> Result<Option<Height>, PartError> {
        let bad = PartError::BadPart { index, bytes: bytes.len() };
        if let Some(header) = &self.header {
            check_data(header, index, bytes.len())?;
        }
        if let Some(known) = self.parts.get(&index) {
            return if *known == bytes { Ok(None) } else { Err(bad) };
        }
        if bytes.is_empty() || self.bytes + bytes.len() > block_bytes_max {
            return Err(bad);
        }
        self.bytes += bytes.len();
        // A slice would keep the whole message alive, which may be larger than what is counted.
        self.parts.insert(index, Bytes::copy_from_slice(&bytes));
        Ok(None)
    }

    fn complete(&self) -> Result<Option<Proposal>, PartError> {
        let Some(header) = &self.header else { return Ok(None) };
        if self.bytes as u64 != header.block_bytes || self.parts.len() as u64 != header.part_count() {
            return Ok(None);
        }
        let mut block = BytesMut::with_capacity(self.bytes);
        for part in self.parts.values() {
            block.extend_from_slice(part);
        }
        if Sha256::digest(&block).as_slice() != header.block_sha256 {
            return Err(PartError::WrongHash);
        }
        Ok(Some(Proposal {
            height: header.height,
            round: header.round,
            valid_round: header.valid_round,
            proposer: header.proposer,
            id: header.id,
            bytes: block.freeze(),
        }))
    }
}

fn check_header(
    header: &PartsHeader,
    chain_id: &str,
    block_bytes_max: usize,
    now: &Now<'_>,
) -> Result<(), PartError> {
    let (height, round) = (header.height, header.round);
    let ahead = height.as_u64().checked_sub(now.height.as_u64());
    let round_limit = now.round.as_u32().saturating_add(ROUNDS_AHEAD_MAX);
    let is_near = match ahead {
        None => false,
        Some(0) => round.as_u32() <= round_limit,
        Some(ahead) => ahead <= HEIGHTS_AHEAD_MAX && round.as_u32() <= ROUNDS_AHEAD_MAX,
    };
    if !is_near {
        return Err(PartError::NotNear { height, round });
    }
    let part_sizes = PART_BYTES_MIN as u64..=PART_BYTES_MAX as u64;
    if !(1..=block_bytes_max as u64).contains(&header.block_bytes)
        || !part_sizes.contains(&u64::from(header.part_bytes))
    {
        return Err(PartError::Size { block_bytes: header.block_bytes, part_bytes: header.part_bytes });
    }
    if now.is_exact && now.validators.proposer(height, round).public_key != header.proposer {
        return Err(PartError::WrongProposer);
    }
    if header.publisher != header.proposer && round < now.restream_from {
        return Err(PartError::NotTheProposer);
    }
    if now.validators.get(&header.publisher).is_none() {
        return Err(PartError::PublisherUnknown);
    }
    if !header.is_signed(chain_id) {
        return Err(PartError::BadSignature);
    }
    Ok(())
}

fn check_data(header: &PartsHeader, index: u32, bytes: usize) -> Result<(), PartError> {
    let start = u64::from(index) * u64::from(header.part_bytes);
    let expected = header.block_bytes.saturating_sub(start).min(u64::from(header.part_bytes));
    if expected == 0 || bytes as u64 != expected {
        return Err(PartError::BadPart { index, bytes });
    }
    Ok(())
}

#[cfg(test)]
#[path = "assemble_tests.rs"]
mod tests;
