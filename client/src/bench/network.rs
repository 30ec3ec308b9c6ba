//! The network file: who plays, with which keys, and which processes the nodes are.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::{BenchError, io};
use super::limits::NETWORK_FILE_BYTES_MAX;

/// The file's name in a network's folder.
const NAME: &str = "network.json";

/// A network of this machine, as whoever started it describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkFile {
    /// What signatures are for.
    pub chain_id: String,
    /// Opens every member's key.
    pub passphrase_file: PathBuf,
    /// Who plays.
    pub members: Vec<MemberEntry>,
    /// Milliseconds that everything between two nodes takes on its way; 0 on one machine as it is.
    pub distance_ms: u64,
    /// Validators first.
    pub nodes: Vec<NodeEntry>,
}

/// A member that plays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberEntry {
    /// Its slug.
    pub id: String,
    /// What it does.
    pub part: Part,
    /// Its key.
    pub key_file: PathBuf,
}

/// What a member does under the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Keeps deposits and buys.
    Bank,
    /// Owes.
    Anchor,
    /// Holds, pays on and sells.
    Supplier,
}

/// A node of the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeEntry {
    /// For people.
    pub name: String,
    /// Where its API answers.
    pub url: String,
    /// Its process.
    pub pid: u32,
    /// Everything that it writes.
    pub data_dir: PathBuf,
    /// Whether it votes.
    pub validator: bool,
}

impl NetworkFile {
    /// Reads the description in a network's folder.
    pub fn read(folder: &Path) -> Result<Self, BenchError> {
        let path = folder.join(NAME);
        let file = File::open(&path).map_err(io(&path, "open"))?;
        let mut text = String::new();
        file.take(NETWORK_FILE_BYTES_MAX).read_to_string(&mut text).map_err(io(&path, "read"))?;
        serde_json::from_str(&text).map_err(|_| BenchError::NotANetwork { path })
    }

    /// Writes it there.
    pub fn write(&self, folder: &Path) -> Result<(), BenchError> {
        let path = folder.join(NAME);
        let text = serde_json::to_string_pretty(self).expect("a network holds only texts and numbers");
        fs::write(&path, text + "\n").map_err(io(path, "write"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_reads_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let member = MemberEntry { id: "m-1".into(), part: Part::Supplier, key_file: "m-1.pem".into() };
        let node = NodeEntry {
            name: "bank-1".into(),
            url: "http://127.0.0.1:1".into(),
            pid: 7,
            data_dir: "data".into(),
            validator: true,
        };
        let network = NetworkFile {
            chain_id: "tally-bench".into(),
            passphrase_file: "passphrase".into(),
            members: vec![member],
            distance_ms: 0,
            nodes: vec![node],
        };
        network.write(folder.path()).unwrap();
        assert_eq!(NetworkFile::read(folder.path()).unwrap(), network);
        fs::write(folder.path().join(NAME), "{}").unwrap();
        assert!(matches!(NetworkFile::read(folder.path()), Err(BenchError::NotANetwork { .. })));
    }
}
