//! Keys change while everything goes on: a validator's and a member's, each with one command, on a network under load.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use common::{Rig, credit, eventually, is_applied, load};
use tally_client::sdk::{Client, Wait};
use tally_keys::KeyFile;
use tally_proto::v1::ledger::ListValidatorsRequest;
use tally_testnet::demo::cast;
use tokio::sync::watch;
use tokio::time::Instant;

/// Runs `tally --as MEMBER …`.
fn tally(rig: &Rig, member: &str, words: &[&str]) -> Output {
    Command::new(rig.network.binary("tally"))
        .args(["--as", member, "--yes", "-o", "json"])
        .args(words)
        .env("TALLY_HOME", rig.network.layout().home())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

fn key_in(file: &Path) -> [u8; 32] {
    KeyFile::inspect(file).unwrap().to_bytes()
}

async fn votes(client: &Client, key: [u8; 32]) -> bool {
    let answer = client.validators(ListValidatorsRequest { height: 0 }).await;
    answer.is_ok_and(|answer| answer.validators.iter().any(|one| one.public_key == key))
}

/// The longest time that the chain of node `index` stood still, until told to stop.
async fn longest_pause(client: Client, mut stop: watch::Receiver<bool>) -> Duration {
    let (mut height, mut since, mut longest) = (0, Instant::now(), Duration::ZERO);
    while !*stop.borrow_and_update() {
        let now = client.status().await.ok().and_then(|status| status.position).map_or(0, |at| at.height);
        longest = longest.max(since.elapsed());
        if now > height {
            (height, since) = (now, Instant::now());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    longest
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validators_key_is_replaced_under_load_and_no_height_is_missed() {
    let mut rig = Rig::started(4).await;
    let node = rig.network.node(0).unwrap();
    let (file, passphrase) = (node.files.consensus_key(), node.files.passphrase());
    let before = key_in(&file);
    let (stop, stopped) = watch::channel(false);
    let loading = tokio::spawn(load(rig.actor(cast::WEST), "rotation", stopped.clone()));
    let watching = tokio::spawn(longest_pause(rig.client(1), stopped));
    let (rotated, while_rotating) = watch::channel(false);
    let rotating = tokio::spawn(longest_pause(rig.client(1), while_rotating));

    let words = ["key", "rotate-validator", file.to_str().unwrap()];
    let words = [&words[..], &["--node-passphrase-file", passphrase.to_str().unwrap()]].concat();
    for round in 0..2 {
        let output = tokio::task::block_in_place(|| tally(&rig, cast::EAST, &words));
        assert!(output.status.success(), "rotation {round}: {}\n{}", said(&output), rig.log_of(0));
    }
    rotated.send_replace(true);
    let pause = rotating.await.unwrap();
    println!("longest pause between two blocks while the key changed twice: {} ms", pause.as_millis());
    assert!(pause < Duration::from_secs(8), "{pause:?}");
    let after = key_in(&file);
    assert_ne!(after, before);
    assert!(votes(&rig.client(1), after).await && !votes(&rig.client(1), before).await);

    // with one of the others down nothing commits without the rotated one
    rig.network.kill(3).unwrap();
    let height = rig.height(1).await;
    eventually("the rotated validator votes", 60, async || rig.height(1).await > height + 3).await;
    rig.network.start_node(3).unwrap();
    let height = rig.height(1).await;
    eventually("the killed one is back", 60, async || rig.height(3).await > height + 3).await;
    rig.network.restart(0).unwrap();
    let height = rig.height(1).await;
    let follows = async || rig.height(0).await > height + 3;
    let deadline = Instant::now() + Duration::from_secs(60);
    while !follows().await {
        assert!(Instant::now() < deadline, "it does not follow after a restart: {}", rig.log_of(0));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    stop.send_replace(true);
    let sent = loading.await.unwrap();
    assert!(sent.iter().filter(|one| one.acknowledged).count() > 3, "the load went on");
    let pause = watching.await.unwrap();
    println!("longest pause between two blocks, a killed validator included: {} ms", pause.as_millis());
    assert!(pause < Duration::from_secs(20), "{pause:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_members_key_is_replaced_with_one_command() {
    let rig = Rig::started(4).await;
    let file = rig.network.layout().member_key(cast::EAST);
    let old = rig.actor(cast::EAST);
    old.act(credit(cast::TIER_1, "before")).await.unwrap();
    let late = old.sign(credit(cast::TIER_1, "late")).await.unwrap();
    let before = key_in(&file);
    let rotated = tokio::task::block_in_place(|| tally(&rig, cast::EAST, &["key", "rotate"]));
    assert!(rotated.status.success(), "{}", said(&rotated));
    assert_ne!(key_in(&file), before);
    // the old key counts for two heights more, then never again
    let height = rig.height(0).await;
    eventually("two heights pass", 30, async || rig.height(0).await > height + 2).await;
    let refused = rig.client(1).submit(&late, Wait::Committed).await;
    assert!(!refused.as_ref().is_ok_and(is_applied), "{refused:?}");
    let listed = tokio::task::block_in_place(|| tally(&rig, cast::EAST, &["member", "get", cast::EAST]));
    assert!(listed.status.success(), "the new key reads: {}", said(&listed));
}

/// Until when a member's key counts, as a node says; `None` for one that has no end.
async fn ends_from(rig: &Rig, key: [u8; 32]) -> Option<u64> {
    let member = rig.client(0).member(cast::id(cast::EAST)).await.unwrap();
    member.keys.iter().find(|own| own.public_key == key).unwrap().revoked_from_height
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_a_last_height_is_replaced_by_one_that_ends_with_it_and_is_revoked_before() {
    let rig = Rig::started(4).await;
    let lent = rig.scratch("lent.key");
    let does = |words: &[&str]| {
        let output = tokio::task::block_in_place(|| tally(&rig, cast::EAST, words));
        assert!(output.status.success(), "{words:?}: {}", said(&output));
    };
    let file = lent.to_str().unwrap();
    does(&["key", "new", file]);
    does(&["member", "add-key", file, "--last-height", "9000"]);
    let first = key_in(&lent);
    let tip = rig.height(0).await;
    eventually("the lent key counts", 30, async || rig.height(0).await > tip + 2).await;

    does(&["--key-file", file, "key", "rotate"]);
    let second = key_in(&lent);
    assert_ne!(second, first);
    assert_eq!(ends_from(&rig, second).await, Some(9_001), "what was lent for a time is lent for that time");
    let tip = rig.height(0).await;
    let revoked = ends_from(&rig, first).await.unwrap();
    assert!(revoked <= tip + 3, "the key before does not go on to its own end: {revoked} at {tip}");

    does(&["--key-file", file, "key", "rotate", "--last-height", "8000"]);
    let third = key_in(&lent);
    assert_eq!(ends_from(&rig, third).await, Some(8_001));
    does(&["--key-file", file, "key", "rotate", "--without-end"]);
    assert_eq!(ends_from(&rig, key_in(&lent)).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_key_without_an_end_is_not_replaced_by_one_that_ends() {
    let rig = Rig::started(1).await;
    let file = rig.network.layout().member_key(cast::EAST);
    let before = key_in(&file);
    let words = ["key", "rotate", "--last-height", "9000"];
    let refused = tokio::task::block_in_place(|| tally(&rig, cast::EAST, &words));
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(said(&refused).contains("add another key first"), "{}", said(&refused));
    let member = rig.client(0).member(cast::id(cast::EAST)).await.unwrap();
    assert_eq!((member.keys.len(), key_in(&file)), (1, before), "nothing was registered");
    // and then it goes on as if nothing had been asked
    let rotated = tokio::task::block_in_place(|| tally(&rig, cast::EAST, &["key", "rotate"]));
    assert!(rotated.status.success(), "{}", said(&rotated));
    assert_ne!(key_in(&file), before);
}
