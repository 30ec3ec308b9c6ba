//! Documents as members handle them: the real commands against four real nodes, each with its own disk.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{Rig, eventually};
use tally_testnet::demo::cast;

const TEXT: &[u8] = b"Invoice 2026-0042: 12 pumps at 25,000.00 each, canary 7f3a9c51";

/// Members at their terminals.
struct Desk<'r> {
    rig: &'r Rig,
    folder: PathBuf,
}

impl<'r> Desk<'r> {
    fn new(rig: &'r Rig) -> Self {
        let folder = rig.scratch("desk");
        fs::create_dir(&folder).unwrap();
        Self { rig, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs `tally --as MEMBER …`; `~/` stands for the desk's folder.
    fn try_tally(&self, member: &str, line: &str) -> Output {
        let folder = format!("{}/", self.folder.display());
        let words = line.split_whitespace().map(|word| word.replace("~/", &folder));
        Command::new(self.rig.network.binary("tally"))
            .args(["--as", member, "--yes", "-o", "json"])
            .args(words)
            .env("TALLY_HOME", self.rig.network.layout().home())
            .output()
            .unwrap()
    }

    fn tally(&self, member: &str, line: &str) -> serde_json::Value {
        let output = self.try_tally(member, line);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "tally --as {member} {line}: {said}");
        // a command of several steps tells each
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let last = serde_json::Deserializer::from_str(&told).into_iter().last();
        last.map_or(serde_json::Value::Null, Result::unwrap)
    }

    /// Exit code and messages of a command that is refused.
    fn refused(&self, member: &str, line: &str) -> (i32, String) {
        let output = self.try_tally(member, line);
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

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
    let rig = Rig::started(4).await;
    let desk = Desk::new(&rig);
    let (anchor, supplier, second, bank) = (cast::ANCHOR, cast::TIER_1, cast::TIER_2, cast::EAST);
    for member in [anchor, supplier, second, bank, cast::REGULATOR] {
        desk.tally(member, &format!("document key ~/{member}.x25519"));
    }
    fs::write(desk.path("invoice.txt"), TEXT).unwrap();
    fs::write(desk.path("note.txt"), b"delivered, canary 11d0").unwrap();
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

    // the anchor opens it before it confirms, from its own nodes
    let checked = desk.tally(anchor, &format!("document check R1 --encryption-key ~/{anchor}.x25519"));
    assert_eq!(checked[0]["state"], "opens", "{checked}");
    desk.tally(anchor, &format!("document get A1 --encryption-key ~/{anchor}.x25519 --out ~/got.txt"));
    assert_eq!(fs::read(desk.path("got.txt")).unwrap(), TEXT);
    desk.tally(
        cast::REGULATOR,
        &format!("document get A1 --encryption-key ~/{}.x25519 --out ~/seen.txt", cast::REGULATOR),
    );
    assert_eq!(fs::read(desk.path("seen.txt")).unwrap(), TEXT);
    let (code, said) =
        desk.refused(second, &format!("document get A1 --encryption-key ~/{second}.x25519 --out ~/no.txt"));
    assert_eq!(code, 3, "{said}");

    // a transfer's paper goes to the next holder; the invoice above it does not
    desk.tally(anchor, "receivable confirm R1");
    desk.tally(supplier, "receivable accept R1");
    desk.tally(supplier, &format!("tranche split T1 100000.00@{second}:ref=~/note.txt rest"));
    desk.tally(
        supplier,
        &format!("document put ~/note.txt --receivable R1 --tranche T2 --kind delivery-note --with {second}"),
    );
    let checked = desk.tally(second, &format!("document check R1 --encryption-key ~/{second}.x25519"));
    let seen: Vec<&str> =
        checked.as_array().unwrap().iter().filter_map(|row| row["document"].as_str()).collect();
    assert_eq!((seen, checked[0]["state"].as_str()), (vec!["A2"], Some("opens")), "{checked}");
    desk.tally(second, "tranche accept T2");
    let (code, said) =
        desk.refused(supplier, &format!("document share A1 {second} --encryption-key ~/{supplier}.x25519"));
    assert_eq!((code, said.contains("NOT_ENTITLED")), (5, true), "{said}");

    // a new encryption key: nothing is lost, and the old one is gone
    desk.tally(anchor, &format!("document key ~/{anchor}.x25519 --rotate"));
    desk.tally(anchor, &format!("document get A1 --encryption-key ~/{anchor}.x25519 --out ~/again.txt"));
    assert_eq!(fs::read(desk.path("again.txt")).unwrap(), TEXT);

    // a bank that comes later is given what it is entitled to by whoever has it
    desk.tally(anchor, &format!("document share A1 {bank} --encryption-key ~/{anchor}.x25519"));
    let checked = desk.tally(bank, &format!("document check R1 --encryption-key ~/{bank}.x25519"));
    assert_eq!(checked[0]["state"], "opens", "{checked}");

    let nodes: Vec<PathBuf> = rig.network.nodes().iter().map(|node| node.files.data()).collect();
    assert!(nodes.iter().all(|node| !holds(node, b"canary 7f3a9c51")), "no node holds what it says");
    assert!(nodes.iter().any(|node| node.join("documents").join(supplier).join("1").exists()));
    desk.tally(supplier, "document shred A1");
    eventually("the payload is destroyed everywhere", 20, || async {
        nodes.iter().all(|node| !node.join("documents").join(supplier).join("1").exists())
    })
    .await;
    let (code, said) =
        desk.refused(bank, &format!("document get A1 --encryption-key ~/{bank}.x25519 --out ~/late.txt"));
    assert_ne!(code, 0, "{said}");
    assert!(said.contains("shredded"), "{said}");
}
