//! Receipts, rejections, events and positions.
use super::field::{At, FieldError, FieldErrorKind, numbers};
use crate::v1::common as wire;
use std::fmt;
use std::str::FromStr;
use tally_contracts::event::Event;
use tally_contracts::types::{Hash, Height, MemberId, Timestamp};
use tally_contracts::{Outcome, Receipt, ReceiptSource, Rejection};

impl From<&Event> for wire::Event {
    fn from(event: &Event) -> Self {
        let slug = |member: Option<MemberId>| member.map(|member| member.to_string()).unwrap_or_default();
        Self {
            kind: wire::EventKind::from(event.kind).into(),
            member: slug(event.member),
            counterparty: slug(event.counterparty),
            receivable: event.receivable.map(|id| id.number()),
            tranche: event.tranche.map(|id| id.number()),
            tranches: numbers!(event.tranches),
            facility: event.facility.map(|id| id.number()),
            payout: event.payout.map(|id| id.number()),
            amount: event.amount.as_ref().map(Into::into),
            proceeds: event.proceeds.as_ref().map(Into::into),
            date: event.date.as_ref().map(Into::into),
            note: event.note.to_string(),
            guarantee: event.guarantee.map(|id| id.number()),
            pool: event.pool.map(|id| id.number()),
            dispute: event.dispute.map(|id| id.number()),
            credit_note: event.credit_note.map(|id| id.number()),
            netting: event.netting.map(|id| id.number()),
            credit_read: event.credit_read.map(|id| id.number()),
            document: event.document.map(|id| id.number()),
        }
    }
}

impl From<&Rejection> for wire::Rejection {
    fn from(rejection: &Rejection) -> Self {
        let kind = rejection.kind();
        let field = |(name, value): (&str, String)| wire::RejectionField { name: name.to_owned(), value };
        Self {
            number: kind.number.into(),
            reason: kind.reason.to_owned(),
            message: rejection.to_string(),
            explanation: kind.explanation.to_owned(),
            fields: rejection.fields().into_iter().map(field).collect(),
        }
    }
}

impl From<&Receipt> for wire::Receipt {
    fn from(receipt: &Receipt) -> Self {
        let transaction_id = match receipt.source {
            ReceiptSource::Transaction(id) => id.0.to_vec(),
            ReceiptSource::BlockEnd => Vec::new(),
        };
        let outcome = match &receipt.outcome {
            Outcome::Applied { events } => {
                let events = events.iter().map(Into::into).collect();
                wire::receipt::Outcome::Applied(wire::Applied { events })
            }
            Outcome::Refused { rejection } => wire::receipt::Outcome::Refused(rejection.into()),
        };
        Self { transaction_id, policy_version: receipt.policy_version, outcome: Some(outcome) }
    }
}

/// An event's place in the order of everything, shown as `height.transaction.event`. The work at a block's end
/// counts as one more transaction, the block's last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    pub height: Height,
    /// Index of the receipt in the block.
    pub transaction: u32,
    /// Index of the event in the receipt.
    pub event: u32,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.height.number(), self.transaction, self.event)
    }
}

/// Not three decimal numbers separated by dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cursor is three decimal numbers such as 17.0.3")]
pub struct CursorError;

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let mut parts = text.split('.');
        let (Some(height), Some(transaction), Some(event), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(CursorError);
        };
        Ok(Self {
            height: Height::new(number(height)?),
            transaction: number(transaction)?,
            event: number(event)?,
        })
    }
}

/// Digits only: the standard parser would also take a sign.
fn number<N: FromStr>(digits: &str) -> Result<N, CursorError> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CursorError);
    }
    digits.parse().map_err(|_| CursorError)
}

/// Where and by whom an event happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventContext {
    pub cursor: Cursor,
    pub time: Timestamp,
    /// `None` for the work at a block's end.
    pub transaction: Option<(Hash, MemberId)>,
}

/// An event for a stream or a history.
pub fn event_record(context: &EventContext, event: &Event) -> wire::EventRecord {
    wire::EventRecord {
        cursor: context.cursor.to_string(),
        height: context.cursor.height.number(),
        time_ms: context.time.ms(),
        transaction_id: context.transaction.map(|(id, _)| id.0.to_vec()).unwrap_or_default(),
        sender: context.transaction.map(|(_, sender)| sender.to_string()).unwrap_or_default(),
        event: Some(event.into()),
    }
}

/// Reads the cursor of a request.
pub fn cursor(text: &str, name: &str) -> Result<Cursor, FieldError> {
    text.parse().map_err(|CursorError| FieldErrorKind::Cursor).at(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_what_it_shows() {
        let cursor = Cursor { height: Height::new(17), transaction: 0, event: 3 };
        assert_eq!(cursor.to_string(), "17.0.3");
        assert_eq!("17.0.3".parse(), Ok(cursor));
        for bad in ["", "1", "1.2", "1.2.3.4", "1.2.", "-1.2.3", "1.+2.3", "1.2.4294967296", "a.b.c"] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }
}
