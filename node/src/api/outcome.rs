//! Outcomes: where a transaction stands, by its id or by what its sender chose.
use super::NodeView;
use super::error::CallError;
use super::query::Reading;
use crate::ledger::CommittedBlock;
use crate::storage::Location;
use tally_contracts::types::{Hash, MemberId};
use tally_proto::v1::common::Position;
use tally_proto::v1::transaction::{
    RequestKey, TransactionResult, TransactionStatus, get_request, wait_request,
};
use tally_proto::{FieldError, FieldErrorKind};

/// What a transaction is asked for by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Id(Hash),
    Request { sender: MemberId, request_id: [u8; 16] },
}

impl Name {
    pub(super) fn of_get(key: Option<get_request::Key>) -> Result<Self, FieldError> {
        match key {
            None => Err(FieldError::new("key", FieldErrorKind::Missing)),
            Some(get_request::Key::TransactionId(id)) => Self::by_id(&id),
            Some(get_request::Key::Request(request)) => Self::by_request(&request),
        }
    }

    pub(super) fn of_wait(key: Option<wait_request::Key>) -> Result<Self, FieldError> {
        match key {
            None => Err(FieldError::new("key", FieldErrorKind::Missing)),
            Some(wait_request::Key::TransactionId(id)) => Self::by_id(&id),
            Some(wait_request::Key::Request(request)) => Self::by_request(&request),
        }
    }

    fn by_id(id: &[u8]) -> Result<Self, FieldError> {
        Ok(Self::Id(Hash(fixed(id, "transaction_id")?)))
    }

    fn by_request(request: &RequestKey) -> Result<Self, FieldError> {
        let sender = MemberId::new(&request.sender);
        let sender = sender.map_err(|error| FieldError::new("request.sender", error.into()))?;
        Ok(Self::Request { sender, request_id: fixed(&request.request_id, "request.request_id")? })
    }
}

fn fixed<const N: usize>(bytes: &[u8], field: &str) -> Result<[u8; N], FieldError> {
    let wrong = FieldErrorKind::Length { found: bytes.len(), expected: N };
    bytes.try_into().map_err(|_| FieldError::new(field, wrong))
}

/// Where a transaction stands, and until when that may change.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub result: TransactionResult,
    id: Option<Hash>,
    /// The last height at which it may be in a block, where this node knows it.
    valid_until: Option<u64>,
}

impl Outcome {
    /// Looks a transaction up, on a blocking thread. `valid_until` is what was learned before, of one that the
    /// pool may have forgotten since.
    pub(super) fn find(node: &NodeView, name: Name, valid_until: Option<u64>) -> Result<Self, CallError> {
        // the pool first: what it forgets because it was committed is in storage by then
        let waiting = match name {
            Name::Id(id) => node.pool.get(&id.0),
            Name::Request { sender, request_id } => node.pool.by_request(&sender, &request_id),
        };
        let reading = Reading::of(node)?;
        if let Some((id, location)) = stored(&reading, name)? {
            let result = committed(node, &reading, id, location)?;
            return Ok(Self { result, id: Some(id), valid_until: None });
        }
        let known = match name {
            Name::Id(id) => Some(id),
            Name::Request { .. } => None,
        };
        let id = waiting.as_ref().map(|pooled| Hash(pooled.id)).or(known);
        let valid_until = waiting.as_ref().map(|pooled| pooled.valid_until_height).or(valid_until);
        let status = match valid_until {
            Some(last) if last <= reading.height => TransactionStatus::Expired,
            Some(_) | None if waiting.is_some() => TransactionStatus::Pending,
            Some(_) | None => TransactionStatus::Unknown,
        };
        let result = TransactionResult {
            transaction_id: id.map(|id| id.0.to_vec()).unwrap_or_default(),
            status: status.into(),
            position: reading.position(),
            ..TransactionResult::default()
        };
        Ok(Self { result, id, valid_until })
    }

    /// What is said of a transaction that this node never saw.
    pub(super) fn unknown(node: &NodeView, transaction_id: Vec<u8>) -> Result<TransactionResult, CallError> {
        Ok(TransactionResult {
            transaction_id,
            status: TransactionStatus::Unknown.into(),
            position: Reading::of(node)?.position(),
            ..TransactionResult::default()
        })
    }

    /// The same one block later; `None` where storage must be asked.
    pub(super) fn after(mut self, block: &CommittedBlock) -> Option<Self> {
        let id = self.id?;
        let position = Some(Position::from(&block.header));
        if let Some(index) = block.transactions.iter().position(|one| *one == id) {
            self.result = of_committed(block, index);
            return Some(self);
        }
        if self.valid_until.is_some_and(|last| last <= block.header.height.number()) {
            self.result.set_status(TransactionStatus::Expired);
        }
        self.result.position = position;
        Some(self)
    }

    pub(super) fn valid_until(&self) -> Option<u64> {
        self.valid_until
    }

    /// Whether nothing can change any more.
    pub(super) fn is_final(&self) -> bool {
        match self.result.status() {
            TransactionStatus::Committed | TransactionStatus::Expired => true,
            TransactionStatus::Pending | TransactionStatus::Unknown | TransactionStatus::Unspecified => false,
        }
    }
}

/// The result of the transaction at `index` of a committed block.
pub(super) fn of_committed(block: &CommittedBlock, index: usize) -> TransactionResult {
    TransactionResult {
        transaction_id: block.transactions.get(index).map(|id| id.0.to_vec()).unwrap_or_default(),
        status: TransactionStatus::Committed.into(),
        position: Some(Position::from(&block.header)),
        index: u32::try_from(index).unwrap_or(u32::MAX),
        receipt: block.receipts.get(index).map(Into::into),
    }
}

/// Where the transaction of this name was committed.
fn stored(reading: &Reading<'_>, name: Name) -> Result<Option<(Hash, Location)>, CallError> {
    Ok(match name {
        Name::Id(id) => reading.view.transaction(&id.0)?.map(|location| (id, location)),
        Name::Request { sender, request_id } => reading
            .view
            .request(sender.as_str(), &request_id)?
            .map(|outcome| (Hash(outcome.transaction), outcome.location)),
    })
}

fn committed(
    node: &NodeView,
    reading: &Reading<'_>,
    id: Hash,
    location: Location,
) -> Result<TransactionResult, CallError> {
    let Location { height, position } = location;
    let Some(settled) = node.ledger.settled(&reading.view, height)? else {
        return Err(CallError::Pruned { height, earliest: reading.earliest()? });
    };
    let receipt = usize::try_from(position).ok().and_then(|position| settled.receipts.get(position));
    Ok(TransactionResult {
        transaction_id: id.0.to_vec(),
        status: TransactionStatus::Committed.into(),
        position: Some(Position::from(&settled.header)),
        index: position,
        receipt: receipt.map(Into::into),
    })
}
