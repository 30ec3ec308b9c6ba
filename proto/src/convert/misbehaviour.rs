//! Misbehaviour of validators: what is shown, and what is on record.
use super::field::{At, FieldError, fixed, one_of, optional_hash, public_key, required};
use crate::v1::governance as wire;
use tally_contracts::misbehaviour as domain;
use tally_contracts::types::Height;

impl TryFrom<&wire::Statement> for domain::Statement {
    type Error = FieldError;

    fn try_from(statement: &wire::Statement) -> Result<Self, FieldError> {
        Ok(Self {
            block: optional_hash(&statement.block_id, "block_id")?,
            valid_round: statement.valid_round,
            signature: fixed(&statement.signature).at("signature")?,
        })
    }
}

impl From<&domain::Statement> for wire::Statement {
    fn from(statement: &domain::Statement) -> Self {
        Self {
            block_id: statement.block.map(|block| block.0.to_vec()).unwrap_or_default(),
            valid_round: statement.valid_round,
            signature: statement.signature.to_vec(),
        }
    }
}

impl TryFrom<&wire::ReportMisbehaviour> for domain::ReportMisbehaviour {
    type Error = FieldError;

    fn try_from(action: &wire::ReportMisbehaviour) -> Result<Self, FieldError> {
        Ok(Self {
            validator: public_key(&action.validator, "validator")?,
            kind: one_of::<wire::StatementKind, _>(action.kind, "kind")?,
            height: Height::new(action.height),
            round: action.round,
            first: required(&action.first, "first")?,
            second: required(&action.second, "second")?,
        })
    }
}

impl From<&domain::ReportMisbehaviour> for wire::ReportMisbehaviour {
    fn from(action: &domain::ReportMisbehaviour) -> Self {
        Self {
            validator: action.validator.0.to_vec(),
            kind: wire::StatementKind::from(action.kind).into(),
            height: action.height.number(),
            round: action.round,
            first: Some((&action.first).into()),
            second: Some((&action.second).into()),
        }
    }
}

impl From<&domain::Misbehaviour> for wire::Misbehaviour {
    fn from(record: &domain::Misbehaviour) -> Self {
        Self {
            validator: record.validator.0.to_vec(),
            operator: record.operator.to_string(),
            kind: wire::StatementKind::from(record.kind).into(),
            height: record.height.number(),
            round: record.round,
            reported_by: record.reported_by.to_string(),
            reported_at_height: record.reported_at.number(),
        }
    }
}
