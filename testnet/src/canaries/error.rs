//! Why a search could not be carried through.

use std::path::{Path, PathBuf};

use tally_client::document::DocumentError;
use tally_client::sdk::ClientError;
use tally_contracts::types::{AmountError, IdError, TextError};
use tally_keys::KeyError;

use crate::demo::DemoError;
use crate::network::NetworkError;
use crate::questions::AskError;

/// A failure of the rig, not of what it looks for.
#[derive(Debug, thiserror::Error)]
pub enum CanaryError {
    /// The network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A deal.
    #[error(transparent)]
    Deal(#[from] DemoError),
    /// A request.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A question.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A document.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// An amount.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// A text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// An id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The search.
    #[error("the patterns make no search ({0})")]
    Search(#[from] aho_corasick::BuildError),
    /// A task of ours.
    #[error("a task ended before its work was done ({0})")]
    Task(#[from] tokio::task::JoinError),
    /// A file.
    #[error("{}: cannot {action} ({source})", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file that is not searched must not pass for one that holds nothing.
    #[error("{} has {bytes} bytes, over {limit}; it is not searched, so nothing can be said", path.display())]
    FileTooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// What is searched.
        limit: u64,
    },
    /// An option.
    #[error("--also {value} is not MEMBER=DIR with a member of this run")]
    Also {
        /// As it was given.
        value: String,
    },
    /// Something that an answer lacks.
    #[error("an answer lacks {what}")]
    Missing {
        /// What.
        what: &'static str,
    },
}

/// For `map_err`.
pub fn io(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> CanaryError + use<> {
    let path = path.to_path_buf();
    move |source| CanaryError::Io { path, action, source }
}
