//! A validator whose key is in a PKCS #11 module: moved there, used there, replaced there while everything runs.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Rig, eventually};
use tally_contracts::Action;
use tally_contracts::governance::RotateConsensusKey;
use tally_contracts::types::PublicKey;
use tally_keys::{KeyHandle, write_private};
use tally_testnet::demo::cast;

const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];
const FOLDER: &str = "TALLY_TEST_FOLDER";

fn module() -> &'static str {
    let found = MODULES.into_iter().find(|path| Path::new(path).is_file());
    found.expect(
        "SoftHSM2 is not installed: run `apt-get install softhsm2`, or testnet/test.sh, which installs it",
    )
}

/// Runs this test again in a process, with nodes of its own, whose module finds its tokens in a folder of the test's.
fn again_with_tokens(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (tokens, configuration) = (folder.path().join("tokens"), folder.path().join("softhsm2.conf"));
    fs::create_dir(&tokens).unwrap();
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
    fs::write(&configuration, text).unwrap();
    let initialised = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", "bank", "--so-pin", "12345678", "--pin", "87654321"])
        .env("SOFTHSM2_CONF", &configuration)
        .output()
        .unwrap();
    assert!(initialised.status.success(), "{}", String::from_utf8_lossy(&initialised.stderr));
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("SOFTHSM2_CONF", &configuration)
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
}

fn tally(rig: &Rig, words: &[&str]) {
    let output = Command::new(rig.network.binary("tally"))
        .args(["--as", cast::EAST, "--yes", "-o", "json"])
        .args(words)
        .env("TALLY_HOME", rig.network.layout().home())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {said}\n{}", rig.log_of(0));
}

fn key_at(place: &Path) -> PublicKey {
    PublicKey(KeyHandle::inspect(place).unwrap().to_bytes())
}

/// With another validator down, nothing commits unless the first one votes.
async fn votes_with_one_other_down(rig: &mut Rig) {
    rig.network.kill(3).unwrap();
    let height = rig.height(1).await;
    eventually("the validator with the module votes", 60, async || rig.height(1).await > height + 3).await;
    rig.network.start_node(3).unwrap();
    let height = rig.height(1).await;
    eventually("the killed one is back", 60, async || rig.height(3).await > height + 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validators_key_moves_into_a_module_votes_there_and_is_replaced_there() {
    let module = module();
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return again_with_tokens("a_validators_key_moves_into_a_module_votes_there_and_is_replaced_there");
    };
    let pin = folder.join("pin");
    write_private(&pin, b"87654321\n").unwrap();
    let uri = format!("pkcs11:token=bank;object=consensus?module-path={module}&pin-source={}", pin.display());
    let mut rig = Rig::started(4).await;
    let files = rig.network.node(0).unwrap().files.clone();
    let from = key_at(&files.consensus_key());
    tokio::task::block_in_place(|| tally(&rig, &["key", "new", &uri]));
    let to = key_at(Path::new(&uri));

    // the others go on while the configuration names the new place
    rig.network.stop_node(0).unwrap();
    let moved = Action::RotateConsensusKey(RotateConsensusKey { from, to });
    rig.actor(cast::EAST).act(moved).await.unwrap();
    let config = fs::read_to_string(files.config()).unwrap();
    fs::write(files.config(), config.replace(&files.consensus_key().display().to_string(), &uri)).unwrap();
    rig.network.start_node(0).unwrap();
    let height = rig.height(1).await;
    eventually("the moved validator follows", 60, async || rig.height(0).await > height + 1).await;
    votes_with_one_other_down(&mut rig).await;

    let passphrase = files.passphrase().display().to_string();
    let words = ["key", "rotate-validator", &uri, "--node-passphrase-file", &passphrase];
    tokio::task::block_in_place(|| tally(&rig, &words));
    assert_ne!(key_at(Path::new(&uri)), to);
    votes_with_one_other_down(&mut rig).await;
}
