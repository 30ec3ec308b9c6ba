//! Writes configurations: a commented file for a new node, and the effective values for a person.

use super::Peer;
use super::load::{Effective, Loaded, Origin};
use super::settings::{PEER_FIELDS, PEERS, SETTINGS, Setting, Standard};
use std::fmt::Write;

/// A file with every key, its unit and its meaning: those of `values` set, the others commented out with their
/// default. `values` are keys with their text, unquoted.
pub fn render(values: &[(&str, String)], peers: &[Peer]) -> String {
    let mut text = String::from(
        "# Configuration of a tallyd node. `tallyd config show --origin` prints what holds and why.\n",
    );
    let mut section = "";
    for setting in SETTINGS {
        let (parent, name) = setting.key.rsplit_once('.').unwrap_or(("", setting.key));
        if parent != section {
            section = parent;
            let _ = write!(text, "\n[{section}]\n");
        }
        let given = values.iter().find(|(key, _)| *key == setting.key).map(|(_, value)| value.as_str());
        text.push_str(&render_setting(setting, name, given));
    }
    text.push_str(&render_peers(peers));
    text
}

fn render_setting(setting: &Setting, name: &str, given: Option<&str>) -> String {
    let unit = if setting.unit.is_empty() { String::new() } else { format!(" ({})", setting.unit) };
    let standard = match setting.standard {
        Standard::Required | Standard::Absent => "",
        Standard::Value(value) => value,
    };
    let value = given.unwrap_or(standard);
    let value = if setting.kind.is_quoted() { quoted(value) } else { value.to_owned() };
    let mark = if given.is_some() { "" } else { "# " };
    format!("# {}{unit}\n{mark}{name} = {value}\n", setting.meaning)
}

fn render_peers(peers: &[Peer]) -> String {
    let mut text = String::from("\n# The other nodes; nobody else is let in.\n");
    if peers.is_empty() {
        let _ = writeln!(text, "# [[{PEERS}]]");
        for (name, kind, meaning) in PEER_FIELDS {
            let _ = writeln!(text, "# {name} = \"\"  # {meaning}: {}", kind.expectation());
        }
    }
    for peer in peers {
        let fields = [
            ("name", peer.name.clone()),
            ("peer_key", hex::encode(peer.peer_key)),
            ("consensus_address", peer.consensus_address.clone()),
            ("gossip_address", peer.gossip_address.clone()),
        ];
        let _ = writeln!(text, "[[{PEERS}]]");
        for (name, value) in fields {
            let _ = writeln!(text, "{name} = {}", quoted(&value));
        }
        text.push('\n');
    }
    text
}

/// A TOML basic string.
fn quoted(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

/// What holds, as TOML; with `origin`, each line says where its value came from.
pub fn show(loaded: &Loaded, origin: bool) -> String {
    let width = loaded.effective.iter().map(|one| line_of(one).chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for one in &loaded.effective {
        let line = line_of(one);
        let _ = match origin {
            true => writeln!(text, "{line:<width$}  # {}", name_of(&one.origin, loaded)),
            false => writeln!(text, "{line}"),
        };
    }
    text + &render_peers_shown(loaded)
}

fn render_peers_shown(loaded: &Loaded) -> String {
    let peers = &loaded.config.consensus.peers;
    let mut text = String::new();
    for peer in peers {
        let key = hex::encode(peer.peer_key);
        let _ = writeln!(
            text,
            "# peer {} {key} consensus {} gossip {}",
            peer.name, peer.consensus_address, peer.gossip_address
        );
    }
    text
}

fn line_of(one: &Effective) -> String {
    format!("{} = {}", one.key, one.value)
}

fn name_of(origin: &Origin, loaded: &Loaded) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::File => loaded.file.display().to_string(),
        Origin::Environment(name) => format!("environment {name}"),
        Origin::Flag => "flag --set".to_owned(),
    }
}
