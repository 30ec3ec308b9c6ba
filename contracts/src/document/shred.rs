//! Shred: the owner has every copy of the keys destroyed, and with them what the document says.
use super::open_to;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::DocumentId;

/// By the owner; for ever. The commitment stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShredDocument {
    pub document: DocumentId,
}

impl ShredDocument {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut document = open_to(state, call.sender.id, self.document)?;
        if document.owner != call.sender.id {
            return Err(Rejection::NotDocumentOwner { document: document.id }.into());
        }
        document.shredded_at = Some(call.height);
        let event = Event::new(EventKind::DocumentShredded).by(document.owner).document(document.id);
        state.put(Key::DocumentEntry(document.id), document)?;
        Ok(vec![event])
    }
}
