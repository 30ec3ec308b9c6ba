//! Why the SDK could not do what it was asked.

use std::path::PathBuf;

use tally_contracts::types::Hash;
use tally_proto::{FieldError, TransactionError};

use super::problem::Problem;

/// A failure of a request, of the journal or of what a node sent.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No address.
    #[error("no node address is given: name at least one as http://HOST:PORT")]
    NoNode,
    /// An address that cannot be dialled.
    #[error("\"{url}\" is no address that can be dialled: use http://HOST:PORT or https://HOST:PORT")]
    BadAddress {
        /// The address.
        url: String,
    },
    /// An address with TLS, and nobody to believe.
    #[error(
        "{url}: whose certificates to believe is not set: pass --ca-file, set TALLY_CA_FILE, or put ca_file in the profile"
    )]
    NoAuthority {
        /// The address.
        url: String,
    },
    /// A file for TLS that cannot be read.
    #[error("{path}: cannot read ({source}): check the path and its permissions")]
    TlsFile {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A key that cannot be read, that others can read, or that does not sign.
    #[error(transparent)]
    Key(#[from] tally_keys::KeyError),
    /// Files that are no certificates, or do not go together.
    #[error(
        "{url}: the certificate files cannot be used ({reason}): check ca_file, certificate_file and certificate_key_file"
    )]
    TlsUnfit {
        /// The address.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// A node refused.
    #[error("{url}: {problem}")]
    Node {
        /// Which node.
        url: String,
        /// What it said.
        problem: Box<Problem>,
    },
    /// Every node failed.
    #[error("none of {nodes} nodes answered; the last, {url}, said: {problem}")]
    Unreachable {
        /// How many were tried.
        nodes: usize,
        /// The last one.
        url: String,
        /// Why it did not answer.
        problem: Box<Problem>,
    },
    /// The node answered without a part that it always sends.
    #[error("the node's answer lacks {what}: it runs other software than this client")]
    Incomplete {
        /// What is missing.
        what: &'static str,
    },
    /// The node is on another chain.
    #[error(
        "the node is on chain {found}, but {expected} is expected: check the node address or the profile"
    )]
    OtherChain {
        /// What the node says.
        found: String,
        /// What the profile says.
        expected: String,
    },
    /// The transaction cannot be built.
    #[error(transparent)]
    Transaction(#[from] TransactionError),
    /// A field of it is wrong.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The answer is about another transaction.
    #[error("asked about {asked}, the node answered about {answered}: do not trust this node")]
    OtherTransaction {
        /// What was asked.
        asked: Hash,
        /// What was answered.
        answered: Hash,
    },
    /// The same request id was used for something else.
    #[error(
        "request id {request_id} was used before for {action}: leave the id out for a new request, or ask with \
         tally tx get --request-id {request_id}"
    )]
    RequestIdUsed {
        /// Hexadecimal.
        request_id: String,
        /// What it was used for.
        action: String,
    },
    /// The journal's file cannot be read or written; nothing was sent.
    #[error("{path}: cannot {action} ({source}); nothing was sent")]
    Journal {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The journal's file is damaged.
    #[error("{path} is no record of a request: move it away; nothing was sent")]
    JournalDamaged {
        /// The file.
        path: PathBuf,
    },
    /// More transactions at once than a submission stream takes.
    #[error("{wanted} transactions are handed in where {room} may be: take answers first")]
    ManyUnanswered {
        /// How many were handed in.
        wanted: usize,
        /// How many may be.
        room: usize,
    },
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes for a request id; nothing was sent")]
    NoRandomness,
    /// A session without keys.
    #[error("no key is at hand to sign with")]
    NoKey,
}

impl ClientError {
    /// What the node said, where it did.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Node { problem, .. } | Self::Unreachable { problem, .. } => Some(problem),
            Self::NoNode
            | Self::BadAddress { .. }
            | Self::NoAuthority { .. }
            | Self::TlsFile { .. }
            | Self::TlsUnfit { .. }
            | Self::Incomplete { .. }
            | Self::OtherChain { .. }
            | Self::Transaction(_)
            | Self::Field(_)
            | Self::OtherTransaction { .. }
            | Self::RequestIdUsed { .. }
            | Self::Journal { .. }
            | Self::JournalDamaged { .. }
            | Self::ManyUnanswered { .. }
            | Self::NoRandomness
            | Self::NoKey
            | Self::Key(_) => None,
        }
    }
}
