//! Refuses values that a node could run with, but should not.

use super::limits::{
    API_COUNT_MAX, BLOCK_BYTES_MAX, BLOCK_BYTES_MIN, BLOCK_TRANSACTIONS_MAX, HEARTBEAT_MS_MAX,
    HEARTBEAT_MS_MIN, MESSAGE_BYTES_MAX, MESSAGE_BYTES_MIN, MONIKER_BYTES_MAX, PART_BYTES_MAX,
    PART_BYTES_MIN, PEERS_MAX, REQUEST_TIMEOUT_MS_MAX, SOCKET_PATH_BYTES_MAX, TIMEOUT_MS_MAX, TIMEOUT_MS_MIN,
    TREE_MEMORY_MIB_MAX, TREE_MEMORY_MIB_MIN,
};
use super::{Config, Role};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use tally_contracts::types::MemberId;

/// One value that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub key: String,
    pub problem: Problem,
}

/// Why a value is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("is {value}; it must be {min} to {max}")]
    OutOfRange { value: u64, min: u64, max: u64 },
    #[error("must have 1 to {max} visible characters of a-z, A-Z, 0-9, '-', '_' and '.'")]
    BadName { max: usize },
    #[error("must be set: a validator cannot vote without its key")]
    ConsensusKeyMissing,
    #[error("must not be set: an observer has no vote, and a consensus key on two machines signs twice")]
    ConsensusKeyOnObserver,
    #[error("must be set on a member node: whose it is, with which key it reads, and whom it asks")]
    MemberMissing,
    #[error("is no member id: {reason}")]
    BadMember { reason: String },
    #[error("and keys.peer must be two different files")]
    SharedKeyFile,
    #[error("is empty: an observer without peers learns nothing; list the validators")]
    NoPeers,
    #[error("has {count} entries, more than {max}")]
    TooManyPeers { count: usize, max: usize },
    #[error("is the same as that of {other}")]
    DuplicatePeer { other: String },
    #[error(
        "is {address}, which others can reach; use loopback, or set {switch} = true if a firewall stands before it"
    )]
    NotLoopback { address: SocketAddr, switch: &'static str },
    #[error(
        "is {address}, which others can reach, and there is no TLS: set api.tls_certificate and api.tls_key, or use loopback and let a proxy on this machine add TLS"
    )]
    NoTls { address: SocketAddr },
    #[error("needs {other} too")]
    Incomplete { other: &'static str },
    #[error("has {bytes} bytes; the system's limit for a socket's path is {max}, so name a shorter one")]
    LongSocket { bytes: usize, max: usize },
    #[error("needs a fixed port, because other nodes dial it")]
    PortZero,
    #[error("holds {address:?}, which is no address such as \"https://bank-b.example:7602\"")]
    BadApiAddress { address: String },
    #[error("holds {address}, which is not on this machine: use https, and set {authority}")]
    PlainPeer { address: String, authority: &'static str },
    #[error("is {address}, which {other} uses already")]
    AddressTaken { address: SocketAddr, other: &'static str },
    #[error("is {value} ms, more than consensus.timeouts_ms.max with {max} ms")]
    BeyondCap { value: u64, max: u64 },
    #[error("does not parse as log directives: {reason}")]
    Filter { reason: String },
}

/// Everything that is refused, one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaws(pub Vec<Flaw>);

impl fmt::Display for Flaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, flaw) in self.0.iter().enumerate() {
            let line_break = if index > 0 { "\n" } else { "" };
            write!(f, "{line_break}  {} {}", flaw.key, flaw.problem)?;
        }
        Ok(())
    }
}

impl std::error::Error for Flaws {}

impl Config {
    /// Refuses dangerous values, all of them at once.
    pub fn check(&self) -> Result<(), Flaws> {
        let mut flaws = Vec::new();
        self.check_identity(&mut flaws);
        self.check_member(&mut flaws);
        self.check_ranges(&mut flaws);
        self.check_timeouts(&mut flaws);
        self.check_addresses(&mut flaws);
        self.check_peers(&mut flaws);
        self.check_documents(&mut flaws);
        if flaws.is_empty() { Ok(()) } else { Err(Flaws(flaws)) }
    }

    fn check_identity(&self, flaws: &mut Vec<Flaw>) {
        if !is_name(&self.moniker) {
            flaws.push(flaw("moniker", Problem::BadName { max: MONIKER_BYTES_MAX }));
        }
        match (self.role, &self.keys.consensus) {
            (Role::Validator, None) => flaws.push(flaw("keys.consensus", Problem::ConsensusKeyMissing)),
            (Role::Observer, Some(_)) => flaws.push(flaw("keys.consensus", Problem::ConsensusKeyOnObserver)),
            (Role::Validator, Some(path)) if *path == self.keys.peer => {
                flaws.push(flaw("keys.consensus", Problem::SharedKeyFile));
            }
            (Role::Member, Some(_)) => flaws.push(flaw("keys.consensus", Problem::ConsensusKeyOnObserver)),
            (Role::Validator, Some(_)) | (Role::Observer | Role::Member, None) => {}
        }
        if let Err(error) = tracing_subscriber::EnvFilter::builder().parse(&self.log.filter) {
            flaws.push(flaw("log.filter", Problem::Filter { reason: error.to_string() }));
        }
    }

    fn check_member(&self, flaws: &mut Vec<Flaw>) {
        if self.role != Role::Member {
            return;
        }
        let member = &self.member;
        let missing = [
            ("member.id", member.id.is_none()),
            ("keys.reader", self.keys.reader.is_none()),
            ("member.validators", member.validators().is_empty()),
        ];
        let missing = missing.into_iter().filter(|(_, is_missing)| *is_missing);
        flaws.extend(missing.map(|(key, _)| flaw(key, Problem::MemberMissing)));
        if let Some(Err(error)) = member.id.as_deref().map(MemberId::new) {
            flaws.push(flaw("member.id", Problem::BadMember { reason: error.to_string() }));
        }
        let (certificate, private) = (&member.tls_certificate, &member.tls_key);
        let authority = ("member.tls_roots", member.tls_roots.is_some());
        check_asked(flaws, ("member.validators", &member.validators()), authority, certificate.is_some());
        check_pair(flaws, ("member.tls_certificate", certificate), ("member.tls_key", private));
    }

    fn check_ranges(&self, flaws: &mut Vec<Flaw>) {
        let (consensus, api) = (&self.consensus, &self.api);
        let part_max = PART_BYTES_MAX.min(consensus.block_bytes_max.max(PART_BYTES_MIN));
        let rows = [
            ("consensus.part_bytes", consensus.part_bytes, PART_BYTES_MIN, part_max),
            ("consensus.heartbeat_ms", consensus.heartbeat_ms, HEARTBEAT_MS_MIN, HEARTBEAT_MS_MAX),
            ("consensus.status_interval_ms", consensus.status_interval_ms, TIMEOUT_MS_MIN, TIMEOUT_MS_MAX),
            ("consensus.block_bytes_max", consensus.block_bytes_max, BLOCK_BYTES_MIN, BLOCK_BYTES_MAX),
            ("consensus.block_transactions_max", consensus.block_transactions_max, 1, BLOCK_TRANSACTIONS_MAX),
            ("api.connections_max", api.connections_max, 1, API_COUNT_MAX),
            ("api.connections_per_address_max", api.connections_per_address_max, 1, API_COUNT_MAX),
            ("api.requests_per_connection_max", api.requests_per_connection_max, 1, API_COUNT_MAX),
            ("api.streams_max", api.streams_max, 1, API_COUNT_MAX),
            ("api.member_transactions_per_second", api.member_transactions_per_second, 1, API_COUNT_MAX),
            ("api.message_bytes_max", api.message_bytes_max, MESSAGE_BYTES_MIN, MESSAGE_BYTES_MAX),
            (
                "storage.tree_memory_mib",
                self.storage.tree_memory_mib,
                TREE_MEMORY_MIB_MIN,
                TREE_MEMORY_MIB_MAX,
            ),
            ("api.request_timeout_ms", api.request_timeout_ms, TIMEOUT_MS_MIN, REQUEST_TIMEOUT_MS_MAX),
        ];
        for (key, value, min, max) in rows {
            check_range(flaws, key, value, (min, max));
        }
    }

    fn check_timeouts(&self, flaws: &mut Vec<Flaw>) {
        let timeouts = &self.consensus.timeouts_ms;
        check_range(flaws, "consensus.timeouts_ms.max", timeouts.max, (TIMEOUT_MS_MIN, TIMEOUT_MS_MAX));
        check_range(flaws, "consensus.timeouts_ms.growth", timeouts.growth, (0, TIMEOUT_MS_MAX));
        let rows = [
            ("consensus.timeouts_ms.propose", timeouts.propose),
            ("consensus.timeouts_ms.prevote", timeouts.prevote),
            ("consensus.timeouts_ms.precommit", timeouts.precommit),
            ("consensus.timeouts_ms.rebroadcast", timeouts.rebroadcast),
        ];
        for (key, value) in rows {
            check_range(flaws, key, value, (TIMEOUT_MS_MIN, TIMEOUT_MS_MAX));
            if value > timeouts.max {
                flaws.push(flaw(key, Problem::BeyondCap { value, max: timeouts.max }));
            }
        }
    }

    fn check_addresses(&self, flaws: &mut Vec<Flaw>) {
        let is_open = |address: &SocketAddr| !address.ip().is_loopback();
        if let Some(address) = self.metrics.listen.filter(|it| is_open(it) && !self.metrics.allow_remote) {
            let switch = "metrics.allow_remote";
            flaws.push(flaw("metrics.listen", Problem::NotLoopback { address, switch }));
        }
        self.check_tls(flaws, Some(self.api.listen).filter(is_open));
        let dialled = [("consensus.listen", self.consensus.listen), ("gossip.listen", self.gossip.listen)];
        for (key, _) in dialled.iter().filter(|(_, address)| address.port() == 0) {
            flaws.push(flaw(key, Problem::PortZero));
        }
        let [consensus, gossip] = dialled;
        let own = [("api.listen", Some(self.api.listen)), ("metrics.listen", self.metrics.listen)];
        let own = own.into_iter().filter_map(|(key, address)| Some((key, address?)));
        let mut taken: BTreeMap<SocketAddr, &'static str> = BTreeMap::new();
        for (key, address) in [consensus, gossip].into_iter().chain(own).filter(|(_, a)| a.port() > 0) {
            match taken.get(&address) {
                Some(other) => flaws.push(flaw(key, Problem::AddressTaken { address, other })),
                None => {
                    taken.insert(address, key);
                }
            }
        }
    }

    fn check_tls(&self, flaws: &mut Vec<Flaw>, open: Option<SocketAddr>) {
        let api = &self.api;
        match (&api.tls_certificate, &api.tls_key) {
            (Some(_), None) => {
                flaws.push(flaw("api.tls_certificate", Problem::Incomplete { other: "api.tls_key" }));
            }
            (None, Some(_)) => {
                flaws.push(flaw("api.tls_key", Problem::Incomplete { other: "api.tls_certificate" }));
            }
            (None, None) => {
                if api.tls_client_ca.is_some() {
                    let other = "api.tls_certificate";
                    flaws.push(flaw("api.tls_client_ca", Problem::Incomplete { other }));
                }
                flaws.extend(open.map(|address| flaw("api.listen", Problem::NoTls { address })));
            }
            (Some(_), Some(_)) => {}
        }
        let bytes = self.operator.socket.as_os_str().len();
        if bytes > SOCKET_PATH_BYTES_MAX {
            flaws.push(flaw("operator.socket", Problem::LongSocket { bytes, max: SOCKET_PATH_BYTES_MAX }));
        }
    }

    fn check_documents(&self, flaws: &mut Vec<Flaw>) {
        let documents = &self.documents;
        let peers = documents.peers();
        if peers.len() > PEERS_MAX {
            let problem = Problem::TooManyPeers { count: peers.len(), max: PEERS_MAX };
            flaws.push(flaw("documents.peers", problem));
        }
        let (certificate, private) = (&documents.peers_certificate, &documents.peers_key);
        let authority = ("documents.peers_ca", documents.peers_ca.is_some());
        check_asked(flaws, ("documents.peers", &peers), authority, certificate.is_some());
        check_pair(flaws, ("documents.peers_certificate", certificate), ("documents.peers_key", private));
    }

    fn check_peers(&self, flaws: &mut Vec<Flaw>) {
        let peers = &self.consensus.peers;
        if peers.is_empty() && self.role == Role::Observer {
            flaws.push(flaw("consensus.peers", Problem::NoPeers));
        }
        if peers.len() > PEERS_MAX {
            let problem = Problem::TooManyPeers { count: peers.len(), max: PEERS_MAX };
            return flaws.push(flaw("consensus.peers", problem));
        }
        let (mut keys, mut addresses) = (BTreeMap::new(), BTreeMap::new());
        let mut names = BTreeSet::new();
        for (index, peer) in peers.iter().enumerate() {
            let key = |field: &str| format!("consensus.peers[{index}].{field}");
            if !is_name(&peer.name) || !names.insert(&peer.name) {
                flaws.push(flaw(&key("name"), Problem::BadName { max: MONIKER_BYTES_MAX }));
            }
            if let Some(other) = keys.insert(peer.peer_key, peer.name.clone()) {
                flaws.push(flaw(&key("peer_key"), Problem::DuplicatePeer { other }));
            }
            let listeners =
                [("consensus_address", &peer.consensus_address), ("gossip_address", &peer.gossip_address)];
            for (field, address) in listeners {
                if let Some(other) = addresses.insert(address.clone(), peer.name.clone()) {
                    flaws.push(flaw(&key(field), Problem::DuplicatePeer { other }));
                }
            }
        }
    }
}

/// Addresses of other nodes' APIs under one key, and the authority that is believed of those with https. A certificate is shown
/// to nobody else.
fn check_asked(
    flaws: &mut Vec<Flaw>,
    (key, addresses): (&str, &[String]),
    (authority, is_set): (&'static str, bool),
    shows_certificate: bool,
) {
    flaws.extend(addresses.iter().filter_map(|one| Some(flaw(key, flaw_of_address(one, authority)?))));
    if !is_set && (shows_certificate || addresses.iter().any(|one| one.starts_with("https:"))) {
        flaws.push(flaw(key, Problem::Incomplete { other: authority }));
    }
}

/// A certificate and its key: both or neither.
fn check_pair(
    flaws: &mut Vec<Flaw>,
    (certificate, of_certificate): (&'static str, &Option<PathBuf>),
    (key, of_key): (&'static str, &Option<PathBuf>),
) {
    match (of_certificate, of_key) {
        (Some(_), None) => flaws.push(flaw(certificate, Problem::Incomplete { other: key })),
        (None, Some(_)) => flaws.push(flaw(key, Problem::Incomplete { other: certificate })),
        (Some(_), Some(_)) | (None, None) => {}
    }
}

/// What is wrong with an address of another node's API: `https://HOST:PORT`, or `http://` on loopback.
fn flaw_of_address(address: &str, authority_key: &'static str) -> Option<Problem> {
    let bad = Problem::BadApiAddress { address: address.to_owned() };
    let Ok(uri) = address.parse::<http::Uri>() else { return Some(bad) };
    let Some(authority) = uri.authority().filter(|it| !it.as_str().contains('@')) else { return Some(bad) };
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.port().is_none() {
        return Some(bad);
    }
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let is_loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match uri.scheme_str() {
        Some("https") => None,
        Some("http") if is_loopback => None,
        Some("http") => Some(Problem::PlainPeer { address: address.to_owned(), authority: authority_key }),
        Some(_) | None => Some(bad),
    }
}

fn check_range(flaws: &mut Vec<Flaw>, key: &str, value: u64, (min, max): (u64, u64)) {
    if !(min..=max).contains(&value) {
        flaws.push(flaw(key, Problem::OutOfRange { value, min, max }));
    }
}

fn is_name(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && name.len() <= MONIKER_BYTES_MAX && name.chars().all(legal)
}

fn flaw(key: &str, problem: Problem) -> Flaw {
    Flaw { key: key.to_owned(), problem }
}
