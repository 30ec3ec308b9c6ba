//! A member's own node as a real process, while validators come and go and it is away itself.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::process::Command;
use std::time::Duration;

use common::{Rig, credit, eventually};
use tally_proto::v1::money::ListDepositsRequest;
use tally_proto::v1::node::NodeKind;
use tally_testnet::demo::cast;
use tally_testnet::network::{MemberNode, TlsPlan};

const CATCH_UP: Duration = Duration::from_secs(60);

/// Minor units that the member has, as its own node says.
async fn balance(node: &MemberNode) -> Option<u64> {
    let deposits = node.client().ok()?.deposits(ListDepositsRequest::default(), 0).await.ok()?;
    deposits.first().map_or(Some(0), |one| one.balance_minor_units.parse().ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_keeps_up_while_validators_come_and_go_and_after_it_was_away() {
    let mut rig = Rig::started(4).await;
    let bank = rig.actor(cast::EAST);
    let mut node = rig.network.start_member_node(cast::id(cast::TIER_1)).await.unwrap();
    let status = node.client().unwrap().status().await.unwrap();
    assert_eq!(status.kind(), NodeKind::Member);

    let mut credited = 0;
    for validator in [0, 1, 2] {
        rig.network.kill(validator).unwrap();
        bank.act(credit(cast::TIER_1, &format!("without {validator}"))).await.unwrap();
        credited += 1;
        eventually("its money", 60, async || balance(&node).await == Some(credited)).await;
        let height = rig.height(3).await;
        rig.network.start_node(validator).unwrap();
        rig.network.wait_height(validator, height, CATCH_UP).await.unwrap();
    }

    node.kill().unwrap();
    for number in 0..5 {
        bank.act(credit(cast::TIER_1, &format!("away {number}"))).await.unwrap();
        credited += 1;
    }
    rig.network.restart_member_node(&mut node).unwrap();
    let height = rig.height(0).await;
    node.wait_height(height, CATCH_UP).await.unwrap();
    assert_eq!(balance(&node).await, Some(credited));
    let evidence = node.files.data().join("evidence");
    assert!(!evidence.exists(), "nobody lied");
    let (said, is_well) = doctor(&rig, &node);
    for line in [
        "well  full nodes    all 4 are reached",
        "well  clock         full nodes' clocks",
        "well  versions      all full nodes heard of run",
        "a member node",
    ] {
        assert!(said.contains(line), "{line} in\n{said}");
    }
    assert!(is_well && !said.contains("peers"), "{said}");
    rig.network.kill(1).unwrap();
    let (said, is_well) = doctor(&rig, &node);
    assert!(is_well && said.contains("soon  full nodes"), "{said}");
    node.stop().unwrap();
}

/// What the node's doctor says, and whether nothing is to be done now but about the disk, which is this machine's affair.
fn doctor(rig: &Rig, node: &MemberNode) -> (String, bool) {
    let mut tallyd = Command::new(rig.network.binary("tallyd"));
    let output = tallyd.arg("doctor").arg("--config").arg(node.files.config()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let is_well = said.lines().all(|line| !line.starts_with("now") || line.contains(" disk "));
    (said, is_well && !output.stdout.is_empty())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_shows_its_members_certificate_to_validators_that_ask_for_one() {
    let mut rig = Rig::planned(4, |plan| plan.tls = TlsPlan::NodesAndMembers).await;
    rig.start().await;
    let mut node = rig.network.start_member_node(cast::id(cast::ANCHOR)).await.unwrap();
    rig.actor(cast::EAST).act(credit(cast::ANCHOR, "by certificate")).await.unwrap();
    eventually("its money", 60, async || balance(&node).await == Some(1)).await;
    let (said, is_well) = doctor(&rig, &node);
    assert!(is_well && said.contains("all 4 are reached") && said.contains("well  certificates"), "{said}");
    node.stop().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_dials_validators_with_tls_and_believes_the_authorities_it_is_given() {
    let mut rig = Rig::planned(4, |plan| plan.tls = TlsPlan::Nodes).await;
    rig.start().await;
    let mut node = rig.network.start_member_node(cast::id(cast::ANCHOR)).await.unwrap();
    rig.actor(cast::EAST).act(credit(cast::ANCHOR, "by TLS")).await.unwrap();
    let height = rig.height(0).await;
    node.wait_height(height, CATCH_UP).await.unwrap();
    assert_eq!(balance(&node).await, Some(1));
    node.stop().unwrap();
}
