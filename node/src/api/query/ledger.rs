//! The ledger itself: blocks, validators, proofs, and the check of everything.
use super::super::error::{CallError, Resource};
use super::super::page::Page;
use super::super::sight::block_as_seen;
use super::super::{Services, watch};
use super::Reading;
use crate::ledger::ProvenRecord;
use tally_contracts::genesis::{Validator, ValidatorSet};
use tally_contracts::invariants::check_all;
use tally_contracts::types::Height;
use tally_contracts::{Fault, Receipt};
use tally_proto::convert::row_key;
use tally_proto::transaction::SignedTransaction;
use tally_proto::v1::ledger::ledger_service_server::LedgerService;
use tally_proto::v1::ledger::{self as wire, *};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl LedgerService for Services {
    type WatchBlocksStream = watch::BlockMessages;
    type WatchEventsStream = watch::EventMessages;

    async fn get_block(
        &self,
        request: Request<GetBlockRequest>,
    ) -> Result<Response<GetBlockResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let height = request.height;
        self.read(reader, move |reading| {
            let height = if height == 0 { reading.height } else { height };
            let seen = block_as_seen(reading.reader()?, block(reading, height)?);
            Ok(GetBlockResponse { block: Some(seen) })
        })
        .await
    }

    async fn list_blocks(
        &self,
        request: Request<ListBlocksRequest>,
    ) -> Result<Response<ListBlocksResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            list(reading, &page, request.to_height)
        })
        .await
    }

    async fn watch_blocks(
        &self,
        request: Request<WatchBlocksRequest>,
    ) -> Result<Response<Self::WatchBlocksStream>, Status> {
        let (reader, request) = self.enter(request).await?;
        Ok(watch::blocks(self, &reader, &request).await?)
    }

    async fn watch_events(
        &self,
        request: Request<WatchEventsRequest>,
    ) -> Result<Response<Self::WatchEventsStream>, Status> {
        let (reader, request) = self.enter(request).await?;
        Ok(watch::events(self, reader, &request).await?)
    }

    async fn get_proof(
        &self,
        request: Request<GetProofRequest>,
    ) -> Result<Response<GetProofResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let key = request.key;
        self.read(reader, move |reading| {
            let missing = || tally_proto::FieldError::new("key", tally_proto::FieldErrorKind::Missing);
            let row = row_key(&key.ok_or_else(missing)?)?;
            proof(reading, row)
        })
        .await
    }

    async fn list_validators(
        &self,
        request: Request<ListValidatorsRequest>,
    ) -> Result<Response<ListValidatorsResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let height = request.height;
        self.read(reader, move |reading| validators(reading, height)).await
    }

    async fn check_invariants(
        &self,
        request: Request<CheckInvariantsRequest>,
    ) -> Result<Response<CheckInvariantsResponse>, Status> {
        let (reader, _) = self.enter(request).await?;
        self.audit(reader, |reading| {
            Ok(CheckInvariantsResponse { results: check(reading)?, position: reading.position() })
        })
        .await
    }
}

fn block(reading: &Reading<'_>, height: u64) -> Result<wire::Block, CallError> {
    let stored = reading.block(height)?;
    let certificate = reading.view.certificate(height)?.unwrap_or_default();
    let transactions = stored.transactions.iter().zip(&stored.receipts);
    let block_end =
        stored.receipts.get(stored.transactions.len()).filter(|receipt| !receipt.events().is_empty());
    Ok(wire::Block {
        header: Some((&stored.header).into()),
        certificate,
        transactions: transactions.map(|(signed, receipt)| transaction(signed, receipt)).collect(),
        block_end: block_end.map(Into::into),
    })
}

fn transaction(signed: &SignedTransaction, receipt: &Receipt) -> BlockTransaction {
    BlockTransaction {
        transaction_id: signed.id().0.to_vec(),
        sender: signed.unverified().sender.to_string(),
        encoded: signed.bytes().to_vec(),
        receipt: Some(receipt.into()),
    }
}

/// Headers from the page's place downwards, as far as blocks are here.
fn list(reading: &Reading<'_>, page: &Page, to_height: u64) -> Result<ListBlocksResponse, CallError> {
    let top = if to_height == 0 { reading.height } else { to_height.min(reading.height) };
    let last = page.after.as_deref().and_then(|last| last.try_into().ok()).map(u64::from_be_bytes);
    let top = last.map_or(top, |last| top.min(last.saturating_sub(1)));
    let earliest = reading.earliest()?;
    let count = u64::try_from(page.size).unwrap_or(u64::MAX);
    let bottom = top.saturating_add(1).saturating_sub(count).max(earliest);
    let heights = (bottom..=top).rev();
    let headers = heights.map(|height| reading.header(height)).collect::<Result<Vec<_>, _>>()?;
    let is_last = bottom <= earliest || headers.is_empty();
    let next = (!is_last).then(|| page.token(&bottom.to_be_bytes(), reading.height));
    Ok(ListBlocksResponse {
        headers: headers.iter().map(Into::into).collect(),
        next_page_token: next.unwrap_or_default(),
        position: reading.position(),
    })
}

fn proof(reading: &Reading<'_>, row: Vec<u8>) -> Result<GetProofResponse, CallError> {
    let ProvenRecord { record, proof, tip } = reading.node.ledger.prove(&row)?;
    if !reading.may_prove(&row, record.as_ref())? {
        return Err(CallError::Unknown { kind: Resource::Record, name: hex::encode(row) });
    }
    // the tip may have moved since the reading began
    let now = Reading::of(reading.node)?;
    if tip.height == 0 {
        return Err(CallError::NoBlock);
    }
    let certificate = now.view.certificate(tip.height)?.unwrap_or_default();
    let present = record.is_some();
    let (salt, record) = record.map(|stored| (stored.salt.to_vec(), stored.bytes)).unwrap_or_default();
    Ok(GetProofResponse {
        key: Some(RawKey::of_row(&row)),
        present,
        salt,
        record,
        proof: Some((&proof).into()),
        header: Some((&now.header(tip.height)?).into()),
        certificate,
    })
}

fn validators(reading: &Reading<'_>, height: u64) -> Result<ListValidatorsResponse, CallError> {
    let next = Height::new(reading.height).next().number();
    let height = if height == 0 { next } else { height };
    if height > next {
        return Err(CallError::BeyondTip { height, tip: reading.height });
    }
    let set = reading.node.ledger.validators_at(height)?;
    let set: ValidatorSet =
        set.ok_or_else(|| CallError::Unknown { kind: Resource::Block, name: height.to_string() })?;
    let validator = |validator: &Validator| wire::Validator {
        public_key: validator.consensus_key.0.to_vec(),
        power: validator.power,
        member: validator.member.to_string(),
    };
    Ok(ListValidatorsResponse {
        validators: set.validators.iter().map(validator).collect(),
        height,
        validators_hash: set.hash().0.to_vec(),
    })
}

/// The rulebook's §10, in words.
const INVARIANTS: [(&str, &str); 10] = [
    ("I1", "open faces, settled and cancelled amounts of a receivable sum to its confirmed face"),
    ("I2", "every amount is more than nothing and at most its parent's"),
    ("I3", "a tranche is consumed at most once"),
    ("I4", "an invoice backs at most one receivable"),
    ("I5", "money is conserved per bank and currency"),
    ("I6", "a tranche has at most one lien"),
    ("I7", "a receivable's status is one that its life cycle reaches"),
    ("I8", "every change carries the signatures that were asked for"),
    ("I9", "a facility's use is the face it bought and that is unsettled, within its limit"),
    ("I10", "what was distributed at settlement is what was debited"),
];

/// Every invariant, or the first that is broken: what the check would say about the others is then not known.
fn check(reading: &Reading<'_>) -> Result<Vec<InvariantResult>, CallError> {
    match check_all(&reading.view) {
        Ok(_) => Ok(INVARIANTS.iter().map(|(name, claim)| result(name, claim, String::new())).collect()),
        Err(Fault::InvariantBroken { invariant, subject }) => {
            let claim =
                INVARIANTS.iter().find(|(name, _)| *name == invariant).map_or("", |(_, claim)| *claim);
            Ok(vec![result(invariant, claim, subject)])
        }
        Err(fault) => Err(fault.into()),
    }
}

fn result(name: &str, claim: &str, violation: String) -> InvariantResult {
    InvariantResult { name: name.to_owned(), claim: claim.to_owned(), holds: violation.is_empty(), violation }
}
