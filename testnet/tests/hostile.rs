//! A few hostile seconds on real processes: the short form of `testnet/hostile.sh`, which has a minute and 5,000 connections.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

use tally_testnet::hostile::{HostileOptions, measure};

/// What does not depend on how many others use this machine's cores meanwhile.
const PROMISES: [&str; 6] = [
    "the attack took place",
    "everything that it handed in was committed",
    "newcomers are served, nine of ten at least",
    "no node ended or panicked",
    "connections and files are given back",
    "one state root on all nodes",
];

#[tokio::test(flavor = "multi_thread")]
async fn honest_members_are_served_while_every_port_is_attacked() {
    let folder = tempfile::tempdir().unwrap();
    let options = HostileOptions {
        seconds: 6,
        quiet: 3,
        warmup: 0,
        connections: 400,
        addresses: 2,
        business: 10,
        json: None,
        run_dir: folder.path().join("run"),
    };
    let report = measure(&options).await.unwrap();
    println!("{}", report.table());
    for bound in &report.bounds {
        assert!(bound.kept || !PROMISES.contains(&bound.promise), "{bound:?}\n{}", report.table());
    }
    for part in
        ["slow body", "streams opened and reset", "flood of one key: valid", "calls at the ports of nodes"]
    {
        assert!(report.attack.contains_key(part), "{part} in {:?}", report.attack);
    }
}
