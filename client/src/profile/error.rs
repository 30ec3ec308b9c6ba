//! What can be wrong with profiles, and what to do about it.

use std::path::PathBuf;

/// Profiles that cannot be read, changed or resolved.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Neither `TALLY_HOME`, `XDG_CONFIG_HOME` nor `HOME` is set.
    #[error("no place for profiles: set TALLY_HOME to a folder")]
    NoHome,
    /// The operating system refused.
    #[error("{path}: cannot {action} ({source}): check the path and its permissions")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file is larger than any profiles file.
    #[error("{path} has {bytes} bytes, more than the {limit} of a profiles file: name the right file")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes found.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Not TOML, or a value of the wrong type.
    #[error("{path}: {source}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, column and cause.
        source: Box<toml::de::Error>,
    },
    /// A key that means nothing.
    #[error("{path}: unknown key {key}: remove it or correct its spelling (known: {known})")]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The dotted key.
        key: String,
        /// The keys allowed there.
        known: String,
    },
    /// A name that is no word.
    #[error("\"{name}\" is no profile name: use up to 64 of a-z, 0-9, '-', '_' and '.'")]
    BadName {
        /// The name found.
        name: String,
    },
    /// Not a node's address.
    #[error("\"{url}\" is no node address: use http://HOST:PORT or https://HOST:PORT")]
    BadNode {
        /// The address found.
        url: String,
    },
    /// No such profile.
    #[error("there is no profile {name} in {path}: add it with tally profile add, or choose one of: {known}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// The file.
        path: PathBuf,
        /// The names that exist.
        known: String,
    },
    /// The name is taken.
    #[error("profile {name} exists already in {path}: choose another name or edit the file")]
    Exists {
        /// The name.
        name: String,
        /// The file.
        path: PathBuf,
    },
    /// A setting that a command needs and nothing sets.
    #[error("no {what} is set: pass {flag}, set {variable}, or choose a profile with --as")]
    NotSet {
        /// The setting.
        what: &'static str,
        /// Its flag.
        flag: &'static str,
        /// Its environment variable.
        variable: &'static str,
    },
}
