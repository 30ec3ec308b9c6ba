//! House rules as a test: rooms import to the right only; the engine and the database have one home each.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms and those they may name. `limits` and `config` are for everyone.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("api", &["events", "documents", "replica", "chain", "mempool", "admission", "ledger", "storage"]),
    ("replica", &["events", "ledger", "storage"]),
    ("events", &["ledger", "storage"]),
    ("chain", &["admission", "mempool", "ledger", "storage"]),
    ("admission", &["mempool", "ledger", "storage"]),
    ("mempool", &[]),
    ("documents", &[]),
    ("ledger", &["storage"]),
    ("storage", &[]),
];

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn rooms_import_to_the_right_only() {
    let mut checked = 0;
    for (room, allowed) in MAY_NAME {
        let folder = root().join("src").join(room);
        for (path, text) in sources(&folder) {
            checked += 1;
            for (other, _) in MAY_NAME {
                let is_named =
                    text.contains(&format!("crate::{other}::")) || text.contains(&format!("crate::{other};"));
                let is_allowed = other == room || allowed.contains(other);
                assert!(!is_named || is_allowed, "{} may not name {other}", path.display());
            }
        }
    }
    assert!(checked > 30, "only {checked} files were read");
}

#[test]
fn only_consensus_names_the_engine_and_only_storage_names_the_database() {
    for (path, text) in sources(&root().join("src")) {
        assert!(!text.contains("malachite"), "{} names the engine", path.display());
        let is_storage = path.starts_with(root().join("src/storage"));
        assert!(is_storage || !text.contains("rocksdb::"), "{} names the database", path.display());
    }
}

#[test]
fn no_crate_of_ours_may_hold_unsafe_code() {
    let workspace = root().parent().unwrap().to_owned();
    let crates =
        ["contracts", "proto", "node", "node/consensus", "client", "client/keys", "testnet", "testnet/fuzz"];
    for room in crates {
        for file in ["lib.rs", "main.rs"] {
            let Ok(text) = fs::read_to_string(workspace.join(room).join("src").join(file)) else { continue };
            assert!(
                text.contains("#![forbid(unsafe_code)]"),
                "{room}/src/{file} does not forbid unsafe code"
            );
        }
    }
}
