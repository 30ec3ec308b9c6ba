//! The lock file's checksums: SHA-256 of each crate's archive as the registry has it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::SbomError;

/// By name and version.
#[derive(Debug, Default)]
pub struct Checksums(BTreeMap<(String, String), String>);

#[derive(Deserialize)]
struct LockFile {
    #[serde(default)]
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

impl Checksums {
    /// Reads `Cargo.lock`.
    pub fn parse(text: &str) -> Result<Self, SbomError> {
        let file: LockFile = toml::from_str(text)?;
        let listed = |one: Locked| Some(((one.name, one.version), one.checksum?));
        Ok(Self(file.package.into_iter().filter_map(listed).collect()))
    }

    /// Hexadecimal; none for our own crates.
    pub fn of(&self, name: &str, version: &str) -> Option<&str> {
        self.0.get(&(name.to_owned(), version.to_owned())).map(String::as_str)
    }
}
