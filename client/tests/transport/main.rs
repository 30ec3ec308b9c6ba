//! How the SDK behaves on a bad network: a real gRPC server of the same schema that answers by a script.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

mod many;
mod scripted;

use std::time::Duration;

use scripted::{Node, Reply, cny, committed};
use tally_client::sdk::{Client, ClientError, Journal, Session, Told, TransactionKey, Verdict, Wait};
use tally_contracts::Action;
use tally_contracts::money::CreditDeposit;
use tally_contracts::types::{MemberId, Text};
use tally_keys::SigningKey;
use tally_proto::SignedTransaction;
use tally_proto::v1::common::EventRecord;
use tally_proto::v1::ledger::WatchEventsRequest;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// A port on which nobody listens.
const DEAD: &str = "http://127.0.0.1:9";

fn action() -> Action {
    let bank_reference = Text::new("ref-1").unwrap();
    Action::CreditDeposit(CreditDeposit { owner: member("beta"), amount: cny(500), bank_reference })
}

fn member(slug: &str) -> MemberId {
    MemberId::new(slug).unwrap()
}

fn client(urls: &[&str]) -> Client {
    Client::new(urls).unwrap().with_timeout(Duration::from_secs(5))
}

fn session(client: Client, journal: Option<Journal>) -> Session {
    Session::new(client, "test", member("north"), vec![SigningKey::from_bytes(&[7; 32])], journal).unwrap()
}

#[tokio::test]
async fn a_read_goes_to_the_next_node_when_the_first_is_dead() {
    let node = Node::start(vec![]).await;
    let client = client(&[DEAD, &node.url]);
    assert_eq!(client.status().await.unwrap().chain_id, "test");
    let alone = Client::new(&[DEAD]).unwrap();
    let error = alone.status().await.unwrap_err();
    assert!(matches!(&error, ClientError::Unreachable { problem, .. } if problem.is_unsent), "{error:?}");
}

#[tokio::test]
async fn an_unavailable_node_gets_the_identical_bytes_again() {
    let node = Node::start(vec![Reply::Refuse(Status::unavailable("no quorum")), Reply::Commit]).await;
    let outcome = session(client(&[&node.url]), None).act(action()).await.unwrap();
    assert!(matches!(outcome.verdict, Verdict::Applied { .. }), "{outcome:?}");
    let seen = node.submitted();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0], seen[1], "one request id, one body, one signature");
}

#[tokio::test]
async fn a_full_node_is_tried_again_and_leaves_no_doubt() {
    let full = || Reply::Refuse(Status::resource_exhausted("the pool is full"));
    let node = Node::start(vec![full(), Reply::Commit]).await;
    let outcome = session(client(&[&node.url]), None).act(action()).await.unwrap();
    assert!(matches!(outcome.verdict, Verdict::Applied { .. }), "{outcome:?}");
    let node = Node::start((0..100).map(|_| full()).collect()).await;
    let short = client(&[&node.url]).with_timeout(Duration::from_millis(200));
    let error = session(short, None).act(action()).await.unwrap_err();
    assert_eq!(error.problem().unwrap().code, Code::ResourceExhausted, "nothing was taken in");
}

#[tokio::test]
async fn a_pending_transaction_is_followed_until_it_is_committed() {
    let node = Node::start(vec![Reply::Pend, Reply::Pend, Reply::Commit]).await;
    let session = session(client(&[&node.url]), None);
    let outcome = session.act(action()).await.unwrap();
    assert!(matches!(outcome.verdict, Verdict::Applied { .. }), "{outcome:?}");
    let outcome = session.request(action(), [9; 16], Wait::Accepted).await.unwrap();
    assert!(outcome.verdict.is_final(), "the script commits by default: {outcome:?}");
}

#[tokio::test]
async fn an_unknown_outcome_is_in_the_journal_and_the_same_request_gives_the_first_result() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().to_path_buf());
    let node = Node::start(vec![Reply::Hang]).await;
    let short = client(&[&node.url]).with_timeout(Duration::from_millis(200));
    let session_1 = session(short, Some(journal.clone()));
    let outcome = session_1.request(action(), [5; 16], Wait::Committed).await.unwrap();
    assert!(matches!(outcome.verdict, Verdict::Unknown { .. }), "{outcome:?}");
    let entry = journal.find(&[5; 16]).unwrap().unwrap();
    assert_eq!(journal.open_requests().unwrap().len(), 1);

    let session_2 = session(client(&[&node.url]), Some(journal.clone()));
    let outcome = session_2.request(action(), [5; 16], Wait::Committed).await.unwrap();
    assert!(matches!(outcome.verdict, Verdict::Applied { .. }), "{outcome:?}");
    let envelope = SignedTransaction::decode(&hex::decode(entry.envelope).unwrap(), "test").unwrap();
    assert!(node.submitted().iter().all(|seen| seen.body == envelope.body()), "the bytes of the first time");
    assert_eq!(journal.open_requests().unwrap(), []);

    let other = Action::CreditDeposit(CreditDeposit {
        owner: member("gamma"),
        amount: cny(1),
        bank_reference: Text::new("ref-2").unwrap(),
    });
    let error = session_2.request(other, [5; 16], Wait::Committed).await.unwrap_err();
    assert!(matches!(error, ClientError::RequestIdUsed { .. }), "{error:?}");
}

#[tokio::test]
async fn nothing_is_in_doubt_where_no_connection_came_about() {
    let node = Node::start(vec![]).await;
    let ready = session(client(&[&node.url]), None);
    let signed = ready.sign(action(), [3; 16]).await.unwrap();
    let dead = client(&[DEAD]).with_timeout(Duration::from_millis(300));
    let error = dead.submit(&signed, Wait::Committed).await.unwrap_err();
    assert!(matches!(error, ClientError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_refusal_is_decoded_and_not_tried_again() {
    let mut details =
        ErrorDetails::with_error_info("FIELD_INVALID", "tallystick", [("limit".to_owned(), "10".to_owned())]);
    details.add_bad_request_violation("body", "is too long");
    let status = Status::with_error_details(Code::InvalidArgument, "the body is wrong", details);
    let node = Node::start(vec![Reply::Refuse(status)]).await;
    let error = session(client(&[&node.url]), None).act(action()).await.unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!((problem.code, problem.reason.as_deref()), (Code::InvalidArgument, Some("FIELD_INVALID")));
    assert_eq!(problem.values["limit"], "10");
    assert_eq!(problem.fields, [("body".to_owned(), "is too long".to_owned())]);
    assert_eq!(node.submitted().len(), 1);
}

#[tokio::test]
async fn an_answer_about_another_transaction_is_not_believed() {
    let node = Node::start(vec![Reply::CommitAnother]).await;
    let error = session(client(&[&node.url]), None).act(action()).await.unwrap_err();
    assert!(matches!(error, ClientError::OtherTransaction { .. }), "{error:?}");
}

#[tokio::test]
async fn a_node_on_another_chain_gets_no_transaction() {
    let node = Node::start(vec![]).await;
    let keys = vec![SigningKey::from_bytes(&[7; 32])];
    let session = Session::new(client(&[&node.url]), "main", member("north"), keys, None).unwrap();
    let error = session.act(action()).await.unwrap_err();
    assert!(matches!(error, ClientError::OtherChain { .. }), "{error:?}");
    assert!(node.submitted().is_empty());
}

#[tokio::test]
async fn an_outcome_is_asked_for_by_request_id() {
    let node = Node::start(vec![]).await;
    let key = TransactionKey::Request { sender: member("north"), request_id: [5; 16] };
    let outcome = client(&[&node.url]).transaction(key).await.unwrap();
    assert_eq!(outcome.request_id, Some([5; 16]));
    assert!(matches!(outcome.verdict, Verdict::NotSeen { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_watch_resumes_after_its_cursor_when_the_stream_breaks() {
    let node = Node::start(vec![]).await;
    let event = |cursor: &str| EventRecord { cursor: cursor.to_owned(), ..EventRecord::default() };
    node.stream(vec![Ok(committed(event("8.0.0"))), Err(Status::unavailable("going down"))]);
    node.stream(vec![Ok(committed(event("9.0.0")))]);
    let mut watch = client(&[&node.url]).watch_events(WatchEventsRequest::default()).await.unwrap();
    for expected in ["8.0.0", "9.0.0"] {
        let told = watch.next().await.unwrap();
        assert!(matches!(&told, Told::Item(event) if event.cursor == expected), "{told:?}");
    }
    assert_eq!(node.starts(), ["from 8", "after 8.0.0"], "the tip was 7 when it began");
    node.stream(vec![Err(pruned())]);
    let error = watch.next().await.unwrap_err();
    assert_eq!(error.problem().unwrap().code, Code::OutOfRange);
}

fn pruned() -> Status {
    let details = ErrorDetails::with_error_info("CURSOR_PRUNED", "tallystick", []);
    Status::with_error_details(Code::OutOfRange, "pruned", details)
}
