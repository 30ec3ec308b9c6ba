//! Papers follow title: with a sale, a pledge and a transfer; nobody accepts unread what does not open, unless it says so.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::fs;
use std::path::PathBuf;

use common::Rig;
use common::desk::Desk;
use tally_testnet::demo::cast;

const INVOICE: &[u8] = b"Invoice 2026-0043: 12 valves at 25,000.00 each";
const NOTE: &[u8] = b"delivered, all twelve";

/// R1 over 300,000.00 CNY is T1, which tier 1 holds. The debt rests on A1, tier 1's title on A2.
fn deal(desk: &Desk) {
    for member in [cast::ANCHOR, cast::TIER_1, cast::TIER_2, cast::EAST, cast::WEST, cast::REGULATOR] {
        desk.tally(member, "document key");
    }
    fs::write(desk.path("invoice.txt"), INVOICE).unwrap();
    fs::write(desk.path("note.txt"), NOTE).unwrap();
    fs::write(desk.path("order.txt"), b"an order of tier 1 at tier 2").unwrap();
    submit(desk, "TC-43", "300000.00", "invoice.txt");
    let put = format!("document put ~/invoice.txt --receivable R1 --kind invoice --with {}", cast::ANCHOR);
    desk.tally(cast::TIER_1, &put);
    desk.tally(cast::ANCHOR, "receivable confirm R1");
    desk.tally(cast::TIER_1, "receivable accept R1");
    desk.tally(cast::TIER_1, "document put ~/note.txt --receivable R1 --tranche T1 --kind delivery-note");
}

fn submit(desk: &Desk, number: &str, face: &str, file: &str) {
    let (anchor, bank) = (cast::ANCHOR, cast::EAST);
    desk.tally(
        cast::TIER_1,
        &format!(
            "receivable submit --anchor {anchor} --due +90d --settlement-bank {bank} --currency CNY --invoice \
             {number},2026-02-09,{face},~/{file}"
        ),
    );
}

/// What a command that succeeds says beside its result, where it tells which papers it gave.
fn said(desk: &Desk, member: &str, line: &str) -> String {
    let output = desk.try_tally(member, line);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "tally --as {member} {line}: {said}");
    said
}

/// Every copy of a document of tier 1 on every node, out of the nodes' sight until it is dropped.
struct SetAside(Vec<PathBuf>);

impl SetAside {
    fn of(rig: &Rig, document: u64) -> Self {
        let folder = PathBuf::from("documents").join(cast::TIER_1).join(document.to_string());
        let copies = rig.network.nodes().iter().map(|node| node.files.data().join(&folder).join("payload"));
        let copies: Vec<PathBuf> = copies.filter(|copy| copy.exists()).collect();
        assert!(!copies.is_empty(), "somebody keeps A{document}");
        copies.iter().for_each(|copy| fs::rename(copy, copy.with_extension("aside")).unwrap());
        Self(copies)
    }
}

impl Drop for SetAside {
    fn drop(&mut self) {
        for copy in &self.0 {
            let _ = fs::rename(copy.with_extension("aside"), copy);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_go_along_with_a_sale_and_a_pledge_and_stay_where_their_owner_says_so() {
    let rig = Rig::started(4).await;
    let desk = Desk::new(&rig);
    let (supplier, second, buyer, lender) = (cast::TIER_1, cast::TIER_2, cast::EAST, cast::WEST);
    deal(&desk);
    desk.tally(
        buyer,
        &format!(
            "facility open --anchor {} --limit CNY1000000.00 --curve 30:3.0%,180:4.0% --valid-until +365d --paying-bank \
             {buyer}",
            cast::ANCHOR
        ),
    );

    // who buys bears the risk of the debt, and gets what it and the seller's title rest on
    let told = said(&desk, supplier, "discount take T1 --amount 100000.00");
    assert!(["A1", "A2", "given"].iter().all(|part| told.contains(part)), "{told}");
    assert!(!told.contains("not given"), "{told}");
    assert_eq!(desk.opens(buyer), ["A1 opens", "A2 opens"]);
    desk.tally(buyer, "document get A1 --out ~/bought.txt");
    assert_eq!(fs::read(desk.path("bought.txt")).unwrap(), INVOICE);

    // so does who is asked to lend, before it accepts: T3 is what was not sold
    desk.tally(supplier, "tranche split T3 100000.00 rest");
    let told = said(&desk, supplier, &format!("pledge offer T4 --funder {lender} --advance 80%"));
    assert!(["A1", "A2", "given"].iter().all(|part| told.contains(part)), "{told}");
    assert_eq!(desk.opens(lender), ["A1 opens", "A2 opens"]);
    let told = said(&desk, lender, "pledge accept T4");
    assert!(told.contains("opens"), "the papers stand before its eyes: {told}");

    // title goes alone where the holder wants that, and the paper can follow later
    let told =
        said(&desk, supplier, &format!("tranche transfer T5 {second} --ref-file ~/order.txt --keep-papers"));
    assert!(!told.contains("given"), "{told}");
    assert_eq!(desk.opens(second), [] as [&str; 0]);
    desk.tally(second, "tranche accept T5");
    desk.tally(supplier, &format!("document share A2 {second}"));
    assert_eq!(desk.opens(second), ["A2 opens"]);
    let (code, why) = desk.refused(supplier, &format!("document share A1 {second}"));
    assert_eq!((code, why.contains("NOT_ENTITLED")), (5, true), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_read_a_paper_accepts_nothing_and_loses_nothing_unless_it_says_so() {
    let rig = Rig::started(4).await;
    let desk = Desk::new(&rig);
    let (anchor, supplier, second, lender) = (cast::ANCHOR, cast::TIER_1, cast::TIER_2, cast::WEST);
    deal(&desk);
    let needs_word = |member: &str, line: &str| {
        let (code, why) = desk.refused(member, line);
        assert_eq!((code, why.contains("--unread")), (9, true), "tally --as {member} {line}: {why}");
        desk.tally(member, &format!("{line} --unread"));
    };

    said(&desk, supplier, &format!("tranche transfer T1 {second} --ref-file ~/order.txt"));
    let aside = SetAside::of(&rig, 2);
    needs_word(second, "tranche accept T1");
    drop(aside);
    assert_eq!(desk.opens(second), ["A2 opens"], "and reads it when it is back");

    said(&desk, second, &format!("pledge offer T1 --funder {lender} --advance 80%"));
    let aside = SetAside::of(&rig, 2);
    needs_word(lender, "pledge accept T1");
    drop(aside);

    fs::write(desk.path("next.txt"), b"Invoice 2026-0044").unwrap();
    submit(&desk, "TC-44", "71250.00", "next.txt");
    desk.tally(supplier, &format!("document put ~/next.txt --receivable R2 --kind invoice --with {anchor}"));
    let aside = SetAside::of(&rig, 3);
    needs_word(anchor, "receivable confirm R2");
    needs_word(supplier, "receivable accept R2");
    drop(aside);

    // a key that never opened the papers does not take the place of another without a word
    desk.tally(anchor, "document key ~/other.x25519");
    let before = fs::read(desk.path("other.x25519")).unwrap();
    let (code, why) = desk.refused(anchor, "document key ~/other.x25519 --rotate");
    assert_eq!((code, why.contains("A1, A3") && why.contains("--lose-unopened")), (9, true), "{why}");
    assert_eq!(
        fs::read(desk.path("other.x25519")).unwrap(),
        before,
        "the old key stays as long as it is needed"
    );
    desk.tally(anchor, "document key ~/other.x25519 --rotate --lose-unopened");
    assert_ne!(fs::read(desk.path("other.x25519")).unwrap(), before);
    let read = "document get A1 --encryption-key ~/other.x25519 --out";
    let (code, why) = desk.refused(anchor, &format!("{read} ~/lost.txt"));
    assert_eq!((code, why.contains("not openable")), (9, true), "{why}");
    desk.tally(supplier, "document rewrap");
    desk.tally(anchor, &format!("{read} ~/again.txt"));
    assert_eq!(fs::read(desk.path("again.txt")).unwrap(), INVOICE);
}
