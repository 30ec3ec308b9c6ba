//! Why a load could not be run, or why its result is not to be believed.

use std::path::PathBuf;

use tally_contracts::types::{AmountError, IdError, TextError};
use tally_keys::KeyError;

use crate::sdk::ClientError;

/// A failure of the load generator.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// A file or folder.
    #[error("{}: cannot {action} ({source})", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A network file that cannot be read.
    #[error("{} describes no network: make one with tally-testnet bench", path.display())]
    NotANetwork {
        /// The file.
        path: PathBuf,
    },
    /// Too few members to play the load.
    #[error("the network has {found} {part}s, the load needs {needed} at least")]
    TooFew {
        /// Which part.
        part: &'static str,
        /// How many there are.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// A receipt without what the next step needs.
    #[error("the receipt of {action} lacks {what}: the nodes run other software than this client")]
    ReceiptLacks {
        /// Of which action.
        action: &'static str,
        /// What is missing.
        what: &'static str,
    },
    /// A rule refused what prepares the load.
    #[error("{action} was refused while the load was prepared: {said}")]
    SetupRefused {
        /// Which action.
        action: &'static str,
        /// Why.
        said: String,
    },
    /// Something that must not happen under this load.
    #[error("{count} transactions were not applied, which this load never provokes: {reasons}")]
    Refusals {
        /// How many.
        count: u64,
        /// Reasons with their counts.
        reasons: String,
    },
    /// Outcomes that nobody told.
    #[error("{count} transactions were not answered within {seconds} s after the window")]
    Unanswered {
        /// How many.
        count: u64,
        /// How long it was waited.
        seconds: u64,
    },
    /// Nothing was committed.
    #[error("no transaction was committed within the window: choose more --seconds, or read the nodes' logs")]
    NothingCommitted,
    /// Nodes that differ.
    #[error("the nodes have different state roots at height {height}: stop and tell the operators")]
    RootsDiffer {
        /// At which height.
        height: u64,
    },
    /// A law that is broken.
    #[error("an invariant does not hold: run tally node invariants against each node")]
    InvariantBroken,
    /// A node that stays behind.
    #[error("{node} did not reach height {height} within {seconds} s")]
    Behind {
        /// Which node.
        node: String,
        /// Where the others are.
        height: u64,
        /// How long it was waited.
        seconds: u64,
    },
    /// No randomness.
    #[error("the operating system gives no random bytes")]
    NoRandomness,
    /// A request.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// An amount.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// A text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A member's id.
    #[error(transparent)]
    Id(#[from] IdError),
}

/// For `map_err`: what was tried on which path.
pub(super) fn io(
    path: impl Into<PathBuf>,
    action: &'static str,
) -> impl FnOnce(std::io::Error) -> BenchError {
    let path = path.into();
    move |source| BenchError::Io { path, action, source }
}
