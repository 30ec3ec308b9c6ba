//! Who may connect follows the ledger while nodes run: an observer is removed and admitted again, by votes.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::time::Duration;

use common::{Rig, eventually};
use tally_contracts::genesis::Observer;
use tally_contracts::governance::Change;
use tally_contracts::types::PublicKey;
use tally_testnet::demo::cast;

/// The regulator's node.
const OBSERVER: usize = 4;

fn peer_key(rig: &Rig) -> PublicKey {
    let seen = rig.seen_from(0, cast::REGULATOR);
    let mut key = [0; 32];
    hex::decode_to_slice(seen["peer_key"].as_str().unwrap(), &mut key).unwrap();
    PublicKey(key)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observer_is_disconnected_when_the_ledger_drops_it_and_let_in_when_it_lists_it() {
    let rig = Rig::started(5).await;
    let connected =
        async || rig.seen_from(0, cast::REGULATOR)["connected"] == true && rig.operator(0)["peers"] == 4;
    eventually("everybody's connections", 30, connected).await;
    let peer_key = peer_key(&rig);

    rig.decide(Change::RemoveObserver { peer_key }).await;
    eventually("its disconnection", 10, async || {
        let seen = rig.seen_from(0, cast::REGULATOR);
        seen["connected"] == false && seen["listed"] == false && rig.operator(0)["peers"] == 3
    })
    .await;
    // what was on its way when it was cut off has arrived by now
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (left_at, others) = (rig.height(OBSERVER).await, rig.height(0).await);
    eventually("blocks without it", 60, async || rig.height(0).await >= others + 5).await;
    assert_eq!(rig.height(OBSERVER).await, left_at, "it hears of nothing any more");
    let doctor = rig.tallyd(0, "doctor", &["--strict"]);
    assert_eq!(doctor.status.code(), Some(8));
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("the ledger does not list it"), "{doctor:?}");

    let member = cast::id(cast::REGULATOR);
    rig.decide(Change::SetObserver(Observer { member, peer_key })).await;
    let target = rig.height(0).await;
    eventually("its return", 60, async || rig.height(OBSERVER).await >= target).await;
    eventually("its connections", 30, async || {
        rig.seen_from(0, cast::REGULATOR)["connected"] == true && rig.operator(0)["peers"] == 4
    })
    .await;
}
