//! One table of bad inputs, and what a good file gives.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const KEY: &str = "0101010101010101010101010101010101010101010101010101010101010101";

/// A complete observer; each test adds to it.
fn minimal() -> String {
    format!(
        "role = \"observer\"\n[[consensus.peers]]\nname = \"east-bank\"\npeer_key = \"{KEY}\"\n\
         consensus_address = \"127.0.0.1:9600\"\ngossip_address = \"bank.example:9601\"\n"
    )
}

struct Case {
    folder: tempfile::TempDir,
    sources: Sources,
}

fn case(text: &str, variables: &[(&str, &str)], set: &[(&str, &str)]) -> Case {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tallyd.toml");
    std::fs::write(&file, text).unwrap();
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let environment: BTreeMap<_, _> = variables.iter().map(owned).collect();
    Case { sources: Sources { file, environment, overrides: set.iter().map(owned).collect() }, folder }
}

fn refusal(case: &Case) -> String {
    let text = case.sources.load().expect_err("refused").to_string();
    text.replace(&case.folder.path().display().to_string(), "")
}

#[test]
fn what_nobody_sets_has_the_default_of_the_table() {
    let case = case(&minimal(), &[], &[]);
    let config = case.sources.load().unwrap().config;
    assert_eq!(config.consensus.timeouts_ms.propose, 1000);
    assert_eq!(config.consensus.block_bytes_max, 2 * 1024 * 1024);
    assert_eq!(config.consensus.transport, Transport::Broadcast);
    assert_eq!(config.metrics.listen, Some("127.0.0.1:7603".parse().unwrap()));
    assert_eq!(config.consensus.peers[0].peer_key, [1; 32]);
    assert_eq!(config.storage.tree_memory_bytes(), 1 << 30);
    assert_eq!(config.keys.consensus, None);
    assert_eq!(config.data_dir, case.folder.path().join("data"), "relative to the file's folder");
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
    let key = "consensus.heartbeat_ms";
    let file = |body: &str| format!("{}[consensus]\n{body}", "role = \"observer\"\n");
    let rows: [(&str, &[_], &[_], u64, Origin); 4] = [
        ("", &[], &[], 5000, Origin::Default),
        ("heartbeat_ms = 1000", &[], &[], 1000, Origin::File),
        (
            "heartbeat_ms = 1000",
            &[("TALLYD_CONSENSUS__HEARTBEAT_MS", "2000")],
            &[],
            2000,
            Origin::Environment("TALLYD_CONSENSUS__HEARTBEAT_MS".to_owned()),
        ),
        (
            "heartbeat_ms = 1000",
            &[("TALLYD_CONSENSUS__HEARTBEAT_MS", "2000")],
            &[("consensus.heartbeat_ms", "3000")],
            3000,
            Origin::Flag,
        ),
    ];
    for (body, variables, set, value, origin) in rows {
        let loaded = case(&file(body), variables, set).sources.load_unchecked().unwrap();
        assert_eq!(loaded.config.consensus.heartbeat_ms, value);
        let one = loaded.effective.iter().find(|one| one.key == key).unwrap();
        assert_eq!(one.origin, origin);
    }
}

#[test]
fn paths_of_flags_and_environment_start_at_the_working_directory() {
    let case = case(&minimal(), &[("TALLYD_GENESIS", "g.toml")], &[("data_dir", "elsewhere")]);
    let config = case.sources.load().unwrap().config;
    assert_eq!(
        (config.data_dir.as_path(), config.genesis.as_path()),
        (Path::new("elsewhere"), Path::new("g.toml"))
    );
}

#[test]
fn every_path_of_a_file_starts_at_the_files_folder() {
    let paths = SETTINGS.iter().filter(|setting| setting.kind == settings::Kind::Path);
    let keys: Vec<&str> = paths.map(|setting| setting.key).collect();
    assert!(keys.len() > 15, "{keys:?}");
    let line = |key: &&str| format!("{key} = \"here/{key}\"\n");
    let text = keys.iter().map(line).collect::<String>() + &minimal();
    let case = case(&text, &[], &[]);
    let config = case.sources.load_unchecked().unwrap().config;
    let shown = format!("{config:?}");
    for key in keys {
        let complete = case.folder.path().join("here").join(key).display().to_string();
        assert!(shown.contains(&format!("\"{complete}\"")), "{key} in {shown}");
    }
}

#[test]
fn a_bad_value_is_refused_by_the_place_that_sets_it() {
    let peer = |line: &str| format!("{}{line}\n", minimal());
    type Pairs = &'static [(&'static str, &'static str)];
    let rows: Vec<(String, Pairs, Pairs, &str)> = vec![
        ("role = ".to_owned(), &[], &[], "/tallyd.toml is no TOML"),
        (String::new(), &[], &[], "does not set role"),
        (format!("rôle = 1\n{}", minimal()), &[], &[], "/tallyd.toml is no TOML"),
        (
            format!("colour = 1\n{}", minimal()),
            &[],
            &[],
            "/tallyd.toml sets the unknown key colour; known here: data_dir, genesis",
        ),
        (
            format!("{}[api]\nlisten_to = 1", minimal()),
            &[],
            &[],
            "unknown key api.listen_to; known here: listen, names, tls_certificate",
        ),
        (
            format!("{}[consensus.timeouts_ms]\nproposal = 1", minimal()),
            &[],
            &[],
            "unknown key consensus.timeouts_ms.proposal; known here: propose,",
        ),
        (format!("api = 5\n{}", minimal()), &[], &[], "sets api to 5; expected a section, written [api]"),
        (
            format!("{}[api]\nreflection = 1", minimal()),
            &[],
            &[],
            "sets api.reflection to 1; expected true or false",
        ),
        (
            format!("{}[api]\nconnections_max = 1.5", minimal()),
            &[],
            &[],
            "sets api.connections_max to 1.5; expected a whole number",
        ),
        (
            format!("{}[api]\nconnections_max = \"9\"", minimal()),
            &[],
            &[],
            "sets api.connections_max to \"9\"; expected a whole number",
        ),
        (format!("{}[api]\nconnections_max = -1", minimal()), &[], &[], "sets api.connections_max to -1"),
        (
            format!("{}[api]\nlisten = \"localhost\"", minimal()),
            &[],
            &[],
            "sets api.listen to \"localhost\"; expected an address",
        ),
        (
            minimal().replace("\"observer\"", "\"boss\""),
            &[],
            &[],
            "sets role to \"boss\"; expected one of validator, observer",
        ),
        (peer("port = 1"), &[], &[], "unknown key consensus.peers[0].port; known here: name, peer_key"),
        (minimal().replace("0101", "01"), &[], &[], "sets consensus.peers[0].peer_key to"),
        (
            minimal().replace("bank.example:9601", "bank.example"),
            &[],
            &[],
            "sets consensus.peers[0].gossip_address",
        ),
        (
            minimal().replace("bank.example:9601", "a/../b:1"),
            &[],
            &[],
            "sets consensus.peers[0].gossip_address",
        ),
        (
            minimal().replace("name = \"east-bank\"\n", ""),
            &[],
            &[],
            "sets consensus.peers[0].name to nothing",
        ),
        (
            minimal(),
            &[("TALLYD_COLOUR", "1")],
            &[],
            "the environment variable TALLYD_COLOUR sets the unknown key colour",
        ),
        (
            minimal(),
            &[("TALLYD_LOG__FORMAT", "xml")],
            &[],
            "the environment variable TALLYD_LOG__FORMAT sets log.format to \"xml\"; expected one of text, json",
        ),
        (minimal(), &[("TALLYD_CONSENSUS__PEERS", "a")], &[], "only a file can hold it"),
        (minimal(), &[], &[("api.port", "1")], "the flag --set sets the unknown key api.port"),
        (
            minimal(),
            &[],
            &[("consensus.part_bytes", "64k")],
            "the flag --set sets consensus.part_bytes to \"64k\"",
        ),
    ];
    for (text, variables, set, expected) in rows {
        let found = refusal(&case(&text, variables, set));
        assert!(found.contains(expected), "expected {expected:?}, found {found:?}");
    }
}

#[test]
fn a_dangerous_value_is_refused_with_its_key() {
    let rows: &[(&[(&str, &str)], &str)] = &[
        (&[("moniker", "")], "moniker must have"),
        (&[("moniker", "two words")], "moniker must have"),
        (&[("role", "validator")], "keys.consensus must be set"),
        (&[("keys.consensus", "c.pem")], "keys.consensus must not be set: an observer"),
        (&[("role", "member")], "member.id must be set on a member node"),
        (&[("role", "member"), ("member.id", "A")], "member.id is no member id"),
        (
            &[("role", "member"), ("member.validators", "http://bank-b:7602")],
            "member.validators holds http://bank-b:7602, which is not on this machine: use https, and set member.tls_roots",
        ),
        (
            &[("role", "member"), ("member.validators", "https://bank-b:7602")],
            "member.validators needs member.tls_roots too",
        ),
        (
            &[("role", "member"), ("member.tls_key", "own.key")],
            "member.tls_key needs member.tls_certificate too",
        ),
        (
            &[("role", "validator"), ("keys.consensus", "k.pem"), ("keys.peer", "k.pem")],
            "two different files",
        ),
        (&[("consensus.part_bytes", "0")], "consensus.part_bytes is 0"),
        (&[("consensus.block_bytes_max", "0")], "consensus.block_bytes_max is 0"),
        (&[("consensus.block_transactions_max", "0")], "consensus.block_transactions_max is 0"),
        (
            &[("consensus.heartbeat_ms", "3600000")],
            "consensus.heartbeat_ms is 3600000; it must be 100 to 60000",
        ),
        (&[("consensus.timeouts_ms.propose", "0")], "consensus.timeouts_ms.propose is 0"),
        (&[("consensus.timeouts_ms.propose", "20000")], "more than consensus.timeouts_ms.max with 10000 ms"),
        (
            &[("consensus.timeouts_ms.max", "600000")],
            "consensus.timeouts_ms.max is 600000; it must be 10 to 60000",
        ),
        (&[("api.streams_max", "0")], "api.streams_max is 0"),
        (&[("api.message_bytes_max", "1000")], "api.message_bytes_max is 1000"),
        (&[("metrics.listen", "0.0.0.0:7603")], "set metrics.allow_remote = true"),
        (&[("api.listen", "[::]:7602")], "there is no TLS: set api.tls_certificate and api.tls_key"),
        (&[("api.listen", "[::]:7602"), ("api.allow_remote", "true")], "there is no TLS"),
        (&[("api.tls_key", "key.pem")], "api.tls_key needs api.tls_certificate too"),
        (&[("api.tls_certificate", "node.pem")], "api.tls_certificate needs api.tls_key too"),
        (&[("api.tls_client_ca", "ca.pem")], "api.tls_client_ca needs api.tls_certificate too"),
        (&[("documents.peers", "bank-b:7602")], "documents.peers holds \"bank-b:7602\", which is no address"),
        (&[("documents.peers", "https://u:p@bank-b:7602")], "which is no address"),
        (&[("documents.peers", "https://bank-b")], "which is no address"),
        (&[("documents.peers", "http://bank-b:7602")], "use https, and set documents.peers_ca"),
        (&[("documents.peers", "https://bank-b:7602")], "documents.peers needs documents.peers_ca too"),
        (&[("documents.peers_key", "key.pem")], "documents.peers_key needs documents.peers_certificate too"),
        (
            &[("documents.peers_ca", "ca.pem"), ("documents.peers_certificate", "own.pem")],
            "documents.peers_certificate needs documents.peers_key too",
        ),
        (&[("gossip.listen", "127.0.0.1:0")], "gossip.listen needs a fixed port"),
        (
            &[("gossip.listen", "127.0.0.1:7600")],
            "gossip.listen is 127.0.0.1:7600, which consensus.listen uses",
        ),
        (&[("storage.tree_memory_mib", "63")], "storage.tree_memory_mib is 63; it must be 64 to 1048576"),
        (&[("log.filter", "info,=,[")], "log.filter does not parse"),
    ];
    for (set, expected) in rows {
        let found = refusal(&case(&minimal(), &[], set));
        assert!(found.contains(expected), "expected {expected:?}, found {found:?}");
    }
    let alone = refusal(&case("role = \"observer\"", &[], &[]));
    assert!(alone.contains("consensus.peers is empty"), "{alone}");
}

#[test]
fn one_peer_stands_in_the_list_once() {
    let second = minimal().replace("role = \"observer\"\n", "");
    let found = refusal(&case(&(minimal() + &second), &[], &[]));
    for field in ["name", "peer_key", "consensus_address", "gossip_address"] {
        assert!(found.contains(&format!("consensus.peers[1].{field}")), "{found}");
    }
}

#[test]
fn what_is_explicitly_allowed_or_off_passes() {
    let allowed = [("metrics.listen", "0.0.0.0:7603"), ("metrics.allow_remote", "true")];
    let secured =
        [("api.listen", "0.0.0.0:7602"), ("api.tls_certificate", "node.pem"), ("api.tls_key", "key.pem")];
    let near = [("documents.peers", "http://127.0.0.1:7612, http://[::1]:7613, http://localhost:7614")];
    let far = [("documents.peers", "https://bank-b:7602"), ("documents.peers_ca", "ca.pem")];
    for set in [&allowed[..], &[("metrics.listen", "off")], &secured, &near, &far] {
        case(&minimal(), &[("TALLYD_CONFIG", "x.toml")], set).sources.load().unwrap();
    }
}

#[test]
fn a_file_that_is_not_there_says_how_to_make_one() {
    let mut case = case("", &[], &[]);
    case.sources.file = case.folder.path().join("missing.toml");
    assert!(refusal(&case).contains("/missing.toml cannot be read"));
    assert!(refusal(&case).contains("tallyd init"));
}

#[test]
fn a_rendered_file_loads_to_the_same_values_and_shows_their_origin() {
    let peers = case(&minimal(), &[], &[]).sources.load().unwrap().config.consensus.peers;
    let text = render(&[("role", "observer".to_owned()), ("moniker", "watch\u{2d}1".to_owned())], &peers);
    let case = case(&text, &[("TALLYD_LOG__FORMAT", "json")], &[]);
    let loaded = case.sources.load().unwrap();
    assert_eq!((loaded.config.moniker.as_str(), &loaded.config.consensus.peers), ("watch-1", &peers));
    let shown = show(&loaded, true);
    for line in ["moniker = \"watch-1\"", "log.format = \"json\""] {
        assert!(shown.contains(line), "{shown}");
    }
    assert!(shown.contains("# environment TALLYD_LOG__FORMAT") && shown.contains("# default"), "{shown}");
}

#[test]
fn every_key_of_the_table_has_a_meaning_and_stands_once() {
    let keys: BTreeSet<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
    assert_eq!(keys.len(), SETTINGS.len());
    assert!(SETTINGS.iter().all(|setting| !setting.meaning.is_empty()));
}
