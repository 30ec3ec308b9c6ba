//! Collections cases: opened when a receivable is Overdue, everything appended, nothing edited (催收, rulebook §7).
mod answer;
mod arrange;
mod assign;
mod contact;
mod creditors;
pub(crate) mod instalment;
pub(crate) mod life;

pub use answer::{ApproveArrangement, RefuseArrangement};
pub use arrange::ProposeArrangement;
pub use assign::{AssignCases, EndMandate};
pub use contact::LogContact;

use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::state::{DueKind, IndexKey, Key, State};
use crate::types::{Amount, BusinessDate, Hash, Height, MemberId, ReceivableId, Text, Timestamp, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};

/// How hard the debtor is pressed; rises with the days past due.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    Reminder,
    /// More days past due than the policy's technical grace.
    Demand,
    /// More days past due than the policy's days until default.
    Legal,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum CaseStatus {
    Open,
    /// Nothing is owed any more.
    Closed {
        on: BusinessDate,
    },
}

/// What the case waits for by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Clock {
    /// Nothing: it is closed, or escalated as far as it can be.
    Idle,
    /// The next stage.
    Escalates { at: Timestamp },
    /// The end of an instalment's day; escalation is suspended.
    Instalment { at: Timestamp },
}

/// On whose behalf an agent collects.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Mandate {
    pub agent: MemberId,
    /// The lead creditor that gave it.
    pub given_by: MemberId,
    /// Last business date.
    pub until: BusinessDate,
    /// SHA-256 of the contract.
    pub document: Hash,
}

/// What creditors and debtor can agree on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum ArrangementKind {
    /// Several instalments (还款计划); holders of more than half of the face bind all.
    Plan,
    /// The whole debt on a later day (展期); every holder agrees.
    Extension,
    /// New terms (重组): at best special mention until `observed_until`; every holder agrees.
    Restructuring { observed_until: BusinessDate },
}

/// A part of the debt and its day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Instalment {
    pub on: BusinessDate,
    pub amount: Amount,
}

/// Instalments that sum to the debt's undisputed face; while they are kept, escalation is suspended.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Arrangement {
    pub kind: ArrangementKind,
    /// Dates strictly rise.
    pub instalments: Vec<Instalment>,
}

/// An arrangement that waits for approvals.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Proposal {
    pub arrangement: Arrangement,
    /// The proposer's is the first.
    pub approvals: Vec<MemberId>,
}

/// An arrangement in force.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct InForce {
    pub arrangement: Arrangement,
    /// Minor units that were paid or credited before it: what came later counts towards the instalments.
    pub base: u128,
    /// Instalments kept so far.
    pub kept: u32,
}

/// The case of one receivable; its number is the receivable's.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Case {
    pub receivable: ReceivableId,
    pub debtor: MemberId,
    pub opened_on: BusinessDate,
    pub status: CaseStatus,
    pub stage: Stage,
    pub clock: Clock,
    pub mandate: Option<Mandate>,
    pub proposal: Option<Proposal>,
    pub in_force: Option<InForce>,
    /// After a restructuring: the receivable's class is at best special mention until this date.
    pub observed_until: Option<BusinessDate>,
    /// Entries of its file so far.
    pub entries: u32,
}

/// How a debtor was contacted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Channel {
    Phone,
    Message,
    Letter,
    Visit,
}

/// What an entry of a case file is about.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum EntryKind {
    Opened {
        owed: Amount,
    },
    Escalated {
        stage: Stage,
    },
    Assigned {
        mandate: Mandate,
    },
    MandateEnded {
        agent: MemberId,
    },
    Contact {
        at: Timestamp,
        channel: Channel,
    },
    Proposed {
        arrangement: Arrangement,
    },
    Approved,
    Refused,
    /// Approved by everyone who had to.
    InForce,
    /// This instalment was paid in time; the first is 1.
    Kept {
        instalment: u32,
    },
    /// So much of the instalments due so far is missing.
    Broken {
        instalment: u32,
        missing: Amount,
    },
    WrittenOff {
        tranche: TrancheId,
        amount: Amount,
    },
    Closed,
}

/// One line of a case file; never changed.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CaseEntry {
    pub receivable: ReceivableId,
    /// The first is 1.
    pub number: u32,
    pub height: Height,
    pub on: BusinessDate,
    /// Who acted; `None` for what happened by itself.
    pub by: Option<MemberId>,
    pub kind: EntryKind,
    pub note: Text,
}

impl Case {
    /// The index rows that follow from this record.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        let id = self.receivable.number();
        match self.clock {
            Clock::Idle => Vec::new(),
            Clock::Escalates { at } => vec![IndexKey::Due { at, kind: DueKind::CaseEscalation, id }],
            Clock::Instalment { at } => vec![IndexKey::Due { at, kind: DueKind::CaseInstalment, id }],
        }
    }

    fn require_open(&self) -> Result<(), Rejection> {
        match self.status {
            CaseStatus::Open => Ok(()),
            CaseStatus::Closed { .. } => Err(Rejection::CaseClosed { receivable: self.receivable }),
        }
    }

    fn event(&self, kind: EventKind) -> Event {
        Event::new(kind).receivable(self.receivable).with(self.debtor)
    }
}

/// Who writes an entry, and when.
#[derive(Clone, Copy)]
pub(crate) struct Pen {
    pub on: BusinessDate,
    pub by: Option<MemberId>,
}

pub(crate) fn find(state: &mut State, id: ReceivableId) -> Result<Case, Failure> {
    Ok(state.get(Key::Case(id))?.ok_or(Rejection::CaseUnknown { receivable: id })?)
}

/// Whether an arrangement is in force that keeps the debtor from being pressed harder.
pub(crate) fn is_suspended(state: &mut State, id: ReceivableId) -> Result<bool, Failure> {
    let case: Option<Case> = state.get(Key::Case(id))?;
    Ok(case.is_some_and(|case| case.in_force.is_some()))
}

/// Until when a restructured receivable is observed.
pub(crate) fn observed_until(state: &mut State, id: ReceivableId) -> Result<Option<BusinessDate>, Failure> {
    let case: Option<Case> = state.get(Key::Case(id))?;
    Ok(case.and_then(|case| case.observed_until))
}

/// A case that is open.
fn open_case(state: &mut State, id: ReceivableId) -> Result<Case, Failure> {
    let case = find(state, id)?;
    case.require_open()?;
    Ok(case)
}

pub(crate) fn save(state: &mut State, case: Case) -> Result<(), Failure> {
    Ok(state.put(Key::Case(case.receivable), case)?)
}

/// Appends an entry to the file; the caller saves the case.
fn append(state: &mut State, case: &mut Case, pen: Pen, kind: EntryKind, note: Text) -> Result<(), Failure> {
    case.entries = case.entries.saturating_add(1);
    let (receivable, number, height) = (case.receivable, case.entries, state.height());
    let entry = CaseEntry { receivable, number, height, on: pen.on, by: pen.by, kind, note };
    Ok(state.put(Key::CaseEntry { receivable, number }, entry)?)
}
