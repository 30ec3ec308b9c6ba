//! Why a hostile minute could not be had; a broken bound is no error but its result.

use std::path::PathBuf;

use tally_client::sdk::ClientError;
use tally_contracts::types::IdError;
use tally_keys::KeyError;
use tally_proto::TransactionError;

use crate::network::NetworkError;

/// See the module's description.
#[derive(Debug, thiserror::Error)]
pub enum HostileError {
    /// The network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The SDK of an honest member, or of one that floods.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A member's id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A transaction that cannot be signed.
    #[error(transparent)]
    Transaction(#[from] TransactionError),
    /// A text that the ledger does not take.
    #[error("\"{text}\" is not legal on the ledger")]
    Text {
        /// The value.
        text: String,
    },
    /// A network without nodes.
    #[error("the network has no node")]
    NoNode,
    /// What the attackers are told.
    #[error("{}: the attackers' orders cannot be read or written ({source})", path.display())]
    Orders {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The attackers' TLS.
    #[error("the attackers cannot dial ({0})")]
    Dial(std::io::Error),
    /// The attackers' limits.
    #[error("the attackers' process cannot be set up ({0})")]
    Machine(std::io::Error),
    /// The attackers' process.
    #[error("the attackers failed ({what}); build with `cargo build --workspace --bins`")]
    Attackers {
        /// What went wrong.
        what: String,
    },
    /// A task of ours.
    #[error("a task ended abnormally")]
    Task(#[from] tokio::task::JoinError),
    /// The report.
    #[error("{}: the report cannot be written ({source})", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}
