//! Headers, positions, record keys and proofs.
use super::field::{At, FieldError, FieldErrorKind, fixed, member};
use crate::block::BlockHeader;
use crate::v1::common::Position;
use crate::v1::ledger as wire;
use tally_contracts::money::Account;
use tally_contracts::state::Key;
use tally_contracts::tree;
use tally_contracts::types::{FacilityId, PayoutId, ReceivableId, TrancheId};

impl From<&BlockHeader> for wire::BlockHeader {
    fn from(header: &BlockHeader) -> Self {
        Self {
            encoded: header.encode(),
            block_id: header.id().0.to_vec(),
            version: header.version.into(),
            chain_id: header.chain_id.clone(),
            height: header.height.number(),
            time_ms: header.time.ms(),
            parent: header.parent.0.to_vec(),
            proposer: header.proposer.0.to_vec(),
            transactions_root: header.transactions_root.0.to_vec(),
            receipts_root: header.receipts_root.0.to_vec(),
            state_root: header.state_root.0.to_vec(),
            validators_hash: header.validators_hash.0.to_vec(),
            transaction_count: header.transaction_count,
        }
    }
}

/// Right after the block of this header.
impl From<&BlockHeader> for Position {
    fn from(header: &BlockHeader) -> Self {
        Self {
            height: header.height.number(),
            block_id: header.id().0.to_vec(),
            state_root: header.state_root.0.to_vec(),
            time_ms: header.time.ms(),
        }
    }
}

impl From<&tree::Proof> for wire::StateProof {
    fn from(proof: &tree::Proof) -> Self {
        let (path, value) =
            proof.leaf.map(|(path, value)| (path.to_vec(), value.to_vec())).unwrap_or_default();
        let step =
            |step: &tree::Step| wire::ProofStep { bit: step.bit.into(), sibling: step.sibling.to_vec() };
        Self { leaf_path: path, leaf_value_hash: value, steps: proof.steps.iter().map(step).collect() }
    }
}

impl TryFrom<&wire::StateProof> for tree::Proof {
    type Error = FieldError;

    fn try_from(proof: &wire::StateProof) -> Result<Self, FieldError> {
        let steps = proof.steps.iter().enumerate();
        let steps = steps.map(|(index, one)| step(one).at_index("steps", index)).collect::<Result<_, _>>()?;
        if proof.leaf_path.is_empty() && proof.leaf_value_hash.is_empty() {
            return Ok(Self { leaf: None, steps });
        }
        let path = fixed(&proof.leaf_path).at("leaf_path")?;
        let value = fixed(&proof.leaf_value_hash).at("leaf_value_hash")?;
        Ok(Self { leaf: Some((path, value)), steps })
    }
}

fn step(step: &wire::ProofStep) -> Result<tree::Step, FieldError> {
    let bit =
        u8::try_from(step.bit).map_err(|_| FieldErrorKind::TooLarge { value: step.bit.into(), limit: 255 });
    Ok(tree::Step { bit: bit.at("bit")?, sibling: fixed(&step.sibling).at("sibling")? })
}

/// The row key of a record: type byte, then key bytes.
pub fn row_key(key: &wire::RecordKey) -> Result<Vec<u8>, FieldError> {
    use wire::record_key::Key as Wire;
    let key = match key.key.as_ref().ok_or(FieldErrorKind::Missing).at("key")? {
        Wire::Member(slug) => Key::Member(member(slug, "member")?),
        Wire::Receivable(number) => Key::Receivable(ReceivableId::new(*number)),
        Wire::Tranche(number) => Key::Tranche(TrancheId::new(*number)),
        Wire::Facility(number) => Key::Facility(FacilityId::new(*number)),
        Wire::Payout(number) => Key::Payout(PayoutId::new(*number)),
        Wire::Deposit(account) => Key::Deposit(Account::try_from(account).at("deposit")?),
        Wire::Policy(version) => Key::Policy(*version),
        Wire::Raw(raw) => return raw_row_key(raw).at("raw"),
    };
    Ok(key.encode())
}

fn raw_row_key(raw: &wire::RawKey) -> Result<Vec<u8>, FieldError> {
    let too_large = FieldErrorKind::TooLarge { value: raw.r#type.into(), limit: 255 };
    let mut row = vec![u8::try_from(raw.r#type).map_err(|_| too_large).at("type")?];
    if raw.key.len() > KEY_BYTES_MAX {
        return Err(FieldErrorKind::TooMany { count: raw.key.len(), limit: KEY_BYTES_MAX }).at("key");
    }
    row.extend_from_slice(&raw.key);
    Ok(row)
}

/// Bytes of a key: two members and a currency are the longest.
const KEY_BYTES_MAX: usize = 128;

impl wire::RawKey {
    /// The two parts of a row key; type 0, which no record has, for an empty one.
    pub fn of_row(row: &[u8]) -> Self {
        match row {
            [] => Self::default(),
            [kind, key @ ..] => Self { r#type: (*kind).into(), key: key.to_vec() },
        }
    }
}
