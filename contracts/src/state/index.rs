//! Indexes: rows without a value that say where to look. They are a pure function of the records, so they
//! are stored but not part of the state tree.
use super::key::{push_account, push_member};
use crate::money::Account;
use crate::types::{BusinessDate, Currency, FacilityId, Hash, MemberId, ReceivableId, Timestamp, TrancheId};

/// What falls due by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueKind {
    SubmissionLapse,
    OfferLapse,
    Settlement,
    Overdue,
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
    /// Deposits in which money arrived that unpaid receivables wait for.
    Arrival(Account),
}

impl IndexKey {
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.scope();
        match self {
            Self::TrancheOf { tranche, .. } | Self::HeldBy { tranche, .. } => {
                bytes.extend(tranche.number().to_be_bytes());
            }
            Self::NearNumber { receivable, .. } => bytes.extend(receivable.number().to_be_bytes()),
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
            Self::Arrival(account) => push_account(&mut bytes, account),
        }
        bytes
    }

    /// The prefix that all rows of the same question share.
    pub fn scope(&self) -> Vec<u8> {
        let mut bytes = vec![self.type_byte()];
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
            Self::Due { .. } | Self::Arrival(_) => {}
        }
        bytes
    }

    const fn type_byte(&self) -> u8 {
        match self {
            Self::TrancheOf { .. } => 1,
            Self::HeldBy { .. } => 2,
            Self::NearNumber { .. } => 3,
            Self::NearAmount { .. } => 4,
            Self::FacilityFor { .. } => 5,
            Self::Due { .. } => 6,
            Self::Unpaid { .. } => 7,
            Self::Arrival(_) => 8,
        }
    }
}

/// The id at the end of a row.
pub fn trailing_id(row: &[u8]) -> u64 {
    let start = row.len().saturating_sub(8);
    row.get(start..).and_then(|tail| tail.try_into().ok()).map_or(0, u64::from_be_bytes)
}

/// Reads a row of [`IndexKey::Due`] back.
pub fn read_due(row: &[u8]) -> Option<(Timestamp, DueKind, u64)> {
    let at = row.get(1..9)?.try_into().ok().map(u64::from_be_bytes)?;
    let kind = match row.get(9)? {
        1 => DueKind::SubmissionLapse,
        2 => DueKind::OfferLapse,
        3 => DueKind::Settlement,
        4 => DueKind::Overdue,
        _ => return None,
    };
    Some((Timestamp::from_ms(at), kind, trailing_id(row)))
}

/// Reads a row of [`IndexKey::Arrival`] back.
pub fn read_arrival(row: &[u8]) -> Option<Account> {
    let (bank, rest) = read_member(row.get(1..)?)?;
    let (owner, rest) = read_member(rest)?;
    let currency = Currency::new(std::str::from_utf8(rest).ok()?).ok()?;
    Some(Account { bank, owner, currency })
}

fn read_member(bytes: &[u8]) -> Option<(MemberId, &[u8])> {
    let (length, rest) = bytes.split_first()?;
    let slug = rest.get(..usize::from(*length))?;
    let member = MemberId::new(std::str::from_utf8(slug).ok()?).ok()?;
    Some((member, rest.get(usize::from(*length)..)?))
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
        assert_eq!(read_arrival(&IndexKey::Arrival(account).encode()), Some(account));
        assert!(date_bytes(BusinessDate::from_days(-1)) < date_bytes(BusinessDate::from_days(0)));
    }
}
