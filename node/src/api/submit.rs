//! Submissions: the one way in, and what became of it.
//!
//! Whoever waits for a commit listens before the transaction is admitted, so no block can pass unseen between
//! the two. A wait that ends without an answer is no failure: the status says what is known.
use super::Services;
use super::access::{Door, Reader};
use super::error::CallError;
use super::outcome::{Name, Outcome};
use super::query::Reading;
use super::submit_many::{self, SubmitManyMessages};
use crate::admission::{AdmissionError, Admitted};
use crate::ledger::{BlockError, CommittedBlock};
use crate::limits::{API_ABSENCE_TIME, API_WAIT_MS_DEFAULT, API_WAIT_MS_MAX};
use bytes::Bytes;
use prost::Message;
use std::sync::Arc;
use std::time::Duration;
use tally_contracts::BlockContext;
use tally_contracts::types::{Hash, Height, MemberId};
use tally_proto::transaction::decode_body;
use tally_proto::v1::transaction::transaction_service_server::TransactionService;
use tally_proto::v1::transaction::{
    GetRequest, GetResponse, SignedTransaction, SimulateRequest, SimulateResponse, SubmitManyRequest,
    SubmitRequest, SubmitResponse, TransactionResult, TransactionStatus, WaitRequest, WaitResponse,
    WaitUntil,
};
use tally_proto::{FieldError, FieldErrorKind};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};
use tonic::{Request, Response, Status, Streaming};

/// Blocks as they are committed.
type Committed = Receiver<Arc<CommittedBlock>>;

#[tonic::async_trait]
impl TransactionService for Services {
    async fn submit(&self, request: Request<SubmitRequest>) -> Result<Response<SubmitResponse>, Status> {
        let door = request.extensions().get::<Arc<Door>>().cloned();
        let result = self.take(request.into_inner(), door.as_deref()).await?;
        Ok(Response::new(SubmitResponse { result: Some(result) }))
    }

    type SubmitManyStream = SubmitManyMessages;

    async fn submit_many(
        &self,
        request: Request<Streaming<SubmitManyRequest>>,
    ) -> Result<Response<SubmitManyMessages>, Status> {
        let door = request.extensions().get::<Arc<Door>>().cloned();
        Ok(submit_many::begin(self, door, request.into_inner())?)
    }

    async fn get(&self, request: Request<GetRequest>) -> Result<Response<GetResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let name = Name::of_get(request.key).map_err(CallError::from)?;
        let absence = Instant::now() + API_ABSENCE_TIME;
        let outcome = self.outcome(name, None).await?;
        let result = self.for_reader(&reader, name, outcome.result).await?;
        if result.status() == TransactionStatus::Unknown {
            // what is not the reader's takes as long as what is not there
            sleep_until(absence).await;
        }
        Ok(Response::new(GetResponse { result: Some(result) }))
    }

    async fn wait(&self, request: Request<WaitRequest>) -> Result<Response<WaitResponse>, Status> {
        let (reader, WaitRequest { key, timeout_ms }) = self.enter(request).await?;
        let name = Name::of_wait(key).map_err(CallError::from)?;
        let deadline = self.deadline(timeout_ms)?;
        let committed = self.edge.node.ledger.watch();
        let outcome = self.outcome(name, None).await?;
        let result = self.await_end(committed, name, outcome, deadline).await?;
        let is_final = result.status() != TransactionStatus::Pending;
        let result = self.for_reader(&reader, name, result).await?;
        if is_final && result.status() == TransactionStatus::Unknown {
            // what is not the reader's takes as long as what is not there
            tokio::select! {
                () = sleep_until(deadline) => {}
                () = self.edge.stopped() => {}
            }
        }
        Ok(Response::new(WaitResponse { result: Some(result) }))
    }

    async fn simulate(
        &self,
        request: Request<SimulateRequest>,
    ) -> Result<Response<SimulateResponse>, Status> {
        let (reader, SimulateRequest { body }) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let transaction = decode_body(&body, reading.chain_id())?;
            // a rule's answer tells about the sender's records
            if reading.reader()?.member != transaction.sender {
                return Err(CallError::NotSender { sender: transaction.sender });
            }
            let height = Height::new(reading.height).next();
            let context = BlockContext { height, time: reading.next_time() };
            let receipt = tally_contracts::simulate(&reading.view, context, &transaction)?;
            Ok(SimulateResponse { receipt: Some((&receipt).into()), position: reading.position() })
        })
        .await
    }
}

impl Services {
    async fn take(
        &self,
        request: SubmitRequest,
        door: Option<&Door>,
    ) -> Result<TransactionResult, CallError> {
        let SubmitRequest { body, signatures, wait, timeout_ms } = request;
        let unknown = || FieldError::new("wait", FieldErrorKind::UnknownValue { value: wait });
        let until = WaitUntil::try_from(wait).map_err(|_| unknown())?;
        let deadline = self.deadline(timeout_ms)?;
        let committed = self.edge.node.ledger.watch();
        let envelope = SignedTransaction { body, signatures }.encode_to_vec();
        let (id, outcome) = self.admit(envelope, door).await?;
        match until {
            WaitUntil::Unspecified | WaitUntil::Accepted => Ok(outcome.result),
            WaitUntil::Committed => self.await_end(committed, Name::Id(id), outcome, deadline).await,
        }
    }

    /// Lets a transaction in and says where it stands then.
    async fn admit(&self, envelope: Vec<u8>, door: Option<&Door>) -> Result<(Hash, Outcome), CallError> {
        let node = Arc::clone(&self.edge.node);
        let admitted = node.admission.admit_local(Bytes::from(envelope)).await;
        note(door, &admitted);
        let found = self.edge.reads.run(move || {
            let id = match admitted {
                Ok(Admitted::Waiting { id } | Admitted::Known { id }) => id,
                // it was committed between two looks: the first result counts
                Err(AdmissionError::NotFitting(BlockError::Replayed { id })) if is_committed(&node, id)? => {
                    id
                }
                Err(error) => return Err(error.into()),
            };
            Ok((id, Outcome::find(&node, Name::Id(id), None)?))
        });
        found.await
    }

    async fn outcome(&self, name: Name, valid_until: Option<u64>) -> Result<Outcome, CallError> {
        let node = Arc::clone(&self.edge.node);
        self.edge.reads.run(move || Outcome::find(&node, name, valid_until)).await
    }

    /// What a reader is told of a result: of others' transactions, the same as of those that never were.
    async fn for_reader(
        &self,
        reader: &Reader,
        name: Name,
        result: TransactionResult,
    ) -> Result<TransactionResult, CallError> {
        let (node, reader) = (Arc::clone(&self.edge.node), reader.clone());
        let looked = self.edge.reads.run(move || {
            let is_own = match name {
                Name::Request { sender, .. } => sender == reader.member,
                Name::Id(id) => sender_of(&node, id)? == Some(reader.member),
            };
            if is_own || reader.reads_everything() {
                return Ok(result);
            }
            let id = match name {
                Name::Id(id) => id.0.to_vec(),
                Name::Request { .. } => Vec::new(),
            };
            Outcome::unknown(&node, id)
        });
        looked.await
    }

    /// Follows a transaction until nothing can change any more, the caller's time is over, or the node stops.
    async fn await_end(
        &self,
        mut committed: Committed,
        name: Name,
        mut outcome: Outcome,
        deadline: Instant,
    ) -> Result<TransactionResult, CallError> {
        while !outcome.is_final() {
            let block = tokio::select! {
                block = committed.recv() => block,
                () = sleep_until(deadline) => break,
                () = self.edge.stopped() => break,
            };
            let valid_until = outcome.valid_until();
            let later = match block {
                Ok(block) => outcome.clone().after(&block),
                Err(RecvError::Lagged(_)) => None,
                Err(RecvError::Closed) => break,
            };
            outcome = match later {
                Some(later) => later,
                None => self.outcome(name, valid_until).await?,
            };
        }
        Ok(outcome.result)
    }

    /// When a wait of `timeout_ms` ends; 0 means the default.
    fn deadline(&self, timeout_ms: u32) -> Result<Instant, CallError> {
        if timeout_ms > API_WAIT_MS_MAX {
            let (found, limit) = (timeout_ms.into(), API_WAIT_MS_MAX.into());
            return Err(CallError::OverLimit { field: "timeout_ms", found, limit });
        }
        let wait_ms = if timeout_ms == 0 { API_WAIT_MS_DEFAULT } else { timeout_ms };
        let wait = Duration::from_millis(wait_ms.into()).min(self.edge.settings.request_timeout);
        Ok(Instant::now() + wait)
    }
}

/// A transaction that holds shows who is at the door; one that never was a member's shows that, too.
pub(super) fn note(door: Option<&Door>, admitted: &Result<Admitted, AdmissionError>) {
    let Some(door) = door else { return };
    match admitted {
        Ok(Admitted::Waiting { .. }) => door.standing().know(),
        Err(error) if error.is_senders_fault() => door.strike(),
        Ok(Admitted::Known { .. }) | Err(_) => {}
    }
}

/// Who sent a transaction that waits here or is in the ledger.
fn sender_of(node: &super::NodeView, id: Hash) -> Result<Option<MemberId>, CallError> {
    if let Some(pooled) = node.pool.get(&id.0) {
        return Ok(Some(pooled.verified.transaction().sender));
    }
    let reading = Reading::of(node)?;
    let Some(place) = reading.view.transaction(&id.0)? else { return Ok(None) };
    let block = reading.block(place.height)?;
    let position = usize::try_from(place.position).unwrap_or(usize::MAX);
    Ok(block.transactions.get(position).map(|signed| signed.unverified().sender))
}

fn is_committed(node: &super::NodeView, id: Hash) -> Result<bool, CallError> {
    let outcome = Outcome::find(node, Name::Id(id), None)?;
    Ok(outcome.result.status() == TransactionStatus::Committed)
}
