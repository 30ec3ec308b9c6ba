//! Many submissions over one stream.
use crate::rig::{CHAIN, Rig, cny, in_time, member, signed_until, text};
use futures::StreamExt;
use prost::Message;
use std::collections::BTreeMap;
use tally_contracts::Action;
use tally_contracts::money::CreditDeposit;
use tally_proto::v1::transaction::submit_many_result::Outcome;
use tally_proto::v1::transaction::{
    SignedTransaction, SubmitManyRequest, SubmitManyResponse, SubmitRequest, TransactionResult,
    TransactionStatus,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Streaming};

fn credit(reference: &str) -> Action {
    Action::CreditDeposit(CreditDeposit {
        owner: member("beta"),
        amount: cny(700),
        bank_reference: text(reference),
    })
}

fn envelope(request: SubmitRequest) -> Vec<u8> {
    SignedTransaction { body: request.body, signatures: request.signatures }.encode_to_vec()
}

/// One stream: what goes in, and every outcome that came out, by index.
struct Many {
    requests: mpsc::Sender<SubmitManyRequest>,
    responses: Streaming<SubmitManyResponse>,
    outcomes: BTreeMap<u64, Outcome>,
}

impl Many {
    async fn open(rig: &Rig) -> Self {
        let (requests, receiver) = mpsc::channel(16);
        let opened = rig.transactions().submit_many(ReceiverStream::new(receiver)).await;
        Self { requests, responses: opened.unwrap().into_inner(), outcomes: BTreeMap::new() }
    }

    async fn send(&self, transactions: Vec<Vec<u8>>) {
        self.requests.send(SubmitManyRequest { transactions }).await.unwrap();
    }

    /// Reads until there are so many outcomes; none may come twice.
    async fn read(&mut self, count: usize) {
        while self.outcomes.len() < count {
            let response = in_time(self.responses.next()).await.expect("the stream goes on").unwrap();
            assert!(!response.results.is_empty());
            for result in response.results {
                let before = self.outcomes.insert(result.index, result.outcome.unwrap());
                assert!(before.is_none(), "{} was answered before", result.index);
            }
        }
    }

    fn result(&self, index: u64) -> &TransactionResult {
        let Outcome::Result(result) = &self.outcomes[&index] else { panic!("{:?}", self.outcomes[&index]) };
        result
    }

    fn refusal(&self, index: u64) -> (i32, &str) {
        let Outcome::Refusal(refusal) = &self.outcomes[&index] else { panic!("{:?}", self.outcomes[&index]) };
        (refusal.code, &refusal.reason)
    }

    /// Says that no more will come; everything that was sent is answered by then.
    async fn finish(mut self) {
        drop(self.requests);
        assert!(in_time(self.responses.next()).await.is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_transaction_of_a_stream_gets_its_own_result_in_the_order_of_the_blocks() {
    let rig = Rig::start().await;
    let mut many = Many::open(&rig).await;
    for batch in 0..10 {
        let signed = |number| envelope(rig.request("bank-a", credit(&format!("W{batch}-{number}"))));
        many.send((0..40).map(signed).collect()).await;
    }
    many.read(400).await;
    for index in 0..400 {
        let result = many.result(index);
        assert_eq!(result.status(), TransactionStatus::Committed);
        assert_eq!(result.receipt.as_ref().unwrap().transaction_id, result.transaction_id);
    }
    many.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_transaction_of_a_batch_is_refused_alone() {
    let rig = Rig::start().await;
    let mut many = Many::open(&rig).await;
    let mut forged = rig.request("bank-a", credit("forged"));
    forged.signatures[0][40] ^= 1;
    let first = envelope(rig.request_as(7, "bank-a", credit("first")));
    let other = envelope(rig.request_as(7, "bank-a", credit("other")));
    let good = envelope(rig.request("bank-a", credit("good")));
    many.send(vec![envelope(forged), vec![1, 2, 3], first, other, good]).await;
    many.read(5).await;
    let invalid = i32::from(Code::InvalidArgument);
    assert_eq!(many.refusal(1), (invalid, "TRANSACTION_MALFORMED"));
    assert_eq!(many.refusal(3), (Code::AlreadyExists.into(), "REQUEST_ID_USED"));
    assert_eq!(many.refusal(0), (Code::Unauthenticated.into(), "SIGNATURE_WRONG"));
    assert_eq!(many.result(2).status(), TransactionStatus::Committed);
    assert_eq!(many.result(4).status(), TransactionStatus::Committed);
    many.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_are_answered_each_time_with_the_first_result() {
    let rig = Rig::paused().await;
    let bytes = envelope(rig.request("bank-a", credit("once")));
    let mut many = Many::open(&rig).await;
    many.send(vec![bytes.clone(), bytes.clone()]).await;
    in_time(rig.pool.wait_for_transaction()).await;
    rig.commit().await;
    many.read(2).await;
    many.send(vec![bytes]).await;
    many.read(3).await;
    assert_eq!(many.result(0), many.result(1));
    assert_eq!(many.result(0), many.result(2));
    many.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expires_unseen_is_answered_as_expired() {
    let rig = Rig::paused().await;
    let mut many = Many::open(&rig).await;
    many.send(vec![envelope(signed_until(CHAIN, 9, "bank-a", credit("late"), 1))]).await;
    in_time(rig.pool.wait_for_transaction()).await;
    rig.commit_without_transactions().await;
    many.read(1).await;
    assert_eq!(many.result(0).status(), TransactionStatus::Expired);
    many.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_with_too_many_transactions_ends_the_stream() {
    let rig = Rig::paused().await;
    let mut many = Many::open(&rig).await;
    many.send(vec![vec![1]; 1_025]).await;
    let error = in_time(many.responses.next()).await.unwrap().unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert!(error.message().contains("1024") && error.message().contains("1025"), "{}", error.message());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_node_ends_the_stream_and_says_so() {
    let mut rig = Rig::paused().await;
    let mut many = Many::open(&rig).await;
    many.send(vec![envelope(rig.request("bank-a", credit("waits")))]).await;
    in_time(rig.pool.wait_for_transaction()).await;
    rig.stop().await.unwrap();
    let error = in_time(many.responses.next()).await.unwrap().unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_hands_in_so_many_a_second_and_others_lose_nothing_by_it() {
    let rig = Rig::paused().await;
    let mut stream = Many::open(&rig).await;
    let flood: Vec<Vec<u8>> =
        (0..3_000).map(|number| envelope(rig.request("bank-a", credit(&format!("F{number}"))))).collect();
    let begun = std::time::Instant::now();
    for batch in flood.chunks(1_000) {
        stream.send(batch.to_vec()).await;
    }
    // a burst of two seconds' worth; how much more was taken says the clock, once the last batch is through
    stream.send(vec![b"no transaction".to_vec()]).await;
    while !stream.outcomes.contains_key(&3_000) {
        stream.read(stream.outcomes.len() + 1).await;
    }
    let most = 400 + 200 * (begun.elapsed().as_secs() + 1);
    assert!(u64::try_from(rig.pool.len()).unwrap() <= most, "{} of {most}", rig.pool.len());
    let too_fast = stream.outcomes.keys().filter(|index| **index < 3_000).copied().collect::<Vec<_>>();
    for index in too_fast {
        assert_eq!(stream.refusal(index), (Code::ResourceExhausted as i32, "QUOTA_USED"));
    }
    let request = rig.request("bank-b", rig.open_facility("bank-b", 1, 1));
    assert!(in_time(rig.transactions().submit(request)).await.is_ok());
}
