//! Fetch: what a party asks for and this node does not keep is brought from other nodes, checked, and kept.
use super::super::access::Reader;
use super::super::error::CallError;
use super::super::{NodeView, Services};
use super::{stored, unshredded};
use crate::documents::State;
use crate::limits::{
    API_MESSAGE_BYTES_MAX, DOCUMENT_CHUNK_BYTES, DOCUMENT_CONNECT_TIMEOUT, DOCUMENT_FETCH_TIMEOUT,
};
use std::sync::Arc;
use tally_contracts::document::Document;
use tally_contracts::types::MemberId;
use tally_proto::v1::document::document_service_client::DocumentServiceClient;
use tally_proto::v1::document::{Envelope, FetchPayloadRequest};
use tonic::Status;

/// What another node sent.
struct Brought {
    payload: Vec<u8>,
    envelopes: Vec<Envelope>,
}

/// Brings payload and keys of a document for a reader that may have it, unless both are here. Says what was tried.
pub(super) async fn bring(
    services: &Services,
    reader: &Reader,
    number: u64,
    ticket: &str,
) -> Result<&'static str, CallError> {
    let edge = &services.edge;
    if edge.node.document_peers.is_empty() {
        return Ok("");
    }
    let (node, asking) = (Arc::clone(&edge.node), reader.clone());
    let wanted = edge.reads.run(move || {
        let reading = super::Reading::of(&node)?.by(Some(asking));
        let document = unshredded(reading.seen_document(number)?)?;
        let has_keys = has_keys(&reading, &document, reading.reader()?.member)?;
        let is_here = node.documents.state(&document)? == State::Here;
        Ok((!(is_here && has_keys)).then_some(document))
    });
    let Some(document) = absent_is_not_said(wanted.await)? else { return Ok("") };
    let permit = edge.fetches.acquire().await.map_err(|_| CallError::Stopping)?;
    for peer in &edge.node.document_peers {
        let asked =
            tokio::time::timeout(DOCUMENT_FETCH_TIMEOUT, ask(&edge.node, peer, &document, ticket)).await;
        let brought = match asked {
            Ok(Ok(brought)) => brought,
            Ok(Err(status)) => {
                tracing::debug!(%peer, document = %document.id, %status, "no document from there");
                continue;
            }
            Err(_) => {
                tracing::debug!(%peer, document = %document.id, "no document from there in time");
                continue;
            }
        };
        if keep(services, &document, reader.member, brought).await? {
            break;
        }
    }
    drop(permit);
    Ok(", and no other node gave it whole")
}

/// Whether something here is wrapped for the key that the member uses now: after a rotation it may lie elsewhere only.
fn has_keys(reading: &super::Reading<'_>, document: &Document, member: MemberId) -> Result<bool, CallError> {
    for envelope in reading.node.documents.envelopes(document, Some(member))? {
        if super::is_present(reading, &envelope)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a reader may not have is answered by the read that follows, in its time.
fn absent_is_not_said(wanted: Result<Option<Document>, CallError>) -> Result<Option<Document>, CallError> {
    match wanted {
        Err(error) if error.is_absence() => Ok(None),
        other => other,
    }
}

async fn ask(node: &NodeView, peer: &str, document: &Document, ticket: &str) -> Result<Brought, Status> {
    let channel = node.document_trust.connect(peer, DOCUMENT_CONNECT_TIMEOUT).await;
    let channel = channel.map_err(|error| Status::unavailable(error.to_string()))?;
    let mut client = DocumentServiceClient::new(channel).max_decoding_message_size(API_MESSAGE_BYTES_MAX);
    let mut brought = Brought { payload: Vec::new(), envelopes: Vec::new() };
    loop {
        let offset = brought.payload.len() as u64;
        let request =
            FetchPayloadRequest { document: document.id.number(), offset, ticket: ticket.to_owned() };
        let answer = client.fetch_payload(request).await?.into_inner();
        if offset == 0 {
            brought.envelopes = answer.envelopes;
        }
        let is_end = answer.chunk.is_empty();
        brought.payload.extend(answer.chunk);
        if is_end || brought.payload.len() as u64 >= document.payload.bytes {
            return Ok(brought);
        }
    }
}

/// Keeps what is what the ledger says. True once payload and keys are here.
async fn keep(
    services: &Services,
    document: &Document,
    reader: MemberId,
    brought: Brought,
) -> Result<bool, CallError> {
    let (node, document) = (Arc::clone(&services.edge.node), document.clone());
    let work = move || {
        for wrapped in &brought.envelopes {
            let by = MemberId::new(&wrapped.wrapped_by).ok();
            let envelope = by.and_then(|by| stored(wrapped, by)).filter(|one| one.recipient == reader);
            if let Some(envelope) = envelope {
                node.documents.put_envelope(&document, &envelope)?;
            }
        }
        for (chunk, index) in brought.payload.chunks(DOCUMENT_CHUNK_BYTES).zip(0_u64..) {
            let offset = index * DOCUMENT_CHUNK_BYTES as u64;
            if let Err(error) = node.documents.put(&document, reader, offset, chunk) {
                tracing::warn!(document = %document.id, %error, "what another node sent is not kept");
                return Ok(false);
            }
        }
        let has_keys = has_keys(&super::Reading::of(&node)?, &document, reader)?;
        Ok(has_keys && node.documents.state(&document)? == State::Here)
    };
    services.edge.reads.run(work).await
}
