//! Why a local network could not be made, started or reached, and where to look.

use std::path::PathBuf;
use std::process::ExitStatus;

use tally_client::profile::ProfileError;
use tally_client::sdk::ClientError;
use tally_contracts::types::IdError;
use tally_keys::KeyError;

/// A failure of the network's making or keeping.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// A relay between two nodes.
    #[error("no relay can listen on {listen} ({source}); free the port, or start again for other ports")]
    Relay {
        /// Where.
        listen: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Certificates for TLS cannot be made.
    #[error("certificates cannot be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The operating system refused.
    #[error("{}: cannot {action} ({source})", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A folder that holds something else than a network of ours.
    #[error(
        "{} exists and is no test network's folder (no file {marker}): name another folder or remove it", path.display()
    )]
    NotOurs {
        /// The folder.
        path: PathBuf,
        /// The file that marks ours.
        marker: &'static str,
    },
    /// The same folder is used by a network that runs.
    #[error("process {pid} is using {}: end that demo first (Ctrl-C there), or name another folder", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// The process that made the network.
        pid: u32,
    },
    /// A binary that was not built.
    #[error("{} is not there: build it with `cargo build --workspace --bins`", path.display())]
    NotBuilt {
        /// Where it should be.
        path: PathBuf,
    },
    /// No port is free.
    #[error("no free loopback port below {below} after {tries} tries: end what listens there")]
    NoPort {
        /// The end of the range.
        below: u16,
        /// How many were tried.
        tries: usize,
    },
    /// A plan that cannot be.
    #[error("a network has 1 to {limit} nodes; {found} were asked for")]
    NodeCount {
        /// How many were asked for.
        found: usize,
        /// How many may be.
        limit: usize,
    },
    /// No such node.
    #[error("there is no node {index}; the network has {count}, counted from 0")]
    NoNode {
        /// What was asked for.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// No such member.
    #[error("there is no member {member} in this network")]
    NoMember {
        /// What was asked for.
        member: String,
    },
    /// A node ended by itself.
    #[error("node {name} ended by itself ({status}); its log {} says:\n{tail}", log.display())]
    Ended {
        /// Which.
        name: String,
        /// How it ended.
        status: ExitStatus,
        /// Where to read.
        log: PathBuf,
        /// The end of its log.
        tail: String,
    },
    /// Nodes that did not become ready.
    #[error("{waiting} did not become ready within {seconds} s; read {}", log.display())]
    NotReady {
        /// Which nodes.
        waiting: String,
        /// How long it was waited.
        seconds: u64,
        /// The first one's log.
        log: PathBuf,
    },
    /// A text that the ledger does not take.
    #[error("{what} \"{value}\" is not legal on the ledger")]
    Text {
        /// What it is.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// No randomness.
    #[error("the operating system gives no random bytes")]
    NoRandomness,
    /// A bad member id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The profiles file.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The SDK.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// For `map_err`: what was tried on which path.
pub(crate) fn io(
    path: impl Into<PathBuf>,
    action: &'static str,
) -> impl FnOnce(std::io::Error) -> NetworkError {
    let path = path.into();
    move |source| NetworkError::Io { path, action, source }
}
