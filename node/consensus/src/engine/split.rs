//! Cuts a block into the parts in which it travels.

use arc_malachitebft_app_channel::app::streaming::{StreamContent, StreamId, StreamMessage};
use sha2::{Digest, Sha256};
use tally_keys::{KeyError, KeyHandle};

use crate::application::Proposal;
use crate::engine::messages::Signature;
use crate::engine::part::{Part, PartsHeader};
use crate::types::ValidatorKey;

/// Makes streams out of proposals, no two with the same id.
pub struct Publisher {
    chain_id: String,
    key: KeyHandle,
    part_bytes: u32,
    /// Differs in every run of the process, so that a restarted node does not continue an old stream.
    run: u64,
    streams: u64,
}

impl Publisher {
    /// A publisher that signs with this key and cuts parts of this size.
    pub fn new(chain_id: String, key: impl Into<KeyHandle>, part_bytes: usize) -> Self {
        let part_bytes = u32::try_from(part_bytes).expect("checked settings bound the size of a part");
        Self { chain_id, key: key.into(), part_bytes, run: rand::random(), streams: 0 }
    }

    /// The messages that carry this proposal, header first. A key in a module may fail to sign.
    pub fn stream(&mut self, proposal: &Proposal) -> Result<Vec<StreamMessage<Part>>, KeyError> {
        let stream_id = self.next_stream_id();
        let header = PartsHeader {
            height: proposal.height,
            round: proposal.round,
            valid_round: proposal.valid_round,
            proposer: proposal.proposer,
            id: proposal.id,
            block_bytes: proposal.bytes.len() as u64,
            part_bytes: self.part_bytes,
            block_sha256: Sha256::digest(&proposal.bytes).into(),
            publisher: ValidatorKey::new([0; 32]),
            signature: Signature([0; 64]),
        };
        let header = header.signed_by(&self.key, &self.chain_id)?;
        let size = self.part_bytes as usize;
        let pieces = (0_u32..).zip((0..proposal.bytes.len()).step_by(size)).map(|(index, start)| {
            let end = proposal.bytes.len().min(start + size);
            Part::Data { index, bytes: proposal.bytes.slice(start..end) }
        });
        let parts = std::iter::once(Part::Header(header)).chain(pieces);
        let message =
            |(sequence, part)| StreamMessage::new(stream_id.clone(), sequence, StreamContent::Data(part));
        Ok((0_u64..).zip(parts).map(message).collect())
    }

    fn next_stream_id(&mut self) -> StreamId {
        self.streams += 1;
        let id = [self.run.to_be_bytes(), self.streams.to_be_bytes()].concat();
        StreamId::new(id.into())
    }
}
