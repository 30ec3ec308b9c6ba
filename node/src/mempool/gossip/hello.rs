//! Hello: connected peers tell each other what they run, how far they are and what time they have.
//!
//! ```text
//! request  = length u32                   nothing follows
//! response = length u32 · data format u32 · height u64 · milliseconds since 1970 u64 · version, 1 to 64 bytes
//! ```
//! Nothing is decided by it: operators see a clock that is off and software that differs before either hurts.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::{Buf, BufMut};
use futures::{AsyncRead, AsyncWrite, AsyncWriteExt};
use libp2p::request_response::{self, Event, Message, OutboundRequestId, ResponseChannel};
use libp2p::{PeerId, StreamProtocol};

use super::codec::{invalid, read_body};
use super::run::Runner;
use crate::limits::{GOSSIP_HELLO_ANSWER_PAUSE, GOSSIP_HELLO_INTERVAL, GOSSIP_VERSION_BYTES_MAX};

/// Name of the protocol; a change of the messages is a new one.
pub(super) const PROTOCOL: StreamProtocol = StreamProtocol::new("/tallystick/hello/1");

const HEAD_BYTES: usize = 4 + 8 + 8;
pub(super) const ANSWER_BYTES_MAX: usize = HEAD_BYTES + GOSSIP_VERSION_BYTES_MAX;

/// What a node says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Of the software.
    pub version: String,
    /// Of the data directory.
    pub data_format: u32,
    /// The newest committed block.
    pub height: u64,
}

/// Asked for each answer.
pub type Introduce = Arc<dyn Fn() -> About + Send + Sync>;

/// What a peer said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introduction {
    pub about: About,
    /// The peer's clock minus this machine's, taken in the middle of the round trip.
    pub clock_offset_ms: i64,
    pub round_trip: Duration,
    pub at: Instant,
}

/// What peers said, by who they are.
pub type Introductions = Arc<Mutex<BTreeMap<PeerId, Introduction>>>;

/// Which listed peers are connected now.
#[derive(Clone, Debug, Default)]
pub struct PeerStates(Arc<Mutex<BTreeSet<PeerId>>>);

impl PeerStates {
    /// Whether this one is.
    pub fn contains(&self, peer: &PeerId) -> bool {
        self.0.lock().expect("nothing panics while it holds the peers").contains(peer)
    }

    pub(super) fn set(&self, connected: BTreeSet<PeerId>) {
        *self.0.lock().expect("nothing panics while it holds the peers") = connected;
    }
}

/// On the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hello {
    about: About,
    time_ms: u64,
}

impl Hello {
    /// What a node says of itself at this time, in milliseconds since 1970.
    pub(super) fn new(about: About, time_ms: u64) -> Self {
        Self { about, time_ms }
    }
}

/// A question under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    at: Instant,
    time_ms: u64,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct HelloCodec;

#[async_trait]
impl request_response::Codec for HelloCodec {
    type Protocol = StreamProtocol;
    type Request = ();
    type Response = Hello;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<()>
    where
        T: AsyncRead + Unpin + Send,
    {
        read_body(io, 0).await?.map_err(invalid).map(drop)
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Hello>
    where
        T: AsyncRead + Unpin + Send,
    {
        let body = read_body(io, ANSWER_BYTES_MAX).await?.map_err(invalid)?;
        decode(&body).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, (): ()) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&[0; 4]).await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, hello: Hello) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&encode(&hello)).await
    }
}

pub(super) fn encode(hello: &Hello) -> Vec<u8> {
    let version = hello.about.version.as_bytes();
    let version = version.get(..GOSSIP_VERSION_BYTES_MAX).unwrap_or(version);
    let length = HEAD_BYTES + version.len();
    let mut bytes = Vec::with_capacity(4 + length);
    bytes.put_u32(u32::try_from(length).expect("a version has at most GOSSIP_VERSION_BYTES_MAX"));
    bytes.put_u32(hello.about.data_format);
    bytes.put_u64(hello.about.height);
    bytes.put_u64(hello.time_ms);
    bytes.put_slice(version);
    bytes
}

/// Versions of visible ASCII only, because people read them in a terminal.
pub(super) fn decode(body: &[u8]) -> Option<Hello> {
    let (mut head, version) = body.split_at_checked(HEAD_BYTES)?;
    let (data_format, height, time_ms) = (head.get_u32(), head.get_u64(), head.get_u64());
    let is_shown = !version.is_empty() && version.iter().all(u8::is_ascii_graphic);
    let version = is_shown.then(|| String::from_utf8_lossy(version).into_owned())?;
    Some(Hello { about: About { version, data_format, height }, time_ms })
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The other clock minus ours, if the answer was given in the middle of the round trip (as RFC 5905 assumes).
fn offset_ms(asked_ms: u64, round_trip: Duration, answered_ms: u64) -> i64 {
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let half = i64::try_from(round_trip.as_millis() / 2).unwrap_or(i64::MAX);
    signed(answered_ms).saturating_sub(signed(asked_ms).saturating_add(half))
}

/// The longest of the shortest two thirds: one slow peer alone makes nobody wait.
fn of_two_thirds(round_trips: impl Iterator<Item = Duration>) -> Duration {
    let mut round_trips: Vec<Duration> = round_trips.collect();
    round_trips.sort_unstable();
    let last = (round_trips.len() * 2).div_ceil(3).saturating_sub(1);
    round_trips.get(last).copied().unwrap_or_default()
}

impl Runner {
    /// Asks every connected peer.
    pub(super) fn greet(&mut self, now: Instant) {
        self.greet_at = now + GOSSIP_HELLO_INTERVAL;
        let time_ms = now_ms();
        for (id, link) in &self.links {
            if link.is_connected() {
                let request = self.swarm.behaviour_mut().hello.send_request(id, ());
                self.greetings.insert(request, Asked { at: now, time_ms });
            }
        }
    }

    pub(super) fn on_hello(&mut self, event: Event<(), Hello>, now: Instant) {
        match event {
            Event::Message { peer, message: Message::Request { channel, .. }, .. } => {
                self.introduce(peer, channel, now);
            }
            Event::Message { peer, message: Message::Response { request_id, response }, .. } => {
                self.on_introduced(peer, request_id, response, now);
            }
            Event::OutboundFailure { request_id, .. } => {
                self.greetings.remove(&request_id);
            }
            Event::InboundFailure { .. } | Event::ResponseSent { .. } => {}
        }
    }

    /// One that asks too often gets no answer.
    fn introduce(&mut self, peer: PeerId, channel: ResponseChannel<Hello>, now: Instant) {
        let Some(link) = self.links.get_mut(&peer) else { return };
        if link.may_ask_hello(now, GOSSIP_HELLO_ANSWER_PAUSE) {
            let hello = Hello { about: (self.introduce)(), time_ms: now_ms() };
            // an error means that it left
            let _ = self.swarm.behaviour_mut().hello.send_response(channel, hello);
        }
    }

    fn on_introduced(&mut self, peer: PeerId, request: OutboundRequestId, hello: Hello, now: Instant) {
        let Some(asked) = self.greetings.remove(&request) else { return };
        let round_trip = now.saturating_duration_since(asked.at);
        let clock_offset_ms = offset_ms(asked.time_ms, round_trip, hello.time_ms);
        let introduction = Introduction { about: hello.about, clock_offset_ms, round_trip, at: now };
        self.introduced().insert(peer, introduction);
        let of_most = of_two_thirds(self.introduced().values().map(|said| said.round_trip));
        self.outbox.set_round_trip(of_most);
    }

    /// Keeps what listed peers said.
    pub(super) fn forget_unlisted(&mut self) {
        let links = &self.links;
        self.introductions
            .lock()
            .expect("nothing panics while it holds the introductions")
            .retain(|peer, _| links.contains_key(peer));
    }

    fn introduced(&self) -> std::sync::MutexGuard<'_, BTreeMap<PeerId, Introduction>> {
        self.introductions.lock().expect("nothing panics while it holds the introductions")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_thirds_of_the_peers_answer_within_the_round_trip_of_most() {
        for (round_trips, expected) in
            [(&[][..], 0), (&[7], 7), (&[9, 1], 9), (&[1, 900, 2], 2), (&[50, 40, 900, 10, 30, 20], 40)]
        {
            let found = of_two_thirds(round_trips.iter().map(|ms| Duration::from_millis(*ms)));
            assert_eq!(found, Duration::from_millis(expected), "{round_trips:?}");
        }
    }

    #[test]
    fn a_hello_comes_back_as_it_was_and_nothing_else_does() {
        let about = About { version: "0.1.0".to_owned(), data_format: 3, height: 77 };
        let hello = Hello { about, time_ms: 1_700_000_000_000 };
        let bytes = encode(&hello);
        assert_eq!(decode(&bytes[4..]), Some(hello));
        for broken in [&bytes[4..10], &bytes[4..4 + HEAD_BYTES], &[&bytes[4..], b"\x1b[2J"].concat()] {
            assert_eq!(decode(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn a_clock_is_compared_in_the_middle_of_the_round_trip() {
        assert_eq!(offset_ms(1_000, Duration::from_millis(200), 1_100), 0);
        assert_eq!(offset_ms(1_000, Duration::from_millis(200), 61_100), 60_000);
        assert_eq!(offset_ms(61_000, Duration::from_millis(200), 1_100), -60_000);
    }
}
