//! What member nodes ask: blocks with what one member may see of them, and records, all provable and all signed.
//!
//! Nothing is said here that the same reader would not be told by the other services. A member node believes none of it:
//! it checks headers, ways to the roots, and the counters under the state root.
use super::Services;
use super::access::Reader;
use super::error::CallError;
use super::query::Reading;
use crate::events::StoredBlock;
use crate::ledger::{LedgerError, ProvenRecords};
use crate::limits::{
    API_ABSENCE_TIME, FOLLOW_ANSWER_BYTES_MAX, FOLLOW_BLOCKS_DEFAULT, FOLLOW_BLOCKS_MAX, FOLLOW_KEYS_MAX,
    FOLLOW_WAIT_MS_MAX,
};
use prost::Message;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tally_contracts::items::{Told, for_each_item};
use tally_contracts::merkle;
use tally_contracts::policy::Policy;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::{Key, StoredRecord};
use tally_contracts::tree::Proof;
use tally_contracts::types::{BusinessDate, MemberId, ReceivableId};
use tally_proto::follow::signing_bytes;
use tally_proto::v1::follow::follow_service_server::FollowService;
use tally_proto::v1::follow::{
    FollowAnswer, FollowRequest, FollowResponse, FollowedBlock, FollowedItem, OwnTransaction, ProveAnswer,
    ProveRequest, ProveResponse, ProvenRecord,
};
use tokio::time::{Instant, sleep_until};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl FollowService for Services {
    async fn follow(&self, request: Request<FollowRequest>) -> Result<Response<FollowResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let ask = Ask::of(&request)?;
        self.await_block(ask.from, request.wait_ms).await?;
        self.read(reader, move |reading| {
            let answer = blocks(reading, ask)?.encode_to_vec();
            let (peer_key, signature) = sign(reading, &answer)?;
            Ok(FollowResponse { answer, peer_key, signature })
        })
        .await
    }

    async fn prove(&self, request: Request<ProveRequest>) -> Result<Response<ProveResponse>, Status> {
        let (reader, ProveRequest { keys }) = self.enter(request).await?;
        check_limit("keys", keys.len(), FOLLOW_KEYS_MAX)?;
        let absence = Instant::now() + API_ABSENCE_TIME;
        let withholds = Arc::new(AtomicBool::new(false));
        let tells = Arc::clone(&withholds);
        let answered = self.read(reader, move |reading| {
            let answer = records(reading, keys)?;
            tells.store(!answer.withheld.is_empty(), Ordering::Relaxed);
            let answer = answer.encode_to_vec();
            let (peer_key, signature) = sign(reading, &answer)?;
            Ok(ProveResponse { answer, peer_key, signature })
        });
        let answered = answered.await;
        if withholds.load(Ordering::Relaxed) {
            // what is not the reader's takes as long as what is not there
            sleep_until(absence).await;
        }
        answered
    }
}

impl Services {
    /// Until the block of `height` is committed, or the time is over.
    async fn await_block(&self, height: u64, wait_ms: u32) -> Result<(), CallError> {
        check_limit("wait_ms", usize::try_from(wait_ms).unwrap_or(usize::MAX), FOLLOW_WAIT_MS_MAX)?;
        let deadline = Instant::now() + Duration::from_millis(wait_ms.into());
        let mut committed = self.edge.node.ledger.watch();
        while self.edge.node.ledger.tip().height < height {
            tokio::select! {
                // whatever it was: the tip says how far storage is
                _ = committed.recv() => {}
                () = sleep_until(deadline) => break,
                () = self.edge.stopped() => return Err(CallError::Stopping),
            }
        }
        Ok(())
    }
}

fn check_limit(field: &'static str, found: usize, limit: usize) -> Result<(), CallError> {
    if found > limit {
        let whole = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        return Err(CallError::OverLimit { field, found: whole(found), limit: whole(limit) });
    }
    Ok(())
}

/// Which blocks are asked for.
#[derive(Clone, Copy)]
struct Ask {
    from: u64,
    count: u64,
}

impl Ask {
    fn of(request: &FollowRequest) -> Result<Self, CallError> {
        let count = usize::try_from(request.blocks_max).unwrap_or(usize::MAX);
        check_limit("blocks_max", count, FOLLOW_BLOCKS_MAX)?;
        let count = if count == 0 { FOLLOW_BLOCKS_DEFAULT } else { count };
        Ok(Self { from: request.from_height.max(1), count: u64::try_from(count).unwrap_or(u64::MAX) })
    }
}

fn sign(reading: &Reading<'_>, answer: &[u8]) -> Result<(Vec<u8>, Vec<u8>), CallError> {
    let key = &reading.node.signer;
    let signature = key.sign(&signing_bytes(reading.chain_id(), answer)).map_err(|_| CallError::Panicked)?;
    Ok((key.public().to_bytes().to_vec(), signature.to_vec()))
}

/// The blocks, with proofs of the counters where they reach the tip.
fn blocks(reading: &Reading<'_>, ask: Ask) -> Result<FollowAnswer, CallError> {
    let member = reading.reader()?.member;
    let mut answer =
        FollowAnswer { member: member.to_string(), from_height: ask.from, ..FollowAnswer::default() };
    let last = ask.from.saturating_add(ask.count).saturating_sub(1);
    // the proofs first: they are of the newest state, which moves on while blocks are read
    let counters = [Key::Items(member), Key::PublicItems];
    let reaches_tip = reading.node.ledger.tip().height <= last;
    let proven = reaches_tip.then(|| prove(reading, &counters)).transpose()?;
    let tip = proven.as_ref().map_or(reading.height, |proven| proven.tip.height);
    let now = Reading::of(reading.node)?.by(Some(reading.reader()?.clone()));
    let mut composer = Composer { reading: &now, member, due: BTreeMap::new() };
    let mut bytes = 0_usize;
    for height in ask.from..=tip.min(last) {
        let block = composer.block(height)?;
        bytes = bytes.saturating_add(block.encoded_len());
        answer.blocks.push(block);
        if bytes > FOLLOW_ANSWER_BYTES_MAX {
            break;
        }
    }
    let count = u64::try_from(answer.blocks.len()).unwrap_or(u64::MAX);
    if let Some(ProvenRecords { records, .. }) = proven
        && ask.from.saturating_add(count) == tip.saturating_add(1)
    {
        let mut shown = counters.iter().zip(records).map(|(key, found)| show(key.encode(), found));
        answer.own_items = shown.next();
        answer.public_items = shown.next();
    }
    Ok(answer)
}

fn prove(reading: &Reading<'_>, keys: &[Key]) -> Result<ProvenRecords, CallError> {
    let rows: Vec<Vec<u8>> = keys.iter().map(Key::encode).collect();
    Ok(reading.node.ledger.prove_all(&rows)?)
}

fn show(key: Vec<u8>, (record, proof): (Option<StoredRecord>, Proof)) -> ProvenRecord {
    let present = record.is_some();
    let (salt, record) = record.map(|stored| (stored.salt.to_vec(), stored.bytes)).unwrap_or_default();
    ProvenRecord { key, present, salt, record, proof: Some((&proof).into()) }
}

/// Puts together what one member may see of blocks.
struct Composer<'r> {
    reading: &'r Reading<'r>,
    member: MemberId,
    /// Anchor and due date of receivables met so far.
    due: BTreeMap<ReceivableId, Option<(MemberId, BusinessDate)>>,
}

impl Composer<'_> {
    fn block(&mut self, height: u64) -> Result<FollowedBlock, CallError> {
        let stored = self.reading.block(height)?;
        Ok(FollowedBlock {
            header: stored.header.encode(),
            certificate: self.reading.view.certificate(height)?.unwrap_or_default(),
            transactions: self.own(&stored),
            items: self.items(&stored)?,
            validators: handover(self.reading, height)?,
        })
    }

    fn own(&self, stored: &StoredBlock) -> Vec<OwnTransaction> {
        let is_own = |index: &usize| {
            stored.transactions.get(*index).is_some_and(|signed| signed.unverified().sender == self.member)
        };
        let own: Vec<usize> = (0..stored.transactions.len()).filter(is_own).collect();
        if own.is_empty() {
            return Vec::new();
        }
        let encoded: Vec<Vec<u8>> = stored
            .receipts
            .iter()
            .map(|receipt| borsh::to_vec(receipt).expect("a Vec takes every write"))
            .collect();
        let leaves: Vec<_> =
            stored.transactions.iter().map(|signed| merkle::leaf_hash(signed.bytes())).collect();
        let receipts: Vec<_> = encoded.iter().map(|bytes| merkle::leaf_hash(bytes)).collect();
        let beside = |leaves: &[_], index| {
            let way = merkle::prove(leaves, index).unwrap_or_default();
            way.iter().map(|hash| hash.to_vec()).collect()
        };
        own.into_iter()
            .filter_map(|index| {
                Some(OwnTransaction {
                    index: u32::try_from(index).ok()?,
                    encoded: stored.transactions.get(index)?.bytes().to_vec(),
                    beside: beside(&leaves, index),
                    receipt: encoded.get(index)?.clone(),
                    receipt_beside: beside(&receipts, index),
                })
            })
            .collect()
    }

    fn items(&mut self, stored: &StoredBlock) -> Result<Vec<FollowedItem>, CallError> {
        let Some(last) = stored.receipts.last() else { return Ok(Vec::new()) };
        let policy: Option<Policy> = self.reading.get(&Key::Policy(last.policy_version))?;
        let damaged = || LedgerError::StoredBlock { height: stored.header.height.number() };
        let today = policy.ok_or_else(damaged)?.date(stored.header.time);
        let senders: Vec<MemberId> =
            stored.transactions.iter().map(|signed| signed.unverified().sender).collect();
        let (member, mut items) = (self.member, Vec::new());
        let anchor = |id: ReceivableId| {
            let due = self.due(id)?;
            Ok(due.map(|(anchor, due_date)| (anchor, due_date <= today)))
        };
        for_each_item((&stored.receipts, &senders), anchor, |told: Told<'_>| {
            let is_public = told.readers == [None];
            if is_public || told.readers.contains(&Some(member)) {
                let item = borsh::to_vec(&told.item).expect("a Vec takes every write");
                items.push(FollowedItem { receipt: told.receipt, item, is_public });
            }
            Ok::<_, CallError>(())
        })?;
        Ok(items)
    }

    /// Neither ever changes.
    fn due(&mut self, id: ReceivableId) -> Result<Option<(MemberId, BusinessDate)>, CallError> {
        if let Some(known) = self.due.get(&id) {
            return Ok(*known);
        }
        let found: Option<Receivable> = self.reading.get(&Key::Receivable(id))?;
        let due = found.map(|one| (one.anchor, one.terms.due_date));
        self.due.insert(id, due);
        Ok(due)
    }
}

fn handover(reading: &Reading<'_>, height: u64) -> Result<Option<ProvenRecord>, CallError> {
    let handover = reading.node.ledger.handover(height)?;
    Ok(handover.map(|(salt, bytes, proof)| {
        show(Key::Validators.encode(), (Some(StoredRecord { salt, bytes }), proof))
    }))
}

/// The records that the reader may see, of one moment.
fn records(reading: &Reading<'_>, keys: Vec<Vec<u8>>) -> Result<ProveAnswer, CallError> {
    let reader: &Reader = reading.reader()?;
    let ProvenRecords { records, tip } = reading.node.ledger.prove_all(&keys)?;
    // the tip may have moved since the reading began
    let now = Reading::of(reading.node)?.by(Some(reader.clone()));
    if tip.height == 0 {
        return Err(CallError::NoBlock);
    }
    let mut answer = ProveAnswer {
        member: reader.member.to_string(),
        header: now.header(tip.height)?.encode(),
        certificate: now.view.certificate(tip.height)?.unwrap_or_default(),
        ..ProveAnswer::default()
    };
    for (key, found) in keys.into_iter().zip(records) {
        if now.may_prove(&key, found.0.as_ref())? {
            answer.records.push(show(key, found));
        } else {
            answer.withheld.push(key);
        }
    }
    Ok(answer)
}
