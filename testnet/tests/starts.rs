//! A node that must not run says why, and nothing on its disk is lost.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use common::{Rig, credit};
use tally_client::sdk::Wait;
use tally_testnet::demo::cast;

/// Runs a node in the foreground, which must end by itself.
fn start(rig: &Rig, config: &Path) -> Output {
    let started =
        Command::new(rig.network.binary("tallyd")).arg("start").arg("--config").arg(config).output();
    started.unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_another_genesis_a_held_or_a_newer_folder_refuses_and_loses_nothing() {
    let mut rig = Rig::started(1).await;
    rig.actor(cast::EAST).act(credit(cast::TIER_1, "kept")).await.unwrap();
    let files = rig.network.node(0).unwrap().files.clone();

    // The folder is held by the node that runs; other ports, so that nothing else is in the way.
    let second = files.root.join("second.toml");
    let ports = tally_testnet::network::free_ports(4).unwrap();
    let mut text = fs::read_to_string(files.config()).unwrap();
    let own = rig.network.node(0).unwrap().addresses;
    for (old, new) in [own.consensus, own.gossip, own.api, own.metrics].iter().zip(&ports) {
        text = text.replace(&old.to_string(), &new.to_string());
    }
    fs::write(&second, text).unwrap();
    let held = start(&rig, &second);
    assert!(!held.status.success());
    assert!(said(&held).contains("in use") || said(&held).contains("lock"), "{}", said(&held));

    // Another genesis, with the same members and keys.
    rig.network.stop_node(0).unwrap();
    let genesis = fs::read_to_string(rig.network.layout().genesis()).unwrap();
    fs::write(rig.network.layout().genesis(), genesis.replace("Huaxin Heavy", "Huaxin Light")).unwrap();
    let other = start(&rig, &files.config());
    assert!(!other.status.success());
    assert!(said(&other).contains("genesis"), "{}", said(&other));
    fs::write(rig.network.layout().genesis(), genesis).unwrap();

    // Data of a newer version.
    let format = find(&files.data(), "FORMAT").expect("the data folder says its format");
    let current = fs::read_to_string(&format).unwrap();
    fs::write(&format, newer(&current)).unwrap();
    let newer = start(&rig, &files.config());
    assert!(!newer.status.success());
    assert!(said(&newer).contains("newer"), "{}", said(&newer));
    fs::write(&format, current).unwrap();

    rig.start().await;
    assert_eq!(rig.balance(0, cast::EAST, cast::TIER_1).await, 1, "everything is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_the_node_with_a_clear_error_and_loses_nothing() {
    let mut rig = Rig::at_rest(1).await;
    let data = rig.network.node(0).unwrap().files.data();
    fs::create_dir_all(&data).unwrap();
    let Some(_disk) = SmallDisk::mount(&data) else {
        eprintln!("skipped: a small disk cannot be mounted here (needs root), so the full disk is not tried");
        return;
    };
    rig.start().await;
    let bank = rig.actor(cast::EAST);
    bank.act(credit(cast::TIER_1, "before")).await.unwrap();
    let filler = data.join("filler");
    fill(&filler);
    let client = rig.client(0).with_timeout(Duration::from_secs(3));
    let mut acknowledged = 1;
    for number in 0..2_000 {
        let Ok(signed) = bank.sign(credit(cast::TIER_1, &format!("full-{number}"))).await else { break };
        match client.submit(&signed, Wait::Committed).await {
            Ok(outcome) if common::is_applied(&outcome) => acknowledged += 1,
            Ok(_) | Err(_) => break,
        }
    }
    assert!(rig.network.check_running().is_err(), "a node that cannot write must not go on");
    let log = rig.log_of(0);
    assert!(log.contains("disk is full") || log.contains("No space left") || log.contains("full"), "{log}");

    fs::remove_file(filler).unwrap();
    rig.network.stop_node(0).unwrap();
    rig.start().await;
    assert!(rig.balance(0, cast::EAST, cast::TIER_1).await >= acknowledged, "nothing acknowledged is lost");
}

/// A few megabytes that can really be full; unmounted when dropped.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path) -> Option<Self> {
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(at).output().ok()?;
        mount.status.success().then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        // Lazily: the node may hold it for one more moment.
        let _ = Command::new("umount").arg("-l").arg(self.0).output();
    }
}

fn fill(path: &Path) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    let block = [7; 64 * 1024];
    while file.write_all(&block).is_ok() {}
}

fn find(folder: &Path, name: &str) -> Option<std::path::PathBuf> {
    for entry in fs::read_dir(folder).ok()?.filter_map(Result::ok) {
        let path = entry.path();
        if path.file_name().is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return Some(path);
        }
        if let Some(found) = path.is_dir().then(|| find(&path, name)).flatten() {
            return Some(found);
        }
    }
    None
}

/// Every number of the format file, made larger.
fn newer(text: &str) -> String {
    text.chars().map(|letter| if letter.is_ascii_digit() { '9' } else { letter }).collect()
}
