//! Issue: the original supplier credits part of what it invoiced.
use super::{CreditNote, CreditNoteStatus, apply, claims, save};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::{field, positive};
use crate::receivable::{self, Receivable};
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{Amount, BusinessDate, CounterKind, CreditNoteId, DisputeId, Hash, ReceivableId, Text};

/// By the receivable's supplier, who consents to its own loss by it. Applied at once where nobody else is
/// affected; otherwise it waits for the affected holders, and for the anchor where it ends a dispute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueCreditNote {
    pub receivable: ReceivableId,
    /// As the supplier numbered the document.
    pub number: Text,
    pub issue_date: BusinessDate,
    pub amount: Amount,
    /// SHA-256 of the original document's bytes; zero where there is none and the policy demands none.
    pub document_hash: Hash,
    pub reason: Text,
    /// The open dispute that it settles: what the note does not cover is owed.
    pub dispute: Option<DisputeId>,
}

impl IssueCreditNote {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        positive(self.amount)?;
        let receivable = receivable::find(state, self.receivable)?;
        if receivable.supplier != call.sender.id {
            return Err(Rejection::NotSupplierOf { receivable: receivable.id }.into());
        }
        receivable.require_owed()?;
        self.check_document(call)?;
        check_amount(&receivable, self.amount, self.dispute)?;

        let note = CreditNote {
            id: CreditNoteId::new(state.next_number(CounterKind::CreditNote)?),
            receivable: receivable.id,
            issued_by: call.sender.id,
            number: self.number.clone(),
            issue_date: self.issue_date,
            amount: self.amount,
            document_hash: self.document_hash,
            reason: self.reason.clone(),
            dispute: self.dispute,
            consents: Vec::new(),
            refusals: Vec::new(),
            issued_at: call.time,
            status: CreditNoteStatus::Open,
        };
        claims::claim(state, &receivable, &note)?;
        let event = note.event(EventKind::CreditNoteIssued).by(call.sender.id).with(receivable.anchor);
        let mut events = vec![event.on(self.issue_date).note(self.number.clone())];
        save(state, note.clone())?;
        events.extend(apply::if_all_consent(state, call, receivable, note)?);
        Ok(events)
    }

    fn check_document(&self, call: &Call) -> Result<(), Failure> {
        if claims::normalised(&self.number).is_empty() {
            return Err(Rejection::TextMissing { field: field("number of the credit note") }.into());
        }
        if self.issue_date > call.today {
            let (issue_date, today) = (self.issue_date, call.today);
            return Err(Rejection::InvoiceDateInFuture { issue_date, today }.into());
        }
        if call.policy.evidence_required && self.document_hash == Hash::ZERO {
            return Err(Rejection::EvidenceMissing { number: self.number.clone() }.into());
        }
        Ok(())
    }
}

/// A note for a dispute credits the disputed part at most, any other leaves that part alone.
pub(super) fn check_amount(
    receivable: &Receivable,
    amount: Amount,
    dispute: Option<DisputeId>,
) -> Result<(), Failure> {
    let available = match (dispute, receivable.dispute) {
        (None, _) => receivable.payable()?,
        (Some(id), Some(open)) if open.id == id => open.amount,
        (Some(id), _) => return Err(Rejection::DisputeClosed { dispute: id }.into()),
    };
    if amount.exceeds(available)? {
        return Err(Rejection::CreditNoteExceeds { available, amount }.into());
    }
    Ok(())
}
