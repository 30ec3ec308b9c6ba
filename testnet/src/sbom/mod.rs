//! What the binaries are made of: a CycloneDX 1.6 document from cargo's own data and the lock file.
//!
//! The same sources give the same bytes: nothing of the time or the machine is in it. Crates that only tests use
//! are left out.

mod document;
mod lock;
mod metadata;

use std::path::Path;
use std::process::Command;

pub use document::document;
pub use lock::Checksums;
pub use metadata::Metadata;

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum SbomError {
    /// Cargo did not tell.
    #[error("cargo metadata failed: {said}")]
    Cargo {
        /// Its last words.
        said: String,
    },
    /// Cargo could not be started, or a file could not be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Cargo or the lock file says something else than expected.
    #[error("cannot be understood: {0}")]
    Json(#[from] serde_json::Error),
    /// The lock file is damaged.
    #[error("Cargo.lock cannot be understood: {0}")]
    Lock(#[from] toml::de::Error),
}

/// The document of the workspace in `root`, as JSON text.
pub fn of_workspace(root: &Path) -> Result<String, SbomError> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--locked", "--format-version", "1", "--all-features"]);
    cargo.args(["--filter-platform", "x86_64-unknown-linux-gnu"]).current_dir(root);
    let told = cargo.output()?;
    if !told.status.success() {
        return Err(SbomError::Cargo { said: String::from_utf8_lossy(&told.stderr).trim().to_owned() });
    }
    let metadata: Metadata = serde_json::from_slice(&told.stdout)?;
    let checksums = Checksums::parse(&std::fs::read_to_string(root.join("Cargo.lock"))?)?;
    Ok(serde_json::to_string_pretty(&document(&metadata, &checksums))? + "\n")
}
