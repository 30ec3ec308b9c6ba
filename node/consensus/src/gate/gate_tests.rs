//! Who gets through the gate, and who does not.

use super::*;
use crate::keys::SecretKey;
use crate::settings::Role;
use std::path::PathBuf;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn secret(byte: u8) -> SecretKey {
    SecretKey::new([byte; 32])
}

fn peer_id(byte: u8) -> PeerId {
    secret(byte).keypair().public().to_peer_id()
}

fn settings(own: u8, listen: SocketAddr, peers: &[(u8, SocketAddr)]) -> Settings {
    let mut settings = Settings::new("chain", PathBuf::new(), Role::Observer, secret(own), listen);
    let peer = |(byte, address): &(u8, SocketAddr)| Peer {
        key: secret(*byte).peer_key(),
        address: address.to_string(),
    };
    settings.peers = peers.iter().map(peer).collect();
    settings
}

async fn address() -> SocketAddr {
    free_address(own_loopback(ENGINES)).await.unwrap()
}

/// What stands behind the gate: answers every byte with the next higher one.
async fn behind(gate: &Gate) -> JoinHandle<()> {
    let listener = TcpListener::bind(gate.engine()).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                while let Ok(byte) = socket.read_u8().await {
                    socket.write_u8(byte + 1).await.unwrap();
                }
            });
        }
    })
}

async fn ask(at: SocketAddr) -> io::Result<u8> {
    let mut socket = TcpStream::connect(at).await?;
    socket.write_u8(7).await?;
    socket.read_u8().await
}

#[tokio::test]
async fn listed_nodes_reach_each_other_and_are_cut_off_when_removed() {
    let (here, there) = (address().await, address().await);
    let mut ours = Gate::open(&settings(1, here, &[(2, there)])).await.unwrap();
    let theirs = Gate::open(&settings(2, there, &[(1, here)])).await.unwrap();
    let server = behind(&ours).await;
    let (_, way) = theirs.peers().next().unwrap();
    let mut socket = TcpStream::connect(way).await.unwrap();
    for byte in [1, 5, 9] {
        socket.write_u8(byte).await.unwrap();
        assert_eq!(socket.read_u8().await.unwrap(), byte + 1);
    }
    ours.remove(&peer_id(2));
    assert!(socket.read_u8().await.is_err(), "the open tunnel is cut");
    assert!(ask(way).await.is_err(), "and no new one opens");
    server.abort();
}

#[tokio::test]
async fn strangers_and_impostors_and_other_chains_do_not_get_through() {
    let (here, there) = (address().await, address().await);
    let ours = Gate::open(&settings(1, here, &[(2, there)])).await.unwrap();
    let server = behind(&ours).await;
    assert!(ask(here).await.is_err(), "somebody who speaks no handshake");
    let stranger = Gate::open(&settings(9, address().await, &[(1, here)])).await.unwrap();
    assert!(ask(stranger.peers().next().unwrap().1).await.is_err(), "a node that is not listed");
    let mut foreign = settings(2, address().await, &[(1, here)]);
    foreign.chain_id = "other".to_owned();
    let foreign = Gate::open(&foreign).await.unwrap();
    assert!(ask(foreign.peers().next().unwrap().1).await.is_err(), "a listed key on another chain");
    let misled = Gate::open(&settings(2, address().await, &[(3, here)])).await.unwrap();
    assert!(ask(misled.peers().next().unwrap().1).await.is_err(), "our address under another key");
    server.abort();
}

#[tokio::test]
async fn a_listed_node_gets_through_while_strangers_hold_every_handshake() {
    let (here, there) = (address().await, address().await);
    let ours = Gate::open(&settings(1, here, &[(2, there)])).await.unwrap();
    let server = behind(&ours).await;
    let mut silent = Vec::new();
    for last in 1..=u8::try_from(HANDSHAKES_MAX / 16 + 1).unwrap() {
        for _ in 0..16 {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind(SocketAddr::from(([127, 1, 1, last], 0))).unwrap();
            silent.push(socket.connect(here).await.unwrap());
        }
    }
    let theirs = Gate::open(&settings(2, there, &[(1, here)])).await.unwrap();
    assert_eq!(ask(theirs.peers().next().unwrap().1).await.unwrap(), 8);
    let mut byte = [0];
    let ended = tokio::time::timeout(HANDSHAKE_TIMEOUT / 2, silent[0].read(&mut byte)).await;
    assert!(matches!(ended, Ok(Ok(0) | Err(_))), "the oldest made room before its time was over");
    server.abort();
}

#[tokio::test]
async fn a_closed_gate_leaves_its_port_free() {
    let here = address().await;
    let gate = Gate::open(&settings(1, here, &[])).await.unwrap();
    let taken = Gate::open(&settings(1, here, &[])).await;
    assert!(matches!(taken, Err(GateError::Listen { .. })));
    gate.close().await;
    Gate::open(&settings(1, here, &[])).await.unwrap();
}

#[tokio::test]
async fn an_engine_sees_the_end_of_a_connection_before_the_one_that_replaces_it() {
    // of two nodes the one with the smaller id dials at once, whether a tunnel is open or not
    let (dialler, other) = if peer_id(1) < peer_id(2) { (1, 2) } else { (2, 1) };
    let (here, there) = (address().await, address().await);
    let ours = Gate::open(&settings(other, here, &[(dialler, there)])).await.unwrap();
    let theirs = Gate::open(&settings(dialler, there, &[(other, here)])).await.unwrap();
    let listener = TcpListener::bind(ours.engine()).await.unwrap();
    let (told, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let engine = tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let told = told.clone();
            told.send("begin").unwrap();
            tokio::spawn(async move {
                while let Ok(byte) = socket.read_u8().await {
                    socket.write_u8(byte + 1).await.unwrap();
                }
                // an engine is not at once with everything
                tokio::time::sleep(END_NOTICED / 5).await;
                told.send("end").unwrap();
            });
        }
    });
    let (_, way) = theirs.peers().next().unwrap();
    let mut first = TcpStream::connect(way).await.unwrap();
    first.write_u8(1).await.unwrap();
    assert_eq!(first.read_u8().await.unwrap(), 2);
    assert_eq!(ask(way).await.unwrap(), 8, "the new one works");
    assert!(first.read_u8().await.is_err(), "the old one does not");
    let order = [seen.recv().await.unwrap(), seen.recv().await.unwrap(), seen.recv().await.unwrap()];
    assert_eq!(order, ["begin", "end", "begin"]);
    engine.abort();
}

#[tokio::test]
async fn no_way_to_a_peer_takes_the_port_that_the_engine_will_listen_on() {
    let peers: Vec<(u8, SocketAddr)> = (2..40).map(|byte| (byte, "127.0.0.1:1".parse().unwrap())).collect();
    let gate = Gate::open(&settings(1, address().await, &peers)).await.unwrap();
    assert_eq!(gate.peers().count(), peers.len());
    assert!(
        gate.peers().all(|(_, way)| way.ip() != gate.engine().ip()),
        "whatever port the system gives them"
    );
}
