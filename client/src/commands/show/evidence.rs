//! Validators that contradicted themselves.

use tally_proto::v1::governance::{Evidence, Misbehaviour, StatementKind};

use super::row;
use super::words::some;

row! {
    /// A proof that a node holds.
    EvidenceRow from Evidence as evidence {
        validator: String = hex::encode(&evidence.validator),
        operator: Option<String> = some(&evidence.operator),
        said_twice: String = said(evidence.kind()),
        height: u64 = evidence.height,
        round: u32 = evidence.round,
        reported: bool = evidence.reported,
    }
}

row! {
    /// A round of a validator's on the ledger's record.
    MisbehaviourRow from Misbehaviour as one {
        validator: String = hex::encode(&one.validator),
        operator: String = one.operator.clone(),
        said_twice: String = said(one.kind()),
        height: u64 = one.height,
        round: u32 = one.round,
        reported_by: String = one.reported_by.clone(),
        reported_at_height: u64 = one.reported_at_height,
    }
}

fn said(kind: StatementKind) -> String {
    let said = match kind {
        StatementKind::Proposal => "proposal",
        StatementKind::Prevote => "prevote",
        StatementKind::Precommit => "precommit",
        StatementKind::Unspecified => "unknown",
    };
    said.to_owned()
}
