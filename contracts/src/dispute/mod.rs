//! Disputes: the anchor contests an amount; only that part waits, the rest is paid on time (rulebook §7).
mod open;
pub(crate) mod rule;
mod withdraw;

pub use open::DisputeReceivable;
pub use rule::RuleDispute;
pub use withdraw::WithdrawDispute;

use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::money;
use crate::policy::Policy;
use crate::receivable::{Collection, Receivable, ReceivableStatus};
use crate::rejection::Rejection;
use crate::settlement;
use crate::state::{IndexKey, Key, State};
use crate::types::{
    Amount, BusinessDate, CreditNoteId, DisputeId, Hash, MemberId, ReceivableId, Text, Timestamp,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// An arbitrator's or court's decision, as a Regulator entered it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Ruling {
    /// Who entered it.
    pub by: MemberId,
    /// The decision's own number.
    pub reference: Text,
    /// SHA-256 of the decision.
    pub award: Hash,
}

/// How far a dispute is.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum DisputeStatus {
    Open,
    /// The submission was answered, so the confirmed amount leaves it out.
    Excluded,
    /// By the anchor: it is owed after all.
    Withdrawn {
        on: BusinessDate,
    },
    /// Both sides agreed on a credit note; what it does not cover is owed.
    Agreed {
        on: BusinessDate,
        credit_note: CreditNoteId,
    },
    /// `credit_note` carries what was upheld; `None` where nothing was.
    Ruled {
        on: BusinessDate,
        ruling: Ruling,
        credit_note: Option<CreditNoteId>,
    },
}

/// A dispute of record; it stays when it ended.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Dispute {
    pub id: DisputeId,
    pub receivable: ReceivableId,
    /// The receivable's anchor.
    pub opened_by: MemberId,
    pub amount: Amount,
    /// SHA-256 of the evidence; zero before confirmation, where none is needed.
    pub evidence: Hash,
    pub reason: Text,
    pub opened_at: Timestamp,
    /// The local business date of `opened_at`: from then on the disputed part bears no interest.
    pub opened_on: BusinessDate,
    pub status: DisputeStatus,
}

/// The one dispute that a receivable waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct OpenDispute {
    pub id: DisputeId,
    pub amount: Amount,
}

impl Dispute {
    /// The index rows that follow from this record.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        vec![IndexKey::DisputeOf { receivable: self.receivable, dispute: self.id }]
    }

    fn event(&self, kind: EventKind) -> Event {
        Event::new(kind).by(self.opened_by).receivable(self.receivable).dispute(self.id).amount(self.amount)
    }
}

impl Receivable {
    /// The part that waits for the end of a dispute.
    pub fn disputed(&self) -> Amount {
        self.dispute.map_or(Amount::zero(self.terms.face.currency()), |open| open.amount)
    }

    /// The face that the anchor has to pay now: what is outstanding and not disputed; nothing before it confirmed.
    pub fn payable(&self) -> Result<Amount, Failure> {
        if self.confirmation.is_none() {
            return self.outstanding();
        }
        Ok(self.outstanding()?.minus(self.disputed())?)
    }
}

pub(crate) fn find(state: &mut State, id: DisputeId) -> Result<Dispute, Failure> {
    Ok(state.get(Key::Dispute(id))?.ok_or(Rejection::DisputeUnknown { dispute: id })?)
}

/// An open one.
fn open_one(state: &mut State, id: DisputeId) -> Result<Dispute, Failure> {
    let dispute = find(state, id)?;
    match dispute.status {
        DisputeStatus::Open => Ok(dispute),
        DisputeStatus::Excluded
        | DisputeStatus::Withdrawn { .. }
        | DisputeStatus::Agreed { .. }
        | DisputeStatus::Ruled { .. } => Err(Rejection::DisputeClosed { dispute: id }.into()),
    }
}

/// How a dispute ends, and how much of it is about to be diluted.
pub(crate) struct Ending {
    pub status: DisputeStatus,
    pub upheld: Amount,
}

/// Ends `dispute`, of which `ending.upheld` is about to be diluted: the rest is due like what was never disputed, with
/// interest for the time it waited. The caller saves the receivable and then calls [`resume`].
pub(crate) fn end(
    state: &mut State,
    today: BusinessDate,
    receivable: &mut Receivable,
    mut dispute: Dispute,
    ending: Ending,
) -> Result<(), Failure> {
    settlement::keep_interest(state, today, receivable)?;
    receivable.dispute = None;
    receivable.catch_up_interest(dispute.amount.minus(ending.upheld)?, dispute.opened_on, today);
    dispute.status = ending.status;
    Ok(state.put(Key::Dispute(dispute.id), dispute)?)
}

/// The answer to a submission ends its dispute: the confirmed amount leaves it out.
pub(crate) fn exclude(state: &mut State, receivable: &mut Receivable) -> Result<Option<Event>, Failure> {
    let Some(open) = receivable.dispute else { return Ok(None) };
    let dispute = find(state, open.id)?;
    let event = dispute.event(EventKind::DisputeExcluded).with(receivable.supplier);
    receivable.dispute = None;
    state.put(Key::Dispute(dispute.id), Dispute { status: DisputeStatus::Excluded, ..dispute })?;
    Ok(Some(event))
}

/// Past its settlement day the freed part has until the end of this day, and money that waits is taken for it
/// at the block's end.
pub(crate) fn reschedule(policy: &Policy, today: BusinessDate, receivable: &mut Receivable) {
    let grace = i32::try_from(policy.grace_days).unwrap_or(i32::MAX);
    let until = today.plus_days(1).plus_days(grace).start(policy.utc_offset_minutes);
    if !receivable.awaits_money() {
        return;
    }
    receivable.collection = match (receivable.status, receivable.collection) {
        (ReceivableStatus::Live, Collection::Idle) => Collection::Running { overdue_at: until },
        (_, Collection::Escalating { defaults_at }) => {
            Collection::Escalating { defaults_at: defaults_at.max(until) }
        }
        (_, collection) => collection,
    };
}

/// After the receivable was saved: money that was left alone because of the dispute is an arrival now.
pub(crate) fn resume(state: &mut State, receivable: &Receivable) -> Result<(), Failure> {
    money::wake(state, receivable.anchor_account())
}
