//! A network whose nodes and members show certificates: people and programs work as before, and nobody else does.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::process::{Command, Output};

use common::{Rig, credit};
use tally_client::profile::HOME_VARIABLE;
use tally_client::sdk::{Client, Trust};
use tally_testnet::demo::cast;
use tally_testnet::network::TlsPlan;

/// `tally`, as a person at this network would type it.
fn tally(rig: &Rig, arguments: &[&str]) -> Output {
    let mut tally = Command::new(rig.network.binary("tally"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TALLY")) {
        tally.env_remove(name);
    }
    tally.env(HOME_VARIABLE, rig.network.layout().home()).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_with_certificates_serves_its_members_and_tells_its_operators_how_it_is() {
    let mut rig = Rig::planned(4, |plan| plan.tls = TlsPlan::NodesAndMembers).await;
    rig.start().await;
    rig.actor(cast::EAST).act(credit(cast::TIER_1, "over TLS")).await.unwrap();

    let balance = tally(&rig, &["--as", cast::TIER_1, "money", "balance"]);
    assert!(balance.status.success() && text(&balance).contains("0.01"), "{}", text(&balance));
    let home = rig.network.layout().home();
    let other = home.join("tls").join(format!("{}.cert.pem", cast::TIER_2));
    let other_key = home.join("tls").join(format!("{}.key.pem", cast::TIER_2));
    let lent = tally(
        &rig,
        &[
            "--as",
            cast::TIER_1,
            "--certificate-file",
            other.to_str().unwrap(),
            "--certificate-key-file",
            other_key.to_str().unwrap(),
            "money",
            "balance",
        ],
    );
    assert_eq!(lent.status.code(), Some(5), "{}", text(&lent));

    let url = rig.network.node(0).unwrap().url();
    let trust = Trust::load(&rig.network.layout().authority(), None).unwrap();
    let nobody = Client::trusting(&[url.as_str()], Some(&trust)).unwrap();
    assert!(nobody.status().await.is_err(), "a client without a certificate");
    let plain = Client::new(&[url.replace("https", "http")]).unwrap();
    assert!(plain.status().await.is_err(), "a client without TLS");
    assert!(Client::new(&[url]).is_err(), "nobody to believe");

    common::eventually("every validator is connected", 30, async || {
        let status = rig.operator(0);
        (status["kind"].as_str(), status["peers"].as_u64()) == (Some("validator"), Some(3))
    })
    .await;
    common::eventually("peers introduce themselves", 30, async || {
        let seen = rig.seen_from(0, cast::SOUTH);
        seen["version"] == env!("CARGO_PKG_VERSION") && seen["clock_offset_ms"].as_i64().is_some()
    })
    .await;
    let doctor = rig.tallyd(0, "doctor", &[]);
    for line in [
        "well  certificates",
        "well  versions",
        "well  clock",
        "all 3 other validators are connected",
        "all 3 nodes that are asked for documents are reached",
    ] {
        assert!(text(&doctor).contains(line), "{line} in\n{}", text(&doctor));
    }
}
