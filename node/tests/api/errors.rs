//! Bad input: each refused by name, with the detail made for it.
use crate::rig::{CHAIN, Rig, cny, in_time, key_of, member, signed, signed_until, text};
use prost::Message;
use tally_contracts::Action;
use tally_contracts::money::CreditDeposit;
use tally_proto::signing::sign_body;
use tally_proto::v1::transaction::{GetRequest, SubmitRequest, TransactionBody, WaitRequest, get_request};
use tonic::{Code, Status};
use tonic_types::StatusExt;

fn credit() -> Action {
    Action::CreditDeposit(CreditDeposit {
        owner: member("beta"),
        amount: cny(700),
        bank_reference: text("W1"),
    })
}

/// A body of any bytes, properly signed.
fn around(body: Vec<u8>) -> SubmitRequest {
    let signatures = vec![sign_body(CHAIN, &body, &key_of("bank-a")).to_vec()];
    SubmitRequest { body, signatures, ..SubmitRequest::default() }
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().expect("every refusal has an ErrorInfo").reason.clone()
}

fn field(status: &Status) -> String {
    let details = status.get_error_details();
    let violations =
        details.bad_request().map(|request| request.field_violations.clone()).unwrap_or_default();
    violations.first().map(|violation| violation.field.clone()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_submission_is_refused_by_name_and_field() {
    let rig = Rig::paused().await;
    let good = signed(CHAIN, 1, "bank-a", credit());
    let with_unknown_field = [good.body.clone(), vec![0xf8, 0x07, 1]].concat();
    let mut no_action = TransactionBody::decode(good.body.as_slice()).unwrap();
    no_action.action = None;
    let mut small_order = TransactionBody::decode(good.body.as_slice()).unwrap();
    small_order.signer_keys = vec![[&[1][..], &[0; 31]].concat()];
    let mut flipped = good.clone();
    flipped.signatures[0][7] ^= 1;
    let oversize = vec![0; 70_000];
    let short = SubmitRequest { signatures: vec![vec![0; 63]], ..good.clone() };
    let unsigned = SubmitRequest { signatures: Vec::new(), ..good.clone() };
    let unknown_wait = SubmitRequest { wait: 9, ..good.clone() };
    let impatient = SubmitRequest { timeout_ms: 60_001, ..good.clone() };
    let rows: Vec<(&str, SubmitRequest, Code, &str, &str)> = vec![
        (
            "malformed",
            around(b"no protobuf".to_vec()),
            Code::InvalidArgument,
            "TRANSACTION_MALFORMED",
            "body",
        ),
        ("oversize", around(oversize), Code::InvalidArgument, "TRANSACTION_TOO_LARGE", "body"),
        (
            "unknown field",
            around(with_unknown_field),
            Code::InvalidArgument,
            "TRANSACTION_NOT_CANONICAL",
            "body",
        ),
        (
            "no action",
            around(no_action.encode_to_vec()),
            Code::InvalidArgument,
            "FIELD_INVALID",
            "body.action",
        ),
        (
            "small order",
            around(small_order.encode_to_vec()),
            Code::InvalidArgument,
            "FIELD_INVALID",
            "body.signer_keys[0]",
        ),
        ("short signature", short, Code::InvalidArgument, "FIELD_INVALID", "signatures[0]"),
        ("no signature", unsigned, Code::InvalidArgument, "SIGNATURE_COUNT", "signatures"),
        ("flipped bit", flipped, Code::Unauthenticated, "SIGNATURE_WRONG", ""),
        (
            "other chain",
            signed("other-chain", 1, "bank-a", credit()),
            Code::Unauthenticated,
            "SIGNATURE_WRONG",
            "",
        ),
        (
            "expired",
            signed_until(CHAIN, 1, "bank-a", credit(), 0),
            Code::FailedPrecondition,
            "TRANSACTION_EXPIRED",
            "",
        ),
        (
            "valid too long",
            signed_until(CHAIN, 1, "bank-a", credit(), u64::MAX),
            Code::InvalidArgument,
            "VALIDITY_TOO_LONG",
            "body.valid_until_height",
        ),
        ("unknown wait", unknown_wait, Code::InvalidArgument, "FIELD_INVALID", "wait"),
        ("too patient", impatient, Code::InvalidArgument, "OVER_LIMIT", "timeout_ms"),
    ];
    for (name, request, code, why, which) in rows {
        let status = in_time(rig.transactions().submit(request)).await.unwrap_err();
        assert_eq!(
            (status.code(), reason(&status).as_str(), field(&status).as_str()),
            (code, why, which),
            "{name}: {status}"
        );
    }
    assert_eq!(rig.pool.len(), 0);
    in_time(rig.transactions().submit(good)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_over_the_transports_limit_is_refused_before_it_is_read() {
    let rig = Rig::paused().await;
    let status = in_time(rig.transactions().submit(around(vec![0; 2 << 20]))).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_without_a_name_is_refused() {
    let rig = Rig::paused().await;
    let status = in_time(rig.transactions().get(GetRequest { key: None })).await.unwrap_err();
    assert_eq!((reason(&status).as_str(), field(&status).as_str()), ("FIELD_INVALID", "key"));
    let status = in_time(rig.transactions().wait(WaitRequest::default())).await.unwrap_err();
    assert_eq!(field(&status), "key");
    let key = Some(get_request::Key::TransactionId(vec![1; 31]));
    let status = in_time(rig.transactions().get(GetRequest { key })).await.unwrap_err();
    assert_eq!(field(&status), "transaction_id");
}
