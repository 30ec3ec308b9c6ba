//! The full check: every record against every other and every index row, page by page.
mod books;
mod collection;
mod dilution;
mod documents;
mod liens;
mod records;

use crate::failure::Fault;
use crate::money::Account;
use crate::state::pages::{self, count_rows, for_each_record, for_each_row};
use crate::state::{IndexKey, Key, Record, StateRead, index_prefix, read_arrival, read_unpaid};
use books::Books;
use std::collections::BTreeSet;

/// What a full check has seen; every invariant held for all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub records: u64,
    pub members: u64,
    pub deposits: u64,
    pub payouts: u64,
    pub receivables: u64,
    pub tranches: u64,
    pub facilities: u64,
    pub guarantees: u64,
    pub pools: u64,
    pub index_rows: u64,
}

/// Checks I1–I10 on the whole state, that every index row is exactly what the records imply, and that nothing
/// names what does not exist. Reads pages; keeps sums per bank, facility and seller in memory.
pub fn check_all(state: &dyn StateRead) -> Result<Report, Fault> {
    let mut report = Report::default();
    let mut books = Books::default();
    for_each_record(state, &mut |key, record| {
        report.count(&record);
        records::check(state, &key, &record)?;
        books.enter(state, &key, &record)
    })?;
    books.check()?;
    check_rows(state, &books, &mut report)?;
    check_nothing_idles(state)?;
    Ok(report)
}

impl Report {
    fn count(&mut self, record: &Record) {
        let kind = match record {
            Record::Member(_) => &mut self.members,
            Record::Deposit(_) => &mut self.deposits,
            Record::Payout(_) => &mut self.payouts,
            Record::Receivable(_) => &mut self.receivables,
            Record::Tranche(_) => &mut self.tranches,
            Record::Facility(_) => &mut self.facilities,
            Record::Guarantee(_) => &mut self.guarantees,
            Record::Pool(_) => &mut self.pools,
            Record::Number(_)
            | Record::Policy(_)
            | Record::MemberRef(_)
            | Record::Mark(())
            | Record::BankTotals(_)
            | Record::ReceivableRef(_)
            | Record::Amount(_)
            | Record::Validators(_)
            | Record::GuaranteeClaim(_)
            | Record::PoolClaim(_)
            | Record::Subsidy(_)
            | Record::Proposal(_)
            | Record::KycFile(_)
            | Record::ApprovalPolicy(_)
            | Record::ScreeningEntry(_)
            | Record::CreditFile(_)
            | Record::CreditConsent(_)
            | Record::CreditRead(_)
            | Record::Document(_)
            | Record::EncryptionKey(_)
            | Record::Successor(_)
            | Record::Misbehaviour(_)
            | Record::Items(_)
            | Record::Freeze(_)
            | Record::Withheld(_)
            | Record::Lien(_)
            | Record::FinancingCost(_)
            | Record::Programme(_)
            | Record::Dispute(_)
            | Record::CreditNote(_)
            | Record::CreditNoteRef(_)
            | Record::Netting(_)
            | Record::Case(_)
            | Record::CaseEntry(_) => &mut 0,
        };
        *kind = kind.saturating_add(1);
        self.records = self.records.saturating_add(1);
    }
}

/// Every implied row is there (`records`), so equal numbers mean that there is no other.
fn check_rows(state: &dyn StateRead, books: &Books, report: &mut Report) -> Result<(), Fault> {
    for prefix in [
        index_prefix::TRANCHE_OF,
        index_prefix::HELD_BY,
        index_prefix::NEAR_NUMBER,
        index_prefix::NEAR_AMOUNT,
        index_prefix::FACILITY_FOR,
        index_prefix::DUE,
        index_prefix::UNPAID,
        index_prefix::OVERDUE_OF,
        index_prefix::DEFAULTED_OF,
        index_prefix::OWED_BY,
        index_prefix::GUARANTEE_OF,
        index_prefix::POOL_QUEUE,
        index_prefix::ENROLLED_IN,
        index_prefix::WITHHELD_OF,
        index_prefix::DISPUTE_OF,
        index_prefix::CREDIT_NOTE_OF,
        index_prefix::CREDIT_READ_OF,
        index_prefix::DOCUMENT_OF,
    ] {
        let (rows, implied) = (count_rows(state, &prefix)?, books.rows_implied(prefix));
        report.index_rows = report.index_rows.saturating_add(rows);
        super::ensure(rows == implied, "index", || {
            format!("{rows} rows of kind {prefix:?} where the records imply {implied}")
        })?;
    }
    Ok(())
}

/// Where money is and receivables wait for it, an arrival is queued: no work was lost.
fn check_nothing_idles(state: &dyn StateRead) -> Result<(), Fault> {
    let mut queued: BTreeSet<Account> = BTreeSet::new();
    for_each_row(state, &index_prefix::ARRIVAL, &mut |row| {
        let account = read_arrival(row).map(|(_, account)| account);
        queued.insert(account.ok_or_else(|| unreadable(row))?);
        Ok(())
    })?;
    for_each_row(state, &index_prefix::UNPAID, &mut |row| {
        let account = read_unpaid(row).ok_or_else(|| unreadable(row))?;
        let deposit: Option<crate::money::Deposit> = pages::record(state, Key::Deposit(account))?;
        let idle = deposit.is_some_and(|deposit| deposit.balance > 0) && !queued.contains(&account);
        super::ensure(!idle, "index", || format!("{account:?} has money that nobody is to be paid with"))
    })
}

fn unreadable(row: &[u8]) -> Fault {
    Fault::DanglingIndex { key: format!("row {row:02x?}") }
}

fn has_row(state: &dyn StateRead, row: &IndexKey) -> Result<bool, Fault> {
    let bytes = row.encode();
    Ok(state.index_from(&bytes, &bytes, 1)?.first() == Some(&bytes))
}
