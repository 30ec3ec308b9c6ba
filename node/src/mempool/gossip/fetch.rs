//! Fetching: transactions that a proposal names and this node lacks, from whoever has them.
//!
//! ```text
//! request  = length u32 · count u16 · count × leaf hash (32 bytes)     big endian; length of what follows
//! response = a frame of transactions, those of the asked ones that wait at the peer
//! ```
//! Gossip brings nearly all of them in time. This is for the rest: a sender that stopped half way, or a member
//! that signed the same body twice and gave each node another signature.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Buf, BufMut, Bytes};
use futures::{AsyncRead, AsyncWrite, AsyncWriteExt};
use libp2p::request_response::{self, Event, Message, OutboundRequestId};
use libp2p::{PeerId, StreamProtocol};
use tally_contracts::merkle::leaf_hash;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::codec::{invalid, read_body};
use super::frame;
use super::run::{Command, Runner};
use crate::limits::{GOSSIP_FETCH_TIMEOUT, GOSSIP_FRAME_BYTES_MAX, GOSSIP_FRAME_COUNT_MAX, GOSSIP_PEERS_MAX};
use crate::mempool::Leaf;

/// Name of the protocol; a change of the frames is a new one.
pub(super) const PROTOCOL: StreamProtocol = StreamProtocol::new("/tallystick/fetch/1");

const LEAF_BYTES: usize = 32;
pub(super) const REQUEST_BYTES_MAX: usize = 2 + GOSSIP_FRAME_COUNT_MAX * LEAF_BYTES;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FetchCodec;

#[async_trait]
impl request_response::Codec for FetchCodec {
    type Protocol = StreamProtocol;
    type Request = Vec<Leaf>;
    type Response = Vec<Bytes>;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<Leaf>>
    where
        T: AsyncRead + Unpin + Send,
    {
        let body = read_body(io, REQUEST_BYTES_MAX).await?.map_err(invalid)?;
        decode_leaves(&body).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<Bytes>>
    where
        T: AsyncRead + Unpin + Send,
    {
        let body = read_body(io, GOSSIP_FRAME_BYTES_MAX).await?.map_err(invalid)?;
        frame::decode_request(&body).map_err(invalid)
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, leaves: Vec<Leaf>) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&encode_leaves(&leaves)).await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, found: Vec<Bytes>) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&frame::encode_request(&found)).await
    }
}

pub(super) fn encode_leaves(leaves: &[Leaf]) -> Vec<u8> {
    let length = 2 + leaves.len() * LEAF_BYTES;
    let mut bytes = Vec::with_capacity(4 + length);
    bytes.put_u32(u32::try_from(length).expect("a fetch names at most GOSSIP_FRAME_COUNT_MAX"));
    bytes.put_u16(u16::try_from(leaves.len()).expect("a fetch names at most GOSSIP_FRAME_COUNT_MAX"));
    leaves.iter().for_each(|leaf| bytes.put_slice(leaf));
    bytes
}

pub(super) fn decode_leaves(body: &[u8]) -> Option<Vec<Leaf>> {
    let (mut count, leaves) = body.split_at_checked(2)?;
    let (leaves, rest) = leaves.as_chunks::<LEAF_BYTES>();
    let is_whole = rest.is_empty() && leaves.len() == usize::from(count.get_u16());
    is_whole.then(|| leaves.to_vec())
}

/// Asks the connected peers for transactions.
#[derive(Clone, Debug)]
pub struct Fetcher {
    pub(super) commands: mpsc::Sender<Command>,
}

impl Fetcher {
    /// Those of the named transactions that a peer has, at most one frame of them; `round_trip` is the way there and back.
    pub async fn fetch(&self, leaves: &[Leaf], round_trip: Duration) -> HashMap<Leaf, Bytes> {
        let mut found = HashMap::new();
        let leaves: Vec<Leaf> = leaves.iter().take(GOSSIP_FRAME_COUNT_MAX).copied().collect();
        let (answers, mut inbox) = mpsc::channel(GOSSIP_PEERS_MAX);
        let wanted = leaves.len();
        if self.commands.send(Command::Fetch { leaves: leaves.clone(), answers }).await.is_err() {
            return found;
        }
        let collect = async {
            while let Some(transactions) = inbox.recv().await {
                for bytes in transactions {
                    let leaf = leaf_hash(&bytes);
                    if leaves.contains(&leaf) {
                        found.insert(leaf, bytes);
                    }
                }
                if found.len() == wanted {
                    return;
                }
            }
        };
        // what came in time is all there is
        let _ = timeout(GOSSIP_FETCH_TIMEOUT.saturating_add(round_trip), collect).await;
        found
    }
}

impl Runner {
    /// Asks every connected peer: the first that has them answers first.
    pub(super) fn fetch(&mut self, leaves: &[Leaf], answers: &mpsc::Sender<Vec<Bytes>>) {
        for (id, link) in &self.links {
            if link.is_connected() {
                let request = self.swarm.behaviour_mut().fetch.send_request(id, leaves.to_vec());
                self.fetches.insert(request, answers.clone());
            }
        }
    }

    pub(super) fn on_fetch(&mut self, event: Event<Vec<Leaf>, Vec<Bytes>>, now: std::time::Instant) {
        match event {
            Event::Message { peer, message: Message::Request { request, channel, .. }, .. } => {
                let found = self.serve(peer, &request, now);
                if self.swarm.behaviour_mut().fetch.send_response(channel, found).is_err() {
                    tracing::debug!(%peer, "a peer left before its answer");
                }
            }
            Event::Message { message: Message::Response { request_id, response }, .. } => {
                self.on_fetched(&request_id, response);
            }
            Event::OutboundFailure { request_id, error, .. } => {
                tracing::debug!(%error, "a fetch was not answered");
                self.fetches.remove(&request_id);
            }
            Event::InboundFailure { .. } | Event::ResponseSent { .. } => {}
        }
    }

    fn serve(&mut self, peer: PeerId, leaves: &[Leaf], now: std::time::Instant) -> Vec<Bytes> {
        let Some(link) = self.links.get_mut(&peer) else { return Vec::new() };
        let granted = link.inbound.grant_fetch(leaves.len(), now);
        let leaves = leaves.get(..granted).unwrap_or_default();
        self.outbox.by_leaves(leaves, frame::TRANSACTIONS_BYTES_MAX, frame::TRANSACTION_OVERHEAD)
    }

    fn on_fetched(&mut self, request: &OutboundRequestId, transactions: Vec<Bytes>) {
        if let Some(answers) = self.fetches.remove(request) {
            // who asked may have enough already
            let _ = answers.try_send(transactions);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_come_back_as_they_were_and_nothing_else_does() {
        let leaves = vec![[1; 32], [2; 32]];
        let bytes = encode_leaves(&leaves);
        assert_eq!(decode_leaves(&bytes[4..]), Some(leaves));
        for broken in [&bytes[4..bytes.len() - 1], &[0, 1][..], &[0][..], &[0, 0, 7][..]] {
            assert_eq!(decode_leaves(broken), None, "{broken:?}");
        }
        assert_eq!(decode_leaves(&[0, 0]), Some(Vec::new()));
    }
}
