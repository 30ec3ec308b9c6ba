//! Why a command failed, and the exit code that says so to scripts.

use crate::api::{ApiError, OperatorError};
use crate::config::{ConfigError, Disagreement, NodeKeysError};
use crate::genesis_file::GenesisFileError;
use crate::mempool::gossip::GossipError;
use crate::node::NodeError;
use crate::replica::ReplicaError;
use crate::storage::StorageError;
use crate::telemetry::MetricsError;
use std::path::{Path, PathBuf};
use tally_consensus::{HomeError, StartError};

use super::verify::Finding;

/// Wrong usage, configuration, genesis or key.
const USAGE: u8 = 2;
/// The node does not answer, or is not healthy.
const UNHEALTHY: u8 = 8;
/// Something does not prove what it says.
const VERIFICATION: u8 = 9;
/// This machine is broken.
const FAULT: u8 = 70;

#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Genesis(#[from] GenesisFileError),
    #[error(transparent)]
    Keys(#[from] NodeKeysError),
    #[error(transparent)]
    Key(#[from] tally_keys::KeyError),
    #[error("{} does not belong to {}: {source}", config.display(), genesis.display())]
    Disagreement { config: PathBuf, genesis: PathBuf, source: Disagreement },
    #[error("{} exists; name another folder, or remove it if nobody uses that node", path.display())]
    Exists { path: PathBuf },
    #[error("{}: cannot {action}: {source}", path.display())]
    Io { path: PathBuf, action: &'static str, source: std::io::Error },
    #[error("{address} is no node's address: {reason}; name one such as http://127.0.0.1:7602")]
    NodeAddress { address: String, reason: String },
    #[error("the node at {address} does not answer: {reason}; is it running? its log says more")]
    NoAnswer { address: String, reason: String },
    #[error("the node at {address} does not serve yet: it is catching up or cannot reach a quorum")]
    NotServing { address: String },
    #[error("{now} things to do now, {soon} soon")]
    Unwell { now: usize, soon: usize },
    #[error("there is no ledger in {} yet: start the node once", directory.display())]
    NoLedger { directory: PathBuf },
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("{0}; keep the files for analysis, and restore this node from a backup or its peers")]
    Verification(#[from] Finding),
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    #[error("the runtime does not start: {source}")]
    Runtime { source: std::io::Error },
    #[error(transparent)]
    Node(#[from] NodeError),
}

impl CommandError {
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_)
            | Self::Genesis(_)
            | Self::Keys(_)
            | Self::Key(_)
            | Self::Disagreement { .. }
            | Self::Exists { .. }
            | Self::Io { .. }
            | Self::NodeAddress { .. }
            | Self::Metrics(_)
            | Self::NoLedger { .. } => USAGE,
            Self::NoAnswer { .. } | Self::NotServing { .. } | Self::Unwell { .. } => UNHEALTHY,
            Self::Verification(_) => VERIFICATION,
            Self::Runtime { .. } => FAULT,
            Self::Storage(error) => of_storage(error),
            Self::Node(error) => of_node(error),
        }
    }
}

/// What another directory or program cures is no fault of the machine.
fn of_storage(error: &StorageError) -> u8 {
    match error {
        StorageError::Locked { .. }
        | StorageError::NewerFormat { .. }
        | StorageError::OlderFormat { .. }
        | StorageError::OtherGenesis { .. }
        | StorageError::NotOurs { .. } => USAGE,
        StorageError::StateDiffers { .. } => VERIFICATION,
        StorageError::DiskFull { .. }
        | StorageError::WriteFailed { .. }
        | StorageError::WritesStopped { .. }
        | StorageError::ReadFailed { .. }
        | StorageError::OpenFailed { .. }
        | StorageError::Damaged { .. }
        | StorageError::DamagedRow { .. }
        | StorageError::FormatMissing { .. }
        | StorageError::File { .. }
        | StorageError::CheckpointDamaged { .. }
        | StorageError::Tree(_) => FAULT,
    }
}

fn of_node(error: &NodeError) -> u8 {
    match error {
        NodeError::Storage(error) => of_storage(error),
        NodeError::ConsensusKeyMissing
        | NodeError::Peer { .. }
        | NodeError::GossipAddress { .. }
        | NodeError::Operator(OperatorError::Socket { .. })
        | NodeError::Api(ApiError::NotLoopback { .. } | ApiError::Tls(_))
        | NodeError::Replica(ReplicaError::Line(_) | ReplicaError::OtherMember { .. })
        | NodeError::MemberMissing
        | NodeError::ApiListen { .. } => USAGE,
        NodeError::Consensus(error) => of_consensus(error),
        NodeError::Gossip(GossipError::Listen { .. }) => USAGE,
        NodeError::Ledger(_)
        | NodeError::Replica(
            ReplicaError::Ledger(_) | ReplicaError::PlaceDamaged | ReplicaError::Worker(_),
        )
        | NodeError::Gossip(
            GossipError::Transport(_)
            | GossipError::ListenerClosed { .. }
            | GossipError::TooManyPeers { .. }
            | GossipError::Stopped,
        )
        | NodeError::Api(ApiError::Listener(_) | ApiError::Reflection(_) | ApiError::Transport(_))
        | NodeError::Operator(OperatorError::Transport(_))
        | NodeError::Audit(_)
        | NodeError::Documents(_)
        | NodeError::Threads(_)
        | NodeError::Ended(_)
        | NodeError::Worker(_)
        | NodeError::Folder { .. } => FAULT,
    }
}

fn of_consensus(error: &StartError) -> u8 {
    match error {
        StartError::Settings(_) | StartError::Gate(_) | StartError::Home(HomeError::InUse { .. }) => USAGE,
        StartError::Home(HomeError::Io { .. })
        | StartError::Guard(_)
        | StartError::ValidatorsUnknown { .. }
        | StartError::Engine(_) => FAULT,
    }
}

/// For `map_err` on file operations.
pub(super) fn io(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> CommandError {
    let path = path.to_owned();
    move |source| CommandError::Io { path, action, source }
}
