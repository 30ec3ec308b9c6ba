//! Documents as members handle them: the real commands against four real nodes, each with its own disk.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::desk::Desk;
use common::{Rig, eventually};
use tally_testnet::demo::cast;
use tally_testnet::network::TlsPlan;

const TEXT: &[u8] = b"Invoice 2026-0042: 12 pumps at 25,000.00 each, canary 7f3a9c51";

/// Whether a file below `folder` holds `text`.
fn holds(folder: &Path, text: &[u8]) -> bool {
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, text);
        }
        fs::read(&path).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_reaches_whom_it_concerns_and_ends_for_all_when_it_is_shredded() {
    let mut rig = Rig::planned(4, |plan| plan.tls = TlsPlan::NodesAndMembers).await;
    rig.start().await;
    let desk = Desk::new(&rig);
    let (anchor, supplier, second, third, bank) =
        (cast::ANCHOR, cast::TIER_1, cast::TIER_2, cast::TIER_3, cast::EAST);
    for member in [anchor, supplier, second, third, bank, cast::REGULATOR] {
        desk.tally(member, "document key");
    }
    fs::write(desk.path("invoice.txt"), TEXT).unwrap();
    fs::write(desk.path("note.txt"), b"delivered, canary 11d0").unwrap();
    fs::write(desk.path("order.txt"), b"an order of tier 2 at tier 3").unwrap();
    desk.tally(
        supplier,
        &format!(
            "receivable submit --anchor {anchor} --due +90d --settlement-bank {bank} --currency CNY --invoice \
             TC-1,2026-02-09,300000.00,~/invoice.txt"
        ),
    );
    desk.tally(
        supplier,
        &format!("document put ~/invoice.txt --receivable R1 --kind invoice --with {anchor}"),
    );
    let nodes: Vec<PathBuf> = rig.network.nodes().iter().map(|node| node.files.data()).collect();
    let payloads = || nodes.iter().map(|node| node.join("documents").join(supplier).join("1/payload"));

    // nobody need confirm what does not open; what is missing or damaged is told of the record
    let kept = payloads().find_map(|path| fs::read(path).ok()).unwrap();
    for (content, state) in [(None, "missing"), (Some(b"rot"), "damaged")] {
        for path in payloads().filter(|path| path.exists()) {
            match content {
                Some(rot) => fs::write(&path, rot).unwrap(),
                None => fs::rename(&path, path.with_extension("aside")).unwrap(),
            }
        }
        assert_eq!(desk.tally(supplier, "document list R1")[0]["payload"], state);
        let (code, why) = desk.refused(anchor, "receivable confirm R1");
        assert_eq!((code, why.contains("no other node gave it whole")), (9, true), "{why}");
        for path in payloads().filter(|path| path.with_extension("aside").exists()) {
            fs::rename(path.with_extension("aside"), path).unwrap();
        }
    }
    payloads().filter(|path| path.exists()).for_each(|path| fs::write(path, &kept).unwrap());
    assert_eq!(desk.opens(anchor), ["A1 opens"]);
    desk.tally(anchor, "document get A1 --out ~/got.txt");
    assert_eq!(fs::read(desk.path("got.txt")).unwrap(), TEXT);
    desk.tally(cast::REGULATOR, "document get A1 --out ~/seen.txt");
    assert_eq!(fs::read(desk.path("seen.txt")).unwrap(), TEXT);
    let (code, said) = desk.refused(second, "document get A1 --out ~/no.txt");
    assert_eq!(code, 3, "{said}");

    // a transfer's paper goes to the next holder; the invoice above it does not
    desk.tally(anchor, "receivable confirm R1");
    desk.tally(supplier, "receivable accept R1");
    desk.tally(supplier, &format!("tranche split T1 100000.00@{second}:ref=~/note.txt rest"));
    desk.tally(
        supplier,
        &format!("document put ~/note.txt --receivable R1 --tranche T2 --kind delivery-note --with {second}"),
    );
    assert_eq!(desk.opens(second), ["A2 opens"]);
    desk.tally(second, "tranche accept T2");
    let (code, said) = desk.refused(supplier, &format!("document share A1 {second}"));
    assert_eq!((code, said.contains("NOT_ENTITLED")), (5, true), "{said}");

    // who is paid next gets the papers of its own title with the transfer, and nothing else
    let offered = desk.try_tally(second, &format!("tranche transfer T2 {third} --ref-file ~/order.txt"));
    let said = String::from_utf8_lossy(&offered.stderr).into_owned();
    assert!(offered.status.success() && said.contains("A2") && said.contains("given"), "{said}");
    assert_eq!(desk.opens(third), ["A2 opens"]);
    desk.tally(third, "tranche accept T2");
    // who buys the other part gets what the debt rests on, and nothing of the sibling
    desk.tally(supplier, &format!("tranche transfer T3 {bank}"));
    assert_eq!(desk.opens(bank), ["A1 opens"]);
    desk.tally(bank, "tranche accept T3");

    // a new encryption key: nothing is lost, and the old one is gone
    desk.tally(anchor, "document key --rotate");
    desk.tally(anchor, "document get A1 --out ~/again.txt");
    assert_eq!(fs::read(desk.path("again.txt")).unwrap(), TEXT);
    // who lost its key publishes another, and any party wraps everything again
    desk.tally(bank, "document key ~/other.x25519");
    let (code, said) = desk.refused(bank, "document get A1 --out ~/lost.txt --encryption-key ~/other.x25519");
    assert_eq!((code, said.contains("not openable")), (9, true), "{said}");
    desk.tally(supplier, "document rewrap");
    desk.tally(bank, "document get A1 --out ~/found.txt --encryption-key ~/other.x25519");
    assert_eq!(fs::read(desk.path("found.txt")).unwrap(), TEXT);

    assert!(nodes.iter().all(|node| !holds(node, b"canary 7f3a9c51")), "no node holds what it says");
    let there = payloads().filter(|path| path.exists()).count();
    assert!(there > 1, "nodes brought it from each other: {there}");
    let sealed = payloads().find_map(|path| fs::read(path).ok()).unwrap();
    assert_eq!(sealed.len(), 4_112, "63 bytes look like any other note");
    desk.tally(supplier, "document shred A1");
    eventually("the payload is destroyed everywhere", 20, || async {
        nodes.iter().all(|node| !node.join("documents").join(supplier).join("1").exists())
    })
    .await;
    assert!(nodes.iter().all(|node| !holds(node, &sealed[..64])), "nothing of the ciphertext is left");
    let (code, said) = desk.refused(bank, "document get A1 --out ~/late.txt --encryption-key ~/other.x25519");
    assert_ne!(code, 0, "{said}");
    assert!(said.contains("shredded"), "{said}");
    assert_eq!(desk.tally(supplier, "document list R1")[0]["payload"], "shredded");
}
