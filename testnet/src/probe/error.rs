//! Why a probe could not be carried through.

use std::path::{Path, PathBuf};

use tally_client::sdk::ClientError;

use crate::canaries::CanaryError;
use crate::demo::DemoError;
use crate::network::NetworkError;
use crate::questions::AskError;

/// A failure of the rig, not of what it looks at.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The deals.
    #[error(transparent)]
    World(#[from] CanaryError),
    /// An action.
    #[error(transparent)]
    Action(#[from] DemoError),
    /// A request.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A question.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// Something that a chain does by itself.
    #[error("{what} did not come in time")]
    TooLate {
        /// What was awaited.
        what: &'static str,
    },
    /// A kind of which there are no numbers to compare.
    #[error("{kind}: of {forbidden} forbidden numbers and {absent} absent ones none have as many digits")]
    NoNumbers {
        /// The kind.
        kind: String,
        /// How many there are.
        forbidden: usize,
        /// How many there could be.
        absent: usize,
    },
    /// A file.
    #[error("{}: cannot write ({source})", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// For `map_err`.
pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> ProbeError + use<> {
    let path = path.to_path_buf();
    move |source| ProbeError::Io { path, source }
}
