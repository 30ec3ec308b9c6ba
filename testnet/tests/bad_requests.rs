//! Requests that must not take effect, sent to a real node over real gRPC.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use common::{CHAIN, Rig, credit, is_applied};
use tally_client::sdk::{Problem, Wait, random_request_id};
use tally_contracts::types::Height;
use tally_keys::SigningKey;
use tally_proto::v1::transaction::transaction_service_client::TransactionServiceClient;
use tally_proto::v1::transaction::{SubmitRequest, WaitUntil};
use tally_proto::{TransactionDraft, signing};
use tally_testnet::demo::cast;
use tonic::Code;

/// A transaction as its sender's software would make it, before it is bent.
fn draft(key: &SigningKey, valid_until: u64, reference: &str) -> TransactionDraft {
    TransactionDraft {
        request_id: random_request_id().unwrap(),
        sender: cast::id(cast::EAST),
        signers: vec![signing::public_key(key)],
        valid_until: Height::new(valid_until),
        action: credit(cast::TIER_1, reference),
    }
}

fn request(chain: &str, body: Vec<u8>, key: &SigningKey) -> SubmitRequest {
    let signatures = vec![signing::sign_body(chain, &body, key).to_vec()];
    SubmitRequest { body, signatures, wait: WaitUntil::Committed.into(), timeout_ms: 5_000 }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_malformed_or_not_authorised_is_refused_with_its_code_and_reason() {
    let rig = Rig::started(1).await;
    let key = rig.network.key_of(cast::id(cast::EAST)).unwrap();
    let stranger = SigningKey::from_bytes(&[7; 32]);
    let good = |reference: &str| draft(&key, 500, reference).encode();
    let plain = |body: Vec<u8>| request(CHAIN, body, &key);
    let mut forged = plain(good("forged"));
    forged.signatures[0][5] ^= 1;
    let unsigned = SubmitRequest { signatures: Vec::new(), ..plain(good("unsigned")) };
    let unknown_field = [good("unknown field"), vec![0xf8, 0x07, 0x01]].concat();
    let twice = [good("twice"), vec![0x20, 0x05]].concat();
    let rows = [
        ("no protobuf", plain(vec![0xff; 40]), Code::InvalidArgument, "TRANSACTION_MALFORMED"),
        ("empty", plain(Vec::new()), Code::InvalidArgument, "FIELD_INVALID"),
        ("an unknown field", plain(unknown_field), Code::InvalidArgument, "TRANSACTION_NOT_CANONICAL"),
        ("a field twice", plain(twice), Code::InvalidArgument, "TRANSACTION_NOT_CANONICAL"),
        ("oversize", plain(vec![0; 65 * 1024]), Code::InvalidArgument, "TRANSACTION_TOO_LARGE"),
        ("a wrong signature", forged, Code::Unauthenticated, "SIGNATURE_WRONG"),
        ("no signature", unsigned, Code::InvalidArgument, "SIGNATURE_COUNT"),
        (
            "another chain",
            request("elsewhere", good("chain"), &key),
            Code::Unauthenticated,
            "SIGNATURE_WRONG",
        ),
        ("expired", plain(draft(&key, 1, "late").encode()), Code::FailedPrecondition, "TRANSACTION_EXPIRED"),
        (
            "for ever",
            plain(draft(&key, u64::MAX, "ever").encode()),
            Code::InvalidArgument,
            "VALIDITY_TOO_LONG",
        ),
    ];
    let mut client = TransactionServiceClient::connect(rig.network.node(0).unwrap().url()).await.unwrap();
    for (what, request, code, reason) in rows {
        let status = client.submit(request).await.expect_err(what);
        let problem = Problem::from(&status);
        assert_eq!((problem.code, problem.reason.as_deref()), (code, Some(reason)), "{what}: {problem}");
    }
    // A key that is not the sender's is the rulebook's business: refused in a block, or at the door.
    let foreign = request(CHAIN, draft(&stranger, 500, "foreign").encode(), &stranger);
    match client.submit(foreign).await {
        Ok(answer) => assert!(format!("{answer:?}").contains("KEY_NOT_REGISTERED"), "{answer:?}"),
        Err(status) => assert_eq!(Problem::from(&status).reason.as_deref(), Some("KEY_NOT_REGISTERED")),
    }
    assert_eq!(rig.balance(0, cast::EAST, cast::TIER_1).await, 0, "none of it took effect");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_gets_the_first_answer_and_other_bytes_are_refused() {
    let rig = Rig::started(1).await;
    let bank = rig.actor(cast::EAST);
    let signed = bank.sign(credit(cast::TIER_1, "once")).await.unwrap();
    let first = bank.client().submit(&signed, Wait::Committed).await.unwrap();
    let second = bank.client().submit(&signed, Wait::Committed).await.unwrap();
    assert!(is_applied(&first));
    assert_eq!(first, second, "the same bytes get the same answer");

    let key = rig.network.key_of(bank.member).unwrap();
    let other =
        TransactionDraft { request_id: signed.unverified().request_id, ..draft(&key, 500, "other bytes") };
    let mut client = TransactionServiceClient::connect(rig.network.node(0).unwrap().url()).await.unwrap();
    let status = client.submit(request(CHAIN, other.encode(), &key)).await.expect_err("other bytes");
    let problem = Problem::from(&status);
    assert_eq!((problem.code, problem.reason.as_deref()), (Code::AlreadyExists, Some("REQUEST_ID_USED")));
    assert_eq!(rig.balance(0, cast::EAST, cast::TIER_1).await, 1);
}
