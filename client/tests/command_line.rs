//! The program as a process: exit codes, streams, files; no network.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A home folder with a passphrase, and the program in it.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.secret("pass", "correct horse battery staple\n");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn secret(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn run(&self, line: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tally"));
        command.env_clear().env("TALLY_HOME", self.0.path()).current_dir(self.0.path());
        command.args(line.split_whitespace()).output().unwrap()
    }

    /// Runs and expects an exit code; gives standard output and standard error.
    fn expect(&self, line: &str, exit: i32) -> (String, String) {
        let output = self.run(line);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert_eq!(output.status.code(), Some(exit), "{line}\n{out}\n{err}");
        (out, err)
    }

    /// A desk with a key `alpha.key` and a profile that uses it.
    fn with_profile() -> Self {
        let desk = Self::new();
        desk.secret("seed", &"11".repeat(32));
        desk.expect("key import alpha.key --from seed --passphrase-file pass", 0);
        desk.expect(
            "--node http://127.0.0.1:9 --chain-id test --member alpha --key-file alpha.key \
             --passphrase-file pass profile add alpha",
            0,
        );
        desk
    }
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testnet/data")
}

#[test]
fn a_wrong_command_line_exits_with_2_and_says_nothing_on_standard_output() {
    let desk = Desk::new();
    for line in [
        "nonsense",
        "receivable",
        "tranche split T1",
        "tranche split T1 1,000.00 rest",
        "tranche get R1",
        "receivable confirm 1",
        "facility list --status sometimes",
        "tx get --request-id 00",
        "money balance --as nobody",
        "node status",
        "tx get",
    ] {
        let (out, err) = desk.expect(line, 2);
        assert!(out.is_empty() && !err.is_empty(), "{line}: {out}{err}");
    }
}

#[test]
fn help_and_version_are_results() {
    let desk = Desk::new();
    for line in ["--help", "tranche split --help", "--version", "completions bash"] {
        let (out, err) = desk.expect(line, 0);
        assert!(!out.is_empty() && err.is_empty(), "{line}");
    }
}

#[test]
fn a_key_is_made_imported_and_inspected_and_never_overwritten() {
    let desk = Desk::new();
    desk.secret("seed", &"11".repeat(32));
    desk.expect("key import alpha.key --from seed --passphrase-file pass", 0);
    let (out, _) = desk.expect("key inspect alpha.key -o json", 0);
    let key: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(key["public_key"], "d04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737");
    let (_, err) = desk.expect("key import alpha.key --from seed --passphrase-file pass", 2);
    assert!(err.contains("never overwritten"), "{err}");
}

#[test]
fn profiles_are_added_listed_and_chosen() {
    let desk = Desk::with_profile();
    let (out, _) = desk.expect("profile list -o json", 0);
    let profiles: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&profiles[0]["name"], &profiles[0]["is_default"]), (&"alpha".into(), &true.into()));
    assert_eq!(profiles[0]["key_file"], desk.path("alpha.key").display().to_string());
    desk.expect("profile use nobody", 2);
    desk.expect("profile add alpha", 2);
}

#[test]
fn a_node_that_cannot_be_reached_exits_with_8_and_leaves_no_doubt() {
    let desk = Desk::with_profile();
    let (_, err) = desk.expect("receivable get R1 --timeout 1s", 8);
    assert!(err.contains("127.0.0.1:9"), "{err}");
    desk.expect("receivable accept R1 --timeout 1s", 8);
    let (out, _) = desk.expect("tx pending -o json", 0);
    assert_eq!(out.trim(), "[]", "nothing was signed, so nothing is pending");
    let (out, _) = desk.expect("node status -o json", 8);
    let nodes: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(nodes[0]["health"], "unreachable");
}

#[test]
fn a_transaction_is_prepared_signed_and_decoded_without_any_network() {
    let desk = Desk::with_profile();
    let prepare =
        "tx prepare --out pay.json --valid-until 5000 money move beta 5.25CNY --bank east --note lunch";
    desk.expect(prepare, 0);
    desk.expect(prepare, 2);
    let (out, _) = desk.expect("tx decode pay.json -o json", 0);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["body"]["move_deposit"]["amount"], "5.25 CNY");
    assert_eq!(told["body"]["valid_until_height"], 5_000);
    assert_eq!(told["signed_by"], Value::Array(vec![]));
    let (_, err) = desk.expect("tx submit pay.json", 2);
    assert!(err.contains("0 signatures where the body names 1"), "{err}");
    let (_, err) = desk.expect("tx sign pay.json", 0);
    assert!(err.contains("still to sign: nobody"), "{err}");
    let (out, _) = desk.expect("tx decode pay.json", 0);
    assert!(out.contains("body.move_deposit.note") && out.contains("lunch"), "{out}");
    desk.expect("tx submit pay.json --timeout 1s", 8);
}

#[test]
fn what_only_reads_or_was_made_for_another_key_or_chain_is_not_signed() {
    let desk = Desk::with_profile();
    desk.expect("tx prepare --out x.json node status", 2);
    desk.expect("tx prepare --out x.json tx submit y.json", 2);
    desk.expect("tx prepare --out x.json receivable import a.xml", 2);
    assert!(!desk.path("x.json").exists());
    desk.expect("tx prepare --out pay.json --valid-until 9 receivable accept R1", 0);
    let (_, err) = desk.expect("--chain-id other tx sign pay.json", 8);
    assert!(err.contains("is on chain test"), "{err}");
    desk.secret("seed2", &"22".repeat(32));
    desk.expect("key import beta.key --from seed2 --passphrase-file pass", 0);
    let (_, err) = desk.expect("--key-file beta.key tx sign pay.json", 2);
    assert!(err.contains("names key"), "{err}");
    fs::write(desk.path("broken.json"), "{}").unwrap();
    desk.expect("tx decode broken.json", 2);
}

#[test]
fn a_dry_run_of_an_import_tells_every_file_and_exits_with_4_if_one_is_refused() {
    let desk = Desk::new();
    let line = format!("receivable import {} --dry-run -o json", samples().display());
    let (out, err) = desk.expect(&line, 4);
    let records: Vec<Value> = serde_json::from_str(&out).unwrap();
    assert_eq!(records.len(), 8);
    let reasons: Vec<&str> =
        records.iter().filter_map(|record| record["refusal"]["reason"].as_str()).collect();
    assert_eq!(reasons, ["CREDIT_NOTE", "RULES_BROKEN", "DUE_DATE_MISSING"]);
    assert!(err.contains("3 of 8 files were refused"), "{err}");
    let line = format!(
        "receivable import {0}/01-tiancheng-pumps.xml {0}/08-haoyu-no-due-date.xml --due 2026-12-01 --dry-run",
        samples().display()
    );
    let (out, _) = desk.expect(&line, 0);
    assert!(out.contains("1,000,000.00") && out.contains("TC-2026-0117"), "{out}");
}

#[test]
fn a_proof_file_that_is_none_is_told_from_one_that_does_not_hold() {
    let desk = Desk::with_profile();
    let validators =
        r#"[{"public_key":"d04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737","power":1}]"#;
    fs::write(desk.path("validators.json"), validators).unwrap();
    fs::write(desk.path("none.json"), "{}").unwrap();
    desk.expect("proof verify none.json --validators validators.json", 2);
    let empty = r#"{"format":"tallystick/proof/v1","chain_id":"test","record":"R1","answer":""}"#;
    fs::write(desk.path("empty.json"), empty).unwrap();
    let (_, err) = desk.expect("proof verify empty.json --validators validators.json", 9);
    assert!(err.contains("does not hold"), "{err}");
    fs::write(desk.path("damaged.json"), empty.replace("\"answer\":\"\"", "\"answer\":\"ff\"")).unwrap();
    desk.expect("proof verify damaged.json --validators validators.json", 9);
    desk.expect("proof verify empty.json --validators none.json", 2);
    desk.expect("proof verify empty.json", 2);
}
