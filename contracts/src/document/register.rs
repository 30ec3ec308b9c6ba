//! Register: a side of a receivable, or who holds a tranche of it, binds a document to it.
use super::{Document, DocumentKind, Payload, open_to, require_encryption_key};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::{DOCUMENT_PAYLOAD_BYTES_MAX, DOCUMENTS_PER_RECEIVABLE_MAX};
use crate::receivable::Receivable;
use crate::rejection::Rejection;
use crate::state::{IndexKey, Key, State};
use crate::tranche;
use crate::types::{CounterKind, DocumentId, ReceivableId, TrancheId};
use std::collections::BTreeSet;

/// By the anchor or the supplier for the receivable, by the holder for a tranche of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterDocument {
    pub receivable: ReceivableId,
    pub tranche: Option<TrancheId>,
    pub kind: DocumentKind,
    pub payload: Payload,
    /// An earlier version, of the same owner and about the same.
    pub replaces: Option<DocumentId>,
}

impl RegisterDocument {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let owner = call.sender.id;
        self.check_side(state, call)?;
        let bytes = self.payload.bytes;
        if bytes == 0 || bytes > DOCUMENT_PAYLOAD_BYTES_MAX {
            return Err(Rejection::PayloadSize { bytes, limit: DOCUMENT_PAYLOAD_BYTES_MAX }.into());
        }
        require_encryption_key(state, owner)?;
        if let Some(earlier) = self.replaces {
            let document = open_to(state, owner, earlier)?;
            let same = document.receivable == self.receivable && document.tranche == self.tranche;
            if document.owner != owner || !same {
                return Err(Rejection::NotDocumentOwner { document: earlier }.into());
            }
        }
        self.check_room(state)?;

        let id = DocumentId::new(state.next_number(CounterKind::Document)?);
        let document = Document {
            id,
            receivable: self.receivable,
            tranche: self.tranche,
            kind: self.kind,
            owner,
            payload: self.payload,
            replaces: self.replaces,
            parties: BTreeSet::new(),
            registered_at: call.height,
            shredded_at: None,
        };
        state.create(Key::DocumentEntry(id), document)?;
        Ok(vec![Event::new(EventKind::DocumentRegistered).by(owner).document(id)])
    }

    fn check_side(&self, state: &mut State, call: &Call) -> Result<(), Failure> {
        let id = self.receivable;
        let receivable: Option<Receivable> = state.get(Key::Receivable(id))?;
        let receivable = receivable.ok_or(Rejection::ReceivableUnknown { receivable: id })?;
        let Some(named) = self.tranche else {
            let is_side = [receivable.anchor, receivable.supplier].contains(&call.sender.id);
            return is_side.then_some(()).ok_or_else(|| Rejection::NotASideOf { receivable: id }.into());
        };
        let tranche = tranche::find(state, named)?;
        if tranche.receivable != id {
            return Err(Rejection::TrancheUnknown { tranche: named }.into());
        }
        if tranche.holder != call.sender.id {
            return Err(Rejection::NotHolder { tranche: named }.into());
        }
        Ok(())
    }

    fn check_room(&self, state: &mut State) -> Result<(), Failure> {
        let (receivable, limit) = (self.receivable, DOCUMENTS_PER_RECEIVABLE_MAX);
        let scope = IndexKey::DocumentOf { receivable, document: DocumentId::new(0) }.scope();
        let there = state.index_from(&scope, &scope, limit)?.len();
        if there >= limit {
            let limit = u32::try_from(limit).unwrap_or(u32::MAX);
            return Err(Rejection::DocumentsLimit { receivable, limit }.into());
        }
        Ok(())
    }
}
