//! What goes out shows every field of a record.
use crate::common::{cny, date, hash, member, text};
use tally_contracts::event::{Event, EventKind};
use tally_contracts::money::{Account, Deposit, Payout, PayoutStatus};
use tally_contracts::policy::Policy;
use tally_contracts::receivable::{ClosedReason, ReceivableStatus};
use tally_contracts::types::{Currency, Height, PayoutId, ReceivableId, Timestamp, TrancheId};
use tally_contracts::{Outcome, Receipt, ReceiptSource, Rejection};
use tally_proto::convert::{Cursor, EventContext, event_record};
use tally_proto::v1::{common, money, policy, receivable};

#[test]
fn a_rejection_carries_number_reason_message_and_fields() {
    let rejection = Rejection::SplitNotConserving { face: cny(100), parts: cny(90) };
    let receipt = Receipt {
        source: ReceiptSource::Transaction(hash(1)),
        policy_version: 3,
        outcome: Outcome::Refused { rejection },
    };
    let wire = common::Receipt::from(&receipt);
    assert_eq!((wire.transaction_id, wire.policy_version), (vec![1; 32], 3));
    let Some(common::receipt::Outcome::Refused(refused)) = wire.outcome else { panic!("was refused") };
    assert_eq!((refused.number, refused.reason.as_str()), (504, "SPLIT_NOT_CONSERVING"));
    let names: Vec<_> = refused.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["face", "parts"]);
    assert!(!refused.message.is_empty() && !refused.explanation.is_empty());
}

#[test]
fn an_event_record_carries_its_cursor() {
    let event = Event::new(EventKind::TrancheSplit)
        .by(member("alpha"))
        .receivable(ReceivableId::new(17))
        .tranche(TrancheId::new(1))
        .tranches(vec![TrancheId::new(2), TrancheId::new(3)])
        .on(date(2026, 6, 17));
    let cursor = Cursor { height: Height::new(9), transaction: 1, event: 0 };
    let time = Timestamp::from_ms(77);
    let context = EventContext { cursor, time, transaction: Some((hash(1), member("alpha"))) };
    let record = event_record(&context, &event);
    assert_eq!((record.cursor.as_str(), record.height, record.time_ms), ("9.1.0", 9, 77));
    let event = record.event.unwrap();
    assert_eq!(event.kind(), common::EventKind::TrancheSplit);
    assert_eq!((event.tranche, event.tranches), (Some(1), vec![2, 3]));
    assert_eq!(event.date, Some(common::Date { year: 2026, month: 6, day: 17 }));
    assert_eq!((event.counterparty.as_str(), event.facility), ("", None));
    let block_end = event_record(
        &EventContext { transaction: None, ..context },
        &Event::new(EventKind::ReceivableOverdue),
    );
    assert!(block_end.transaction_id.is_empty() && block_end.sender.is_empty());
}

#[test]
fn statuses_keep_their_names() {
    use ReceivableStatus as Status;
    use receivable::ReceivableStatus as Wire;
    let on = date(2026, 6, 17);
    for (status, wire) in [
        (Status::Submitted { lapses_at: Timestamp::from_ms(5) }, Wire::Submitted),
        (Status::Confirmed, Wire::Confirmed),
        (Status::Live, Wire::Live),
        (Status::Overdue { since: on }, Wire::Overdue),
        (Status::Settled { on }, Wire::Settled),
        (Status::Cancelled { on }, Wire::Cancelled),
        (Status::Closed { reason: ClosedReason::Lapsed }, Wire::Closed),
        (Status::Defaulted { since: on }, Wire::Defaulted),
        (Status::WrittenOff { on }, Wire::WrittenOff),
    ] {
        assert_eq!(Wire::from(status), wire);
    }
}

#[test]
fn money_keeps_all_its_digits() {
    let account =
        Account { bank: member("bank"), owner: member("alpha"), currency: Currency::new("CNY").unwrap() };
    let deposit = Deposit { account, balance: u128::MAX, locked: 1 };
    let wire = money::Deposit::from(&deposit);
    assert_eq!(wire.balance_minor_units, u128::MAX.to_string());
    assert_eq!(wire.locked_minor_units, "1");
    let payout = Payout {
        id: PayoutId::new(4),
        account,
        amount: cny(9),
        destination: text("CN12"),
        requested_at: Timestamp::from_ms(8),
        status: PayoutStatus::Paid { bank_reference: text("E-1") },
    };
    let wire = money::Payout::from(&payout);
    assert_eq!((wire.status(), wire.bank_reference.as_str()), (money::PayoutStatus::Paid, "E-1"));
    assert_eq!(wire.reject_reason, "");
}

#[test]
fn the_policy_shows_the_rulebooks_defaults() {
    let wire = policy::Policy::from(&Policy::rulebook());
    assert_eq!((wire.version, wire.tenor_soft_days, wire.tenor_hard_days), (1, 180, 365));
    assert_eq!(wire.dpd_thresholds, [1, 91, 271, 361]);
    assert_eq!((wire.contact_hour_from, wire.contact_hour_to), (8, 22));
    assert_eq!(wire.calendar.unwrap().weekend, [5, 6]);
    assert_eq!(wire.effective_from, Some(common::Date { year: 1970, month: 1, day: 1 }));
}
