//! How a submission stream behaves on a bad network: answers by index, each once, also over broken connections.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::scripted::{ManyReply, Node, cny};
use tally_client::sdk::{Answer, Client, ClientError, Envelope, SubmitMany, Verdict, limits};
use tally_contracts::Action;
use tally_contracts::money::CreditDeposit;
use tally_contracts::types::{Height, MemberId, Text};
use tally_keys::SigningKey;
use tally_proto::{TransactionDraft, signing, transaction};

fn envelope(number: u8) -> Envelope {
    let key = SigningKey::from_bytes(&[7; 32]);
    let credit = CreditDeposit {
        owner: MemberId::new("beta").unwrap(),
        amount: cny(500),
        bank_reference: Text::new(&format!("ref-{number}")).unwrap(),
    };
    let draft = TransactionDraft {
        request_id: [number; 16],
        sender: MemberId::new("north").unwrap(),
        signers: vec![signing::public_key(&key)],
        valid_until: Height::new(100),
        action: Action::CreditDeposit(credit),
    };
    transaction::sign(draft.encode(), "test", &[key]).unwrap().into()
}

fn stream(urls: &[&str]) -> SubmitMany {
    Client::new(urls).unwrap().submit_many()
}

/// The next `count` answers by index.
async fn answers(stream: &mut SubmitMany, count: usize) -> BTreeMap<u64, Answer> {
    let mut found = BTreeMap::new();
    while found.len() < count {
        let next = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.unwrap();
        for answer in next.unwrap().unwrap() {
            assert!(found.insert(answer.index, answer).is_none(), "each is answered once");
        }
    }
    found
}

fn is_applied(answer: &Answer) -> bool {
    matches!(answer.outcome, Ok(Verdict::Applied { .. }))
}

#[tokio::test]
async fn every_transaction_is_answered_by_its_index() {
    let node = Node::start(vec![]).await;
    let mut stream = stream(&[&node.url]);
    assert_eq!(stream.hand_in((0..3).map(envelope).collect()).unwrap(), 0);
    assert_eq!(stream.hand_in(vec![envelope(3)]).unwrap(), 3);
    let answers = answers(&mut stream, 4).await;
    assert_eq!(answers.keys().copied().collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert!(answers.values().all(is_applied), "{answers:?}");
    assert_eq!(stream.room(), limits::MANY_UNANSWERED_MAX);
}

#[tokio::test]
async fn what_a_broken_stream_left_unanswered_goes_to_the_next_node_with_the_identical_bytes() {
    let (first, second) = (Node::start(vec![]).await, Node::start(vec![]).await);
    first.many(ManyReply::BreakAfter(2));
    let mut stream = stream(&[&first.url, &second.url]);
    stream.hand_in((0..5).map(envelope).collect()).unwrap();
    let answered = answers(&mut stream, 5).await;
    assert!(answered.values().all(is_applied), "{answered:?}");
    stream.hand_in(vec![envelope(5)]).unwrap();
    assert!(answers(&mut stream, 1).await.contains_key(&5));
    let expected: Vec<Vec<u8>> = (2..6).map(|number| envelope(number).bytes).collect();
    assert_eq!(second.handed_in(), [expected]);
}

#[tokio::test]
async fn a_dead_node_is_passed_over() {
    let node = Node::start(vec![]).await;
    let mut stream = stream(&["http://127.0.0.1:9", &node.url]);
    stream.hand_in(vec![envelope(0)]).unwrap();
    assert!(answers(&mut stream, 1).await.values().all(is_applied));
}

#[tokio::test]
async fn a_refusal_names_its_transaction_and_its_reason() {
    let node = Node::start(vec![]).await;
    node.many(ManyReply::Refuse);
    let mut stream = stream(&[&node.url]);
    stream.hand_in(vec![envelope(0)]).unwrap();
    let answers = answers(&mut stream, 1).await;
    let problem = answers[&0].outcome.clone().unwrap_err();
    assert_eq!((problem.reason.as_deref(), problem.is_passing()), (Some("MEMPOOL_FULL"), true));
}

#[tokio::test]
async fn an_answer_about_another_transaction_ends_the_stream() {
    let node = Node::start(vec![]).await;
    node.many(ManyReply::CommitAnother);
    let mut stream = stream(&[&node.url]);
    stream.hand_in(vec![envelope(0)]).unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(matches!(error, ClientError::OtherTransaction { .. }), "{error:?}");
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn no_more_is_taken_in_than_a_node_keeps() {
    let node = Node::start(vec![]).await;
    let mut stream = stream(&[&node.url]);
    let batch = vec![envelope(0); limits::MANY_UNANSWERED_MAX];
    stream.hand_in(batch).unwrap();
    let error = stream.hand_in(vec![envelope(1)]).unwrap_err();
    assert!(matches!(error, ClientError::ManyUnanswered { wanted: 1, room: 0 }), "{error:?}");
}
