//! Real swarms on loopback: who hears what, who is kept out, and what survives a lost connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::request_response::{self, ProtocolSupport};
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{Multiaddr, StreamProtocol, Swarm, SwarmBuilder, noise, tcp, yamux};
use tokio::sync::watch;
use tokio::time::timeout;

use super::codec::PROTOCOL;
use super::{Admit, AdmitRefusal, Gossip, GossipConfig, GossipError, GossipMetrics, Peer, Verdict, identity};
use crate::limits;
use crate::mempool::{Mempool, Origin, PoolLimits, PooledTransaction};

const PATIENCE: Duration = Duration::from_secs(15);

/// A transaction is its own id, repeated; the sender is always the same member.
fn transaction(name: u8) -> PooledTransaction<u8, ()> {
    let bytes = Bytes::from(vec![name; 100]);
    let (id, request_id) = ([name; 32], [name; 16]);
    PooledTransaction {
        id,
        leaf: id,
        arrived: Instant::now(),
        sender: 0,
        request_id,
        valid_until_height: 9,
        bytes,
        verified: Arc::new(()),
    }
}

/// Admission that knows only the pool, and calls the name 0 a bad signature.
struct Door {
    mempool: Mempool<u8, ()>,
    received: watch::Sender<HashMap<u8, usize>>,
    refuse_first: Mutex<Option<AdmitRefusal>>,
}

#[async_trait]
impl Admit for Door {
    async fn admit(&self, bytes: Bytes) -> Verdict {
        let name = bytes[0];
        self.received.send_modify(|received| *received.entry(name).or_default() += 1);
        if let Some(refusal) = self.refuse_first.lock().unwrap().take() {
            return Err(refusal);
        }
        if name == 0 {
            return Err(AdmitRefusal::BadSignature);
        }
        Ok(self.mempool.insert(transaction(name), Origin::Peer)?)
    }
}

struct Node {
    mempool: Mempool<u8, ()>,
    door: Arc<Door>,
    gossip: Gossip,
}

fn key(number: u8) -> [u8; 32] {
    identity([number; 32]).public().try_into_ed25519().unwrap().to_bytes()
}

fn peer(number: u8, addresses: &[&Multiaddr]) -> Peer {
    Peer::new(key(number), addresses.iter().map(|address| (*address).clone()).collect()).unwrap()
}

fn anywhere() -> Multiaddr {
    "/ip4/127.0.0.1/tcp/0".parse().unwrap()
}

async fn start(number: u8, listen: Multiaddr, peers: Vec<Peer>) -> Node {
    let mempool = Mempool::new(PoolLimits::default(), 0);
    start_with(number, listen, peers, mempool).await
}

async fn start_with(number: u8, listen: Multiaddr, peers: Vec<Peer>, mempool: Mempool<u8, ()>) -> Node {
    let door = Arc::new(Door {
        mempool: mempool.clone(),
        received: watch::Sender::default(),
        refuse_first: Mutex::new(None),
    });
    let config = GossipConfig {
        identity: identity([number; 32]),
        listen,
        peers,
        introduce: Arc::new(super::About::default),
    };
    let gossip = Gossip::start(config, Arc::new(mempool.clone()), door.clone()).await.unwrap();
    Node { mempool, door, gossip }
}

/// Nodes 1, 2, 3, each listing all of them, itself included; later ones dial earlier ones.
async fn three() -> [Node; 3] {
    let everyone = || vec![peer(1, &[]), peer(2, &[]), peer(3, &[])];
    let one = start(1, anywhere(), everyone()).await;
    let first = one.gossip.listening().clone();
    let two = start(2, anywhere(), vec![peer(1, &[&first]), peer(2, &[]), peer(3, &[])]).await;
    let second = two.gossip.listening().clone();
    let three = start(3, anywhere(), vec![peer(1, &[&first]), peer(2, &[&second]), peer(3, &[])]).await;
    for node in [&one, &two, &three] {
        eventually(|| node.connected() == 2, "all three are connected").await;
    }
    [one, two, three]
}

impl Node {
    fn submit(&self, name: u8) {
        self.mempool.insert(transaction(name), Origin::Local).unwrap();
    }

    fn metrics(&self) -> Arc<GossipMetrics> {
        self.gossip.metrics()
    }

    fn connected(&self) -> u64 {
        self.metrics().connected_peers.get()
    }

    /// Waits until this transaction arrived from a peer.
    async fn hears(&self, name: u8) {
        let mut received = self.door.received.subscribe();
        let heard = received.wait_for(|received| received.contains_key(&name));
        timeout(PATIENCE, heard).await.unwrap_or_else(|_| panic!("{name} never arrived")).unwrap();
    }

    fn times_heard(&self, name: u8) -> usize {
        self.door.received.borrow().get(&name).copied().unwrap_or(0)
    }
}

/// Waits until something that nobody announces has become true.
async fn eventually(is_true: impl Fn() -> bool, what: &str) {
    let wait = async {
        while !is_true() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("never: {what}"));
}

#[tokio::test]
async fn a_local_transaction_reaches_all_and_is_never_relayed() {
    let nodes = three().await;
    nodes[0].submit(7);
    nodes[1].hears(7).await;
    nodes[2].hears(7).await;
    eventually(|| nodes[0].metrics().sent_verdicts.accepted.get() == 2, "both accepted it").await;
    // A second transaction from each receiver shows that all they had to send has been sent.
    nodes[1].submit(8);
    nodes[2].submit(9);
    for (node, names) in [(&nodes[0], [8, 9]), (&nodes[1], [7, 9]), (&nodes[2], [7, 8])] {
        for name in names {
            node.hears(name).await;
            assert_eq!(node.times_heard(name), 1);
        }
        eventually(|| node.mempool.len() == 3, "all three wait everywhere").await;
    }
    assert_eq!(nodes[0].times_heard(7), 0);
}

#[tokio::test]
async fn many_transactions_arrive_in_their_order() {
    let nodes = three().await;
    for name in 1..=200 {
        nodes[0].submit(name);
    }
    nodes[1].hears(200).await;
    eventually(|| nodes[1].mempool.len() == 200, "all have arrived").await;
    let order: Vec<u8> = nodes[1].mempool.take(usize::MAX, 200).iter().map(|waiting| waiting.id[0]).collect();
    assert_eq!(order, (1..=200).collect::<Vec<u8>>());
    assert!(nodes[0].metrics().sent_frames.get() < 200, "they share frames");
}

#[tokio::test]
async fn an_unlisted_identity_is_refused_in_both_directions() {
    let one = start(1, anywhere(), vec![peer(2, &[])]).await;
    let listening = one.gossip.listening().clone();
    let stranger = start(9, anywhere(), vec![peer(1, &[&listening])]).await;
    stranger.submit(7);
    eventually(|| one.metrics().denied_connections.get() > 0, "the stranger is refused").await;
    // Whoever answers at node 2's address without node 2's key is refused too.
    let impostor = stranger.gossip.listening().clone();
    one.gossip.set_peers(vec![peer(2, &[&impostor])]).await.unwrap();
    eventually(|| one.metrics().failed_dials.get() > 0, "the impostor is refused").await;
    one.submit(8);
    let two = start(2, anywhere(), vec![peer(1, &[&listening])]).await;
    two.hears(8).await;
    assert_eq!((one.times_heard(7), stranger.times_heard(8)), (0, 0));
    assert_eq!(one.connected(), 1);
}

#[tokio::test]
async fn what_still_waits_is_sent_when_a_peer_comes_back() {
    let [one, two, three] = three().await;
    one.submit(7);
    two.hears(7).await;
    three.hears(7).await;
    two.gossip.stop().await;
    eventually(|| one.connected() == 1, "the loss is noticed").await;
    one.submit(8);
    three.hears(8).await;
    one.mempool.committed(&[[7; 32]], 1);
    let (first, third) = (one.gossip.listening().clone(), three.gossip.listening().clone());
    let back = start(2, anywhere(), vec![peer(1, &[&first]), peer(3, &[&third])]).await;
    back.hears(8).await;
    assert_eq!(back.times_heard(7), 0, "7 is committed and not offered again");
}

#[tokio::test]
async fn a_listed_peer_is_dialled_until_it_is_there() {
    let reserved = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address: Multiaddr =
        format!("/ip4/127.0.0.1/tcp/{}", reserved.local_addr().unwrap().port()).parse().unwrap();
    drop(reserved);
    let one = start(1, anywhere(), vec![peer(2, &[&address])]).await;
    one.submit(7);
    eventually(|| one.metrics().failed_dials.get() >= 2, "it is dialled again").await;
    let two = start(2, address, vec![peer(1, &[])]).await;
    two.hears(7).await;
}

#[tokio::test]
async fn a_removed_peer_is_disconnected_at_once_and_may_come_back() {
    let [one, two, three] = three().await;
    one.gossip.set_peers(vec![peer(3, &[])]).await.unwrap();
    assert_eq!(one.connected(), 1);
    eventually(|| two.connected() == 1, "the removed peer sees it").await;
    one.submit(7);
    three.hears(7).await;
    let second = two.gossip.listening().clone();
    eventually(|| one.metrics().denied_connections.get() > 0, "it is refused from now on").await;
    assert_eq!(two.times_heard(7), 0);
    one.gossip.set_peers(vec![peer(2, &[&second]), peer(3, &[])]).await.unwrap();
    two.hears(7).await;
}

#[tokio::test]
async fn what_a_busy_peer_did_not_take_is_offered_again() {
    let [one, two, _three] = three().await;
    *two.door.refuse_first.lock().unwrap() = Some(AdmitRefusal::Full);
    one.submit(7);
    eventually(|| two.mempool.contains(&[7; 32]), "it is taken in the end").await;
    assert_eq!(two.times_heard(7), 2);
    assert_eq!(two.metrics().received_verdicts.refused(AdmitRefusal::Full), 1);
}

#[tokio::test]
async fn an_oversize_frame_is_dropped_and_its_sender_excluded() {
    let too_long = u32::try_from(limits::GOSSIP_FRAME_BYTES_MAX + 1).unwrap().to_be_bytes().to_vec();
    let malformed = vec![0, 0, 0, 4, 1, 0, 0, 9];
    for frame in [too_long, malformed] {
        let one = start(1, anywhere(), vec![peer(8, &[])]).await;
        let mut attacker = attacker(8);
        attacker.behaviour_mut().send_request_with_addresses(
            &one.gossip.id(),
            frame,
            vec![one.gossip.listening().clone()],
        );
        until_closed(&mut attacker).await;
        assert_eq!(one.metrics().penalties.get(), 1);
        assert_eq!(one.metrics().received_transactions.get(), 0);
        attacker.dial(DialOpts::from(one.gossip.listening().clone())).unwrap();
        until_closed(&mut attacker).await;
        assert_eq!(one.metrics().denied_connections.get(), 1, "it stays out for a while");
    }
}

#[tokio::test]
async fn a_peer_that_floods_with_invalid_transactions_is_excluded() {
    let one = start(1, anywhere(), vec![peer(8, &[])]).await;
    let mut attacker = attacker(8);
    let invalid = vec![Bytes::from_static(&[0; 10]); 100];
    let frame = super::frame::encode_request(&invalid);
    attacker.behaviour_mut().send_request_with_addresses(
        &one.gossip.id(),
        frame,
        vec![one.gossip.listening().clone()],
    );
    until_closed(&mut attacker).await;
    assert_eq!(one.metrics().penalties.get(), 1);
    assert_eq!(one.metrics().received_verdicts.refused(AdmitRefusal::BadSignature), 100);
}

#[tokio::test]
async fn too_many_peers_are_refused() {
    let one = start(1, anywhere(), Vec::new()).await;
    let peers = vec![peer(2, &[]); limits::GOSSIP_PEERS_MAX + 1];
    let refused = one.gossip.set_peers(peers).await;
    assert!(matches!(refused, Err(GossipError::TooManyPeers { count: 201, limit: 200 })));
}

/// Waits until the other side ended a connection.
async fn until_closed(attacker: &mut Swarm<request_response::Behaviour<RawCodec>>) {
    let closed = async {
        loop {
            if let SwarmEvent::ConnectionClosed { .. } = attacker.select_next_some().await {
                return;
            }
        }
    };
    timeout(PATIENCE, closed).await.expect("the connection is closed");
}

/// A listed peer that writes whatever it likes.
fn attacker(number: u8) -> Swarm<request_response::Behaviour<RawCodec>> {
    SwarmBuilder::with_existing_identity(identity([number; 32]))
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|_| {
            request_response::Behaviour::new(
                [(PROTOCOL, ProtocolSupport::Full)],
                request_response::Config::default(),
            )
        })
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(PATIENCE * 4))
        .build()
}

#[derive(Clone, Default)]
struct RawCodec;

#[async_trait]
impl request_response::Codec for RawCodec {
    type Protocol = StreamProtocol;
    type Request = Vec<u8>;
    type Response = Vec<u8>;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> std::io::Result<Vec<u8>>
    where
        T: futures::AsyncRead + Unpin + Send,
    {
        self.read_response(&PROTOCOL, io).await
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> std::io::Result<Vec<u8>>
    where
        T: futures::AsyncRead + Unpin + Send,
    {
        let mut all = Vec::new();
        io.read_to_end(&mut all).await?;
        Ok(all)
    }

    async fn write_request<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        bytes: Vec<u8>,
    ) -> std::io::Result<()>
    where
        T: futures::AsyncWrite + Unpin + Send,
    {
        io.write_all(&bytes).await
    }

    async fn write_response<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        bytes: Vec<u8>,
    ) -> std::io::Result<()>
    where
        T: futures::AsyncWrite + Unpin + Send,
    {
        io.write_all(&bytes).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_peer_has_can_be_fetched_by_name_and_nothing_else_comes() {
    let nodes = three().await;
    // a peer's transaction is not sent on, so nobody else has it
    let bytes = Bytes::from(vec![7; 100]);
    let leaf = tally_contracts::merkle::leaf_hash(&bytes);
    let only_here = PooledTransaction { leaf, ..transaction(7) };
    nodes[1].mempool.insert(only_here, Origin::Peer).unwrap();
    let found = nodes[0].gossip.fetcher().fetch(&[leaf, [9; 32]], Duration::ZERO).await;
    assert_eq!(found, HashMap::from([(leaf, bytes)]));
    assert!(nodes[0].gossip.fetcher().fetch(&[[9; 32]], Duration::ZERO).await.is_empty());
}
