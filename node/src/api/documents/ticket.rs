//! Tickets: a member's signature with which any node may ask any other for one document in its name, for a minute.
use super::super::Edge;
use super::super::access::{AccessError, Reader, check_time, look_up, now_ms};
use super::super::error::CallError;
use std::sync::Arc;
use tally_contracts::types::Hash;
use tally_proto::access::{Authorization, Call, DOCUMENT_AUDIENCE, FETCH_PAYLOAD};

/// The member whose ticket this is, if it counts here and now. What a ticket gives is encrypted for that member, so
/// that whoever sees it gains nothing; hence no nonce is kept.
pub(super) async fn holder(edge: &Arc<Edge>, document: u64, ticket: &str) -> Result<Reader, CallError> {
    let Authorization::Signature(read) = ticket.parse().map_err(AccessError::from)? else {
        return Err(AccessError::NeedsSignature.into());
    };
    if read.audience != DOCUMENT_AUDIENCE {
        let audience = read.audience;
        return Err(AccessError::Audience { audience }.into());
    }
    check_time(read.not_after_ms, now_ms())?;
    let node = Arc::clone(&edge.node);
    let found = edge.reads.run(move || {
        let body_hash = Hash::of(&document.to_be_bytes());
        let call = Call { chain_id: node.ledger.chain_id(), method: FETCH_PAYLOAD, body_hash };
        if !read.holds(&call) {
            return Ok(None);
        }
        look_up(&node, read.member, read.key)
    });
    let reader = found.await?.ok_or(AccessError::Refused)?;
    Ok(reader.calling(FETCH_PAYLOAD))
}
