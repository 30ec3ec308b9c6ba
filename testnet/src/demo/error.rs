//! Why the demo could not tell its story, and which log to read.

use std::path::PathBuf;

use tally_client::sdk::ClientError;
use tally_contracts::types::{AmountError, IdError, MemberId, TextError};
use tally_proto::TransactionError;

use crate::network::NetworkError;

/// A failure of the demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A request.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A transaction that cannot be built.
    #[error(transparent)]
    Transaction(#[from] TransactionError),
    /// A sum.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// An id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A rule refused what the story needs.
    #[error("{member}: {action} was refused with {reason}: {message}")]
    Refused {
        /// Who acted.
        member: MemberId,
        /// What was asked.
        action: &'static str,
        /// UPPER_SNAKE.
        reason: String,
        /// With the values that mattered.
        message: String,
    },
    /// Something that must be refused was not, or for another reason.
    #[error("{what} must be refused with {expected}, but the outcome was {found}")]
    NotRefused {
        /// What was asked.
        what: &'static str,
        /// The rulebook's reason.
        expected: &'static str,
        /// What happened.
        found: String,
    },
    /// Nobody told the outcome in time.
    #[error("{member}: nobody told in time what became of {action} ({found})")]
    Undecided {
        /// Who acted.
        member: MemberId,
        /// What was asked.
        action: &'static str,
        /// The last that was heard.
        found: String,
    },
    /// An answer or the invoices lack what the story needs.
    #[error("{what} is missing: {hint}")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// The `tally` command.
    #[error("`{command}` ended with {status} and said:\n{said}")]
    Command {
        /// How it was called.
        command: String,
        /// How it ended.
        status: String,
        /// Its errors.
        said: String,
    },
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
    /// Something did not happen in time.
    #[error("{what} did not happen within {seconds} s ({found})")]
    TooLate {
        /// What was awaited.
        what: &'static str,
        /// How long.
        seconds: u64,
        /// What was seen instead.
        found: String,
    },
    /// A promise of the ledger does not hold.
    #[error("check failed: {what}: {found}")]
    Broken {
        /// Which promise.
        what: &'static str,
        /// What was found.
        found: String,
    },
}

/// For `map_err`: what was tried on which path.
pub(super) fn io(path: impl Into<PathBuf>, action: &'static str) -> impl FnOnce(std::io::Error) -> DemoError {
    let path = path.into();
    move |source| DemoError::Io { path, action, source }
}
