//! The node's configuration: typed, checked, and every value traceable to where it came from.
//!
//! A flag beats the environment, the environment beats the file, the file beats the default. `settings.rs` is the
//! table of all keys with unit, default and meaning; an unknown key is an error wherever it stands.
mod agree;
mod check;
mod error;
pub mod limits;
mod load;
mod node_keys;
mod render;
mod settings;
#[cfg(test)]
mod tests;
mod vet;

use crate::tls::{PeerTrust, TlsFiles};
use serde::{Deserialize, Deserializer};
use std::net::SocketAddr;
use std::path::PathBuf;

pub use agree::{Disagreement, agree};
pub use check::{Flaw, Flaws, Problem};
pub use error::{ConfigError, Place};
pub use load::{ENVIRONMENT_PREFIX, Effective, Loaded, Origin, Sources};
pub use node_keys::{NodeKeys, NodeKeysError, Secret};
pub use render::{render, show};
pub use settings::{SETTINGS, Setting};

/// Everything a node is told at start. Paths are complete: those of the file are relative to the file's folder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Folder of everything this node writes: ledger, consensus log, signer record.
    pub data_dir: PathBuf,
    /// The genesis document, the same on every node.
    pub genesis: PathBuf,
    /// A short name for logs and metrics.
    pub moniker: String,
    pub role: Role,
    pub keys: Keys,
    pub consensus: Consensus,
    pub gossip: Gossip,
    pub api: Api,
    pub operator: Operator,
    pub documents: Documents,
    pub storage: Storage,
    pub member: MemberNode,
    pub metrics: Metrics,
    pub log: Log,
}

/// Whether the node votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Validator,
    /// Follows with the full ledger and signs nothing.
    Observer,
    /// Follows with what one member may see.
    Member,
}

/// Where the encrypted key files lie.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Signs proposals and votes; only a validator has one, and only on one machine.
    pub consensus: Option<PathBuf>,
    /// Identifies the node to its peers.
    pub peer: PathBuf,
    /// One of the member's keys on the ledger; only a member node has one.
    pub reader: Option<PathBuf>,
    /// Opens both; mode 0600.
    pub passphrase_file: PathBuf,
}

/// Whose ledger a member node holds, and from whom it has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberNode {
    pub id: Option<String>,
    /// Addresses of full nodes' APIs, separated by commas.
    pub validators: String,
    /// Authorities that are believed of them, PEM.
    pub tls_roots: Option<PathBuf>,
    /// The member's certificate, for those that ask for one, PEM.
    pub tls_certificate: Option<PathBuf>,
    /// Its private key, PEM, mode 0600.
    pub tls_key: Option<PathBuf>,
}

impl MemberNode {
    /// The addresses, one by one.
    pub fn validators(&self) -> Vec<String> {
        let listed = self.validators.split(',').map(str::trim).filter(|node| !node.is_empty());
        listed.map(str::to_owned).collect()
    }

    /// What is believed of them and shown to them.
    pub fn trust(&self) -> PeerTrust {
        let own = self.tls_certificate.clone().zip(self.tls_key.clone());
        PeerTrust { authority: self.tls_roots.clone(), own }
    }
}

impl Config {
    /// The key file that says who this node is: to its peers, or as whose reader. With the name of its setting.
    pub fn identity_key(&self) -> (&'static str, &PathBuf) {
        match (self.role, &self.keys.reader) {
            (Role::Member, Some(reader)) => ("keys.reader", reader),
            (Role::Member | Role::Validator | Role::Observer, _) => ("keys.peer", &self.keys.peer),
        }
    }
}

/// What is kept of members' documents, which this node cannot read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documents {
    /// Bytes of payloads in all.
    pub bytes_max: u64,
    /// Bytes of payloads of one owner.
    pub member_bytes_max: u64,
    /// Addresses of other nodes' APIs, separated by commas.
    pub peers: String,
    /// Who signs their certificates, PEM.
    pub peers_ca: Option<PathBuf>,
    /// The certificate that this node shows them, PEM: of the member that runs it.
    pub peers_certificate: Option<PathBuf>,
    /// Its private key, PEM, mode 0600.
    pub peers_key: Option<PathBuf>,
}

impl Documents {
    /// The addresses, one by one.
    pub fn peers(&self) -> Vec<String> {
        let listed = self.peers.split(',').map(str::trim).filter(|peer| !peer.is_empty());
        listed.map(str::to_owned).collect()
    }

    /// What is believed of them and shown to them.
    pub fn trust(&self) -> PeerTrust {
        let own = self.peers_certificate.clone().zip(self.peers_key.clone());
        PeerTrust { authority: self.peers_ca.clone(), own }
    }
}

/// How the ledger is kept on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// MiB of memory for the state tree.
    pub tree_memory_mib: u64,
}

impl Storage {
    pub fn tree_memory_bytes(&self) -> usize {
        usize::try_from(self.tree_memory_mib.saturating_mul(1 << 20)).unwrap_or(usize::MAX)
    }
}

/// How the engine runs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consensus {
    pub listen: SocketAddr,
    pub transport: Transport,
    /// Bytes of one part of a block in transit.
    pub part_bytes: u64,
    /// Milliseconds after which an idle chain makes an empty block.
    pub heartbeat_ms: u64,
    /// Milliseconds between announcements of the own height.
    pub status_interval_ms: u64,
    /// Bytes of a block; the same on all validators.
    pub block_bytes_max: u64,
    /// Transactions of a block; the same on all validators.
    pub block_transactions_max: u64,
    pub timeouts_ms: TimeoutsMs,
    /// Nobody else is let in.
    #[serde(default)]
    pub peers: Vec<Peer>,
}

/// How consensus messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Forwarded from node to node.
    Gossipsub,
    /// Straight to every peer; each validator must list every other one.
    Broadcast,
}

/// How long a round waits for each step, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeoutsMs {
    pub propose: u64,
    pub prevote: u64,
    pub precommit: u64,
    /// Before the last messages are repeated.
    pub rebroadcast: u64,
    /// What each later round adds to each of them.
    pub growth: u64,
    /// None of them grows beyond this.
    pub max: u64,
}

/// Another node of the same chain.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// For people.
    pub name: String,
    /// Its ed25519 peer key, 64 hexadecimal digits.
    #[serde(deserialize_with = "key_hex")]
    pub peer_key: [u8; 32],
    /// `host:port` of its consensus listener.
    pub consensus_address: String,
    /// `host:port` of its gossip listener.
    pub gossip_address: String,
}

/// How transactions are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gossip {
    pub listen: SocketAddr,
}

/// What members and operators talk to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    pub listen: SocketAddr,
    /// Hosts and ports under which readers dial this node beside `listen`, separated by commas.
    pub names: String,
    /// Certificate chain, PEM; with it `listen` may be more than loopback.
    pub tls_certificate: Option<PathBuf>,
    /// Its private key, PEM, mode 0600.
    pub tls_key: Option<PathBuf>,
    /// Who signs members' certificates; with it, each client must show one.
    pub tls_client_ca: Option<PathBuf>,
    /// Lets pages call that a proxy on this machine serves.
    pub allow_remote: bool,
    /// Whether gRPC reflection answers.
    pub reflection: bool,
    pub connections_max: u64,
    /// Of one address.
    pub connections_per_address_max: u64,
    /// Requests under way on one connection.
    pub requests_per_connection_max: u64,
    /// Watch streams over all connections.
    pub streams_max: u64,
    /// Of one member, over all nodes.
    pub member_transactions_per_second: u64,
    /// Bytes of one request message.
    pub message_bytes_max: u64,
    /// Milliseconds of one request, a wait for its commit included.
    pub request_timeout_ms: u64,
}

/// What monitoring scrapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// `None` when off.
    #[serde(deserialize_with = "address_or_off")]
    pub listen: Option<SocketAddr>,
    /// Lets `listen` be more than loopback; metrics show business volumes.
    pub allow_remote: bool,
}

/// What the node says on standard error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    /// Directives such as `info,tally_node::chain=debug`.
    pub filter: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

impl Api {
    /// Certificates, where they are set.
    pub fn tls(&self) -> Option<TlsFiles> {
        let (certificate, key) = (self.tls_certificate.clone()?, self.tls_key.clone()?);
        Some(TlsFiles { certificate, key, client_ca: self.tls_client_ca.clone() })
    }
}

/// What the node's own operator asks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// A Unix socket, mode 0600: who may open it is who may read the node's folder.
    pub socket: PathBuf,
}

fn key_hex<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(from)?;
    let mut key = [0; 32];
    hex::decode_to_slice(&text, &mut key).map_err(serde::de::Error::custom)?;
    Ok(key)
}

fn address_or_off<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(from)?;
    if text == settings::OFF {
        return Ok(None);
    }
    text.parse().map(Some).map_err(serde::de::Error::custom)
}
