//! What a reader sees of documents: the parties and the regulators all of it, others nothing.
use super::super::error::{CallError, Resource};
use super::super::query::Reading;
use tally_contracts::document::Document;
use tally_contracts::member::{Member, Role};
use tally_contracts::state::Key;
use tally_contracts::types::{DocumentId, MemberId};

impl Reading<'_> {
    /// Whether the reader may have a document.
    pub(in super::super) fn sees_document(&self, document: &Document) -> Result<bool, CallError> {
        let reader = self.reader()?;
        Ok(reader.reads_everything() || document.is_party(reader.member))
    }

    /// A document that the reader may have.
    pub(in super::super) fn seen_document(&self, number: u64) -> Result<Document, CallError> {
        let id = DocumentId::new(number);
        let unknown = || CallError::Unknown { kind: Resource::Document, name: id.to_string() };
        let document: Document = self.get(&Key::DocumentEntry(id))?.ok_or_else(unknown)?;
        if self.sees_document(&document)? { Ok(document) } else { Err(unknown()) }
    }

    /// A document that the reader was given: a regulator reads, and adds nothing.
    pub(in super::super) fn own_document(&self, number: u64) -> Result<Document, CallError> {
        let document = self.seen_document(number)?;
        let reader = self.reader()?.member;
        if document.is_party(reader) { Ok(document) } else { Err(CallError::NotYours { reader }) }
    }

    /// Whether its key may be wrapped for a member.
    pub(in super::super) fn may_open(
        &self,
        document: &Document,
        member: MemberId,
    ) -> Result<bool, CallError> {
        if document.is_party(member) {
            return Ok(true);
        }
        let found: Option<Member> = self.get(&Key::Member(member))?;
        Ok(found.is_some_and(|found| found.is_active() && found.has_role(Role::Regulator)))
    }
}
