//! Why a payload or a wrapped key is not kept or not found.
use std::path::PathBuf;
use tally_contracts::types::{DocumentId, Hash, MemberId};

/// See the module's description.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{} cannot be {action}: {source}", path.display())]
    Io { action: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{document} has {expected} bytes here; a chunk begins there or at 0, not at {found}")]
    Offset { document: DocumentId, expected: u64, found: u64 },
    #[error("a chunk of {bytes} bytes at {offset} goes beyond the {size} bytes of {document}")]
    TooMuch { document: DocumentId, offset: u64, bytes: u64, size: u64 },
    #[error(
        "what was uploaded for {document} has SHA-256 {found}, the ledger says {expected}; upload it anew"
    )]
    Mismatch { document: DocumentId, found: Hash, expected: Hash },
    #[error(
        "{owner}'s documents would take {wanted} bytes on this node, more than the {limit} it gives one member"
    )]
    MemberFull { owner: MemberId, wanted: u64, limit: u64 },
    #[error(
        "documents would take {wanted} bytes on this node, more than its {limit}; its operator can give more"
    )]
    Full { wanted: u64, limit: u64 },
    #[error("{document} has {limit} wrapped keys here already")]
    EnvelopesFull { document: DocumentId, limit: usize },
    #[error("the payload of {document} is not on this node{tried}")]
    Missing { document: DocumentId, tried: &'static str },
    #[error("the payload of {document} is damaged on this node{tried}")]
    Damaged { document: DocumentId, tried: &'static str },
}

impl StoreError {
    pub(super) fn io(
        path: &std::path::Path,
        action: &'static str,
    ) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
