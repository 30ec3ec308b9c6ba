//! A validator's key on two machines: it is caught, put on the record, and removed by vote while it goes on.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::fs;
use std::process::Command;

use common::{Rig, credit, eventually};
use tally_contracts::Action;
use tally_contracts::governance::Change;
use tally_contracts::misbehaviour::ReportMisbehaviour;
use tally_keys::{Cost, KeyFile, Passphrase, PassphraseSource};
use tally_proto::v1::governance::{self as wire, Evidence, ListEvidenceRequest, ListMisbehavioursRequest};
use tally_testnet::demo::{Attempt, cast};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Whose key is on two machines.
const TWIN: usize = 3;
/// The machine that got it too; the ledger lists its peer key as an observer's.
const THIEF: usize = 4;

/// Gives the observer's machine the validator's consensus key, and has it vote.
fn make_twin(rig: &Rig) {
    let (own, stolen) = (&rig.network.node(THIEF).unwrap().files, &rig.network.node(TWIN).unwrap().files);
    let passphrase = |path| Passphrase::obtain(&PassphraseSource::File(path), "a test").unwrap();
    let key = KeyFile::open(&stolen.consensus_key(), &passphrase(stolen.passphrase())).unwrap();
    KeyFile::store(&own.consensus_key(), &key, &passphrase(own.passphrase()), Cost::Quick).unwrap();
    let mut config: toml::Table = fs::read_to_string(own.config()).unwrap().parse().unwrap();
    config.insert("role".to_owned(), "validator".into());
    let keys = config["keys"].as_table_mut().unwrap();
    keys.insert("consensus".to_owned(), own.consensus_key().display().to_string().into());
    fs::write(own.config(), config.to_string()).unwrap();
}

async fn evidence(rig: &Rig, index: usize) -> Vec<Evidence> {
    let request = ListEvidenceRequest { from_height: 0, limit: 1_000 };
    rig.client(index).list_evidence(request).await.map(|answer| answer.evidence).unwrap_or_default()
}

/// A number that a node gives its monitoring.
async fn metric(rig: &Rig, index: usize, name: &str) -> u64 {
    let address = rig.network.node(index).unwrap().addresses.metrics;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {text}"))
}

/// What `tally` says to a member.
fn tally(rig: &Rig, words: &[&str]) -> String {
    let output = Command::new(rig.network.binary("tally"))
        .args(["--as", cast::TIER_1, "-o", "json"])
        .args(words)
        .env("TALLY_HOME", rig.network.layout().home())
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validator_that_contradicts_itself_is_caught_recorded_and_removed_while_it_goes_on() {
    let mut rig = Rig::started(5).await;
    rig.network.stop_node(THIEF).unwrap();
    make_twin(&rig);
    rig.network.start_node(THIEF).unwrap();

    eventually("a proof on an honest node", 180, async || !evidence(&rig, 0).await.is_empty()).await;
    let caught = evidence(&rig, 0).await.remove(0);
    assert_eq!((caught.operator.as_str(), caught.reported), (cast::SOUTH, false));
    let doctor = rig.tallyd(0, "doctor", &[]);
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("contradicted itself"), "{doctor:?}");

    // numbers follow within a second
    eventually("its number", 10, async || metric(&rig, 0, "tally_misbehaviours").await >= 1).await;
    // its contradicting votes need not have reached the node that this member asks first
    let shown = tokio::task::block_in_place(|| tally(&rig, &["evidence", "list"]));
    assert!(shown.contains(cast::SOUTH), "{shown}");

    // any member may report, and once is enough
    let Evidence { validator, kind, height, round, first, second, .. } = caught;
    let shown = wire::ReportMisbehaviour { validator, kind, height, round, first, second };
    let report = ReportMisbehaviour::try_from(&shown).unwrap();
    let action = Action::ReportMisbehaviour(report.clone());
    rig.actor(cast::TIER_1).act(action.clone()).await.unwrap();
    let again = rig.actor(cast::TIER_2).attempt(action).await.unwrap();
    let Attempt::Refused { reason, .. } = again else { panic!("{again:?}") };
    assert_eq!(reason, "MISBEHAVIOUR_KNOWN");
    let recorded = rig.client(1).misbehaviours(ListMisbehavioursRequest::default(), 0).await.unwrap();
    assert_eq!((recorded.len(), recorded[0].reported_by.as_str()), (1, cast::TIER_1));
    assert_eq!(recorded[0].height, height);

    // both machines still vote with that key
    rig.decide(Change::RemoveValidator { consensus_key: report.validator }).await;
    eventually("its removal", 30, async || {
        rig.operator(0)["nodes"]
            .as_array()
            .is_some_and(|nodes| nodes.iter().all(|node| node["member"] != cast::SOUTH))
    })
    .await;
    eventually("its disconnection", 10, async || rig.seen_from(0, cast::SOUTH)["connected"] == false).await;
    let at = rig.height(0).await;
    eventually("blocks by the other three", 60, async || rig.height(0).await >= at + 10).await;
    rig.actor(cast::EAST).act(credit(cast::TIER_1, "after the removal")).await.unwrap();
    for index in 1..3 {
        let tip = rig.height(index).await;
        rig.network.wait_height(0, tip, std::time::Duration::from_secs(30)).await.unwrap();
        let id = async |of: usize| rig.client(of).block(tip).await.unwrap().header.unwrap().block_id;
        assert_eq!(id(index).await, id(0).await, "height {tip}");
    }
}
