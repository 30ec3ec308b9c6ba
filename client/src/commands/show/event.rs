//! Events.

use std::fmt;

use serde::Serialize;
use tally_proto::v1::common::{Event, EventRecord};

use super::shown::{Listed, Money};
use super::words::{amount, date, id, some, time, word};
use super::{columns, row};

row! {
    /// What happened, without its place.
    EventLine from Event as event {
        kind: String = word(event.kind().as_str_name(), "EVENT_KIND_"),
        member: Option<String> = some(&event.member),
        counterparty: Option<String> = some(&event.counterparty),
        receivable: Option<String> = event.receivable.map(|one| id('R', one)),
        tranche: Option<String> = event.tranche.map(|one| id('T', one)),
        tranches: Listed<String> = event.tranches.iter().map(|one| id('T', *one)).collect(),
        facility: Option<String> = event.facility.map(|one| id('F', one)),
        payout: Option<String> = event.payout.map(|one| id('P', one)),
        guarantee: Option<String> = event.guarantee.map(|one| id('B', one)),
        pool: Option<String> = event.pool.map(|one| id('C', one)),
        dispute: Option<String> = event.dispute.map(|one| id('D', one)),
        credit_note: Option<String> = event.credit_note.map(|one| id('K', one)),
        netting: Option<String> = event.netting.map(|one| id('N', one)),
        credit_read: Option<String> = event.credit_read.map(|one| id('V', one)),
        document: Option<String> = event.document.map(|one| id('A', one)),
        amount: Option<Money> = amount(event.amount.as_ref()),
        proceeds: Option<Money> = amount(event.proceeds.as_ref()),
        date: Option<String> = date(event.date.as_ref()),
        note: Option<String> = some(&event.note),
    }
}

/// An event with its place in the order of everything.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventRow {
    cursor: String,
    time: String,
    sender: Option<String>,
    event: EventLine,
    transaction_id: Option<String>,
}

columns!(EventRow { cursor, time, sender, event, transaction_id });

impl From<&EventRecord> for EventRow {
    fn from(record: &EventRecord) -> Self {
        Self {
            cursor: record.cursor.clone(),
            time: time(record.time_ms),
            sender: some(&record.sender),
            event: EventLine::from(&record.event.clone().unwrap_or_default()),
            transaction_id: some(&hex::encode(&record.transaction_id)),
        }
    }
}

impl super::Shown for EventLine {
    fn cell(&self) -> crate::output::Cell {
        self.to_string().into()
    }
}

/// `tranche_discounted alpha → east R1 T2 F1 300,000.00 CNY for 294,453.75 CNY`.
impl fmt::Display for EventLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        let parties = [self.member.as_deref(), self.counterparty.as_deref()];
        let parties: Vec<&str> = parties.into_iter().flatten().collect();
        if !parties.is_empty() {
            write!(f, " {}", parties.join(" → "))?;
        }
        let ids =
            [&self.receivable, &self.tranche, &self.facility, &self.payout, &self.guarantee, &self.pool];
        let ids = ids.into_iter().chain([&self.dispute, &self.credit_note, &self.netting]);
        ids.flatten().try_for_each(|id| write!(f, " {id}"))?;
        if !self.tranches.0.is_empty() {
            write!(f, " [{}]", self.tranches.0.join(" "))?;
        }
        if let Some(amount) = &self.amount {
            write!(f, " {}", amount.text())?;
        }
        if let Some(proceeds) = &self.proceeds {
            write!(f, " for {}", proceeds.text())?;
        }
        if let Some(date) = &self.date {
            write!(f, " {date}")?;
        }
        self.note.iter().try_for_each(|note| write!(f, " ({note})"))
    }
}
