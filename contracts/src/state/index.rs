//! Indexes: rows without a value that say where to look. They are a pure function of the records, so they
//! are stored but not part of the state tree.
use super::key::{push_account, push_member, read_account, read_member};
use crate::money::Account;
use crate::types::{
    BusinessDate, CreditNoteId, CreditReadId, Currency, DisputeId, DocumentId, FacilityId, GuaranteeId, Hash,
    Height, MemberId, PoolClaimId, PoolId, ReceivableId, Timestamp, TrancheId,
};

/// What falls due by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueKind {
    SubmissionLapse,
    OfferLapse,
    Settlement,
    Overdue,
    ProposalLapse,
    Default,
    PoolQueue,
    NettingLapse,
    CaseEscalation,
    CaseInstalment,
    ReservationLapse,
    PledgeLapse,
}

/// The first byte of every row of a kind, for scans over all of them.
pub mod index_prefix {
    pub const TRANCHE_OF: [u8; 1] = [1];
    pub const HELD_BY: [u8; 1] = [2];
    pub const NEAR_NUMBER: [u8; 1] = [3];
    pub const NEAR_AMOUNT: [u8; 1] = [4];
    pub const FACILITY_FOR: [u8; 1] = [5];
    pub const DUE: [u8; 1] = [6];
    pub const UNPAID: [u8; 1] = [7];
    pub const ARRIVAL: [u8; 1] = [8];
    pub const OVERDUE_OF: [u8; 1] = [9];
    pub const WITHHELD_OF: [u8; 1] = [40];
    pub const DEFAULTED_OF: [u8; 1] = [50];
    pub const OWED_BY: [u8; 1] = [51];
    pub const GUARANTEE_OF: [u8; 1] = [52];
    pub const POOL_QUEUE: [u8; 1] = [53];
    pub const ENROLLED_IN: [u8; 1] = [54];
    pub const DISPUTE_OF: [u8; 1] = [70];
    pub const CREDIT_NOTE_OF: [u8; 1] = [71];
    pub const CREDIT_READ_OF: [u8; 1] = [100];
    pub const DOCUMENT_OF: [u8; 1] = [110];
}

/// An index row. The id of a row that a scan looks for comes last and is read back from the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexKey {
    /// Open tranches of a receivable.
    TrancheOf { receivable: ReceivableId, tranche: TrancheId },
    /// Open tranches of a holder.
    HeldBy { holder: MemberId, tranche: TrancheId },
    /// Invoice numbers that look alike.
    NearNumber { number: Hash, receivable: ReceivableId },
    /// Invoices of the same parties and amount, by issue date.
    NearAmount { amount: Hash, issued: BusinessDate, receivable: ReceivableId },
    /// Open facilities that bid for an anchor.
    FacilityFor { anchor: MemberId, currency: Currency, facility: FacilityId },
    /// The work queue of the block's end; `id` is a receivable's or tranche's number.
    Due { at: Timestamp, kind: DueKind, id: u64 },
    /// Receivables past their settlement day with something left to pay, oldest first.
    Unpaid { account: Account, due: BusinessDate, receivable: ReceivableId },
    /// Deposits in which money arrived that unpaid receivables wait for, in order of arrival.
    Arrival { since: Height, account: Account },
    /// Overdue receivables of an anchor, oldest first.
    OverdueOf { anchor: MemberId, due: BusinessDate, receivable: ReceivableId },
    /// Deposits in which money is withheld from their listed owner.
    WithheldOf { account: Account },
    /// Defaulted receivables of an anchor, oldest first.
    DefaultedOf { anchor: MemberId, due: BusinessDate, receivable: ReceivableId },
    /// Receivables on which an anchor owes something, due or not.
    OwedBy { anchor: MemberId, receivable: ReceivableId },
    /// Guarantees for an anchor's debts.
    GuaranteeOf { anchor: MemberId, guarantee: GuaranteeId },
    /// Claims that wait for a pool's money, in order.
    PoolQueue { pool: PoolId, claim: PoolClaimId },
    /// Tranches whose loss a pool shares.
    EnrolledIn { pool: PoolId, tranche: TrancheId },
    /// Disputes of a receivable, ended ones included.
    DisputeOf { receivable: ReceivableId, dispute: DisputeId },
    /// Credit notes of a receivable, whatever became of them.
    CreditNoteOf { receivable: ReceivableId, credit_note: CreditNoteId },
    /// Reads of credit profiles, by who read and by who was read about.
    CreditReadOf { member: MemberId, read: CreditReadId },
    /// Documents of a receivable, every version.
    DocumentOf { receivable: ReceivableId, document: DocumentId },
}

impl IndexKey {
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.scope();
        match self {
            Self::GuaranteeOf { guarantee, .. } => bytes.extend(guarantee.number().to_be_bytes()),
            Self::CreditReadOf { read, .. } => bytes.extend(read.number().to_be_bytes()),
            Self::DocumentOf { document, .. } => bytes.extend(document.number().to_be_bytes()),
            Self::PoolQueue { claim, .. } => bytes.extend(claim.number().to_be_bytes()),
            Self::TrancheOf { tranche, .. }
            | Self::HeldBy { tranche, .. }
            | Self::EnrolledIn { tranche, .. } => {
                bytes.extend(tranche.number().to_be_bytes());
            }
            Self::NearNumber { receivable, .. } | Self::OwedBy { receivable, .. } => {
                bytes.extend(receivable.number().to_be_bytes());
            }
            Self::NearAmount { issued, receivable, .. } => {
                bytes.extend(date_bytes(*issued));
                bytes.extend(receivable.number().to_be_bytes());
            }
            Self::FacilityFor { facility, .. } => bytes.extend(facility.number().to_be_bytes()),
            Self::Due { at, kind, id } => {
                bytes.extend(at.ms().to_be_bytes());
                bytes.push(due_byte(*kind));
                bytes.extend(id.to_be_bytes());
            }
            Self::Unpaid { due, receivable, .. } => {
                bytes.extend(date_bytes(*due));
                bytes.extend(receivable.number().to_be_bytes());
            }
            Self::Arrival { since, account } => {
                bytes.extend(since.number().to_be_bytes());
                push_account(&mut bytes, account);
            }
            Self::WithheldOf { account } => push_account(&mut bytes, account),
            Self::OverdueOf { due, receivable, .. } | Self::DefaultedOf { due, receivable, .. } => {
                bytes.extend(date_bytes(*due));
                bytes.extend(receivable.number().to_be_bytes());
            }
            Self::DisputeOf { dispute, .. } => bytes.extend(dispute.number().to_be_bytes()),
            Self::CreditNoteOf { credit_note, .. } => bytes.extend(credit_note.number().to_be_bytes()),
        }
        bytes
    }

    /// The prefix that all rows of the same question share.
    pub fn scope(&self) -> Vec<u8> {
        let mut bytes = self.prefix().to_vec();
        match self {
            Self::TrancheOf { receivable, .. } => bytes.extend(receivable.number().to_be_bytes()),
            Self::HeldBy { holder, .. } => push_member(&mut bytes, holder),
            Self::NearNumber { number, .. } => bytes.extend(number.0),
            Self::NearAmount { amount, .. } => bytes.extend(amount.0),
            Self::FacilityFor { anchor, currency, .. } => {
                push_member(&mut bytes, anchor);
                bytes.extend(currency.as_bytes());
            }
            Self::Unpaid { account, .. } => push_account(&mut bytes, account),
            Self::WithheldOf { account } => push_member(&mut bytes, &account.owner),
            Self::GuaranteeOf { anchor, .. } => push_member(&mut bytes, anchor),
            Self::CreditReadOf { member, .. } => push_member(&mut bytes, member),
            Self::PoolQueue { pool, .. } | Self::EnrolledIn { pool, .. } => {
                bytes.extend(pool.number().to_be_bytes());
            }
            Self::OverdueOf { anchor, .. }
            | Self::DefaultedOf { anchor, .. }
            | Self::OwedBy { anchor, .. } => push_member(&mut bytes, anchor),
            Self::DisputeOf { receivable, .. }
            | Self::CreditNoteOf { receivable, .. }
            | Self::DocumentOf { receivable, .. } => {
                bytes.extend(receivable.number().to_be_bytes());
            }
            Self::Due { .. } | Self::Arrival { .. } => {}
        }
        bytes
    }

    const fn prefix(&self) -> [u8; 1] {
        match self {
            Self::TrancheOf { .. } => index_prefix::TRANCHE_OF,
            Self::HeldBy { .. } => index_prefix::HELD_BY,
            Self::NearNumber { .. } => index_prefix::NEAR_NUMBER,
            Self::NearAmount { .. } => index_prefix::NEAR_AMOUNT,
            Self::FacilityFor { .. } => index_prefix::FACILITY_FOR,
            Self::Due { .. } => index_prefix::DUE,
            Self::Unpaid { .. } => index_prefix::UNPAID,
            Self::Arrival { .. } => index_prefix::ARRIVAL,
            Self::OverdueOf { .. } => index_prefix::OVERDUE_OF,
            Self::WithheldOf { .. } => index_prefix::WITHHELD_OF,
            Self::DefaultedOf { .. } => index_prefix::DEFAULTED_OF,
            Self::OwedBy { .. } => index_prefix::OWED_BY,
            Self::GuaranteeOf { .. } => index_prefix::GUARANTEE_OF,
            Self::PoolQueue { .. } => index_prefix::POOL_QUEUE,
            Self::EnrolledIn { .. } => index_prefix::ENROLLED_IN,
            Self::DisputeOf { .. } => index_prefix::DISPUTE_OF,
            Self::CreditNoteOf { .. } => index_prefix::CREDIT_NOTE_OF,
            Self::CreditReadOf { .. } => index_prefix::CREDIT_READ_OF,
            Self::DocumentOf { .. } => index_prefix::DOCUMENT_OF,
        }
    }
}

/// The id at the end of a row.
pub fn trailing_id(row: &[u8]) -> u64 {
    let start = row.len().saturating_sub(8);
    row.get(start..).and_then(|tail| tail.try_into().ok()).map_or(0, u64::from_be_bytes)
}

/// The end of all rows of [`IndexKey::Due`] that are due at `time`.
pub fn due_before(time: Timestamp) -> Vec<u8> {
    let mut bytes = index_prefix::DUE.to_vec();
    bytes.extend(time.ms().saturating_add(1).to_be_bytes());
    bytes
}

/// Reads a row of [`IndexKey::Due`] back.
pub fn read_due(row: &[u8]) -> Option<(Timestamp, DueKind, u64)> {
    let at = row.get(1..9)?.try_into().ok().map(u64::from_be_bytes)?;
    let kind = match row.get(9)? {
        1 => DueKind::SubmissionLapse,
        2 => DueKind::OfferLapse,
        3 => DueKind::Settlement,
        4 => DueKind::Overdue,
        40 => DueKind::ProposalLapse,
        50 => DueKind::Default,
        51 => DueKind::PoolQueue,
        70 => DueKind::NettingLapse,
        71 => DueKind::CaseEscalation,
        72 => DueKind::CaseInstalment,
        60 => DueKind::ReservationLapse,
        61 => DueKind::PledgeLapse,
        _ => return None,
    };
    Some((Timestamp::from_ms(at), kind, trailing_id(row)))
}

/// Reads a row of [`IndexKey::Arrival`] back.
pub fn read_arrival(row: &[u8]) -> Option<(Height, Account)> {
    let since = row.get(1..9)?.try_into().ok().map(u64::from_be_bytes)?;
    Some((Height::new(since), read_account(row.get(9..)?)?))
}

/// The account of a row of [`IndexKey::Unpaid`]: what stands before the date and the receivable.
pub fn read_unpaid(row: &[u8]) -> Option<Account> {
    read_account(row.get(1..row.len().checked_sub(12)?)?)
}

/// The account of a row of [`IndexKey::WithheldOf`]: what stands after the owner.
pub fn read_withheld(row: &[u8]) -> Option<Account> {
    read_account(read_member(row.get(1..)?)?.1)
}

/// Big-endian with the sign bit turned, so that byte order is date order.
fn date_bytes(date: BusinessDate) -> [u8; 4] {
    (date.days() ^ i32::MIN).to_be_bytes()
}

const fn due_byte(kind: DueKind) -> u8 {
    match kind {
        DueKind::SubmissionLapse => 1,
        DueKind::OfferLapse => 2,
        DueKind::Settlement => 3,
        DueKind::Overdue => 4,
        DueKind::ProposalLapse => 40,
        DueKind::Default => 50,
        DueKind::PoolQueue => 51,
        DueKind::NettingLapse => 70,
        DueKind::CaseEscalation => 71,
        DueKind::CaseInstalment => 72,
        DueKind::ReservationLapse => 60,
        DueKind::PledgeLapse => 61,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_read_back_and_sort_by_time() {
        let early = IndexKey::Due { at: Timestamp::from_ms(5), kind: DueKind::Overdue, id: 9 }.encode();
        let late = IndexKey::Due { at: Timestamp::from_ms(256), kind: DueKind::OfferLapse, id: 1 }.encode();
        assert!(early < late);
        assert_eq!(read_due(&early), Some((Timestamp::from_ms(5), DueKind::Overdue, 9)));
        let account = Account {
            bank: MemberId::new("bank").unwrap(),
            owner: MemberId::new("owner").unwrap(),
            currency: Currency::new("CNY").unwrap(),
        };
        let since = Height::new(7);
        assert_eq!(read_arrival(&IndexKey::Arrival { since, account }.encode()), Some((since, account)));
        assert!(date_bytes(BusinessDate::from_days(-1)) < date_bytes(BusinessDate::from_days(0)));
    }
}
