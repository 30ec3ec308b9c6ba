//! `tallyd` as its operator uses it: real processes, real files, exit codes.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]
mod ports;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn tallyd(&self, arguments: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tallyd"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TALLY")) {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path()).args(arguments.split_whitespace());
        command.output().unwrap()
    }

    /// Its standard output; fails where the command did.
    fn does(&self, arguments: &str) -> String {
        let output = self.tallyd(arguments);
        assert!(output.status.success(), "tallyd {arguments}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn refuses(&self, arguments: &str, code: i32, expected: &str) {
        let output = self.tallyd(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "tallyd {arguments}: {said}");
        assert!(said.contains(expected), "tallyd {arguments}: expected {expected:?} in {said:?}");
    }

    /// A bank's validator and a regulator's observer with their genesis.
    fn with_network() -> Self {
        let desk = Self::new();
        desk.does("init --dir east-bank --role validator --moniker east-bank");
        desk.does("init --dir watchdog --role observer");
        for member in ["east-bank", "watchdog"] {
            desk.does(&format!(
                "key new --out {member}/member.pem --passphrase-file {member}/keys/passphrase"
            ));
        }
        std::fs::write(desk.path("spec.toml"), desk.does("genesis new --example")).unwrap();
        desk.does("genesis new --spec spec.toml --chain-id trial-1 --out genesis.toml");
        for node in ["east-bank", "watchdog"] {
            std::fs::copy(desk.path("genesis.toml"), desk.path(node).join("genesis.toml")).unwrap();
        }
        desk
    }
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_node_has_private_keys_and_a_configuration_that_checks() {
    let desk = Desk::with_network();
    for file in ["keys/peer.pem", "keys/consensus.pem", "keys/passphrase"] {
        assert_eq!(mode(&desk.path("east-bank").join(file)), 0o600, "{file}");
    }
    let stated = desk.does("key show east-bank/keys/consensus.pem");
    let proven = desk
        .does("key show --prove --passphrase-file east-bank/keys/passphrase east-bank/keys/consensus.pem");
    assert_eq!(stated, proven);
    let checked = desk.does("config check --config east-bank/tallyd.toml");
    let hash = desk.does("genesis hash genesis.toml");
    assert!(checked.contains("trial-1") && checked.contains(hash.trim()), "{checked}");
    let described = desk.does("genesis check genesis.toml");
    assert!(described.contains(stated.trim()) && described.contains("observer    watchdog"), "{described}");
}

#[test]
fn nothing_is_ever_overwritten() {
    let desk = Desk::with_network();
    desk.refuses("init --dir east-bank --role validator", 2, "tallyd.toml exists");
    desk.refuses(
        "key new --out east-bank/member.pem --passphrase-file east-bank/keys/passphrase",
        2,
        "member.pem",
    );
    desk.refuses("genesis new --spec spec.toml --out genesis.toml", 2, "genesis.toml: cannot create");
}

#[test]
fn a_configuration_of_another_genesis_or_without_its_keys_is_refused() {
    let desk = Desk::with_network();
    let config = "config check --config watchdog/tallyd.toml";
    desk.refuses(config, 2, "consensus.peers is empty");
    let peer = desk.does("key show east-bank/keys/peer.pem");
    let mut text = std::fs::read_to_string(desk.path("watchdog/tallyd.toml")).unwrap();
    text += &format!(
        "[[consensus.peers]]\nname = \"east-bank\"\npeer_key = \"{}\"\n\
         consensus_address = \"127.0.0.1:7600\"\ngossip_address = \"127.0.0.1:7601\"\n",
        peer.trim()
    );
    std::fs::write(desk.path("watchdog/tallyd.toml"), text).unwrap();
    desk.does(config);

    desk.refuses(
        &format!("{config} --set keys.peer=east-bank/keys/peer.pem"),
        2,
        "is no observer of genesis",
    );
    desk.refuses(&format!("{config} --set keys.peer=nothing.pem"), 2, "nothing.pem");
    desk.refuses(&format!("{config} --set genesis=spec.toml"), 2, "members[0].keys[0].key is a file");
    desk.refuses("start --config watchdog/tallyd.toml --set keys.passphrase_file=nothing", 2, "nothing");
    desk.refuses("config check --config nowhere.toml", 2, "tallyd init");
    desk.refuses("start --config watchdog/tallyd.toml --set colour=1", 2, "unknown key colour");
}

#[test]
fn show_says_where_each_value_comes_from() {
    let desk = Desk::with_network();
    let shown = desk.does("config show --origin --config east-bank/tallyd.toml --set log.format=json");
    let line = |key: &str| shown.lines().find(|line| line.starts_with(key)).unwrap().to_owned();
    assert!(line("moniker").ends_with("# east-bank/tallyd.toml"));
    assert!(line("log.format").contains("\"json\"") && line("log.format").ends_with("# flag --set"));
    assert!(line("consensus.heartbeat_ms").ends_with("# default"));
}

#[test]
fn a_node_that_is_not_there_is_unhealthy_and_has_no_ledger() {
    let desk = Desk::with_network();
    let free = ports::own(1)[0];
    desk.refuses(&format!("health --node {free}"), 8, "does not answer");
    desk.refuses(&format!("status --node http://{free} --json"), 8, "does not answer");
    desk.refuses("db verify --config east-bank/tallyd.toml", 2, "there is no ledger");
    desk.refuses("db verify --colour", 2, "unexpected argument");
}

#[test]
fn no_command_prints_a_secret() {
    let desk = Desk::with_network();
    let passphrase = std::fs::read_to_string(desk.path("east-bank/keys/passphrase")).unwrap();
    let commands = ["config show --origin --config east-bank/tallyd.toml", "genesis check genesis.toml"];
    for output in commands.map(|command| desk.tallyd(command)) {
        for stream in [output.stdout, output.stderr] {
            assert!(!String::from_utf8_lossy(&stream).contains(passphrase.trim()));
        }
    }
}
