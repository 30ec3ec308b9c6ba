//! Documents: what invoices, contracts and delivery notes say stays off the ledger; what they are bound to stands here.
//!
//! A version of a document is encrypted under a key of its own and travels between the nodes of its parties. The
//! ledger keeps a salted commitment to its content, the hash and size of what travels, and who is a party.
mod register;
mod share;
mod shred;

pub use register::RegisterDocument;
pub use share::ShareDocument;
pub use shred::ShredDocument;

use crate::failure::Failure;
use crate::member::{Member, Role};
use crate::rejection::Rejection;
use crate::state::{IndexKey, Key, State};
use crate::types::{DocumentId, Hash, Height, MemberId, ReceivableId, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeSet;

/// What a document is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum DocumentKind {
    Invoice,
    Contract,
    DeliveryNote,
    Other,
}

/// What travels, and what it opens to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Payload {
    /// Over a random salt and the content, so that nobody tries out contents.
    pub commitment: Hash,
    /// SHA-256 of the encrypted, padded bytes: what a node checks that cannot open them.
    pub ciphertext: Hash,
    /// Of the encrypted, padded bytes.
    pub bytes: u64,
}

/// One version of a document.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Document {
    pub id: DocumentId,
    pub receivable: ReceivableId,
    /// The tranche whose transfer it belongs to; `None` for what the receivable itself rests on.
    pub tranche: Option<TrancheId>,
    pub kind: DocumentKind,
    pub owner: MemberId,
    pub payload: Payload,
    /// The version before.
    pub replaces: Option<DocumentId>,
    /// Who may have it beside its owner and the regulators.
    pub parties: BTreeSet<MemberId>,
    pub registered_at: Height,
    /// Since when its keys and its payload are to be destroyed.
    pub shredded_at: Option<Height>,
}

impl Document {
    /// The index rows that follow from this record.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        vec![IndexKey::DocumentOf { receivable: self.receivable, document: self.id }]
    }

    /// Whether it was given to the member: regulators are given everything.
    pub fn is_party(&self, member: MemberId) -> bool {
        self.owner == member || self.parties.contains(&member)
    }
}

/// Whether a member buys, keeps, guarantees or collects debts, and therefore looks at what they rest on.
fn bears_risk(member: &Member) -> bool {
    let roles = [Role::Funder, Role::Bank, Role::Guarantor, Role::CollectionAgent];
    roles.into_iter().any(|role| member.has_role(role))
}

/// A document of which `by` is a party and that is not shredded. Others are told what is told about none.
fn open_to(state: &mut State, by: MemberId, id: DocumentId) -> Result<Document, Failure> {
    let document: Option<Document> = state.get(Key::DocumentEntry(id))?;
    let document = document.filter(|document| document.is_party(by));
    let document = document.ok_or(Rejection::DocumentUnknown { document: id })?;
    if document.shredded_at.is_some() {
        return Err(Rejection::DocumentShredded { document: id }.into());
    }
    Ok(document)
}

/// Who is to open a document has published a key for that.
fn require_encryption_key(state: &mut State, member: MemberId) -> Result<(), Failure> {
    if !state.contains(Key::EncryptionKey(member))? {
        return Err(Rejection::EncryptionKeyMissing { member }.into());
    }
    Ok(())
}
