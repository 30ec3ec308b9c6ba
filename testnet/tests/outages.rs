//! Validators die: one under load, two of four, all four. What was acknowledged stays; what comes back catches up.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::time::Duration;

use common::{Rig, credit, eventually, get, is_applied, load, request_id};
use tally_client::sdk::{Verdict, Wait};
use tally_testnet::demo::cast;
use tokio::sync::watch;

const CATCH_UP: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_validator_killed_under_load_catches_up_and_agrees() {
    let mut rig = Rig::started(4).await;
    let (stop, stopped) = watch::channel(false);
    let bank = rig.actor(cast::EAST);
    let loaded = tokio::spawn(load(bank.clone(), "east", stopped));
    eventually("load", 30, async || rig.balance(0, cast::EAST, cast::TIER_1).await >= 5).await;

    rig.network.kill(3).unwrap();
    let before = rig.balance(0, cast::EAST, cast::TIER_1).await;
    eventually("commits without it", 60, async || {
        rig.balance(0, cast::EAST, cast::TIER_1).await >= before + 10
    })
    .await;
    let height = rig.height(0).await;
    rig.network.start_node(3).unwrap();
    rig.network.wait_height(3, height, CATCH_UP).await.unwrap();
    stop.send_replace(true);
    let sent = loaded.await.unwrap();

    let tip = rig.height(0).await;
    rig.network.wait_height(3, tip, CATCH_UP).await.unwrap();
    let header = async |index: usize| rig.client(index).block(tip).await.unwrap().header.unwrap();
    assert_eq!(header(3).await.block_id, header(0).await.block_id);
    for one in sent.iter().filter(|one| one.acknowledged) {
        let found = get(&rig.client(3), bank.member, request_id(&one.signed)).await.unwrap();
        assert!(is_applied(&found), "{found:?}");
    }
    assert!(sent.iter().filter(|one| one.acknowledged).count() >= 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_four_down_stop_all_commits_until_one_returns() {
    let mut rig = Rig::started(4).await;
    let bank = rig.actor(cast::EAST);
    bank.act(credit(cast::TIER_1, "before")).await.unwrap();
    rig.network.kill(2).unwrap();
    rig.network.kill(3).unwrap();

    let signed = bank.sign(credit(cast::TIER_1, "during")).await.unwrap();
    let client = rig.client(0).with_timeout(Duration::from_secs(4));
    let outcome = client.submit(&signed, Wait::Committed).await.unwrap();
    assert!(matches!(outcome.verdict, Verdict::Pending { .. } | Verdict::Unknown { .. }), "{outcome:?}");
    assert_eq!(rig.balance(0, cast::EAST, cast::TIER_1).await, 1, "nothing is committed without a quorum");

    rig.network.start_node(2).unwrap();
    eventually("the commit", 60, async || {
        let found = get(&rig.client(0), bank.member, request_id(&signed)).await;
        found.is_ok_and(|found| is_applied(&found))
    })
    .await;
    rig.network.start_node(3).unwrap();
    let tip = rig.height(0).await;
    rig.network.wait_height(3, tip, CATCH_UP).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_all_four_are_killed() {
    let mut rig = Rig::started(4).await;
    let (stop, stopped) = watch::channel(false);
    let names = [cast::EAST, cast::WEST, cast::NORTH];
    let banks = names.map(|name| rig.actor(name));
    let loads: Vec<_> = banks
        .iter()
        .zip(names)
        .map(|(bank, name)| tokio::spawn(load(bank.clone(), name, stopped.clone())))
        .collect();
    eventually("load", 30, async || rig.balance(0, cast::NORTH, cast::TIER_1).await >= 10).await;

    (0..4).for_each(|index| rig.network.kill(index).unwrap());
    stop.send_replace(true);
    let mut sent = Vec::new();
    for (bank, load) in banks.iter().zip(loads) {
        sent.extend(load.await.unwrap().into_iter().map(|one| (bank.clone(), one)));
    }
    rig.start().await;

    for (bank, one) in &sent {
        let id = request_id(&one.signed);
        if one.acknowledged {
            let found = get(&rig.client(0), bank.member, id).await.unwrap();
            assert!(is_applied(&found), "acknowledged and lost: {found:?}");
        }
        // What nobody acknowledged is sent again, the same bytes, and takes effect once.
        let again = bank.client().submit(&one.signed, Wait::Committed).await.unwrap();
        assert!(is_applied(&again), "{again:?}");
    }
    for bank in &banks {
        let expected = sent.iter().filter(|(by, _)| by.member == bank.member).count() as u128;
        assert_eq!(rig.balance(0, bank.member.as_str(), cast::TIER_1).await, expected, "{}", bank.member);
    }
    assert!(sent.iter().filter(|(_, one)| one.acknowledged).count() >= 20);
}
