//! Documents, and the keys that open them.
use super::field::{At, FieldError, fixed, member, one_of, public_key, required};
use crate::v1::document as wire;
use crate::v1::governance::RotateConsensusKey;
use crate::v1::member::{EncryptionKey, SetEncryptionKey};
use tally_contracts::document as domain;
use tally_contracts::governance;
use tally_contracts::member as people;
use tally_contracts::types::{DocumentId, Hash, MemberId, ReceivableId, TrancheId, X25519Key};

impl TryFrom<&SetEncryptionKey> for people::SetEncryptionKey {
    type Error = FieldError;

    fn try_from(action: &SetEncryptionKey) -> Result<Self, FieldError> {
        Ok(Self { key: encryption_key(&action.encryption_key, "encryption_key")? })
    }
}

impl From<&people::SetEncryptionKey> for SetEncryptionKey {
    fn from(action: &people::SetEncryptionKey) -> Self {
        Self { encryption_key: action.key.0.to_vec() }
    }
}

impl From<&people::EncryptionKey> for EncryptionKey {
    fn from(key: &people::EncryptionKey) -> Self {
        Self { key: key.key.0.to_vec(), number: key.number, since_height: key.since.number() }
    }
}

impl TryFrom<&RotateConsensusKey> for governance::RotateConsensusKey {
    type Error = FieldError;

    fn try_from(action: &RotateConsensusKey) -> Result<Self, FieldError> {
        Ok(Self {
            from: public_key(&action.from_key, "from_key")?,
            to: public_key(&action.to_key, "to_key")?,
        })
    }
}

impl From<&governance::RotateConsensusKey> for RotateConsensusKey {
    fn from(action: &governance::RotateConsensusKey) -> Self {
        Self { from_key: action.from.0.to_vec(), to_key: action.to.0.to_vec() }
    }
}

impl TryFrom<&wire::Payload> for domain::Payload {
    type Error = FieldError;

    fn try_from(payload: &wire::Payload) -> Result<Self, FieldError> {
        Ok(Self {
            commitment: Hash(fixed(&payload.commitment).at("commitment")?),
            ciphertext: Hash(fixed(&payload.ciphertext_sha256).at("ciphertext_sha256")?),
            bytes: payload.size_bytes,
        })
    }
}

impl From<&domain::Payload> for wire::Payload {
    fn from(payload: &domain::Payload) -> Self {
        Self {
            commitment: payload.commitment.0.to_vec(),
            ciphertext_sha256: payload.ciphertext.0.to_vec(),
            size_bytes: payload.bytes,
        }
    }
}

impl TryFrom<&wire::RegisterDocument> for domain::RegisterDocument {
    type Error = FieldError;

    fn try_from(action: &wire::RegisterDocument) -> Result<Self, FieldError> {
        Ok(Self {
            receivable: ReceivableId::new(action.receivable),
            tranche: action.tranche.map(TrancheId::new),
            kind: one_of::<wire::DocumentKind, _>(action.kind, "kind")?,
            payload: required(&action.payload, "payload")?,
            replaces: action.replaces.map(DocumentId::new),
        })
    }
}

impl From<&domain::RegisterDocument> for wire::RegisterDocument {
    fn from(action: &domain::RegisterDocument) -> Self {
        Self {
            receivable: action.receivable.number(),
            tranche: action.tranche.map(|id| id.number()),
            kind: wire::DocumentKind::from(action.kind).into(),
            payload: Some((&action.payload).into()),
            replaces: action.replaces.map(|id| id.number()),
        }
    }
}

impl TryFrom<&wire::ShareDocument> for domain::ShareDocument {
    type Error = FieldError;

    fn try_from(action: &wire::ShareDocument) -> Result<Self, FieldError> {
        Ok(Self { document: DocumentId::new(action.document), with: member(&action.with, "with")? })
    }
}

impl From<&domain::ShareDocument> for wire::ShareDocument {
    fn from(action: &domain::ShareDocument) -> Self {
        Self { document: action.document.number(), with: action.with.to_string() }
    }
}

impl TryFrom<&wire::ShredDocument> for domain::ShredDocument {
    type Error = FieldError;

    fn try_from(action: &wire::ShredDocument) -> Result<Self, FieldError> {
        Ok(Self { document: DocumentId::new(action.document) })
    }
}

impl From<&domain::ShredDocument> for wire::ShredDocument {
    fn from(action: &domain::ShredDocument) -> Self {
        Self { document: action.document.number() }
    }
}

impl From<&domain::Document> for wire::Document {
    fn from(document: &domain::Document) -> Self {
        Self {
            id: document.id.number(),
            receivable: document.receivable.number(),
            tranche: document.tranche.map(|id| id.number()),
            kind: wire::DocumentKind::from(document.kind).into(),
            owner: document.owner.to_string(),
            payload: Some((&document.payload).into()),
            replaces: document.replaces.map(|id| id.number()),
            parties: document.parties.iter().map(MemberId::to_string).collect(),
            registered_at_height: document.registered_at.number(),
            shredded_at_height: document.shredded_at.map(|height| height.number()),
        }
    }
}

/// Whether it is of small order is for the ledger to say.
fn encryption_key(bytes: &[u8], name: &str) -> Result<X25519Key, FieldError> {
    fixed(bytes).map(X25519Key).at(name)
}
