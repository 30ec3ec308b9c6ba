//! What people type: ids, amounts, dates, rates, parts. Nothing of it may panic, and what shows itself reads back.

use std::fmt::Display;
use std::str::FromStr;

use tally_client::commands::value::{
    AmountText, ApprovalRuleText, CurveText, DateText, IdentifierText, InvoiceText, MeasureText, PartText,
    QuestionText, RateText, ReferenceText, RequestIdText, Seconds, TransactionIdText,
};
use tally_client::sdk::RecordName;
use tally_contracts::types::{
    BusinessDate, Currency, DocumentId, FacilityId, Hash, MemberId, ReceivableId, Text, TrancheId,
};
use tally_proto::convert::Cursor;

/// The first byte says which kind of value the rest is.
pub fn value(bytes: &[u8]) -> bool {
    let Some((kind, rest)) = bytes.split_first() else { return false };
    let Ok(text) = std::str::from_utf8(rest) else { return false };
    match kind {
        b'a' => amount(text),
        b'b' => text.parse::<ApprovalRuleText>().is_ok(),
        b'c' => text.parse::<CurveText>().is_ok(),
        b'd' => date(text),
        b'e' => text.parse::<IdentifierText>().is_ok(),
        b'f' => text.parse::<InvoiceText>().is_ok(),
        b'g' => text.parse::<MeasureText>().is_ok() || text.parse::<QuestionText>().is_ok(),
        b'h' => text.parse::<PartText>().is_ok(),
        b'i' => text.parse::<RateText>().is_ok(),
        b'j' => text.parse::<ReferenceText>().is_ok(),
        b'k' => text.parse::<RequestIdText>().is_ok() || text.parse::<TransactionIdText>().is_ok(),
        b'l' => text.parse::<Seconds>().is_ok(),
        b'm' => shown::<RecordName>(text),
        b'n' => shown::<MemberId>(text) || shown::<Currency>(text),
        b'o' => shown::<TrancheId>(text) || shown::<ReceivableId>(text) || shown::<FacilityId>(text),
        b'p' => shown::<DocumentId>(text),
        b'q' => Text::new(text).is_ok_and(|one| one.as_str() == text),
        b's' => shown::<Cursor>(text),
        b'r' => Hash::from_hex(text).is_some_and(|hash| hash.to_string() == text.to_lowercase()),
        _ => false,
    }
}

/// What is shown reads back to the same.
fn shown<T: FromStr + Display + PartialEq>(text: &str) -> bool {
    let Ok(value) = text.parse::<T>() else { return false };
    let again = value.to_string().parse::<T>();
    assert!(again.is_ok_and(|again| again == value), "{text} reads back as it is shown");
    true
}

fn amount(text: &str) -> bool {
    let Ok(amount) = text.parse::<AmountText>() else { return false };
    let currency = Currency::new("CNY").ok();
    amount.resolve(currency).is_ok() | amount.resolve(None).is_ok()
}

fn date(text: &str) -> bool {
    let Ok(date) = text.parse::<DateText>() else { return false };
    let today = BusinessDate::from_ymd(2026, 2, 9).expect("a day of the calendar");
    date.resolve(today).is_ok_and(|date| {
        let (year, month, day) = date.ymd();
        BusinessDate::from_ymd(year, month, day) == Some(date)
    })
}
