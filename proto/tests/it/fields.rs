//! A field that is wrong is named by its path.
use crate::common::{CHAIN, draft, every_action, key};
use prost::Message;
use tally_contracts::Action;
use tally_proto::transaction::decode_body;
use tally_proto::v1::common::{Amount, Date};
use tally_proto::v1::transaction::TransactionBody;
use tally_proto::v1::transaction::transaction_body::Action as Wire;

/// The sample body with this action.
fn body(name: fn(&Action) -> bool) -> TransactionBody {
    let action = every_action().into_iter().find(name).unwrap();
    TransactionBody::from(&draft(action))
}

fn check(rows: Vec<(&str, TransactionBody)>) {
    for (expected, body) in rows {
        let error = decode_body(&body.encode_to_vec(), CHAIN).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

/// Changes the action inside the body.
macro_rules! change {
    ($variant:ident, |$action:ident| $change:expr) => {{
        let mut body = body(|action| matches!(action, Action::$variant(_)));
        let Some(Wire::$variant($action)) = &mut body.action else { panic!("another action") };
        $change;
        body
    }};
}

fn with(change: fn(&mut TransactionBody)) -> TransactionBody {
    let mut body = body(|action| matches!(action, Action::WithdrawReceivable(_)));
    change(&mut body);
    body
}

#[test]
fn wrong_heads_are_named() {
    check(vec![
        ("request_id: must have 16 bytes, has 15", with(|body| body.request_id.truncate(15))),
        (
            "sender: a member id has 2 to 32 characters of a-z, 0-9 and inner hyphens; this has 5 or others",
            with(|body| body.sender = "Alpha".to_owned()),
        ),
        ("signer_keys: must be set", with(|body| body.signer_keys.clear())),
        ("signer_keys[0]: must have 32 bytes, has 31", with(|body| body.signer_keys[0].truncate(31))),
        ("signer_keys[1]: stands here twice", with(|body| body.signer_keys.push(key(1).0.to_vec()))),
        (
            "signer_keys: has 9 entries where at most 8 are allowed",
            with(|body| body.signer_keys = (1..=9).map(|byte| key(byte).0.to_vec()).collect()),
        ),
        ("action: must be set", with(|body| body.action = None)),
    ]);
}

#[test]
fn wrong_values_are_named_by_their_path() {
    let too_much = Amount { currency: "CNY".to_owned(), minor_units: 1_000_000_000_000_001 };
    check(vec![
        (
            "action.split_tranche.parts[1].face.minor_units: an amount over 1000000000000000 minor units",
            change!(SplitTranche, |split| split.parts[1].face = Some(too_much)),
        ),
        (
            "action.split_tranche.parts[0].face.currency: a currency is three letters A-Z (ISO 4217)",
            change!(SplitTranche, |split| split.parts[0].face.as_mut().unwrap().currency = "cny".to_owned()),
        ),
        (
            "action.split_tranche.parts[0].pay.recourse: 0 is none of the values that this version knows",
            change!(SplitTranche, |split| split.parts[0].pay.as_mut().unwrap().recourse = 0),
        ),
        (
            "action.reject_receivable.code: 99 is none of the values that this version knows",
            change!(RejectReceivable, |reject| reject.code = 99),
        ),
        (
            "action.submit_receivable.terms.due_date: 2026-02-29 is not a date between 1970-01-01 and 9999-12-31",
            change!(SubmitReceivable, |submit| submit.terms.as_mut().unwrap().due_date =
                Some(Date { year: 2026, month: 2, day: 29 })),
        ),
        (
            "action.submit_receivable.terms.invoices[0].amount: must be set",
            change!(SubmitReceivable, |submit| submit.terms.as_mut().unwrap().invoices[0].amount = None),
        ),
        (
            "action.submit_receivable.terms.invoices[0].document_hash: must be left out where there is no document: 32 zero bytes are no hash",
            change!(SubmitReceivable, |submit| submit.terms.as_mut().unwrap().invoices[0].document_hash =
                vec![0; 32]),
        ),
        (
            "action.move_deposit.note: a text has at most 256 bytes, this has 257",
            change!(MoveDeposit, |deposit| deposit.note = "x".repeat(257)),
        ),
        (
            "action.move_deposit.note: a text has no control characters",
            change!(MoveDeposit, |deposit| deposit.note = "a\nb".to_owned()),
        ),
        (
            "action.open_facility.anchors[1]: a member id has 2 to 32 characters of a-z, 0-9 and inner hyphens; this has 1 or others",
            change!(OpenFacility, |facility| facility.anchors[1] = "x".to_owned()),
        ),
        (
            "action.register_member.roles: must be in ascending order, each once",
            change!(RegisterMember, |register| register.roles = vec![2, 1]),
        ),
        (
            "action.register_member.roles: must be in ascending order, each once",
            change!(RegisterMember, |register| register.roles = vec![2, 2]),
        ),
    ]);
}

#[test]
fn lists_over_their_limit_are_refused() {
    check(vec![
        (
            "action.split_tranche.parts: has 65 entries where at most 64 are allowed",
            change!(SplitTranche, |split| split.parts = vec![split.parts[1].clone(); 65]),
        ),
        (
            "action.merge_tranches.tranches: has 65 entries where at most 64 are allowed",
            change!(MergeTranches, |merge| merge.tranches = vec![1; 65]),
        ),
        (
            "action.submit_receivable.terms.invoices: has 33 entries where at most 32 are allowed",
            change!(SubmitReceivable, |submit| {
                let invoices = &mut submit.terms.as_mut().unwrap().invoices;
                *invoices = vec![invoices[0].clone(); 33];
            }),
        ),
        (
            "action.open_facility.offering.curve: has 33 entries where at most 32 are allowed",
            change!(OpenFacility, |facility| {
                let curve = &mut facility.offering.as_mut().unwrap().curve;
                *curve = vec![curve[0]; 33];
            }),
        ),
    ]);
}
