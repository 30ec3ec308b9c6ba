//! Who is not on the list is not let in: neither by consensus nor by gossip.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{Rig, credit};
use futures::StreamExt;
use libp2p::swarm::{SwarmEvent, dummy};
use libp2p::{Multiaddr, SwarmBuilder, noise, tcp, yamux};
use tally_testnet::demo::cast;
use tokio::time::timeout;

/// How a stranger's visit ends.
#[derive(Debug, PartialEq, Eq)]
enum Visit {
    /// No connection came about, or it was closed.
    Refused,
    /// It was still connected after a while.
    LetIn,
}

async fn visit(address: SocketAddr) -> Visit {
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|_| dummy::Behaviour)
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(60)))
        .build();
    let address: Multiaddr = format!("/ip4/{}/tcp/{}", address.ip(), address.port()).parse().unwrap();
    swarm.dial(address).unwrap();
    let ended = timeout(Duration::from_secs(8), async {
        loop {
            match swarm.select_next_some().await {
                SwarmEvent::OutgoingConnectionError { .. } | SwarmEvent::ConnectionClosed { .. } => return,
                _ => {}
            }
        }
    });
    if ended.await.is_ok() { Visit::Refused } else { Visit::LetIn }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unlisted_peer_is_refused_by_consensus_and_by_gossip() {
    let rig = Rig::started(4).await;
    let addresses = rig.network.node(0).unwrap().addresses;
    assert_eq!(visit(addresses.consensus).await, Visit::Refused, "consensus");
    assert_eq!(visit(addresses.gossip).await, Visit::Refused, "gossip");
    rig.actor(cast::EAST).act(credit(cast::TIER_1, "after the strangers")).await.unwrap();
}
