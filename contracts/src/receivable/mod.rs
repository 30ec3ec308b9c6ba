//! Receivables: the anchor's confirmed, dated promise to pay, and its life cycle (rulebook §4).
mod accept;
mod cancel;
mod confirm;
pub(crate) mod exposure;
pub(crate) mod fingerprint;
mod issue;
pub(crate) mod lapse;
mod reject;
mod submit;
mod terms;

pub use accept::{AcceptReceivable, DeclineReceivable};
pub use cancel::CancelReceivable;
pub use confirm::ConfirmReceivable;
pub use issue::IssueReceivable;
pub use reject::{RejectReceivable, WithdrawReceivable};
pub use submit::SubmitReceivable;

use crate::dispute::{self, OpenDispute};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::Account;
use crate::rejection::Rejection;
use crate::settlement::Late;
use crate::state::{DueKind, IndexKey, Key, State};
use crate::types::{Amount, BusinessDate, Hash, MemberId, ReceivableId, Text, Timestamp};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// The document format an invoice was read from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum InvoiceFormat {
    Ubl21,
    /// China's fully digitalised e-invoice (全电发票) XML.
    ChinaEInvoice,
    Csv,
    Other,
}

/// An invoice that backs a receivable; the document itself never enters the ledger.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Invoice {
    pub number: Text,
    pub issue_date: BusinessDate,
    pub amount: Amount,
    /// SHA-256 of the original document's bytes.
    pub document_hash: Hash,
    pub format: InvoiceFormat,
}

/// What supplier and anchor agree on, whoever enters it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Terms {
    /// At most Σ invoice amounts.
    pub face: Amount,
    pub due_date: BusinessDate,
    /// Of delivery or acceptance of the goods: the statutory clock starts here.
    pub delivery_date: BusinessDate,
    /// 1 to 32, of these two parties and this currency.
    pub invoices: Vec<Invoice>,
    pub contract_reference: Text,
    /// Where the anchor pays on the due date.
    pub settlement_bank: MemberId,
    /// Why the tenor is over the policy's soft cap: hash of the justification document.
    pub tenor_justification: Option<Hash>,
    /// Late interest per day in ppm, as agreed; `None` for the policy's.
    pub late_rate_ppm_per_day: Option<u32>,
}

/// The anchor's acknowledgement of debt.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Confirmation {
    /// At most the face that was submitted.
    pub amount: Amount,
    pub on: BusinessDate,
    /// Why less than the face was confirmed; empty for the full amount.
    pub reason: Text,
    /// Whether the anchor waives its defences against later holders (Civil Code art. 548).
    pub defences_waived: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum ClosedReason {
    Rejected,
    Withdrawn,
    Lapsed,
    Declined,
}

/// Why an anchor does not confirm.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum RejectCode {
    GoodsNotReceived,
    AmountWrong,
    DateWrong,
    NotOurInvoice,
    AlreadyPaid,
    Other,
}

/// The states of rulebook §4; edges are I7.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum ReceivableStatus {
    Submitted {
        lapses_at: Timestamp,
    },
    Confirmed,
    Live,
    Overdue {
        since: BusinessDate,
    },
    Settled {
        on: BusinessDate,
    },
    Cancelled {
        on: BusinessDate,
    },
    Closed {
        reason: ClosedReason,
    },
    /// Unpaid for more than the policy's days.
    Defaulted {
        since: BusinessDate,
    },
    /// Every holder wrote its tranche off; the claim stays, and what still arrives is distributed.
    WrittenOff {
        on: BusinessDate,
    },
}

impl fmt::Display for ReceivableStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Submitted { .. } => f.write_str("Submitted"),
            Self::Confirmed => f.write_str("Confirmed"),
            Self::Live => f.write_str("Live"),
            Self::Overdue { since } => write!(f, "Overdue since {since}"),
            Self::Settled { on } => write!(f, "Settled on {on}"),
            Self::Cancelled { on } => write!(f, "Cancelled on {on}"),
            Self::Closed { reason } => write!(f, "Closed, {reason:?}"),
            Self::Defaulted { since } => write!(f, "Defaulted since {since}"),
            Self::WrittenOff { on } => write!(f, "WrittenOff on {on}"),
        }
    }
}

/// How far the automatic debit is; together with the status it says what the work queue holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Collection {
    /// Not Live yet, or nothing is left to collect; of a Live one: its day is over and the rest is disputed.
    Idle,
    /// The settlement day begins at `at`.
    Awaited { at: Timestamp },
    /// Settlement began and takes every arrival; what is unpaid at `overdue_at` is Overdue.
    Running { overdue_at: Timestamp },
    /// Overdue; what is unpaid at `defaults_at` is Defaulted.
    Escalating { defaults_at: Timestamp },
}

/// The hashes of both parties' primary identifiers on submission: what invoice fingerprints are built on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Parties {
    pub supplier: Hash,
    pub anchor: Hash,
}

/// A receivable of record.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Receivable {
    pub id: ReceivableId,
    pub supplier: MemberId,
    pub anchor: MemberId,
    pub terms: Terms,
    pub status: ReceivableStatus,
    pub submitted_at: Timestamp,
    /// `None` until the anchor confirmed.
    pub confirmation: Option<Confirmation>,
    /// Receivables whose invoices look like these; the anchor must acknowledge them to confirm.
    pub near_duplicates: Vec<ReceivableId>,
    /// `TERM_EXTENDED`: due later than the statutory days after delivery.
    pub term_extended: bool,
    /// Face that was distributed to holders, paid early or netted so far; with Σ open faces and `diluted` it is the
    /// confirmed amount (I1).
    pub settled: Amount,
    /// Credited by credit notes so far.
    pub diluted: Amount,
    /// What waits while the anchor disputes it.
    pub dispute: Option<OpenDispute>,
    /// The side that asked to cancel and waits for the other.
    pub cancellation_asked_by: Option<MemberId>,
    /// Tranches that are open now.
    pub open_tranches: u32,
    pub parties: Parties,
    pub collection: Collection,
    /// What is owed beside the face.
    pub late: Late,
}

impl Receivable {
    /// What the anchor owes in all; zero before it confirmed.
    pub fn confirmed(&self) -> Amount {
        self.confirmation
            .as_ref()
            .map_or(Amount::zero(self.terms.face.currency()), |confirmed| confirmed.amount)
    }

    /// The face that is still to be paid from Live on.
    pub fn outstanding(&self) -> Result<Amount, Failure> {
        Ok(self.confirmed().minus(self.settled)?.minus(self.diluted)?)
    }

    /// Whether an invoice with this number backs it, as fingerprints spell it.
    pub fn has_invoice(&self, number: &Text) -> bool {
        let number = fingerprint::normalised(number);
        self.terms.invoices.iter().any(|invoice| fingerprint::normalised(&invoice.number) == number)
    }

    /// What it adds to its anchor's exposure: the outstanding face from the confirmation on.
    pub fn exposure(&self) -> Result<Amount, Failure> {
        exposure::of(self)
    }

    /// Where the anchor's money for it is.
    pub fn anchor_account(&self) -> Account {
        let currency = self.terms.face.currency();
        Account { bank: self.terms.settlement_bank, owner: self.anchor, currency }
    }

    /// The index rows that follow from this record; what looks alike has its own in `fingerprint`.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        let due = |at, kind| IndexKey::Due { at, kind, id: self.id.number() };
        let unpaid = || IndexKey::Unpaid {
            account: self.anchor_account(),
            due: self.terms.due_date,
            receivable: self.id,
        };
        let (anchor, date, receivable) = (self.anchor, self.terms.due_date, self.id);
        let overdue = || IndexKey::OverdueOf { anchor, due: date, receivable };
        let defaulted = || IndexKey::DefaultedOf { anchor, due: date, receivable };
        let owed_by = IndexKey::OwedBy { anchor, receivable };
        let mut rows = match (self.status, self.collection) {
            (ReceivableStatus::Submitted { lapses_at }, _) => vec![due(lapses_at, DueKind::SubmissionLapse)],
            (ReceivableStatus::Live, Collection::Awaited { at }) => vec![due(at, DueKind::Settlement)],
            (ReceivableStatus::Live, Collection::Running { overdue_at }) if self.awaits_money() => {
                vec![due(overdue_at, DueKind::Overdue), unpaid()]
            }
            (ReceivableStatus::Live, Collection::Running { overdue_at }) => {
                vec![due(overdue_at, DueKind::Overdue)]
            }
            // while all that is left is disputed, nobody is late
            (
                ReceivableStatus::Overdue { .. }
                | ReceivableStatus::Defaulted { .. }
                | ReceivableStatus::WrittenOff { .. },
                _,
            ) if !self.awaits_money() => Vec::new(),
            (ReceivableStatus::Overdue { .. }, Collection::Escalating { defaults_at }) => {
                vec![due(defaults_at, DueKind::Default), unpaid(), overdue()]
            }
            (ReceivableStatus::Overdue { .. }, _) => vec![unpaid(), overdue()],
            (ReceivableStatus::Defaulted { .. }, _) => vec![unpaid(), overdue(), defaulted()],
            (ReceivableStatus::WrittenOff { .. }, _) => vec![unpaid(), overdue(), defaulted()],
            (ReceivableStatus::Live, Collection::Idle | Collection::Escalating { .. })
            | (ReceivableStatus::Confirmed, _)
            | (ReceivableStatus::Settled { .. }, _)
            | (ReceivableStatus::Cancelled { .. }, _)
            | (ReceivableStatus::Closed { .. }, _) => Vec::new(),
        };
        if self.is_owed_anything() {
            rows.push(owed_by);
        }
        rows
    }

    pub(crate) fn wrong_status(&self) -> Rejection {
        Rejection::WrongStatus { receivable: self.id, status: self.status }
    }

    /// The status in which the anchor answers.
    fn require_submitted(&self) -> Result<(), Rejection> {
        match self.status {
            ReceivableStatus::Submitted { .. } => Ok(()),
            ReceivableStatus::Confirmed
            | ReceivableStatus::Live
            | ReceivableStatus::Overdue { .. }
            | ReceivableStatus::Settled { .. }
            | ReceivableStatus::Cancelled { .. }
            | ReceivableStatus::Closed { .. }
            | ReceivableStatus::Defaulted { .. }
            | ReceivableStatus::WrittenOff { .. } => Err(self.wrong_status()),
        }
    }

    pub(crate) fn require_live(&self) -> Result<(), Rejection> {
        if self.status != ReceivableStatus::Live {
            return Err(self.wrong_status());
        }
        Ok(())
    }

    fn require_anchor(&self, call: &Call) -> Result<(), Rejection> {
        if self.anchor != call.sender.id {
            return Err(Rejection::NotAnchorOf { receivable: self.id });
        }
        Ok(())
    }

    fn require_supplier(&self, call: &Call) -> Result<(), Rejection> {
        if self.supplier != call.sender.id {
            return Err(Rejection::NotSupplierOf { receivable: self.id });
        }
        Ok(())
    }

    fn event(&self, kind: EventKind) -> Event {
        Event::new(kind).receivable(self.id).amount(self.terms.face).on(self.terms.due_date)
    }
}

pub(crate) fn find(state: &mut State, id: ReceivableId) -> Result<Receivable, Failure> {
    Ok(state.get(Key::Receivable(id))?.ok_or(Rejection::ReceivableUnknown { receivable: id })?)
}

pub(crate) fn save(state: &mut State, receivable: Receivable) -> Result<(), Failure> {
    exposure::follow(state, &receivable)?;
    Ok(state.put(Key::Receivable(receivable.id), receivable)?)
}

/// Ends a receivable that never became Live; its invoices are free again and its dispute is pointless.
fn close(state: &mut State, mut receivable: Receivable, reason: ClosedReason) -> Result<(), Failure> {
    fingerprint::release(state, &receivable)?;
    dispute::exclude(state, &mut receivable)?;
    receivable.status = ReceivableStatus::Closed { reason };
    save(state, receivable)
}
