//! Why a configuration was not loaded: which file, which key, what to do.

use super::check::Flaws;
use super::load::ENVIRONMENT_PREFIX;
use std::fmt;
use std::path::PathBuf;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    File(PathBuf),
    /// A variable of the environment.
    Variable(String),
    /// `--set KEY=VALUE`.
    Flag,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            Self::Flag => f.write_str("the flag --set"),
        }
    }
}

/// Why a configuration was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error(
        "{} cannot be read: {source}; make one with `tallyd init --dir DIR`, or name it with --config",
        file.display()
    )]
    Read { file: PathBuf, source: std::io::Error },
    #[error("{} has more than {limit} bytes: this is no configuration file", file.display())]
    TooLarge { file: PathBuf, limit: u64 },
    #[error("{} is no TOML: {reason}", file.display())]
    Syntax { file: PathBuf, reason: String },
    #[error("{place} sets the unknown key {key}; known here: {known}")]
    UnknownKey { place: Place, key: String, known: String },
    #[error("{place} sets {key} to {found}; expected {expected}")]
    WrongKind { place: Place, key: String, found: String, expected: String },
    #[error("{place} sets {key}, which is a list: only a file can hold it, as [[{key}]]")]
    ListOutsideFile { place: Place, key: &'static str },
    #[error(
        "{} does not set {key} ({meaning}); set it there, by --set {key}=VALUE, or by {ENVIRONMENT_PREFIX}_{}",
        file.display(),
        key.replace('.', "__").to_uppercase()
    )]
    Missing { file: PathBuf, key: &'static str, meaning: &'static str },
    #[error("{argument} is not of the form KEY=VALUE, such as --set log.format=json")]
    Override { argument: String },
    #[error("the values of {} do not fit together: {reason}", file.display())]
    Values { file: PathBuf, reason: String },
    #[error("{} would be dangerous:\n{flaws}", file.display())]
    Refused { file: PathBuf, flaws: Flaws },
}
