//! Many submissions over one stream: checked together, in the order in which they came, and answered as soon as
//! each is final.
//!
//! A transaction is put on the stream's list before it enters the pool, so no block can hold it unseen. What is
//! on the list, and what waits to be checked, is bounded: the stream is not read on until there is room.
use super::access::Door;
use super::error::CallError;
use super::outcome::{Name, Outcome, of_committed};
use super::outlet::{Blocked, Messages, Outlet};
use super::submit::note;
use super::{Edge, Services};
use crate::admission::{AdmissionError, Admitted};
use crate::ledger::{BlockError, CommittedBlock};
use crate::limits::{
    API_STREAM_PATIENCE, API_STREAM_QUEUE, API_STREAMS_PER_CONNECTION_MAX, API_SUBMIT_MANY_BATCH_MAX,
    API_SUBMIT_MANY_UNANSWERED_MAX,
};
use bytes::Bytes;
use futures::future::{BoxFuture, FutureExt};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use tally_contracts::types::Hash;
use tally_proto::v1::transaction::submit_many_result::Outcome as Told;
use tally_proto::v1::transaction::{
    SubmitManyRequest, SubmitManyResponse, SubmitManyResult, TransactionResult, TransactionStatus,
};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tonic::{Response, Status, Streaming};

pub(super) type SubmitManyMessages = Messages<SubmitManyResponse>;

/// Answers the stream until it ended and everything on it was answered.
pub(super) fn begin(
    services: &Services,
    door: Option<Arc<Door>>,
    requests: Streaming<SubmitManyRequest>,
) -> Result<Response<SubmitManyMessages>, CallError> {
    let edge = Arc::clone(&services.edge);
    let limit = edge.settings.streams_max;
    let place = Arc::clone(&edge.streams).try_acquire_owned();
    let place = place.map_err(|_| CallError::StreamsFull { limit })?;
    let full = CallError::StreamsFull { limit: API_STREAMS_PER_CONNECTION_MAX };
    let own = door.as_ref().map(|door| door.stream().ok_or(full)).transpose()?;
    let (outlet, messages) = Outlet::new(API_STREAM_QUEUE, API_STREAM_PATIENCE);
    let committed = edge.node.ledger.watch();
    let stream = Stream {
        edge,
        door,
        outlet,
        committed,
        list: Arc::default(),
        waiting: Vec::new(),
        received: 0,
        answered: 0,
        _places: (place, own),
    };
    tokio::spawn(stream.serve(requests));
    Ok(Response::new(messages))
}

/// Transactions of the stream that are not final yet.
#[derive(Default)]
struct List {
    places: HashMap<Hash, Listed>,
    expiry: BTreeSet<(u64, Hash)>,
}

/// One of them: the places in the stream at which it came, and its last height.
struct Listed {
    indexes: Vec<u64>,
    valid_until: u64,
}

impl List {
    fn add(&mut self, id: Hash, valid_until: u64, index: u64) {
        let listed = self.places.entry(id).or_insert_with(|| Listed { indexes: Vec::new(), valid_until });
        listed.indexes.push(index);
        self.expiry.insert((valid_until, id));
    }

    /// Whoever gets the places answers for them: nobody else will.
    fn take(&mut self, id: Hash) -> Vec<u64> {
        let Some(listed) = self.places.remove(&id) else { return Vec::new() };
        self.expiry.remove(&(listed.valid_until, id));
        listed.indexes
    }

    /// Takes one place off the list; false where it was answered already.
    fn drop_place(&mut self, id: Hash, index: u64) -> bool {
        let Some(listed) = self.places.get_mut(&id) else { return false };
        let before = listed.indexes.len();
        listed.indexes.retain(|one| *one != index);
        let was_there = listed.indexes.len() < before;
        if listed.indexes.is_empty() {
            self.take(id);
        }
        was_there
    }

    fn first_expired(&self, height: u64) -> Option<Hash> {
        self.expiry.first().filter(|(last, _)| *last <= height).map(|(_, id)| *id)
    }
}

type Shared = Arc<Mutex<List>>;
type Checked = Result<Vec<SubmitManyResult>, CallError>;

struct Stream {
    edge: Arc<Edge>,
    door: Option<Arc<Door>>,
    outlet: Outlet<SubmitManyResponse>,
    committed: Receiver<Arc<CommittedBlock>>,
    list: Shared,
    /// Received and not yet handed to a check.
    waiting: Vec<Vec<u8>>,
    received: u64,
    answered: u64,
    _places: (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>),
}

/// Why a stream ends.
enum End {
    Answered,
    ReaderGone,
    Failed(CallError),
    Broken,
}

impl From<Blocked> for End {
    fn from(blocked: Blocked) -> Self {
        match blocked {
            Blocked::ReaderGone => Self::ReaderGone,
            Blocked::ReaderTooSlow => {
                Self::Failed(CallError::ReaderTooSlow { cursor: "what was answered".to_owned() })
            }
        }
    }
}

impl Stream {
    async fn serve(mut self, mut requests: Streaming<SubmitManyRequest>) {
        let end = match self.run(&mut requests).await {
            Ok(()) => End::Answered,
            Err(end) => end,
        };
        match end {
            End::Answered | End::ReaderGone | End::Broken => {}
            End::Failed(error) => self.outlet.end(error),
        }
    }

    async fn run(&mut self, requests: &mut Streaming<SubmitManyRequest>) -> Result<(), End> {
        let mut is_open = true;
        let mut check: Option<BoxFuture<'static, Checked>> = None;
        loop {
            if check.is_none() && !self.waiting.is_empty() {
                check = Some(self.check());
            }
            if !is_open && check.is_none() && self.answered == self.received {
                return Ok(());
            }
            tokio::select! {
                biased;
                () = self.outlet.reader_gone() => return Err(End::ReaderGone),
                () = self.edge.stopped() => return Err(End::Failed(CallError::Stopping)),
                block = self.committed.recv() => self.on_block(block).await?,
                checked = async { check.as_mut()?.await.into() }, if check.is_some() => {
                    check = None;
                    if let Some(checked) = checked {
                        self.answer(checked.map_err(End::Failed)?).await?;
                    }
                }
                message = requests.message(), if is_open && self.has_room() => {
                    is_open = self.on_message(message)?;
                }
            }
        }
    }

    fn has_room(&self) -> bool {
        self.waiting.len() < API_SUBMIT_MANY_BATCH_MAX
            && self.received.saturating_sub(self.answered) < API_SUBMIT_MANY_UNANSWERED_MAX
    }

    /// Whether more may come.
    fn on_message(&mut self, message: Result<Option<SubmitManyRequest>, Status>) -> Result<bool, End> {
        let Some(SubmitManyRequest { transactions }) = message.map_err(|_| End::Broken)? else {
            return Ok(false);
        };
        let (found, limit) = (transactions.len(), API_SUBMIT_MANY_BATCH_MAX);
        if found > limit {
            let (found, limit) = (count(found), count(limit));
            return Err(End::Failed(CallError::OverLimit { field: "transactions", found, limit }));
        }
        self.received = self.received.saturating_add(count(found));
        self.waiting.extend(transactions);
        Ok(true)
    }

    /// Checks everything that waits, on a blocking thread.
    fn check(&mut self) -> BoxFuture<'static, Checked> {
        let batch: Vec<Bytes> = std::mem::take(&mut self.waiting).into_iter().map(Bytes::from).collect();
        let first = self.received.saturating_sub(count(batch.len()));
        let (edge, list) = (Arc::clone(&self.edge), Arc::clone(&self.list));
        let door = self.door.clone();
        async move {
            let admitted = admit(&edge, &list, first, batch).await;
            admitted.iter().for_each(|(_, _, outcome)| note(door.as_deref(), outcome));
            let node = Arc::clone(&edge.node);
            match admitted.iter().all(|(_, _, outcome)| matches!(outcome, Ok(Admitted::Waiting { .. }))) {
                true => Ok(Vec::new()),
                false => edge.reads.run(move || Ok(conclude(&node, &list, admitted))).await,
            }
        }
        .boxed()
    }

    async fn on_block(&mut self, block: Result<Arc<CommittedBlock>, RecvError>) -> Result<(), End> {
        match block {
            Ok(block) => {
                let results = settled(&mut lock(&self.list), &block);
                self.answer(results).await
            }
            Err(RecvError::Lagged(_)) => {
                let (edge, list) = (Arc::clone(&self.edge), Arc::clone(&self.list));
                let node = Arc::clone(&edge.node);
                let found = edge.reads.run(move || look_up(&node, &list)).await;
                self.answer(found.map_err(End::Failed)?).await
            }
            Err(RecvError::Closed) => Err(End::Failed(CallError::Stopping)),
        }
    }

    async fn answer(&mut self, results: Vec<SubmitManyResult>) -> Result<(), End> {
        self.answered = self.answered.saturating_add(count(results.len()));
        let mut results = results.into_iter().peekable();
        while results.peek().is_some() {
            let results = results.by_ref().take(API_SUBMIT_MANY_BATCH_MAX).collect();
            self.outlet.send(SubmitManyResponse { results }).await?;
        }
        Ok(())
    }
}

/// A transaction's place in the stream, its id where its bytes could be read, and what became of it.
type Entered = (u64, Option<Hash>, Result<Admitted, AdmissionError>);

/// Lets a batch in.
async fn admit(edge: &Edge, list: &Shared, first: u64, batch: Vec<Bytes>) -> Vec<Entered> {
    let ids = Arc::new(Mutex::new(vec![None; batch.len()]));
    let (entering, listing) = (Arc::clone(&ids), Arc::clone(list));
    let admitted = edge.node.admission.admit_local_all(batch, move |place, transaction| {
        if let Some(id) = entering.lock().expect("nothing panics while it holds the ids").get_mut(place) {
            *id = Some(transaction.id);
        }
        lock(&listing).add(
            transaction.id,
            transaction.valid_until.number(),
            first.saturating_add(count(place)),
        );
    });
    let admitted = admitted.await;
    let ids = std::mem::take(&mut *ids.lock().expect("nothing panics while it holds the ids"));
    let place = |(place, (outcome, id))| (first.saturating_add(count(place)), id, outcome);
    admitted.into_iter().zip(ids).enumerate().map(place).collect()
}

/// Answers for what was refused, and for what is in the ledger already.
fn conclude(node: &super::NodeView, list: &Shared, admitted: Vec<Entered>) -> Vec<SubmitManyResult> {
    let mut results = Vec::new();
    for (index, id, outcome) in admitted {
        let error = match outcome {
            Ok(Admitted::Waiting { .. }) => continue,
            Ok(Admitted::Known { id }) | Err(AdmissionError::NotFitting(BlockError::Replayed { id })) => {
                match known(node, list, id, index) {
                    Ok(found) => {
                        results.extend(found);
                        continue;
                    }
                    Err(error) => error,
                }
            }
            Err(error) => error.into(),
        };
        // a block may have answered for it in between
        if id.is_none_or(|id| lock(list).drop_place(id, index)) {
            results.push(SubmitManyResult { index, outcome: Some(Told::Refusal(error.into())) });
        }
    }
    results
}

/// Of a transaction that came before: its result, or nothing while it waits on the list.
fn known(
    node: &super::NodeView,
    list: &Shared,
    id: Hash,
    index: u64,
) -> Result<Option<SubmitManyResult>, CallError> {
    let outcome = Outcome::find(node, Name::Id(id), None)?;
    if !outcome.is_final() {
        return Ok(None);
    }
    // a block may have answered for it in between
    let is_ours = lock(list).drop_place(id, index);
    Ok(is_ours.then(|| told(index, outcome.result)))
}

/// What a block says about the list.
fn settled(list: &mut List, block: &CommittedBlock) -> Vec<SubmitManyResult> {
    let mut results = Vec::new();
    if list.places.is_empty() {
        return results;
    }
    for (place, id) in block.transactions.iter().enumerate() {
        let indexes = list.take(*id);
        if let Some((last, others)) = indexes.split_last() {
            let result = of_committed(block, place);
            results.extend(others.iter().map(|index| told(*index, result.clone())));
            results.push(told(*last, result));
        }
    }
    while let Some(id) = list.first_expired(block.header.height.number()) {
        let result = TransactionResult {
            transaction_id: id.0.to_vec(),
            status: TransactionStatus::Expired.into(),
            position: Some((&block.header).into()),
            ..TransactionResult::default()
        };
        results.extend(list.take(id).into_iter().map(|index| told(index, result.clone())));
    }
    results
}

/// The same for everything on the list, from storage, after blocks were missed.
fn look_up(node: &super::NodeView, list: &Shared) -> Checked {
    let listed: Vec<(Hash, u64)> =
        lock(list).places.iter().map(|(id, listed)| (*id, listed.valid_until)).collect();
    let mut results = Vec::new();
    for (id, valid_until) in listed {
        let outcome = Outcome::find(node, Name::Id(id), Some(valid_until))?;
        if outcome.is_final() {
            let indexes = lock(list).take(id);
            results.extend(indexes.into_iter().map(|index| told(index, outcome.result.clone())));
        }
    }
    Ok(results)
}

fn told(index: u64, result: TransactionResult) -> SubmitManyResult {
    SubmitManyResult { index, outcome: Some(Told::Result(result)) }
}

fn lock(list: &Shared) -> MutexGuard<'_, List> {
    list.lock().expect("nothing panics while it holds the list")
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
