//! Blocks, validators, nodes and invariants.

use tally_proto::v1::common::receipt;
use tally_proto::v1::ledger::{BlockHeader, BlockTransaction, InvariantResult, Validator};
use tally_proto::v1::node::{GetStatusResponse, NodeKind};

use super::columns;
use super::row;
use super::words::{some, time, word};

row! {
    /// A header.
    BlockRow from BlockHeader as header {
        height: u64 = header.height,
        time: String = time(header.time_ms),
        transactions: u32 = header.transaction_count,
        block_id: String = hex::encode(&header.block_id),
        state_root: String = hex::encode(&header.state_root),
        parent: String = hex::encode(&header.parent),
        proposer: String = hex::encode(&header.proposer),
    }
}

row! {
    /// A transaction of a block.
    TransactionRow from BlockTransaction as transaction {
        transaction_id: String = hex::encode(&transaction.transaction_id),
        sender: String = transaction.sender.clone(),
        outcome: String = outcome(transaction),
        bytes: u64 = transaction.encoded.len() as u64,
    }
}

row! {
    /// A validator of a height.
    ValidatorRow from Validator as validator {
        public_key: String = hex::encode(&validator.public_key),
        power: u64 = validator.power,
        member: Option<String> = some(&validator.member),
    }
}

row! {
    /// An invariant of the rulebook.
    InvariantRow from InvariantResult as invariant {
        name: String = invariant.name.clone(),
        holds: bool = invariant.holds,
        claim: String = invariant.claim.clone(),
        violation: Option<String> = some(&invariant.violation),
    }
}

/// How a node is doing.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct NodeRow {
    node: String,
    /// `ready`, `catching up` or `unreachable`.
    pub health: String,
    kind: Option<String>,
    chain_id: Option<String>,
    height: Option<u64>,
    time: Option<String>,
    clock_speed: Option<u32>,
    peers: Option<u32>,
    waiting: Option<u32>,
    state_root: Option<String>,
    version: Option<String>,
    error: Option<String>,
}

columns!(NodeRow {
    node,
    health,
    kind,
    chain_id,
    height,
    time,
    clock_speed,
    peers,
    waiting,
    state_root,
    version,
    error
});

impl NodeRow {
    /// Of a node that answered.
    #[must_use]
    pub fn of(node: &str, status: &GetStatusResponse) -> Self {
        let kind = match status.kind() {
            NodeKind::Unspecified => None,
            NodeKind::Validator => Some("validator"),
            NodeKind::Observer => Some("observer"),
            NodeKind::Member => Some("member"),
        };
        Self {
            health: if status.catching_up { "catching up" } else { "ready" }.to_owned(),
            kind: kind.map(str::to_owned),
            chain_id: some(&status.chain_id),
            height: status.position.as_ref().map(|tip| tip.height),
            time: status.position.as_ref().map(|tip| time(tip.time_ms)),
            clock_speed: Some(status.clock_speed),
            peers: Some(status.peers),
            waiting: Some(status.mempool_transactions),
            state_root: status.position.as_ref().map(|tip| hex::encode(&tip.state_root)),
            version: some(&status.version),
            ..Self::silent(node, None)
        }
    }

    /// Of a node that did not.
    #[must_use]
    pub fn silent(node: &str, error: Option<String>) -> Self {
        Self {
            node: node.to_owned(),
            health: "unreachable".to_owned(),
            kind: None,
            chain_id: None,
            height: None,
            time: None,
            clock_speed: None,
            peers: None,
            waiting: None,
            state_root: None,
            version: None,
            error,
        }
    }
}

fn outcome(transaction: &BlockTransaction) -> String {
    match transaction.receipt.as_ref().and_then(|receipt| receipt.outcome.as_ref()) {
        None => "no receipt".to_owned(),
        Some(receipt::Outcome::Refused(rejection)) => format!("refused {}", rejection.reason),
        Some(receipt::Outcome::Applied(applied)) => {
            let kinds: Vec<String> =
                applied.events.iter().map(|event| word(event.kind().as_str_name(), "EVENT_KIND_")).collect();
            format!("applied {}", kinds.join(", "))
        }
    }
}
