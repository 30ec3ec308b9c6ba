//! Documents: what is bound to the ledger, what a node keeps, what opened.

use serde::Serialize;
use tally_contracts::types::{Height, MemberId, PublicKey};
use tally_proto::v1::document::{Document, GetDocumentResponse};

use super::shown::Listed;
use super::words::{id, word};
use super::{columns, row};

row! {
    /// A document of record, and whether the node that answered has what it says.
    DocumentRow from GetDocumentResponse as standing {
        document: String = of(standing, |it| id('A', it.id)),
        kind: String = of(standing, kind),
        receivable: String = of(standing, |it| id('R', it.receivable)),
        tranche: Option<String> = of(standing, |it| it.tranche.map(|one| id('T', one))),
        owner: String = of(standing, |it| it.owner.clone()),
        parties: Listed<String> = standing.document.iter().flat_map(|it| it.parties.clone()).collect(),
        replaces: Option<String> = of(standing, |it| it.replaces.map(|one| id('A', one))),
        payload: String = word(standing.payload().as_str_name(), "PAYLOAD_STATE_"),
        payload_bytes: u64 = payload(standing).map(|it| it.size_bytes).unwrap_or_default(),
        registered_at: u64 = of(standing, |it| it.registered_at_height),
        shredded_at: Option<u64> = of(standing, |it| it.shredded_at_height),
    }
}

row! {
    /// A document with what the node that answered keeps of it.
    DocumentStanding from GetDocumentResponse as standing {
        document: String = of(standing, |it| id('A', it.id)),
        kind: String = of(standing, kind),
        owner: String = of(standing, |it| it.owner.clone()),
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

/// Whether a document went with title to its next holder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GivenRow {
    document: String,
    kind: String,
    to: String,
    state: String,
}

columns!(GivenRow { document, kind, to, state });

impl GivenRow {
    /// A document, a member, and why it was not given.
    #[must_use]
    pub fn new(document: &Document, to: MemberId, given: Result<(), String>) -> Self {
        let share = |why: String| format!("not given, {why}: tally document share A{} {to}", document.id);
        Self {
            document: id('A', document.id),
            kind: kind(document),
            to: to.to_string(),
            state: given.map_or_else(share, |()| "given".to_owned()),
        }
    }
}

/// A key in the place of another one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RotatedRow {
    member: String,
    from: String,
    to: String,
    /// Of the new key, where it has one.
    last_height: Option<u64>,
}

columns!(RotatedRow { member, from, to, last_height });

impl RotatedRow {
    /// Whose key, and which.
    #[must_use]
    pub fn new(member: MemberId, from: PublicKey, to: PublicKey) -> Self {
        Self { member: member.to_string(), from: from.to_string(), to: to.to_string(), last_height: None }
    }

    /// The same for a key that ends.
    #[must_use]
    pub fn until(self, last_height: Option<Height>) -> Self {
        Self { last_height: last_height.map(Height::number), ..self }
    }
}

/// Something of the record, which every answer has.
fn of<T: Default>(standing: &GetDocumentResponse, what: impl Fn(&Document) -> T) -> T {
    standing.document.as_ref().map(what).unwrap_or_default()
}

fn kind(document: &Document) -> String {
    word(document.kind().as_str_name(), "DOCUMENT_KIND_")
}

fn payload(standing: &GetDocumentResponse) -> Option<&tally_proto::v1::document::Payload> {
    standing.document.as_ref()?.payload.as_ref()
}
