//! Privacy on real nodes, in short: secrets stay with their readers, and the forbidden reads like the absent. The long forms
//! are `canaries.sh` and `probe.sh`.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use common::Rig;
use tally_testnet::canaries::{self, CanaryOptions};
use tally_testnet::demo::cast;
use tally_testnet::probe::{self, ProbeOptions};
use tally_testnet::questions::{Asker, all_methods};

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_secrets_among_eight_members_stay_with_their_readers() {
    let _turn = common::turn().await;
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("canaries.json");
    let options = CanaryOptions {
        canaries: 100,
        members: 8,
        seed: Some(20_260_209),
        json: Some(json.clone()),
        run_dir: folder.path().join("run"),
        also: Vec::new(),
    };
    let report = canaries::run(&options).await.unwrap();
    assert!(report.is_good(), "{}", report.table());
    let written: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!((&written["passed"], &written["canaries"]), (&true.into(), &100.into()));
    assert!(
        written["chance"].as_f64().unwrap() < 1e-3,
        "a hit by chance is improbable: {}",
        written["chance"]
    );
}

/// How long answers take is for the command: a busy machine decides nothing here.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_forbidden_and_what_is_absent_are_answered_byte_for_byte_alike() {
    let _turn = common::turn().await;
    let folder = tempfile::tempdir().unwrap();
    let options = ProbeOptions { ids: 700, seed: Some(7), json: None, run_dir: folder.path().join("run") };
    let report = probe::run(&options).await.unwrap();
    assert!(report.has_one_content(), "{}", report.table());
    assert!(report.asked >= 600 && report.times.judged * 2 == report.asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_socket_is_no_way_around_who_may_read() {
    let mut rig = Rig::at_rest(1).await;
    rig.start().await;
    let socket = rig.network.node(0).unwrap().files.operator_socket();
    let operator = Asker::nobody(cast::id(cast::EAST), &format!("unix:{}", socket.display())).await.unwrap();
    let mut answered = Vec::new();
    for method in all_methods() {
        // UNIMPLEMENTED: the method is not offered there at all
        if operator.ask(&method, &[]).await.unwrap().status() != "12" {
            answered.push(method);
        }
    }
    assert_eq!(
        answered,
        ["GetReport", "ListFullNodes"].map(|method| format!("/tally.operator.v1.OperatorService/{method}"))
    );
}
