//! Receivables: the anchor's confirmed, dated promise to pay, and its life cycle (rulebook §4).
mod accept;
mod cancel;
mod confirm;
pub(crate) mod fingerprint;
mod issue;
pub(crate) mod lapse;
mod reject;
mod submit;

pub use accept::{AcceptReceivable, DeclineReceivable};
pub use cancel::CancelReceivable;
pub use confirm::ConfirmReceivable;
pub use issue::IssueReceivable;
pub use reject::{RejectReceivable, WithdrawReceivable};
pub use submit::SubmitReceivable;

use crate::types::{Amount, BusinessDate, Hash, MemberId, ReceivableId, Text, Timestamp};
use borsh::{BorshDeserialize, BorshSerialize};

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

/// The states of rulebook §4 that this version reaches; edges are I7.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum ReceivableStatus {
    Submitted { lapses_at: Timestamp },
    Confirmed,
    Live,
    Overdue { since: BusinessDate },
    Settled { on: BusinessDate },
    Cancelled { on: BusinessDate },
    Closed { reason: ClosedReason },
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
    /// Distributed to holders so far; with Σ open faces it is the confirmed amount (I1).
    pub settled: Amount,
    /// The side that asked to cancel and waits for the other.
    pub cancellation_asked_by: Option<MemberId>,
    /// Tranches that are open now.
    pub open_tranches: u32,
}
