//! The node that answers: what it is and how it is doing.
use super::super::access::Reader;
use super::super::error::CallError;
use super::super::{NodeKind, NodeView, Services};
use super::Reading;
use crate::limits::API_HEARTBEATS_MISSED_MAX;
use crate::storage::FORMAT_VERSION;
use tally_contracts::types::Timestamp;
use tally_proto::v1::node::node_service_server::NodeService;
use tally_proto::v1::node::{self as wire, GetStatusRequest, GetStatusResponse};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl NodeService for Services {
    async fn get_status(
        &self,
        request: Request<GetStatusRequest>,
    ) -> Result<Response<GetStatusResponse>, Status> {
        let (reader, _) = Reader::or_stranger(request);
        let is_member = reader.is_some();
        let answer = move |reading: &Reading<'_>| {
            let status = status(reading)?;
            Ok(if is_member { status } else { for_strangers(status) })
        };
        self.answer(&self.edge.reads, reader, answer).await
    }
}

/// Which chain, and how far: nothing about the machine or the load.
fn for_strangers(status: GetStatusResponse) -> GetStatusResponse {
    GetStatusResponse {
        chain_id: status.chain_id,
        genesis_hash: status.genesis_hash,
        position: status.position,
        kind: status.kind,
        catching_up: status.catching_up,
        clock_speed: status.clock_speed,
        clock_offset_ms: status.clock_offset_ms,
        ..GetStatusResponse::default()
    }
}

/// The whole of it.
pub(in super::super) fn status(reading: &Reading<'_>) -> Result<GetStatusResponse, CallError> {
    let node = reading.node;
    let genesis = node.ledger.genesis();
    // after a rotation it votes with another key than it started with
    let own = node.consensus.borrow().own;
    let (kind, validator_key) = match node.kind {
        NodeKind::Validator { key } => {
            (wire::NodeKind::Validator, own.map_or(key.0, |own| *own.as_bytes()).to_vec())
        }
        NodeKind::Observer => (wire::NodeKind::Observer, Vec::new()),
        NodeKind::Member => (wire::NodeKind::Member, Vec::new()),
    };
    Ok(GetStatusResponse {
        chain_id: reading.chain_id().to_owned(),
        position: reading.position(),
        catching_up: is_behind(node),
        peers: u32::try_from(node.consensus.borrow().peers).unwrap_or(u32::MAX),
        version: node.version.to_owned(),
        kind: kind.into(),
        validator_key,
        clock_speed: genesis.clock.speed,
        clock_offset_ms: offset_ms(genesis.clock.chain_start, genesis.clock.real_start),
        mempool_transactions: u32::try_from(node.pool.len()).unwrap_or(u32::MAX),
        mempool_bytes: u64::try_from(node.pool.bytes()).unwrap_or(u64::MAX),
        data_format: FORMAT_VERSION,
        genesis_hash: genesis.hash().0.to_vec(),
    })
}

/// Whether the chain went on without this node, or not at all: several heartbeats passed since the tip's
/// block. Which of the two it is cannot be known from here, and a caller does the same about both.
pub(in super::super) fn is_behind(node: &NodeView) -> bool {
    let patience_ms = node.heartbeat.saturating_mul(API_HEARTBEATS_MISSED_MAX).as_millis();
    let patience = node.clock.stretch(u64::try_from(patience_ms).unwrap_or(u64::MAX));
    node.ledger.tip().time.ms().saturating_add(patience) < node.clock.now().ms()
}

/// Chain time minus wall time at genesis.
fn offset_ms(chain: Timestamp, real: Timestamp) -> i64 {
    let signed = |time: Timestamp| i64::try_from(time.ms()).unwrap_or(i64::MAX);
    signed(chain).saturating_sub(signed(real))
}
