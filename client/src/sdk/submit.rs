//! Sending: the same bytes to one node after the other until one tells what became of them.

use std::time::Duration;

use tally_contracts::types::{Hash, MemberId};
use tally_proto::SignedTransaction;
use tally_proto::v1::transaction::transaction_service_client::TransactionServiceClient;
use tally_proto::v1::transaction::{
    GetRequest, RequestKey, SimulateRequest, SubmitRequest, TransactionResult, WaitRequest, WaitUntil,
    get_request, wait_request,
};
use tokio::time::{Instant, sleep};

use super::client::{Client, ask};
use super::error::ClientError;
use super::journal::RequestId;
use super::limits::{BACKOFF_FIRST, BACKOFF_MAX, WAIT_GRACE, WAIT_SLICE_MAX};
use super::outcome::{Outcome, Verdict};
use super::problem::Problem;
use super::reads::part;

/// What a submission waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wait {
    /// A node checked it and will propose and share it.
    Accepted,
    /// It is in a block that is decided and on a node's disk.
    #[default]
    Committed,
}

/// Which transaction is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionKey {
    /// By its id.
    Id(Hash),
    /// By what its sender chose.
    Request {
        /// The member that acted.
        sender: MemberId,
        /// What it chose.
        request_id: RequestId,
    },
}

/// Where the sending of one transaction stands.
struct Sending {
    deadline: Instant,
    pause: Duration,
    /// Whether a node may have the bytes although it did not say so.
    may_have_arrived: bool,
}

impl Client {
    /// Hands a signed transaction in and follows it for at most the client's timeout.
    ///
    /// Nodes that do not answer get the identical bytes again, so it takes effect once at most. Fails where a
    /// node refuses the bytes, and where none could be reached at all: nothing happened then. Whoever needs
    /// the outcome later MUST have stored the request id before.
    pub async fn submit(&self, signed: &SignedTransaction, wait: Wait) -> Result<Outcome, ClientError> {
        let mut sending = Sending::new(self.timeout());
        loop {
            let verdict = match self.hand_in(signed, wait, &sending).await {
                Ok(verdict) if verdict.is_final() || wait == Wait::Accepted => verdict,
                // Decisions take time: the node is asked again, by handing the same bytes in.
                Ok(verdict) if sending.is_over() => verdict,
                Ok(_) => {
                    // A node that stops answers at once.
                    sleep(BACKOFF_FIRST).await;
                    continue;
                }
                Err(error) => match sending.retry(error).await? {
                    Some(problem) => Verdict::Unknown { problem },
                    None => continue,
                },
            };
            let request_id = Some(signed.unverified().request_id);
            return Ok(Outcome { request_id, transaction_id: Some(signed.id()), verdict });
        }
    }

    async fn hand_in(
        &self,
        signed: &SignedTransaction,
        wait: Wait,
        sending: &Sending,
    ) -> Result<Verdict, ClientError> {
        let slice = sending.slice();
        let (wait, slice) = match wait {
            Wait::Accepted => (WaitUntil::Accepted, Duration::ZERO),
            Wait::Committed => (WaitUntil::Committed, slice),
        };
        let request = SubmitRequest {
            body: signed.body().to_vec(),
            signatures: signed.signatures().iter().map(|signature| signature.to_vec()).collect(),
            wait: wait.into(),
            timeout_ms: milliseconds(slice),
        };
        // The signatures say enough.
        let anyone = self.without_reader();
        let answer = ask!(anyone, TransactionServiceClient.submit, request, slice + WAIT_GRACE).await?;
        let result = part(answer.result, "result")?;
        check_id(signed.id(), &result)?;
        Verdict::read(result)
    }

    /// What became of a transaction, at once.
    pub async fn transaction(&self, key: TransactionKey) -> Result<Outcome, ClientError> {
        let request = GetRequest {
            key: Some(match key {
                TransactionKey::Id(id) => get_request::Key::TransactionId(id.0.to_vec()),
                TransactionKey::Request { .. } => get_request::Key::Request(request_key(key)),
            }),
        };
        let answer = ask!(self, TransactionServiceClient.get, request).await?;
        outcome(key, part(answer.result, "result")?)
    }

    /// The same, as soon as it is decided or can no longer be; at most the client's timeout.
    pub async fn wait(&self, key: TransactionKey) -> Result<Outcome, ClientError> {
        let sending = Sending::new(self.timeout());
        loop {
            let slice = sending.slice();
            let request = WaitRequest {
                key: Some(match key {
                    TransactionKey::Id(id) => wait_request::Key::TransactionId(id.0.to_vec()),
                    TransactionKey::Request { .. } => wait_request::Key::Request(request_key(key)),
                }),
                timeout_ms: milliseconds(slice),
            };
            let answer = ask!(self, TransactionServiceClient.wait, request, slice + WAIT_GRACE).await?;
            let outcome = outcome(key, part(answer.result, "result")?)?;
            if outcome.verdict.is_final() || sending.is_over() {
                return Ok(outcome);
            }
            sleep(BACKOFF_FIRST).await;
        }
    }

    /// The verdict that a body would get if it were alone in the next block; sends and changes nothing.
    pub async fn simulate(&self, body: Vec<u8>) -> Result<Verdict, ClientError> {
        let answer = ask!(self, TransactionServiceClient.simulate, SimulateRequest { body }).await?;
        let position = part(answer.position, "position")?;
        Verdict::of_receipt(part(answer.receipt, "receipt")?, position, 0)
    }
}

impl Sending {
    fn new(timeout: Duration) -> Self {
        Self { deadline: Instant::now() + timeout, pause: BACKOFF_FIRST, may_have_arrived: false }
    }

    fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    fn is_over(&self) -> bool {
        self.remaining().is_zero()
    }

    /// How long the next request asks a node to wait.
    fn slice(&self) -> Duration {
        self.remaining().clamp(Duration::from_millis(1), WAIT_SLICE_MAX)
    }

    /// Pauses before the next attempt. At the end: the problem where the bytes may have arrived, else the error.
    async fn retry(&mut self, error: ClientError) -> Result<Option<Problem>, ClientError> {
        let Some(problem) = error.problem().filter(|problem| problem.is_passing()).cloned() else {
            return Err(error);
        };
        self.may_have_arrived |= !problem.left_no_trace();
        if self.remaining() <= self.pause {
            return if self.may_have_arrived { Ok(Some(problem)) } else { Err(error) };
        }
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(BACKOFF_MAX);
        Ok(None)
    }
}

fn outcome(key: TransactionKey, result: TransactionResult) -> Result<Outcome, ClientError> {
    let transaction_id = <[u8; 32]>::try_from(result.transaction_id.as_slice()).ok().map(Hash);
    let (request_id, transaction_id) = match key {
        TransactionKey::Id(id) => {
            check_id(id, &result)?;
            (None, Some(id))
        }
        TransactionKey::Request { request_id, .. } => (Some(request_id), transaction_id),
    };
    Ok(Outcome { request_id, transaction_id, verdict: Verdict::read(result)? })
}

pub(super) fn check_id(asked: Hash, result: &TransactionResult) -> Result<(), ClientError> {
    let bytes: [u8; 32] = result
        .transaction_id
        .as_slice()
        .try_into()
        .map_err(|_| ClientError::Incomplete { what: "transaction id" })?;
    let answered = Hash(bytes);
    if asked == answered { Ok(()) } else { Err(ClientError::OtherTransaction { asked, answered }) }
}

fn request_key(key: TransactionKey) -> RequestKey {
    match key {
        TransactionKey::Id(_) => RequestKey::default(),
        TransactionKey::Request { sender, request_id } => {
            RequestKey { sender: sender.to_string(), request_id: request_id.to_vec() }
        }
    }
}

fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}
