//! Documents: payloads and wrapped keys, given to whom the ledger says, brought from other nodes where they are not here.
mod fetch;
mod shred;
mod ticket;

pub(super) use shred::shred_as_decided;

use super::Services;
use super::error::CallError;
use super::query::Reading;
use crate::documents::{State, StoreError, StoredEnvelope};
use crate::limits::{DOCUMENT_CHUNK_BYTES, DOCUMENT_ENVELOPES_PER_REQUEST_MAX, DOCUMENT_SEALED_BYTES};
use prost::Message;
use tally_contracts::Rejection;
use tally_contracts::document::Document;
use tally_contracts::member::EncryptionKey;
use tally_contracts::state::{IndexKey, Key};
use tally_contracts::types::{DocumentId, MemberId, ReceivableId, X25519Key};
use tally_proto::v1::document::document_service_server::DocumentService;
use tally_proto::v1::document::{
    Envelope, FetchPayloadRequest, FetchPayloadResponse, GetDocumentRequest, GetDocumentResponse,
    GetEnvelopesRequest, GetEnvelopesResponse, GetPayloadRequest, GetPayloadResponse, ListDocumentsRequest,
    ListDocumentsResponse, PayloadState, PutEnvelopesRequest, PutEnvelopesResponse, PutPayloadRequest,
    PutPayloadResponse,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl DocumentService for Services {
    async fn get_document(
        &self,
        request: Request<GetDocumentRequest>,
    ) -> Result<Response<GetDocumentResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let document = reading.seen_document(request.document)?;
            Ok(GetDocumentResponse {
                payload: state(reading, &document)?.into(),
                enveloped: enveloped(reading, &document)?,
                document: Some((&document).into()),
                position: reading.position(),
            })
        })
        .await
    }

    async fn list_documents(
        &self,
        request: Request<ListDocumentsRequest>,
    ) -> Result<Response<ListDocumentsResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let (receivable, document) = (ReceivableId::new(request.receivable), DocumentId::new(0));
            let scope = IndexKey::DocumentOf { receivable, document }.scope();
            let key = |number| Key::DocumentEntry(DocumentId::new(number));
            let sees_all = reading.reader()?.reads_everything();
            let reader = reading.reader()?.member;
            let keep = |document: &Document| sees_all || document.is_party(reader);
            let listed = reading.list_indexed(&page, &scope, key, keep)?;
            Ok(ListDocumentsResponse {
                documents: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    async fn put_payload(
        &self,
        request: Request<PutPayloadRequest>,
    ) -> Result<Response<PutPayloadResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let document = unshredded(reading.own_document(request.document)?)?;
            let found = request.chunk.len() as u64;
            if found == 0 || found > DOCUMENT_CHUNK_BYTES as u64 {
                return Err(CallError::OverLimit {
                    field: "chunk",
                    found,
                    limit: DOCUMENT_CHUNK_BYTES as u64,
                });
            }
            let by = reading.reader()?.member;
            let received = reading.node.documents.put(&document, by, request.offset, &request.chunk)?;
            Ok(PutPayloadResponse { received_bytes: received.bytes, complete: received.complete })
        })
        .await
    }

    async fn get_payload(
        &self,
        request: Request<GetPayloadRequest>,
    ) -> Result<Response<GetPayloadResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let tried = match (request.offset, request.ticket.is_empty()) {
            (0, false) => fetch::bring(self, &reader, request.document, &request.ticket).await?,
            (_, _) => "",
        };
        self.read(reader, move |reading| {
            let document = unshredded(reading.seen_document(request.document)?)?;
            let chunk =
                chunk(reading, &document, request.offset).map_err(|error| with_tried(error, tried))?;
            Ok(GetPayloadResponse { chunk, size_bytes: document.payload.bytes })
        })
        .await
    }

    async fn put_envelopes(
        &self,
        request: Request<PutEnvelopesRequest>,
    ) -> Result<Response<PutEnvelopesResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let document = unshredded(reading.own_document(request.document)?)?;
            let (found, limit) = (request.envelopes.len() as u64, DOCUMENT_ENVELOPES_PER_REQUEST_MAX as u64);
            if found > limit {
                return Err(CallError::OverLimit { field: "envelopes", found, limit });
            }
            let wrapped = request.envelopes.iter().zip(0_usize..);
            let checked = wrapped.map(|(one, index)| envelope(reading, &document, one, index));
            for envelope in checked.collect::<Result<Vec<_>, _>>()? {
                reading.node.documents.put_envelope(&document, &envelope)?;
            }
            Ok(PutEnvelopesResponse {})
        })
        .await
    }

    async fn get_envelopes(
        &self,
        request: Request<GetEnvelopesRequest>,
    ) -> Result<Response<GetEnvelopesResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        if !request.ticket.is_empty() {
            fetch::bring(self, &reader, request.document, &request.ticket).await?;
        }
        self.read(reader, move |reading| {
            let document = unshredded(reading.seen_document(request.document)?)?;
            Ok(GetEnvelopesResponse { envelopes: own_envelopes(reading, &document)? })
        })
        .await
    }

    async fn fetch_payload(
        &self,
        request: Request<FetchPayloadRequest>,
    ) -> Result<Response<FetchPayloadResponse>, Status> {
        let request = request.into_inner();
        let reader = ticket::holder(&self.edge, request.document, &request.ticket).await?;
        self.record(&reader, &request).await?;
        self.read(reader, move |reading| {
            let document = unshredded(reading.seen_document(request.document)?)?;
            // a node that keeps the keys only still gives those
            let chunk = match chunk(reading, &document, request.offset) {
                Err(CallError::Documents(StoreError::Missing { .. } | StoreError::Damaged { .. })) => {
                    Vec::new()
                }
                found => found?,
            };
            let envelopes = own_envelopes(reading, &document)?;
            Ok(FetchPayloadResponse { chunk, size_bytes: document.payload.bytes, envelopes })
        })
        .await
    }
}

fn unshredded(document: Document) -> Result<Document, CallError> {
    match document.shredded_at {
        Some(_) => Err(Rejection::DocumentShredded { document: document.id }.into()),
        None => Ok(document),
    }
}

fn state(reading: &Reading<'_>, document: &Document) -> Result<PayloadState, CallError> {
    if document.shredded_at.is_some() {
        return Ok(PayloadState::Shredded);
    }
    Ok(match reading.node.documents.state(document)? {
        State::Missing => PayloadState::Missing,
        State::Damaged => PayloadState::Damaged,
        State::Here => PayloadState::Here,
    })
}

fn chunk(reading: &Reading<'_>, document: &Document, offset: u64) -> Result<Vec<u8>, CallError> {
    Ok(reading.node.documents.get(document, offset, DOCUMENT_CHUNK_BYTES)?)
}

fn with_tried(error: CallError, tried: &'static str) -> CallError {
    #[allow(clippy::wildcard_enum_match_arm, reason = "others say nothing of where was looked")]
    match error {
        CallError::Documents(StoreError::Missing { document, .. }) => {
            StoreError::Missing { document, tried }.into()
        }
        CallError::Documents(StoreError::Damaged { document, .. }) => {
            StoreError::Damaged { document, tried }.into()
        }
        other => other,
    }
}

/// Who may open it and has a wrapped key here for its present encryption key.
fn enveloped(reading: &Reading<'_>, document: &Document) -> Result<Vec<String>, CallError> {
    let mut found = Vec::new();
    for envelope in reading.node.documents.envelopes(document, None)? {
        let name = envelope.recipient.to_string();
        if is_present(reading, &envelope)? && !found.contains(&name) {
            found.push(name);
        }
    }
    Ok(found)
}

fn is_present(reading: &Reading<'_>, envelope: &StoredEnvelope) -> Result<bool, CallError> {
    let key: Option<EncryptionKey> = reading.get(&Key::EncryptionKey(envelope.recipient))?;
    Ok(key.is_some_and(|key| key.key == envelope.recipient_key))
}

fn own_envelopes(reading: &Reading<'_>, document: &Document) -> Result<Vec<Envelope>, CallError> {
    let found = reading.node.documents.envelopes(document, Some(reading.reader()?.member))?;
    Ok(found.into_iter().map(wire).collect())
}

fn wire(envelope: StoredEnvelope) -> Envelope {
    Envelope {
        recipient: envelope.recipient.to_string(),
        recipient_key: envelope.recipient_key.0.to_vec(),
        wrapped_by: envelope.wrapped_by.to_string(),
        encapsulated_key: envelope.encapsulated_key.to_vec(),
        sealed: envelope.sealed,
    }
}

/// Wrapped by the reader, for a member that may open the document, for the key that the ledger knows of it.
fn envelope(
    reading: &Reading<'_>,
    document: &Document,
    wrapped: &Envelope,
    index: usize,
) -> Result<StoredEnvelope, CallError> {
    let invalid = |what: &str, field: &str| CallError::Envelope {
        what: what.to_owned(),
        field: format!("envelopes[{index}].{field}"),
    };
    let envelope = stored(wrapped, reading.reader()?.member)
        .ok_or_else(|| invalid("an id, keys of 32 bytes and 80 sealed bytes are needed", "sealed"))?;
    if !reading.may_open(document, envelope.recipient)? {
        return Err(invalid("the recipient is no party of the document; share it first", "recipient"));
    }
    if !is_present(reading, &envelope)? {
        return Err(invalid("it is wrapped for a key that does not count now", "recipient_key"));
    }
    Ok(envelope)
}

fn stored(wrapped: &Envelope, wrapped_by: MemberId) -> Option<StoredEnvelope> {
    let envelope = StoredEnvelope {
        recipient: MemberId::new(&wrapped.recipient).ok()?,
        recipient_key: X25519Key(wrapped.recipient_key.as_slice().try_into().ok()?),
        wrapped_by,
        encapsulated_key: wrapped.encapsulated_key.as_slice().try_into().ok()?,
        sealed: wrapped.sealed.clone(),
    };
    (envelope.sealed.len() == DOCUMENT_SEALED_BYTES).then_some(envelope)
}

/// Whether a wrapped key of a client's or another node's would be kept, for `testnet/fuzz`: as it came, and within its size.
pub fn fuzz_wrapped(bytes: &[u8]) -> bool {
    let Ok(wrapped) = Envelope::decode(bytes) else { return false };
    let by = MemberId::new(&wrapped.wrapped_by).ok();
    let Some(kept) = by.and_then(|by| stored(&wrapped, by)) else { return false };
    assert_eq!(kept.sealed.len(), DOCUMENT_SEALED_BYTES, "a wrapped key has one size");
    assert_eq!(wire(kept), wrapped, "it is given on as it came");
    true
}

/// One that [`fuzz_wrapped`] takes.
pub fn fuzz_wrapped_seed() -> Vec<u8> {
    let wrapped = Envelope {
        recipient: "beta".to_owned(),
        recipient_key: vec![9; 32],
        wrapped_by: "alpha".to_owned(),
        encapsulated_key: vec![3; 32],
        sealed: vec![4; DOCUMENT_SEALED_BYTES],
    };
    wrapped.encode_to_vec()
}
