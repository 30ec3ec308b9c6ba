//! The table of all keys: kind, default, unit and meaning. Loading, showing and `init` read it.

use std::net::SocketAddr;

/// Switches a listener off.
pub(super) const OFF: &str = "off";

/// The one key that is a list; only a file can hold it.
pub(super) const PEERS: &str = "consensus.peers";

/// The fields of one peer.
pub(super) const PEER_FIELDS: [(&str, Kind, &str); 4] = [
    ("name", Kind::Text, "for people"),
    ("peer_key", Kind::KeyHex, "its public peer key, as its `tallyd key show` prints it"),
    ("consensus_address", Kind::HostPort, "where its consensus listens, host:port"),
    ("gossip_address", Kind::HostPort, "where its gossip listens, host:port"),
];

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Path,
    /// `ip:port`.
    Address,
    /// `ip:port` or `off`.
    AddressOrOff,
    /// `host:port`, the host an address or a name.
    HostPort,
    /// 64 hexadecimal digits.
    KeyHex,
    /// A whole number, not negative.
    Number,
    Flag,
    Choice(&'static [&'static str]),
}

impl Kind {
    /// Whether `text` can be read as this kind.
    pub(super) fn accepts(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Path => !text.is_empty(),
            Self::Address => text.parse::<SocketAddr>().is_ok(),
            Self::AddressOrOff => text == OFF || text.parse::<SocketAddr>().is_ok(),
            Self::HostPort => is_host_port(text),
            Self::KeyHex => text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
            Self::Number => text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_ok(),
            Self::Flag => matches!(text, "true" | "false"),
            Self::Choice(choices) => choices.contains(&text),
        }
    }

    /// For an error: what was expected.
    pub(super) fn expectation(self) -> String {
        match self {
            Self::Text => "a text in quotes".to_owned(),
            Self::Path => "a path in quotes".to_owned(),
            Self::Address => "an address such as \"127.0.0.1:7600\"".to_owned(),
            Self::AddressOrOff => "an address such as \"127.0.0.1:7603\", or \"off\"".to_owned(),
            Self::HostPort => "host:port such as \"bank-a.example:7600\"".to_owned(),
            Self::KeyHex => "64 hexadecimal digits in quotes".to_owned(),
            Self::Number => "a whole number".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Choice(choices) => format!("one of {}", choices.join(", ")),
        }
    }

    /// Whether TOML writes it in quotes.
    pub(super) const fn is_quoted(self) -> bool {
        match self {
            Self::Number | Self::Flag => false,
            Self::Text
            | Self::Path
            | Self::Address
            | Self::AddressOrOff
            | Self::HostPort
            | Self::KeyHex
            | Self::Choice(_) => true,
        }
    }
}

/// The addresses that libp2p can dial: no user, no path, no empty host.
fn is_host_port(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else {
        return false;
    };
    let is_name = |host: &str| {
        !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
    };
    let is_port = port.parse::<u16>().is_ok_and(|port| port > 0);
    is_port && (text.parse::<SocketAddr>().is_ok() || is_name(host))
}

/// What holds where nobody says anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// The operator must decide.
    Required,
    /// Nothing is a legal value.
    Absent,
    Value(&'static str),
}

/// One key of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub key: &'static str,
    pub kind: Kind,
    pub standard: Standard,
    /// Empty for values without one.
    pub unit: &'static str,
    pub meaning: &'static str,
}

const fn setting(
    key: &'static str,
    kind: Kind,
    standard: Standard,
    unit: &'static str,
    meaning: &'static str,
) -> Setting {
    Setting { key, kind, standard, unit, meaning }
}

use Kind::{Address, AddressOrOff, Choice, Flag, Number, Path, Text};
use Standard::{Absent, Required, Value};

/// Every key but [`PEERS`], in the order of the file.
#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    setting("data_dir", Path, Value("data"), "", "folder of everything this node writes; on a durable disk"),
    setting("genesis", Path, Value("genesis.toml"), "", "the genesis document, the same on every node"),
    setting("moniker", Text, Value("tallyd"), "", "a short name for logs and metrics"),
    setting("role", Choice(&["validator", "observer", "member"]), Required, "", "a validator votes, an observer follows, a member node holds what one member may see"),
    setting("keys.consensus", Path, Absent, "", "key file that signs votes, or a key of a PKCS #11 module as \"pkcs11:token=NAME;object=NAME?module-path=FILE&pin-source=FILE\"; validators only, on one machine only"),
    setting("keys.peer", Path, Value("keys/peer.pem"), "", "key file that identifies this node to its peers"),
    setting("keys.reader", Path, Absent, "", "key file with which a member node reads for its member: one of the member's keys on the ledger"),
    setting("keys.passphrase_file", Path, Value("keys/passphrase"), "", "opens the key files; mode 0600"),
    setting("consensus.listen", Address, Value("127.0.0.1:7600"), "", "where other nodes' consensus connects"),
    setting("consensus.transport", Choice(&["broadcast", "gossipsub"]), Value("broadcast"), "", "broadcast costs less and needs every validator listed as a peer; gossipsub forwards from node to node, and is quicker where a message takes 5 ms or more"),
    setting("consensus.part_bytes", Number, Value("524288"), "bytes", "one part of a block in transit"),
    setting("consensus.heartbeat_ms", Number, Value("5000"), "ms", "an idle chain makes an empty block after this"),
    setting("consensus.status_interval_ms", Number, Value("250"), "ms", "between announcements of the own height; how far an observer lags"),
    setting("consensus.block_bytes_max", Number, Value("2097152"), "bytes", "largest block; the same on all validators"),
    setting("consensus.block_transactions_max", Number, Value("10000"), "transactions", "most transactions of a block; the same on all validators"),
    setting("consensus.timeouts_ms.propose", Number, Value("1000"), "ms", "wait for a proposal before voting for nil"),
    setting("consensus.timeouts_ms.prevote", Number, Value("500"), "ms", "wait for a quorum of prevotes for one block"),
    setting("consensus.timeouts_ms.precommit", Number, Value("500"), "ms", "wait for a quorum of precommits for one block"),
    setting("consensus.timeouts_ms.rebroadcast", Number, Value("2000"), "ms", "wait before the last messages are repeated"),
    setting("consensus.timeouts_ms.growth", Number, Value("250"), "ms", "what each failed round adds to these"),
    setting("consensus.timeouts_ms.max", Number, Value("10000"), "ms", "none of these grows beyond"),
    setting("gossip.listen", Address, Value("127.0.0.1:7601"), "", "where other nodes send transactions"),
    setting("api.listen", Address, Value("127.0.0.1:7602"), "", "gRPC and gRPC-web for members and operators"),
    setting("api.names", Text, Value(""), "", "hosts and ports under which readers dial this node beside api.listen, separated by commas"),
    setting("api.tls_certificate", Path, Absent, "", "certificate chain for TLS, PEM; without it api.listen must be loopback"),
    setting("api.tls_key", Path, Absent, "", "its private key, PEM, mode 0600; a renewed pair is in use within seconds"),
    setting("api.tls_client_ca", Path, Absent, "", "who signs members' certificates (URI tally://CHAIN/MEMBER), PEM; with it each client must show one"),
    setting("api.allow_remote", Flag, Value("false"), "", "lets web pages call that a proxy on this machine serves with TLS"),
    setting("api.reflection", Flag, Value("true"), "", "whether gRPC reflection answers"),
    setting("api.connections_max", Number, Value("1024"), "connections", "at once"),
    setting("api.connections_per_address_max", Number, Value("512"), "connections", "at once from one address"),
    setting("api.requests_per_connection_max", Number, Value("64"), "requests", "under way on one connection"),
    setting("api.streams_max", Number, Value("256"), "streams", "watch streams over all connections"),
    setting("api.member_transactions_per_second", Number, Value("200"), "transactions", "of one member, over all nodes; five seconds' worth at once"),
    setting("api.message_bytes_max", Number, Value("1048576"), "bytes", "one request message"),
    setting("api.request_timeout_ms", Number, Value("30000"), "ms", "one request, a wait for its commit included"),
    setting("operator.socket", Path, Value("data/operator.sock"), "", "Unix socket on which this node answers its own operator: tallyd status, health, doctor"),
    setting("documents.bytes_max", Number, Value("17179869184"), "bytes", "encrypted documents kept on this node in all"),
    setting("documents.member_bytes_max", Number, Value("1073741824"), "bytes", "encrypted documents kept on this node of one member"),
    setting("documents.peers", Text, Value(""), "", "addresses of other nodes' APIs that are asked for documents this node does not keep, such as https://bank-b.example:7602, separated by commas"),
    setting("documents.peers_ca", Path, Absent, "", "who signs the certificates of documents.peers, PEM; needed for https addresses"),
    setting("documents.peers_certificate", Path, Absent, "", "certificate that this node shows to documents.peers that ask for one: of the member that runs it, PEM"),
    setting("documents.peers_key", Path, Absent, "", "its private key, PEM, mode 0600"),
    setting("storage.tree_memory_mib", Number, Value("1024"), "MiB", "memory for the state tree, about 150 bytes a record; what has no room lies in a scratch file in data_dir and costs time"),
    setting("member.id", Text, Absent, "", "whose ledger a member node holds"),
    setting("member.validators", Text, Value(""), "", "addresses of the full nodes' APIs that a member node asks, such as https://bank-a.example:7602, separated by commas; list several"),
    setting("member.tls_roots", Path, Absent, "", "authorities that are believed of addresses with https, PEM"),
    setting("member.tls_certificate", Path, Absent, "", "certificate that a member node shows to full nodes that ask for one: of its member, PEM"),
    setting("member.tls_key", Path, Absent, "", "its private key, PEM, mode 0600"),
    setting("metrics.listen", AddressOrOff, Value("127.0.0.1:7603"), "", "Prometheus metrics and /healthz, or \"off\""),
    setting("metrics.allow_remote", Flag, Value("false"), "", "lets metrics.listen be more than loopback; they show business volumes"),
    setting("log.format", Choice(&["text", "json"]), Value("text"), "", "logs go to standard error"),
    setting("log.filter", Text, Value(tally_consensus::LOG_FILTER), "", "such as \"info,tally_node::chain=debug\"; \"info\" alone shows every vote"),
];

pub(super) fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// Whether other keys lie below this one; the empty key is the whole file.
pub(super) fn is_section(key: &str) -> bool {
    key.is_empty() || SETTINGS.iter().any(|setting| is_below(setting.key, key))
}

/// What may stand in a section, for an error.
pub(super) fn known_in(section: &str) -> String {
    let start = if section.is_empty() { 0 } else { section.len() + 1 };
    let mut names: Vec<&str> = SETTINGS
        .iter()
        .map(|setting| setting.key)
        .chain([PEERS])
        .filter(|key| section.is_empty() || is_below(key, section))
        .filter_map(|key| key.get(start..).and_then(|rest| rest.split('.').next()))
        .collect();
    names.dedup();
    names.join(", ")
}

fn is_below(key: &str, section: &str) -> bool {
    key.strip_prefix(section).is_some_and(|rest| rest.starts_with('.'))
}
