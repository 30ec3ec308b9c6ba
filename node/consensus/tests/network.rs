//! Real engines on loopback: they decide, stop, catch up, follow, and keep strangers out.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{CHAIN, Network, Pace, Plan, consensus_key, free_port, peer_key};
use tally_consensus::guard::{Guard, Signed};
use tally_consensus::limits::BLOCK_BYTES_DEFAULT;
use tally_consensus::signing_bytes::SignedKind;
use tally_consensus::{
    EndReason, GateError, Height, HomeError, Role, Round, StartError, Transport, verify_certificate,
};
use tokio::sync::Notify;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_validators_decide_twenty_heights_with_equal_blocks_and_good_certificates() {
    let network = Network::started(&Plan::default()).await;
    network.all_reach(1).await;
    let started = Instant::now();
    let first = network.nodes[0].toy.height();
    network.all_reach(first + 20).await;
    let heights = network.nodes[0].toy.height() - first;
    println!("interval per empty height: {:?} over {heights} heights", started.elapsed() / heights as u32);
    network.assert_equal_ids();
    for height in 1..=20 {
        let height = Height::new(height);
        let block = network.nodes[1].toy.block(height).unwrap();
        let summary = verify_certificate(CHAIN, &network.validators, &block.certificate).unwrap();
        assert_eq!((summary.height, summary.block_id), (height, block.id));
        assert!(summary.power >= 3);
    }
    let status = *network.nodes[0].handle().status().borrow();
    assert!(status.is_voting && status.height.as_u64() >= 20, "{status:?}");
    assert!(tally_consensus::engine_metrics().contains("malachitebft"));
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_validator_catches_up_and_votes_again() {
    let mut network = Network::started(&Plan::default()).await;
    network.all_reach(3).await;
    network.nodes[3].stop().await;
    let stopped_at = network.nodes[3].toy.height();
    network.nodes[0].toy.reach(stopped_at + 10).await;
    network.nodes[3].start().await.unwrap();
    let target = network.nodes[0].toy.height() + 5;
    network.all_reach(target).await;
    // Its vote is needed now.
    network.nodes[0].stop().await;
    let target = network.nodes[1].toy.height() + 3;
    for node in &network.nodes[1..] {
        node.toy.reach(target).await;
    }
    network.assert_equal_ids();
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_observer_follows_without_a_vote() {
    let mut network = Network::new(&Plan { observers: 1, ..Plan::default() });
    for index in 0..4 {
        network.nodes[index].start().await.unwrap();
    }
    network.nodes[0].toy.reach(10).await;
    network.nodes[4].start().await.unwrap();
    let target = network.nodes[0].toy.height() + 10;
    network.all_reach(target).await;
    network.assert_equal_ids();
    assert!(!network.nodes[4].handle().status().borrow().is_voting);
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_of_four_decide_nothing_and_go_on_when_the_others_are_back() {
    let mut network = Network::started(&Plan::default()).await;
    network.all_reach(3).await;
    network.nodes[2].stop().await;
    network.nodes[3].stop().await;
    // What was already voted for may still be decided, but nothing after that.
    let settled = network.nodes[0].toy.height().max(network.nodes[1].toy.height()) + 1;
    let too_far = network.nodes[0].toy.reach(settled + 1);
    assert!(tokio::time::timeout(Duration::from_secs(3), too_far).await.is_err());
    network.nodes[2].start().await.unwrap();
    network.nodes[3].start().await.unwrap();
    network.all_reach(settled + 5).await;
    network.assert_equal_ids();
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_restarts_after_all_nodes_stopped() {
    let mut network = Network::started(&Plan::default()).await;
    network.all_reach(3).await;
    for node in &mut network.nodes {
        node.stop().await;
    }
    for node in &mut network.nodes {
        node.start().await.unwrap();
    }
    let target = network.nodes[0].toy.height() + 5;
    network.all_reach(target).await;
    network.assert_equal_ids();
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unlisted_node_is_refused_and_sees_nothing() {
    let mut network = Network::started(&Plan::default()).await;
    let mut stranger = Network::new(&Plan { observers: 1, ..Plan::default() }).nodes.remove(4);
    stranger.settings.peer_key = peer_key(50);
    stranger.settings.listen = free_port();
    stranger.settings.home = network.folder.path().join("stranger");
    stranger.settings.peers = network.nodes[0].settings.peers.clone();
    stranger.start().await.unwrap();
    let target = network.nodes[0].toy.height() + 30;
    network.all_reach(target).await;
    assert_eq!(stranger.toy.height(), 0);
    assert!(network.nodes.iter().all(|node| node.handle().status().borrow().peers <= 3));
    stranger.stop().await;
    network.nodes[0].stop().await;
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocks_of_many_parts_travel_by_either_transport() {
    for transport in [Transport::Gossipsub, Transport::Broadcast] {
        let change = match transport {
            Transport::Gossipsub => {
                |settings: &mut tally_consensus::Settings| settings.part_bytes = 64 * 1024
            }
            Transport::Broadcast => |settings: &mut tally_consensus::Settings| {
                settings.part_bytes = 64 * 1024;
                settings.transport = Transport::Broadcast;
            },
        };
        // Almost the largest block; the observer gets it in a sync response instead.
        let payload_bytes = BLOCK_BYTES_DEFAULT - 200;
        let plan = Plan { payload_bytes, observers: 1, change, ..Plan::default() };
        let network = Network::started(&plan).await;
        network.all_reach(4).await;
        network.assert_equal_ids();
        network.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proposal_ends_the_pause_of_those_who_wait() {
    let network =
        Network::started(&Plan { pace: || Pace::OnNotice(Arc::new(Notify::new())), ..Plan::default() }).await;
    network.all_reach(1).await;
    for height in 2..=6 {
        let proposer = network.validators.proposer(Height::new(height), Round::FIRST).public_key;
        let index = (0..4_u8).find(|index| consensus_key(*index).validator_key() == proposer).unwrap();
        network.nodes[usize::from(index)].toy.notice();
        network.all_reach(height).await;
    }
    assert!(network.nodes.iter().all(|node| node.toy.height() == 6), "nobody else was noticed");
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_node_in_the_same_folder_or_on_the_same_port_is_refused() {
    let mut network = Network::new(&Plan::default());
    network.nodes[0].start().await.unwrap();
    let home = network.nodes[0].settings.home.clone();
    let listen = network.nodes[0].settings.listen;
    let other = &mut network.nodes[1];
    let own_home = std::mem::replace(&mut other.settings.home, home);
    other.settings.role = Role::Validator { consensus_key: consensus_key(0).into() };
    let in_use = other.start().await;
    assert!(matches!(in_use, Err(StartError::Home(HomeError::InUse { .. }))), "{in_use:?}");
    other.settings.home = own_home;
    other.settings.role = Role::Observer;
    other.settings.listen = listen;
    let taken = other.start().await;
    assert!(matches!(taken, Err(StartError::Gate(GateError::Listen { .. }))), "{taken:?}");
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_application_ends_the_engine_with_its_reason() {
    let mut network = Network::new(&Plan { validators: 1, ..Plan::default() });
    network.nodes[0].start().await.unwrap();
    network.nodes[0].toy.reach(2).await;
    *network.nodes[0].toy.is_broken.lock().unwrap() = true;
    let reason = network.nodes[0].handle().ended().await;
    assert!(matches!(reason, EndReason::Application(_)), "{reason}");
    assert!(reason.to_string().contains("out of paper"), "{reason}");
    *network.nodes[0].toy.is_broken.lock().unwrap() = false;
    let height = network.nodes[0].toy.height();
    network.nodes[0].start().await.unwrap();
    network.nodes[0].toy.reach(height + 2).await;
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_record_is_ahead_is_silent_until_the_chain_has_passed_it() {
    let pace = || Pace::OnNotice(Arc::new(Notify::new()));
    let mut network = Network::started(&Plan { pace, ..Plan::default() }).await;
    network.all_reach(1).await;
    network.nodes[3].stop().await;
    // As if its log had been lost: the record says it has voted at height 4 already.
    let ahead = Signed::new(Height::new(4), Round::FIRST, SignedKind::Precommit, None, b"elsewhere");
    let home = network.nodes[3].settings.home.clone();
    Guard::open(&home, consensus_key(3).validator_key()).unwrap().permit(ahead).unwrap();

    network.nodes[3].start().await.unwrap();
    let reason = network.nodes[3].handle().ended().await;
    assert!(matches!(reason, EndReason::SignerRefused(_)), "{reason}");

    network.nodes[3].start().await.unwrap();
    for height in 2..=4 {
        network.nodes[..3].iter().for_each(|node| node.toy.notice());
        network.nodes[0].toy.reach(height).await;
    }
    let reason = network.nodes[3].handle().ended().await;
    assert!(matches!(reason, EndReason::ReadyToVote { height } if height == Height::new(4)), "{reason}");

    network.nodes[3].start().await.unwrap();
    network.nodes[0].stop().await;
    for height in 5..=6 {
        network.nodes[1..].iter().for_each(|node| node.toy.notice());
        network.nodes[3].toy.reach(height).await;
    }
    network.assert_equal_ids();
    network.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_log_is_refused_with_its_name() {
    let mut network = Network::new(&Plan { validators: 1, ..Plan::default() });
    network.nodes[0].start().await.unwrap();
    network.nodes[0].toy.reach(2).await;
    network.nodes[0].stop().await;
    let log = network.nodes[0].settings.home.join("consensus.wal");
    std::fs::write(&log, [0xff; 200]).unwrap();
    let refused = network.nodes[0].start().await;
    assert!(matches!(refused, Err(StartError::Engine(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fifth_validator_joins_at_its_height() {
    let plan = Plan { validators: 5, last_joins_at: Some(6), ..Plan::default() };
    let mut network = Network::started(&plan).await;
    network.all_reach(8).await;
    // Four of five are a quorum, so the fifth one's vote is needed now.
    network.nodes[0].stop().await;
    let target = network.nodes[4].toy.height() + 3;
    for node in &network.nodes[1..] {
        node.toy.reach(target).await;
    }
    assert!(network.nodes[4].handle().status().borrow().is_voting);
    network.assert_equal_ids();
    network.stop().await;
}
