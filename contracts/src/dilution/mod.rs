//! Dilution: credit notes lower what the anchor owes, through the split tree in a declared order (稀释, 红字发票).
mod answer;
pub(crate) mod apply;
pub(crate) mod claims;
mod expected;
mod issue;
pub(crate) mod order;
mod rule;

pub use answer::{AcceptCreditNote, RefuseCreditNote, WithdrawCreditNote};
pub use expected::expected_losses;
pub use issue::IssueCreditNote;
pub use order::Tier;
pub use rule::RuleCreditNote;

use crate::dispute::{Dispute, Ruling};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::receivable::Receivable;
use crate::rejection::Rejection;
use crate::state::{IndexKey, Key, State};
use crate::types::{
    Amount, BusinessDate, CounterKind, CreditNoteId, DisputeId, Hash, MemberId, ReceivableId, Text,
    Timestamp, TrancheId,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// A holder's agreement to bear a loss, up to an amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Consent {
    pub member: MemberId,
    /// The most that it agrees to lose over all of its tranches.
    pub loss_max: Amount,
}

/// What one tranche lost, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Loss {
    pub tranche: TrancheId,
    pub holder: MemberId,
    /// Its place in the declared order.
    pub tier: Tier,
    pub amount: Amount,
    /// The transferor that is liable for it, where the holder financed with recourse.
    pub liable: Option<MemberId>,
}

/// How far a credit note is.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum CreditNoteStatus {
    /// Affected holders have to consent.
    Open,
    Applied {
        on: BusinessDate,
        /// `None` where everyone affected consented.
        ruling: Option<Ruling>,
        /// By tranche number; they sum to the amount.
        losses: Vec<Loss>,
    },
    Withdrawn {
        on: BusinessDate,
    },
}

/// A credit note of record.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CreditNote {
    pub id: CreditNoteId,
    pub receivable: ReceivableId,
    /// The original supplier, or who entered the ruling that this note carries out.
    pub issued_by: MemberId,
    /// As the supplier numbered it, or the ruling's reference.
    pub number: Text,
    pub issue_date: BusinessDate,
    pub amount: Amount,
    /// SHA-256 of the original document's bytes.
    pub document_hash: Hash,
    pub reason: Text,
    /// The dispute that it ends.
    pub dispute: Option<DisputeId>,
    pub consents: Vec<Consent>,
    pub refusals: Vec<MemberId>,
    pub issued_at: Timestamp,
    pub status: CreditNoteStatus,
}

impl CreditNote {
    /// The index rows that follow from this record.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        vec![IndexKey::CreditNoteOf { receivable: self.receivable, credit_note: self.id }]
    }

    /// What carries out a ruling on `dispute`; needs nobody's consent but that of funders without recourse.
    pub(crate) fn of_ruling(
        state: &mut State,
        call: &Call,
        dispute: &Dispute,
        upheld: Amount,
        ruling: &Ruling,
    ) -> Result<Self, Failure> {
        Ok(Self {
            id: CreditNoteId::new(state.next_number(CounterKind::CreditNote)?),
            receivable: dispute.receivable,
            issued_by: ruling.by,
            number: ruling.reference.clone(),
            issue_date: call.today,
            amount: upheld,
            document_hash: ruling.award,
            reason: dispute.reason.clone(),
            dispute: Some(dispute.id),
            consents: Vec::new(),
            refusals: Vec::new(),
            issued_at: call.time,
            status: CreditNoteStatus::Open,
        })
    }

    /// What every tranche lost by it; nothing unless it was applied.
    pub fn losses(&self) -> &[Loss] {
        match &self.status {
            CreditNoteStatus::Applied { losses, .. } => losses,
            CreditNoteStatus::Open | CreditNoteStatus::Withdrawn { .. } => &[],
        }
    }

    /// Whether the supplier's own document stands behind it, rather than a ruling alone.
    pub(crate) fn is_document(&self, receivable: &Receivable) -> bool {
        self.issued_by == receivable.supplier
    }

    fn event(&self, kind: EventKind) -> Event {
        Event::new(kind).receivable(self.receivable).credit_note(self.id).amount(self.amount)
    }
}

pub(crate) fn find(state: &mut State, id: CreditNoteId) -> Result<CreditNote, Failure> {
    Ok(state.get(Key::CreditNote(id))?.ok_or(Rejection::CreditNoteUnknown { credit_note: id })?)
}

fn save(state: &mut State, note: CreditNote) -> Result<(), Failure> {
    Ok(state.put(Key::CreditNote(note.id), note)?)
}

/// A note that waits for consents.
fn open_one(state: &mut State, id: CreditNoteId) -> Result<CreditNote, Failure> {
    let note = find(state, id)?;
    match note.status {
        CreditNoteStatus::Open => Ok(note),
        CreditNoteStatus::Applied { .. } | CreditNoteStatus::Withdrawn { .. } => {
            Err(Rejection::CreditNoteNotOpen { credit_note: id }.into())
        }
    }
}
