//! What the attackers are told: whom to attack, with what, and how hard.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A file of the network's folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Orders {
    /// Whose certificates the nodes show.
    pub authority: PathBuf,
    /// Part of what is signed.
    pub chain_id: String,
    /// Whose key floods.
    pub member: String,
    /// That key.
    pub key_file: PathBuf,
    /// What opens it.
    pub passphrase_file: PathBuf,
    /// Whom its transactions credit.
    pub owner: String,
    /// The nodes.
    pub nodes: Vec<Target>,
    /// How long.
    pub seconds: u64,
    /// Connections that are held, over all nodes.
    pub connections: usize,
    /// Addresses that the attackers have.
    pub addresses: u8,
    /// New connections a second, over all nodes.
    pub opening_per_second: u32,
    /// Slow connections at each node.
    pub slow: usize,
    /// Connections at each node that reset streams.
    pub resetters: usize,
    /// Batches of 50 streams that are reset, a second, over all nodes.
    pub reset_batches_per_second: u32,
    /// Malformed connections a second, over all nodes.
    pub malformed_per_second: u32,
    /// Callers at each port where only nodes belong.
    pub callers: usize,
    /// Their calls a second, over all nodes.
    pub calls_per_second: u32,
}

/// One node.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Target {
    /// For the SDK.
    pub url: String,
    /// Where members are served.
    pub api: SocketAddr,
    /// Where other nodes' consensus calls.
    pub consensus: SocketAddr,
    /// Where other nodes bring transactions.
    pub gossip: SocketAddr,
}
