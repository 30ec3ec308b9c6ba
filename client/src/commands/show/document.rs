//! Documents: what is bound to the ledger, what a node keeps, what opened.

use serde::Serialize;
use tally_contracts::types::{MemberId, PublicKey};
use tally_proto::v1::document::{Document, GetDocumentResponse};

use super::shown::Listed;
use super::words::{id, word};
use super::{columns, row};

row! {
    /// A document of record.
    DocumentRow from Document as document {
        document: String = id('A', document.id),
        kind: String = kind(document),
        receivable: String = id('R', document.receivable),
        tranche: Option<String> = document.tranche.map(|one| id('T', one)),
        owner: String = document.owner.clone(),
        parties: Listed<String> = document.parties.iter().cloned().collect(),
        replaces: Option<String> = document.replaces.map(|one| id('A', one)),
        payload_bytes: u64 = document.payload.as_ref().map(|it| it.size_bytes).unwrap_or_default(),
        registered_at: u64 = document.registered_at_height,
        shredded_at: Option<u64> = document.shredded_at_height,
    }
}

row! {
    /// A document with what the node that answered keeps of it.
    DocumentStanding from GetDocumentResponse as standing {
        document: String = standing.document.as_ref().map(|it| id('A', it.id)).unwrap_or_default(),
        kind: String = standing.document.as_ref().map(kind).unwrap_or_default(),
        owner: String = standing.document.as_ref().map(|it| it.owner.clone()).unwrap_or_default(),
        parties: Listed<String> =
            standing.document.iter().flat_map(|it| it.parties.clone()).collect(),
        payload: String = word(standing.payload().as_str_name(), "PAYLOAD_STATE_"),
        wrapped_for: Listed<String> = standing.enveloped.iter().cloned().collect(),
        ciphertext_sha256: Option<String> = payload(standing).map(|it| hex::encode(&it.ciphertext_sha256)),
        commitment: Option<String> = payload(standing).map(|it| hex::encode(&it.commitment)),
    }
}

/// What became of opening a document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckedRow {
    document: String,
    kind: String,
    owner: String,
    state: String,
    name: String,
}

columns!(CheckedRow { document, kind, owner, state, name });

impl CheckedRow {
    /// A document and how it stands.
    #[must_use]
    pub fn new(document: &Document, state: &str, name: &str) -> Self {
        Self {
            document: id('A', document.id),
            kind: kind(document),
            owner: document.owner.clone(),
            state: state.to_owned(),
            name: name.to_owned(),
        }
    }
}

/// For whom a document's key was wrapped.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WrappedRow {
    document: String,
    wrapped_for: Listed<String>,
}

columns!(WrappedRow { document, wrapped_for });

impl WrappedRow {
    /// A document and the members.
    #[must_use]
    pub fn new(document: &Document, members: &[MemberId]) -> Self {
        let wrapped_for = members.iter().map(MemberId::to_string).collect();
        Self { document: id('A', document.id), wrapped_for }
    }
}

/// A key in the place of another one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RotatedRow {
    member: String,
    from: String,
    to: String,
}

columns!(RotatedRow { member, from, to });

impl RotatedRow {
    /// Whose key, and which.
    #[must_use]
    pub fn new(member: MemberId, from: PublicKey, to: PublicKey) -> Self {
        Self { member: member.to_string(), from: from.to_string(), to: to.to_string() }
    }
}

fn kind(document: &Document) -> String {
    word(document.kind().as_str_name(), "DOCUMENT_KIND_")
}

fn payload(standing: &GetDocumentResponse) -> Option<&tally_proto::v1::document::Payload> {
    standing.document.as_ref()?.payload.as_ref()
}
