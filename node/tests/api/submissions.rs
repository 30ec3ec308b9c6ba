//! Submitting, asking, waiting, trying.
use crate::access::reason;
use crate::rig::{CHAIN, Rig, cny, in_time, member, signed_until, text};
use tally_contracts::Action;
use tally_contracts::money::{CreditDeposit, MoveDeposit};
use tally_proto::v1::common::receipt::Outcome;
use tally_proto::v1::transaction::transaction_service_client::TransactionServiceClient;
use tally_proto::v1::transaction::{
    GetRequest, RequestKey, SimulateRequest, SubmitRequest, TransactionResult, TransactionStatus,
    WaitRequest, WaitUntil, get_request, wait_request,
};
use tonic::Code;

fn credit(reference: &str) -> Action {
    Action::CreditDeposit(CreditDeposit {
        owner: member("beta"),
        amount: cny(700),
        bank_reference: text(reference),
    })
}

async fn submit(rig: &Rig, request: SubmitRequest) -> Result<TransactionResult, tonic::Status> {
    Ok(in_time(rig.transactions().submit(request)).await?.into_inner().result.unwrap())
}

async fn get(rig: &Rig, key: get_request::Key) -> TransactionResult {
    let request = GetRequest { key: Some(key) };
    in_time(rig.transactions().get(request)).await.unwrap().into_inner().result.unwrap()
}

fn request_key(number: u64) -> RequestKey {
    let mut request_id = vec![0; 16];
    request_id[..8].copy_from_slice(&number.to_be_bytes());
    RequestKey { sender: "bank-a".to_owned(), request_id }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_waits_for_its_commit_returns_the_receipt() {
    let rig = Rig::start().await;
    let result = rig.apply("bank-a", credit("W1")).await;
    assert_eq!((result.position.as_ref().unwrap().height, result.index), (1, 0));
    assert_eq!(result.receipt.as_ref().unwrap().transaction_id, result.transaction_id);

    let by_id = get(&rig, get_request::Key::TransactionId(result.transaction_id.clone())).await;
    assert_eq!(by_id, result);
    let by_request = get(&rig, get_request::Key::Request(request_key(1))).await;
    assert_eq!(by_request, result);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_a_committed_result_that_says_why() {
    let rig = Rig::start().await;
    let overdrawn = Action::MoveDeposit(MoveDeposit {
        bank: member("bank-a"),
        to: member("gamma"),
        amount: cny(1),
        note: text(""),
    });
    let result = rig.settle("beta", overdrawn).await;
    let Some(Outcome::Refused(rejection)) = result.receipt.unwrap().outcome else { panic!("refused") };
    assert_eq!(rejection.reason, "DEPOSIT_INSUFFICIENT");
    assert!(!rejection.explanation.is_empty() && !rejection.fields.is_empty(), "{rejection:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_transaction_is_pending_until_a_block_has_it() {
    let rig = Rig::paused().await;
    let request = rig.request_as(5, "bank-a", credit("W1"));
    let accepted = submit(&rig, request.clone()).await.unwrap();
    assert_eq!(accepted.status(), TransactionStatus::Pending);
    assert_eq!(accepted.position.as_ref().unwrap().height, 0);
    assert!(accepted.receipt.is_none());
    assert_eq!(get(&rig, get_request::Key::Request(request_key(5))).await, accepted);

    let key = wait_request::Key::Request(request_key(5));
    let mut client = rig.transactions();
    let waiting = tokio::spawn(async move {
        client
            .wait(WaitRequest { key: Some(key), timeout_ms: 20_000 })
            .await
            .unwrap()
            .into_inner()
            .result
            .unwrap()
    });
    let block = rig.commit().await;
    let waited = in_time(waiting).await.unwrap();
    assert_eq!(waited.status(), TransactionStatus::Committed);
    assert_eq!(waited.position.unwrap().block_id, block.id.0);
    // the same bytes again: the first result, and nothing waits
    let again = submit(&rig, request).await.unwrap();
    assert_eq!((again.status(), again.index, rig.pool.len()), (TransactionStatus::Committed, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_times_out_leaves_the_transaction_pending() {
    let rig = Rig::paused().await;
    let request = SubmitRequest {
        wait: WaitUntil::Committed.into(),
        timeout_ms: 50,
        ..rig.request("bank-a", credit("W1"))
    };
    let result = submit(&rig, request.clone()).await.unwrap();
    assert_eq!(result.status(), TransactionStatus::Pending);
    rig.commit().await;
    assert_eq!(submit(&rig, request).await.unwrap().status(), TransactionStatus::Committed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_id_with_other_bytes_already_exists_waiting_or_committed() {
    let rig = Rig::paused().await;
    let first = submit(&rig, rig.request_as(5, "bank-a", credit("W1"))).await.unwrap();
    for _ in 0..2 {
        let error = submit(&rig, rig.request_as(5, "bank-a", credit("W2"))).await.unwrap_err();
        assert_eq!(error.code(), Code::AlreadyExists);
        let details = tonic_types::StatusExt::get_error_details(&error);
        assert_eq!(details.error_info().unwrap().reason, "REQUEST_ID_USED");
        assert_eq!(
            details.error_info().unwrap().metadata["transaction_id"],
            hex::encode(&first.transaction_id)
        );
        rig.commit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_transaction_past_its_last_height_expires() {
    let rig = Rig::paused().await;
    let transaction = signed_until(CHAIN, 9, "bank-a", credit("W1"), 1);
    let mut client = rig.transactions();
    let request = SubmitRequest { wait: WaitUntil::Committed.into(), ..transaction };
    let waiting =
        tokio::spawn(async move { client.submit(request).await.unwrap().into_inner().result.unwrap() });
    in_time(rig.pool.wait_for_transaction()).await;
    rig.commit_without_transactions().await;
    let result = in_time(waiting).await.unwrap();
    assert_eq!(result.status(), TransactionStatus::Expired);
    assert_eq!(result.position.unwrap().height, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_submitted_is_unknown() {
    let rig = Rig::paused().await;
    let by_id = get(&rig, get_request::Key::TransactionId(vec![7; 32])).await;
    assert_eq!((by_id.status(), by_id.transaction_id), (TransactionStatus::Unknown, vec![7; 32]));
    let by_request = get(&rig, get_request::Key::Request(request_key(77))).await;
    assert_eq!((by_request.status(), by_request.transaction_id), (TransactionStatus::Unknown, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulation_gives_the_receipt_and_changes_nothing() {
    let rig = Rig::start().await;
    rig.apply("bank-a", credit("W1")).await;
    let root = rig.ledger.tip().state_root;
    let simulate = async |sender, action| {
        let body = rig.request(sender, action).body;
        let mut client = TransactionServiceClient::new(rig.line(sender).await);
        let response = in_time(client.simulate(SimulateRequest { body })).await.unwrap().into_inner();
        assert_eq!(response.position.unwrap().height, 1);
        response.receipt.unwrap().outcome.unwrap()
    };
    let body = rig.request("bank-a", credit("W2")).body;
    let status = in_time(rig.transactions().simulate(SimulateRequest { body })).await.unwrap_err();
    assert_eq!(reason(&status), "NOT_SENDER", "a rule's answer tells about the sender's records");
    let Outcome::Applied(applied) = simulate("bank-a", credit("W2")).await else { panic!("applied") };
    assert_eq!(applied.events.len(), 1);
    let Outcome::Refused(refused) = simulate("bank-a", credit("W1")).await else { panic!("refused") };
    assert_eq!(refused.reason, "BANK_REFERENCE_USED");
    assert_eq!((rig.ledger.tip().height, rig.ledger.tip().state_root), (1, root));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_waiters_each_get_their_own_result() {
    let rig = std::sync::Arc::new(Rig::start().await);
    let waiters: Vec<_> = (0..64)
        .map(|number| {
            let rig = std::sync::Arc::clone(&rig);
            tokio::spawn(
                async move { rig.apply("bank-a", credit(&format!("W{number}"))).await.transaction_id },
            )
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for waiter in waiters {
        ids.insert(in_time(waiter).await.unwrap());
    }
    assert_eq!(ids.len(), 64);
}
