//! One node's configuration file.

use std::net::SocketAddr;
use std::path::Path;

use toml::{Table, Value};

use super::keys::NodePublicKeys;
use super::layout::{Layout, NodeLayout};
use super::plan::TlsPlan;

/// Where one node listens, all on loopback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// Other nodes' consensus.
    pub consensus: SocketAddr,
    /// Other nodes' transactions.
    pub gossip: SocketAddr,
    /// Members and operators.
    pub api: SocketAddr,
    /// Monitoring.
    pub metrics: SocketAddr,
}

/// How many ports a node needs.
pub const PORTS_PER_NODE: usize = 4;

impl Addresses {
    /// From [`PORTS_PER_NODE`] free addresses.
    pub fn of(ports: &[SocketAddr]) -> Option<Self> {
        match ports {
            [consensus, gossip, api, metrics] => {
                Some(Self { consensus: *consensus, gossip: *gossip, api: *api, metrics: *metrics })
            }
            _ => None,
        }
    }
}

/// A node as its configuration and the others' see it.
#[derive(Debug, Clone)]
pub struct NodeIdentity {
    /// Its public keys and who runs it.
    pub keys: NodePublicKeys,
    /// Where it listens.
    pub addresses: Addresses,
}

/// What all nodes of a network have in common.
#[derive(Debug, Clone, Copy)]
pub struct Common<'a> {
    /// Where the network lies.
    pub layout: &'a Layout,
    /// Milliseconds after which an idle chain makes an empty block.
    pub heartbeat_ms: u64,
    /// Milliseconds that a node gives one request.
    pub request_timeout_ms: u64,
    /// Of one member; the node's own default where nothing is said.
    pub member_transactions_per_second: Option<u32>,
    /// Whether there is distance between them.
    pub is_distant: bool,
    /// What the nodes log; their own default where nothing is said.
    pub log_filter: Option<&'a str>,
    /// Who shows certificates.
    pub tls: TlsPlan,
}

/// The text of `tallyd.toml` for the node at `index` among `nodes`.
pub fn text(common: Common, nodes: &[NodeIdentity], index: usize) -> Option<String> {
    let own = nodes.get(index)?;
    let others = others_of(nodes, own);
    let config = table([
        ("data_dir", "data".into()),
        ("genesis", common.layout.genesis().display().to_string().into()),
        ("moniker", own.keys.member.to_string().into()),
        ("role", if own.keys.consensus.is_some() { "validator" } else { "observer" }.into()),
        ("keys", keys(own, &common.layout.node(own.keys.member.as_str()))),
        ("consensus", consensus(common, own, others.iter().map(|node| peer(node)).collect())),
        ("gossip", listen(own.addresses.gossip)),
        ("api", api(common, own)),
        ("documents", documents(common, own, &others_of(nodes, own))),
        ("metrics", listen(own.addresses.metrics)),
        ("log", log(common.log_filter)),
    ]);
    Some(config.to_string())
}

/// The table of what is logged.
pub(super) fn log(filter: Option<&str>) -> Value {
    filter.map_or_else(Table::new, |filter| table([("filter", filter.into())])).into()
}

fn keys(own: &NodeIdentity, files: &NodeLayout) -> Value {
    let mut keys = table([
        ("peer", files.peer_key().display().to_string().into()),
        ("passphrase_file", files.passphrase().display().to_string().into()),
    ]);
    if own.keys.consensus.is_some() {
        keys.insert("consensus".to_owned(), files.consensus_key().display().to_string().into());
    }
    keys.into()
}

fn consensus(common: Common, own: &NodeIdentity, peers: Vec<Value>) -> Value {
    let heartbeat = i64::try_from(common.heartbeat_ms).unwrap_or(i64::MAX);
    // over a distance it matters more that a message needs no stream of its own (node/docs/adr/0053)
    let transport = if common.is_distant { "gossipsub" } else { "broadcast" };
    table([
        ("listen", own.addresses.consensus.to_string().into()),
        ("transport", transport.into()),
        ("heartbeat_ms", heartbeat.into()),
        ("peers", peers.into()),
    ])
    .into()
}

fn peer(node: &NodeIdentity) -> Value {
    table([
        ("name", node.keys.member.to_string().into()),
        ("peer_key", node.keys.peer.to_string().into()),
        ("consensus_address", node.addresses.consensus.to_string().into()),
        ("gossip_address", node.addresses.gossip.to_string().into()),
    ])
    .into()
}

fn api(common: Common, own: &NodeIdentity) -> Value {
    let timeout = i64::try_from(common.request_timeout_ms).unwrap_or(i64::MAX);
    let listen = own.addresses.api.to_string();
    let mut api = table([("listen", listen.into()), ("request_timeout_ms", timeout.into())]);
    if let Some(rate) = common.member_transactions_per_second {
        api.insert("member_transactions_per_second".to_owned(), i64::from(rate).into());
    }
    let own = common.layout.node(own.keys.member.as_str()).certificate();
    let mut name = |key: &str, path: &Path| api.insert(key.to_owned(), path.display().to_string().into());
    if common.tls != TlsPlan::Off {
        name("tls_certificate", &own.certificate);
        name("tls_key", &own.key);
    }
    if common.tls == TlsPlan::NodesAndMembers {
        name("tls_client_ca", &common.layout.authority());
    }
    api.into()
}

fn others_of<'n>(nodes: &'n [NodeIdentity], own: &NodeIdentity) -> Vec<&'n NodeIdentity> {
    nodes.iter().filter(|node| node.keys.member != own.keys.member).collect()
}

/// Every node asks every other one for documents that it does not keep.
fn documents(common: Common, own: &NodeIdentity, others: &[&NodeIdentity]) -> Value {
    let scheme = if common.tls == TlsPlan::Off { "http" } else { "https" };
    let peers: Vec<String> = others.iter().map(|node| format!("{scheme}://{}", node.addresses.api)).collect();
    let mut documents = table([("peers", peers.join(",").into())]);
    let shown = common.layout.member_certificate(own.keys.member.as_str());
    let mut name =
        |key: &str, path: &Path| documents.insert(key.to_owned(), path.display().to_string().into());
    if common.tls != TlsPlan::Off {
        name("peers_ca", &common.layout.authority());
    }
    if common.tls == TlsPlan::NodesAndMembers {
        name("peers_certificate", &shown.certificate);
        name("peers_key", &shown.key);
    }
    documents.into()
}

fn listen(address: SocketAddr) -> Value {
    table([("listen", address.to_string().into())]).into()
}

/// A TOML table from its entries.
pub(super) fn table<const N: usize>(entries: [(&str, Value); N]) -> Table {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
