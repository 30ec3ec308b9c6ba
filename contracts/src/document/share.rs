//! Share: a party makes another member a party, where that member may have it.
use super::{Document, bears_risk, open_to, require_encryption_key};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::DOCUMENT_PARTIES_MAX;
use crate::member::{self, Member, Role};
use crate::receivable::Receivable;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::tranche;
use crate::types::{DocumentId, MemberId};

/// By any party. What the key of the document is wrapped for travels beside the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareDocument {
    pub document: DocumentId,
    pub with: MemberId,
}

impl ShareDocument {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut document = open_to(state, call.sender.id, self.document)?;
        let with = member::active(state, self.with)?;
        if document.is_party(with.id) {
            return Err(Rejection::DocumentSharedBefore { document: document.id, member: with.id }.into());
        }
        require_encryption_key(state, with.id)?;
        if !may_have(state, &document, &with)? {
            return Err(Rejection::NotEntitled { document: document.id, member: with.id }.into());
        }
        if document.parties.len() >= DOCUMENT_PARTIES_MAX {
            let limit = u32::try_from(DOCUMENT_PARTIES_MAX).unwrap_or(u32::MAX);
            return Err(Rejection::DocumentPartiesLimit { document: document.id, limit }.into());
        }

        document.parties.insert(with.id);
        let event = Event::new(EventKind::DocumentShared).by(call.sender.id).with(with.id);
        let event = event.document(document.id);
        state.put(Key::DocumentEntry(document.id), document)?;
        Ok(vec![event])
    }
}

/// What a receivable rests on is for its two sides and for who bears its risk; what a transfer rests on is for who
/// holds or is offered part of the debt, and for who bears the risk, but not for the anchor (rulebook §8).
fn may_have(state: &mut State, document: &Document, member: &Member) -> Result<bool, Failure> {
    if member.has_role(Role::Regulator) || bears_risk(member) {
        return Ok(true);
    }
    let receivable: Option<Receivable> = state.get(Key::Receivable(document.receivable))?;
    let Some(receivable) = receivable else { return Ok(false) };
    if document.tranche.is_none() {
        return Ok([receivable.anchor, receivable.supplier].contains(&member.id));
    }
    let tranches = tranche::of_receivable(state, receivable.id)?;
    let has_part = |member: MemberId| {
        tranches
            .iter()
            .any(|one| one.holder == member || one.offer.is_some_and(|open| open.offer.to == member))
    };
    Ok(has_part(member.id))
}
