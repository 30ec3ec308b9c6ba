//! Distance between nodes that stand on one machine: every connection between two of them runs through a relay that
//! delivers what it got a fixed time later, in both directions and in order. It limits no bandwidth and loses nothing.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::error::NetworkError;
use crate::limits::{RELAY_CHUNK_BYTES, RELAY_CHUNKS_MAX};

/// Where one node finds another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relay {
    /// What the dialling node knows.
    pub listen: SocketAddr,
    /// Where the other listens.
    pub target: SocketAddr,
}

/// Running relays; dropping them ends all their connections.
#[derive(Debug)]
pub struct Relays {
    _tasks: JoinSet<()>,
}

impl Relays {
    /// Listens for every relay; what comes in is delivered `delay` later.
    pub async fn start(relays: &[Relay], delay: Duration) -> Result<Self, NetworkError> {
        let mut tasks = JoinSet::new();
        for relay in relays {
            let listener = TcpListener::bind(relay.listen).await;
            let listener = listener.map_err(|source| NetworkError::Relay { listen: relay.listen, source })?;
            tasks.spawn(serve(listener, relay.target, delay));
        }
        Ok(Self { _tasks: tasks })
    }
}

async fn serve(listener: TcpListener, target: SocketAddr, delay: Duration) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // a peer that is not there yet refuses, and whoever dialled tries again
                if let Ok((near, _)) = accepted && let Ok(far) = TcpStream::connect(target).await {
                    connections.spawn(join(near, far, delay));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn join(near: TcpStream, far: TcpStream, delay: Duration) {
    // without it small packets would wait for their acknowledgements
    if near.set_nodelay(true).and(far.set_nodelay(true)).is_err() {
        return;
    }
    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
    // where one direction ends the connection is over
    tokio::select! {
        () = carry(from_near, to_far, delay) => {}
        () = carry(from_far, to_near, delay) => {}
    }
}

async fn carry(from: OwnedReadHalf, to: OwnedWriteHalf, delay: Duration) {
    let (sender, receiver) = mpsc::channel(RELAY_CHUNKS_MAX);
    tokio::join!(read(from, sender, delay), write(to, receiver));
}

async fn read(mut from: OwnedReadHalf, chunks: mpsc::Sender<(Instant, Bytes)>, delay: Duration) {
    let mut buffer = vec![0; RELAY_CHUNK_BYTES];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let chunk = buffer.get(..count).map(Bytes::copy_from_slice).unwrap_or_default();
        if chunks.send((Instant::now() + delay, chunk)).await.is_err() {
            return;
        }
    }
}

async fn write(mut to: OwnedWriteHalf, mut chunks: mpsc::Receiver<(Instant, Bytes)>) {
    while let Some((due, chunk)) = chunks.recv().await {
        sleep_until(due).await;
        if to.write_all(&chunk).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ports;
    use super::*;

    #[tokio::test]
    async fn what_is_sent_arrives_in_order_and_no_sooner_than_the_distance_allows() {
        let addresses = ports::free(2).unwrap();
        let (listen, target) = (addresses[0], addresses[1]);
        let far = TcpListener::bind(target).await.unwrap();
        let delay = Duration::from_millis(40);
        let _relays = Relays::start(&[Relay { listen, target }], delay).await.unwrap();
        let mut near = TcpStream::connect(listen).await.unwrap();
        let (mut far, _) = far.accept().await.unwrap();
        let begun = Instant::now();
        for byte in 0..10 {
            near.write_all(&[byte]).await.unwrap();
        }
        let mut there = [0; 10];
        far.read_exact(&mut there).await.unwrap();
        assert_eq!(there, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert!(begun.elapsed() >= delay);
        far.write_all(b"back").await.unwrap();
        let mut back = [0; 4];
        near.read_exact(&mut back).await.unwrap();
        assert_eq!(&back, b"back");
        assert!(begun.elapsed() >= delay * 2);
        drop(near);
        assert_eq!(far.read(&mut back).await.unwrap(), 0, "an end arrives too");
    }
}
