//! Many submissions over one stream: bounded, answered by index, handed in again where a stream breaks.

use std::task::{Context, Poll};
use std::time::Duration;

use tally_contracts::types::Hash;
use tally_proto::SignedTransaction;
use tally_proto::v1::transaction::submit_many_result::Outcome as Told;
use tally_proto::v1::transaction::transaction_service_client::TransactionServiceClient;
use tally_proto::v1::transaction::{SubmitManyRequest, SubmitManyResponse, SubmitManyResult, SubmitRefusal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::Streaming;

use super::client::Client;
use super::error::ClientError;
use super::limits::{
    BACKOFF_FIRST, BACKOFF_MAX, MANY_BATCH_BYTES, MANY_BATCH_MAX, MANY_UNANSWERED_MAX, RESPONSE_BYTES_MAX,
    STREAM_SILENCE_MAX,
};
use super::outcome::Verdict;
use super::problem::Problem;
use super::reads::part;
use super::submit::check_id;
use super::unanswered::Unanswered;

/// An encoded signed transaction and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// What the answer MUST be about.
    pub id: Hash,
    /// What travels.
    pub bytes: Vec<u8>,
}

impl From<SignedTransaction> for Envelope {
    fn from(signed: SignedTransaction) -> Self {
        Self { id: signed.id(), bytes: signed.into_bytes() }
    }
}

/// What became of one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Which one: the first that was handed in is 0.
    pub index: u64,
    /// Applied, refused by a rule or expired; or why the node does not take it: then nothing happened.
    pub outcome: Result<Verdict, Problem>,
}

type Answers = Result<Vec<Answer>, ClientError>;

/// A stream of submissions to one node at a time. Dropping it leaves what was not answered in doubt: whoever
/// needs those outcomes MUST have kept the bytes.
///
/// Where the node's stream breaks or says nothing for long, everything unanswered goes to the next node again,
/// the identical bytes, so that it takes effect once.
#[derive(Debug)]
pub struct SubmitMany {
    batches: UnboundedSender<Vec<Envelope>>,
    answers: UnboundedReceiver<Answers>,
    handed_in: u64,
    unanswered: usize,
}

impl Client {
    /// Opens a submission stream, which connects in the background.
    ///
    /// MUST be called within a tokio runtime.
    #[must_use]
    pub fn submit_many(&self) -> SubmitMany {
        let (batches, from_owner) = unbounded_channel();
        let (to_owner, answers) = unbounded_channel();
        let pump = Pump {
            // The signatures say enough.
            client: self.without_reader(),
            batches: from_owner,
            answers: to_owner,
            unanswered: Unanswered::default(),
            pause: BACKOFF_FIRST,
        };
        tokio::spawn(pump.run());
        SubmitMany { batches, answers, handed_in: 0, unanswered: 0 }
    }
}

impl SubmitMany {
    /// How many more may be handed in before answers are taken.
    #[must_use]
    pub fn room(&self) -> usize {
        MANY_UNANSWERED_MAX.saturating_sub(self.unanswered)
    }

    /// Hands transactions in, in order, without waiting. The index of the first; the others follow.
    pub fn hand_in(&mut self, batch: Vec<Envelope>) -> Result<u64, ClientError> {
        let (wanted, room) = (batch.len(), self.room());
        if wanted > room {
            return Err(ClientError::ManyUnanswered { wanted, room });
        }
        let first = self.handed_in;
        self.handed_in = first.saturating_add(u64::try_from(wanted).unwrap_or(u64::MAX));
        self.unanswered = self.unanswered.saturating_add(wanted);
        // A pump that ended has left its reason among the answers.
        let _ = self.batches.send(batch);
        Ok(first)
    }

    /// The next answers, each transaction's exactly once, as they become known. Waits as long as it takes;
    /// fails where no node takes the stream, and ends after that.
    pub async fn next(&mut self) -> Option<Answers> {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// The same for whoever waits for several streams at once.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Answers>> {
        let polled = self.answers.poll_recv(context);
        if let Poll::Ready(Some(Ok(answers))) = &polled {
            self.unanswered = self.unanswered.saturating_sub(answers.len());
        }
        polled
    }
}

/// Moves batches to a node and its answers back, over one connection after the other.
struct Pump {
    client: Client,
    batches: UnboundedReceiver<Vec<Envelope>>,
    answers: UnboundedSender<Answers>,
    unanswered: Unanswered,
    pause: Duration,
}

/// Why a connection ended.
enum End {
    OwnerGone,
    /// It broke, or said nothing for long.
    Broken,
    Failed(ClientError),
}

impl From<ClientError> for End {
    fn from(error: ClientError) -> Self {
        if error.problem().is_some_and(Problem::is_passing) { Self::Broken } else { Self::Failed(error) }
    }
}

impl Pump {
    async fn run(mut self) {
        loop {
            match self.connection().await {
                End::OwnerGone => return,
                End::Failed(error) => {
                    // An owner that is gone needs no reason.
                    let _ = self.answers.send(Err(error));
                    return;
                }
                End::Broken => {
                    self.client.pass_over();
                    sleep(self.pause).await;
                    self.pause = (self.pause * 2).min(BACKOFF_MAX);
                }
            }
        }
    }

    async fn connection(&mut self) -> End {
        match self.open().await {
            Ok((node, messages)) => match self.serve(&node, messages).await {
                Ok(never) => match never {},
                Err(end) => end,
            },
            Err(error) => error.into(),
        }
    }

    async fn open(
        &self,
    ) -> Result<(UnboundedSender<SubmitManyRequest>, Streaming<SubmitManyResponse>), ClientError> {
        self.client
            .call(|channel| async move {
                let (node, requests) = unbounded_channel();
                let mut service =
                    TransactionServiceClient::new(channel).max_decoding_message_size(RESPONSE_BYTES_MAX);
                let response = service.submit_many(UnboundedReceiverStream::new(requests)).await?;
                Ok(response.map(|messages| (node, messages)))
            })
            .await
    }

    async fn serve(
        &mut self,
        node: &UnboundedSender<SubmitManyRequest>,
        mut messages: Streaming<SubmitManyResponse>,
    ) -> Result<std::convert::Infallible, End> {
        send(node, &self.unanswered.begin_again())?;
        loop {
            let waits = !self.unanswered.is_empty();
            tokio::select! {
                batch = self.batches.recv() => {
                    let batch = batch.ok_or(End::OwnerGone)?;
                    send(node, &batch)?;
                    batch.into_iter().for_each(|envelope| self.unanswered.add(envelope));
                }
                message = timeout(STREAM_SILENCE_MAX, messages.message()) => match message {
                    Ok(Ok(Some(message))) => self.take(message)?,
                    Ok(Err(status)) => return Err(node_error(&Problem::from(&status)).into()),
                    Ok(Ok(None)) => return Err(End::Broken),
                    Err(_) if waits => return Err(End::Broken),
                    Err(_) => {}
                }
            }
        }
    }

    fn take(&mut self, message: SubmitManyResponse) -> Result<(), End> {
        self.pause = BACKOFF_FIRST;
        let answers = message.results.into_iter().map(|result| self.answer(result)).collect::<Result<_, _>>();
        self.answers.send(Ok(answers?)).map_err(|_| End::OwnerGone)
    }

    fn answer(&mut self, result: SubmitManyResult) -> Result<Answer, ClientError> {
        let known = self.unanswered.take(result.index);
        let (index, asked) = part(known, "answer to something that was asked")?;
        let outcome = match part(result.outcome, "outcome")? {
            Told::Result(result) => {
                check_id(asked.id, &result)?;
                Ok(Verdict::read(result)?)
            }
            Told::Refusal(refusal) => Err(refusal.into()),
        };
        Ok(Answer { index, outcome })
    }
}

/// In messages of a bounded size.
fn send(node: &UnboundedSender<SubmitManyRequest>, batch: &[Envelope]) -> Result<(), End> {
    let mut rest = batch;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(fitting(rest));
        let transactions = now.iter().map(|envelope| envelope.bytes.clone()).collect();
        node.send(SubmitManyRequest { transactions }).map_err(|_| End::Broken)?;
        rest = later;
    }
    Ok(())
}

/// How many fit into one message; at least one, because a single transaction always does.
fn fitting(batch: &[Envelope]) -> usize {
    let mut bytes = 0;
    let fits = batch.iter().take(MANY_BATCH_MAX).take_while(|envelope| {
        bytes += envelope.bytes.len();
        bytes <= MANY_BATCH_BYTES
    });
    fits.count().max(1)
}

fn node_error(problem: &Problem) -> ClientError {
    ClientError::Node { url: "stream".to_owned(), problem: Box::new(problem.clone()) }
}

impl From<SubmitRefusal> for Problem {
    fn from(refusal: SubmitRefusal) -> Self {
        Self {
            code: tonic::Code::from_i32(refusal.code),
            message: refusal.message,
            reason: (!refusal.reason.is_empty()).then_some(refusal.reason),
            values: Default::default(),
            fields: Vec::new(),
            is_unsent: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_holds_a_bounded_number_of_transactions_and_bytes() {
        let batch =
            |count: usize, bytes: usize| vec![Envelope { id: Hash::ZERO, bytes: vec![0; bytes] }; count];
        assert_eq!(fitting(&batch(3, 300)), 3);
        assert_eq!(fitting(&batch(2_000, 300)), MANY_BATCH_MAX);
        assert_eq!(fitting(&batch(20, 64 * 1024)), 7);
        assert_eq!(fitting(&batch(2, 64 * 1024)), 2);
    }
}
