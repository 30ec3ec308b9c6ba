//! Where everything of a network lies on disk.

use std::path::{Path, PathBuf};

use tally_client::sdk::ClientCertificate;

/// The file that proves that a folder is a network of ours.
pub const MARKER: &str = "tally-testnet";

/// The paths of one network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The network's folder, absolute.
    pub root: PathBuf,
}

impl Layout {
    /// Holds the process id of whoever made the network.
    pub fn marker(&self) -> PathBuf {
        self.root.join(MARKER)
    }

    /// What `. env.sh` sets in another terminal.
    pub fn env(&self) -> PathBuf {
        self.root.join("env.sh")
    }

    /// The genesis document, the same for every node.
    pub fn genesis(&self) -> PathBuf {
        self.root.join("genesis.toml")
    }

    /// `TALLY_HOME`: profiles and members' keys.
    pub fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// Who signed all certificates, PEM; only with TLS.
    pub fn authority(&self) -> PathBuf {
        self.home().join("ca.pem")
    }

    /// A member's certificate and key for TLS.
    pub fn member_certificate(&self, member: &str) -> ClientCertificate {
        let folder = self.home().join("tls");
        let file = |ending: &str| folder.join(format!("{member}.{ending}"));
        ClientCertificate { certificate: file("cert.pem"), key: file("key.pem") }
    }

    /// A member's key file.
    pub fn member_key(&self, member: &str) -> PathBuf {
        self.home().join("keys").join(format!("{member}.pem"))
    }

    /// The passphrase of every member's key.
    pub fn member_passphrase(&self) -> PathBuf {
        self.home().join("passphrase")
    }

    /// All nodes' folders.
    pub fn nodes(&self) -> PathBuf {
        self.root.join("nodes")
    }

    /// One node's folder.
    pub fn node(&self, name: &str) -> NodeLayout {
        NodeLayout { root: self.nodes().join(name) }
    }
}

/// The paths of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeLayout {
    /// The node's folder.
    pub root: PathBuf,
}

impl NodeLayout {
    /// Its configuration; being its only argument, this path also tells its process.
    pub fn config(&self) -> PathBuf {
        self.root.join("tallyd.toml")
    }

    /// Signs votes; validators only.
    pub fn consensus_key(&self) -> PathBuf {
        self.root.join("keys/consensus.pem")
    }

    /// Identifies it to its peers.
    pub fn peer_key(&self) -> PathBuf {
        self.root.join("keys/peer.pem")
    }

    /// Opens both.
    pub fn passphrase(&self) -> PathBuf {
        self.root.join("keys/passphrase")
    }

    /// Its certificate and key for TLS.
    pub fn certificate(&self) -> ClientCertificate {
        ClientCertificate { certificate: self.root.join("tls/cert.pem"), key: self.root.join("tls/key.pem") }
    }

    /// Where it answers its operator.
    pub fn operator_socket(&self) -> PathBuf {
        self.data().join("operator.sock")
    }

    /// Everything that it writes.
    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// What it says; every start appends.
    pub fn log(&self) -> PathBuf {
        self.root.join("tallyd.log")
    }

    /// Its process id while it runs.
    pub fn pid(&self) -> PathBuf {
        self.root.join("pid")
    }
}

/// The path from the root of the file system, without following links of what is not there yet.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}
