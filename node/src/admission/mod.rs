//! Admission: what may wait for a block. Structure, signature, chain, expiry and replay; not the rulebook.
mod error;

pub use error::AdmissionError;

use crate::ledger::{Ledger, Tip};
use crate::mempool::gossip::{Admit, Verdict};
use crate::mempool::{InsertError, Mempool, Origin, PooledTransaction};
use crate::storage::View;
use async_trait::async_trait;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Instant;
use tally_contracts::Transaction;
use tally_contracts::types::{Hash, MemberId};
use tally_proto::transaction::{SignedTransaction, VerifiedTransaction, verify_batch};

/// The node's pool: verified transactions by member.
pub type TransactionPool = Mempool<MemberId, VerifiedTransaction>;

/// Lets transactions into the pool.
pub struct Admission {
    ledger: Arc<Ledger>,
    pool: TransactionPool,
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
    pub fn new(ledger: Arc<Ledger>, pool: TransactionPool) -> Self {
        Self { ledger, pool }
    }

    /// Checks one transaction of this node's own API and puts it into the pool.
    ///
    /// Blocks on a signature check and a database read; call it from a blocking thread.
    pub fn admit_local(&self, bytes: Bytes) -> Result<Admitted, AdmissionError> {
        let mut outcomes = self.admit(vec![bytes], Origin::Local, |_, _| {});
        outcomes.pop().unwrap_or(Err(AdmissionError::Unavailable))
    }

    /// The same for many, with their signatures checked in one batch. `entering` is told of each that is about
    /// to enter the pool, or may be there already, with its place in `frame`.
    pub fn admit_local_all(
        &self,
        frame: Vec<Bytes>,
        entering: impl FnMut(usize, &Transaction),
    ) -> Vec<Result<Admitted, AdmissionError>> {
        self.admit(frame, Origin::Local, entering)
    }

    /// The same for a frame of a peer's.
    pub fn admit_peers(&self, frame: Vec<Bytes>) -> Vec<Result<Admitted, AdmissionError>> {
        self.admit(frame, Origin::Peer, |_, _| {})
    }

    fn admit(
        &self,
        frame: Vec<Bytes>,
        origin: Origin,
        mut entering: impl FnMut(usize, &Transaction),
    ) -> Vec<Result<Admitted, AdmissionError>> {
        let mut outcomes: Vec<Option<Result<Admitted, AdmissionError>>> = Vec::with_capacity(frame.len());
        let mut unverified = Vec::new();
        let at = (self.ledger.tip(), self.ledger.view());
        for (place, bytes) in frame.into_iter().enumerate() {
            let signed = match SignedTransaction::decode(&bytes, self.ledger.chain_id()) {
                Ok(signed) => signed,
                Err(error) => {
                    outcomes.push(Some(Err(error.into())));
                    continue;
                }
            };
            entering(place, signed.unverified());
            outcomes.push(match self.known(&at, &signed) {
                Ok(None) => {
                    unverified.push(signed);
                    None
                }
                Ok(Some(known)) => Some(Ok(known)),
                Err(error) => Some(Err(error)),
            });
        }
        drop(at);
        let mut verified = verify_batch(unverified).into_iter();
        let enter = |outcome: Option<_>| {
            outcome.unwrap_or_else(|| match verified.next() {
                Some(Ok(transaction)) => self.enter(transaction, origin),
                Some(Err(error)) => Err(error.into()),
                None => Err(AdmissionError::Unavailable),
            })
        };
        outcomes.into_iter().map(enter).collect()
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
        let pooled = PooledTransaction {
            id: id.0,
            leaf: verified.leaf().0,
            arrived: Instant::now(),
            sender: domain.sender,
            request_id: domain.request_id,
            valid_until_height: domain.valid_until.number(),
            bytes: Bytes::copy_from_slice(verified.bytes()),
            verified: Arc::new(verified),
        };
        match self.pool.insert(pooled, origin) {
            Ok(()) => Ok(Admitted::Waiting { id }),
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
        let count = transactions.len();
        let admission = Arc::clone(&self.0);
        let outcomes = tokio::task::spawn_blocking(move || admission.admit_peers(transactions)).await;
        match outcomes {
            Ok(outcomes) => outcomes.into_iter().map(verdict).collect(),
            // the runtime is shutting down
            Err(_) => vec![Err(crate::mempool::gossip::AdmitRefusal::Unavailable); count],
        }
    }
}

fn verdict(outcome: Result<Admitted, AdmissionError>) -> Verdict {
    match outcome {
        Ok(Admitted::Waiting { .. }) => Ok(()),
        Ok(Admitted::Known { .. }) => Err(crate::mempool::gossip::AdmitRefusal::Duplicate),
        Err(error) => Err(error.for_peer()),
    }
}
