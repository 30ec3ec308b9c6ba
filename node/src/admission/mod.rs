//! Admission: what may wait for a block. Structure, signature, chain, expiry, replay and its sender's rate; not the rulebook.
mod desk;
mod error;
mod rates;

pub use error::AdmissionError;

use crate::ledger::{Ledger, Tip};
use crate::limits::{ADMISSION_QUEUE_MAX, MEMBER_TRANSACTIONS_BURST_SECONDS, MEMBER_TRANSACTIONS_PER_SECOND};
use crate::mempool::gossip::{Admit, Verdict};
use crate::mempool::{InsertError, Mempool, Origin, PooledTransaction};
use crate::storage::View;
use async_trait::async_trait;
use bytes::Bytes;
use desk::{Entering, Job, Outcomes};
use rates::Rates;
use std::sync::Arc;
use std::time::Instant;
use tally_contracts::Transaction;
use tally_contracts::types::{Hash, MemberId};
use tally_proto::transaction::{SignedTransaction, VerifiedTransaction, verify_batch};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

/// The node's pool: verified transactions by member.
pub type TransactionPool = Mempool<MemberId, VerifiedTransaction>;

/// Lets transactions into the pool; all of them pass the [`desk`].
pub struct Admission {
    desk: mpsc::Sender<Job>,
}

/// What a first look at a transaction shows.
enum Look {
    Known(Admitted),
    New(Box<SignedTransaction>),
}

/// What became of an admitted transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// It waits now.
    Waiting { id: Hash },
    /// The very same transaction waits already or is in the ledger: ask for its result.
    Known { id: Hash },
}

impl Admission {
    /// Opens the desk on the current runtime; it closes with the last of those who may bring something.
    pub fn start(ledger: Arc<Ledger>, pool: TransactionPool) -> Self {
        Self::start_at(ledger, pool, MEMBER_TRANSACTIONS_PER_SECOND)
    }

    /// The same with another rate for each member.
    pub fn start_at(ledger: Arc<Ledger>, pool: TransactionPool, member_transactions_per_second: u64) -> Self {
        let (desk, jobs) = mpsc::channel(ADMISSION_QUEUE_MAX);
        let rates = Rates::new(member_transactions_per_second, MEMBER_TRANSACTIONS_BURST_SECONDS);
        tokio::spawn(desk::serve(Arc::new(Office { ledger, pool, rates }), jobs));
        Self { desk }
    }

    /// Checks one transaction of this node's own API and puts it into the pool. Refuses it where too many wait.
    pub async fn admit_local(&self, bytes: Bytes) -> Result<Admitted, AdmissionError> {
        let place = self.desk.try_reserve().map_err(|error| match error {
            TrySendError::Full(()) => AdmissionError::Busy { waiting: ADMISSION_QUEUE_MAX },
            TrySendError::Closed(()) => AdmissionError::Unavailable,
        })?;
        let (answer, outcomes) = oneshot::channel();
        place.send(Job { frame: vec![bytes], origin: Origin::Local, entering: Box::new(|_, _| {}), answer });
        let outcomes = outcomes.await.ok().and_then(|mut outcomes| outcomes.pop());
        outcomes.unwrap_or(Err(AdmissionError::Unavailable))
    }

    /// The same for many, which wait for their turn. `entering` is told of each that is about to enter the pool, or
    /// may be there already, with its place in `frame`.
    pub async fn admit_local_all(
        &self,
        frame: Vec<Bytes>,
        entering: impl FnMut(usize, &Transaction) + Send + 'static,
    ) -> Vec<Result<Admitted, AdmissionError>> {
        self.bring(frame, Origin::Local, Box::new(entering)).await
    }

    /// The same for a frame of a peer's.
    pub async fn admit_peers(&self, frame: Vec<Bytes>) -> Vec<Result<Admitted, AdmissionError>> {
        self.bring(frame, Origin::Peer, Box::new(|_, _| {})).await
    }

    async fn bring(&self, frame: Vec<Bytes>, origin: Origin, entering: Entering) -> Outcomes {
        let count = frame.len();
        let (answer, outcomes) = oneshot::channel();
        let is_open = self.desk.send(Job { frame, origin, entering, answer }).await.is_ok();
        match outcomes.await {
            Ok(outcomes) if is_open => outcomes,
            // the runtime is shutting down
            _ => std::iter::repeat_with(|| Err(AdmissionError::Unavailable)).take(count).collect(),
        }
    }
}

/// What the desk needs to check.
struct Office {
    ledger: Arc<Ledger>,
    pool: TransactionPool,
    rates: Rates,
}

/// A transaction on its way through the desk.
enum Stage {
    Judged(Result<Admitted, AdmissionError>),
    /// Its signatures are checked with the others'.
    Unverified,
}

impl Office {
    /// Checks all jobs together and answers each.
    fn admit(&self, jobs: Vec<Job>) {
        let at = (self.ledger.tip(), self.ledger.view());
        let mut unverified = Vec::new();
        let mut judged = Vec::with_capacity(jobs.len());
        for Job { frame, origin, mut entering, answer } in jobs {
            let mut stages = Vec::with_capacity(frame.len());
            for (place, bytes) in frame.into_iter().enumerate() {
                let looked = self.look(&at, &bytes, origin, |transaction| entering(place, transaction));
                stages.push(match looked {
                    Ok(Look::Known(known)) => Stage::Judged(Ok(known)),
                    Ok(Look::New(signed)) => {
                        unverified.push(*signed);
                        Stage::Unverified
                    }
                    Err(error) => Stage::Judged(Err(error)),
                });
            }
            judged.push((stages, origin, answer));
        }
        drop(at);
        let mut verified = verify_batch(unverified).into_iter();
        for (stages, origin, answer) in judged {
            let conclude = |stage| match stage {
                Stage::Judged(outcome) => outcome,
                Stage::Unverified => match verified.next() {
                    Some(Ok(transaction)) => self.enter(transaction, origin),
                    Some(Err(error)) => Err(error.into()),
                    None => Err(AdmissionError::Unavailable),
                },
            };
            // the caller may have gone
            let _ = answer.send(stages.into_iter().map(conclude).collect());
        }
    }

    fn look(
        &self,
        at: &(Arc<Tip>, View<'_>),
        bytes: &[u8],
        origin: Origin,
        entering: impl FnOnce(&Transaction),
    ) -> Result<Look, AdmissionError> {
        let signed = SignedTransaction::decode(bytes, self.ledger.chain_id())?;
        entering(signed.unverified());
        if let Some(known) = self.known(at, &signed)? {
            return Ok(Look::Known(known));
        }
        self.check_rate(signed.unverified().sender, origin)?;
        Ok(Look::New(Box::new(signed)))
    }

    /// What a peer took counts, and is not refused.
    fn check_rate(&self, sender: MemberId, origin: Origin) -> Result<(), AdmissionError> {
        if origin == Origin::Local && self.rates.is_over(&sender, Instant::now()) {
            return Err(AdmissionError::TooFast { sender, limit: self.rates.per_second() });
        }
        Ok(())
    }

    /// A transaction that needs no second check: the same id waits or is in the ledger. The same request id
    /// with other bytes is refused.
    fn known(
        &self,
        (tip, view): &(Arc<Tip>, View<'_>),
        signed: &SignedTransaction,
    ) -> Result<Option<Admitted>, AdmissionError> {
        let id = signed.id();
        if self.pool.contains(&id.0) {
            return Ok(Some(Admitted::Known { id }));
        }
        match self.ledger.outcome(view, tip, signed.unverified())? {
            None => Ok(None),
            Some(outcome) if outcome.transaction == id.0 => Ok(Some(Admitted::Known { id })),
            Some(outcome) => Err(AdmissionError::RequestUsed { transaction: Hash(outcome.transaction) }),
        }
    }

    fn enter(&self, verified: VerifiedTransaction, origin: Origin) -> Result<Admitted, AdmissionError> {
        let id = verified.id();
        let domain = verified.transaction();
        Ledger::is_in_time(&self.ledger.tip(), domain)?;
        let sender = domain.sender;
        // others of the same batch may have used the rate up
        self.check_rate(sender, origin)?;
        let pooled = PooledTransaction {
            id: id.0,
            leaf: verified.leaf().0,
            arrived: Instant::now(),
            sender,
            request_id: domain.request_id,
            valid_until_height: domain.valid_until.number(),
            bytes: Bytes::copy_from_slice(verified.bytes()),
            verified: Arc::new(verified),
        };
        match self.pool.insert(pooled, origin) {
            Ok(()) => {
                self.rates.count(sender, Instant::now());
                Ok(Admitted::Waiting { id })
            }
            Err(InsertError::Duplicate | InsertError::Committed) => Ok(Admitted::Known { id }),
            Err(error) => Err(error.into()),
        }
    }
}

/// Admission as gossip sees it.
pub struct PeerAdmission(pub Arc<Admission>);

#[async_trait]
impl Admit for PeerAdmission {
    async fn admit(&self, bytes: Bytes) -> Verdict {
        let verdicts = self.admit_all(vec![bytes]).await;
        verdicts.into_iter().next().unwrap_or(Err(crate::mempool::gossip::AdmitRefusal::Unavailable))
    }

    async fn admit_all(&self, transactions: Vec<Bytes>) -> Vec<Verdict> {
        self.0.admit_peers(transactions).await.into_iter().map(verdict).collect()
    }
}

fn verdict(outcome: Result<Admitted, AdmissionError>) -> Verdict {
    match outcome {
        Ok(Admitted::Waiting { .. }) => Ok(()),
        Ok(Admitted::Known { .. }) => Err(crate::mempool::gossip::AdmitRefusal::Duplicate),
        Err(error) => Err(error.for_peer()),
    }
}
