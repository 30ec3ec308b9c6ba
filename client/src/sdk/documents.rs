//! Documents: uploads and downloads in chunks, wrapped keys, and the tickets with which nodes ask each other.

use tally_contracts::document::Payload;
use tally_contracts::types::{DocumentId, MemberId, X25519Key};
use tally_proto::v1::document::document_service_client::DocumentServiceClient;
use tally_proto::v1::document::{
    self as wire, Envelope, GetDocumentRequest, GetDocumentResponse, GetEnvelopesRequest, GetPayloadRequest,
    ListDocumentsRequest, PutEnvelopesRequest, PutPayloadRequest,
};

use super::client::{Client, ask};
use super::error::ClientError;
use super::limits::DOCUMENT_CHUNK_BYTES;

impl Client {
    /// One document, with what the node keeps of it.
    pub async fn document(&self, document: DocumentId) -> Result<GetDocumentResponse, ClientError> {
        let request = GetDocumentRequest { document: document.number() };
        ask!(self, DocumentServiceClient.get_document, request).await
    }

    /// A page of documents.
    pub async fn list_documents(
        &self,
        request: ListDocumentsRequest,
    ) -> Result<wire::ListDocumentsResponse, ClientError> {
        ask!(self, DocumentServiceClient.list_documents, request).await
    }

    /// Uploads a payload; what is there already is not sent again. Where another node answers half-way, begins anew.
    pub async fn put_payload(&self, document: DocumentId, ciphertext: &[u8]) -> Result<(), ClientError> {
        let number = document.number();
        let mut anew = false;
        let mut offset = 0;
        loop {
            let end = ciphertext.len().min(offset + DOCUMENT_CHUNK_BYTES);
            let chunk = ciphertext[offset..end].to_vec();
            let request = PutPayloadRequest { document: number, offset: offset as u64, chunk };
            match ask!(self, DocumentServiceClient.put_payload, request).await {
                Ok(answer) if answer.complete => return Ok(()),
                Ok(_) if end == ciphertext.len() => {
                    return Err(ClientError::Incomplete { what: "the end of the upload" });
                }
                Ok(_) => offset = end,
                Err(error) if !anew && offset > 0 && has_reason(&error, "CHUNK_OFFSET") => {
                    (anew, offset) = (true, 0);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Downloads a payload; the node asks others for it where it does not keep it.
    pub async fn payload(&self, document: DocumentId) -> Result<Vec<u8>, ClientError> {
        let ticket = self.ticket(document)?;
        let mut payload = Vec::new();
        loop {
            let (document, offset) = (document.number(), payload.len() as u64);
            let request = GetPayloadRequest { document, offset, ticket: ticket.clone() };
            let answer = ask!(self, DocumentServiceClient.get_payload, request).await?;
            let is_end = answer.chunk.is_empty();
            payload.extend(answer.chunk);
            if is_end || payload.len() as u64 >= answer.size_bytes {
                return Ok(payload);
            }
        }
    }

    /// Stores wrapped keys at the node.
    pub async fn put_envelopes(
        &self,
        document: DocumentId,
        envelopes: Vec<Envelope>,
    ) -> Result<(), ClientError> {
        let request = PutEnvelopesRequest { document: document.number(), envelopes };
        ask!(self, DocumentServiceClient.put_envelopes, request).await?;
        Ok(())
    }

    /// The keys that were wrapped for the reader.
    pub async fn envelopes(&self, document: DocumentId) -> Result<Vec<Envelope>, ClientError> {
        let ticket = self.ticket(document)?;
        let request = GetEnvelopesRequest { document: document.number(), ticket };
        Ok(ask!(self, DocumentServiceClient.get_envelopes, request).await?.envelopes)
    }

    /// A member's encryption key, if it published one.
    pub async fn encryption_key(&self, member: MemberId) -> Result<Option<X25519Key>, ClientError> {
        let standing = self.member_standing(member).await?;
        let key = standing.encryption_key.and_then(|key| key.key.try_into().ok());
        Ok(key.map(X25519Key))
    }
}

/// What the ledger says travels.
pub fn payload_of(document: &wire::Document) -> Result<Payload, ClientError> {
    let payload = document.payload.as_ref();
    payload.and_then(|payload| payload.try_into().ok()).ok_or(ClientError::Incomplete { what: "a payload" })
}

/// Whether a node refuses for this reason.
fn has_reason(error: &ClientError, reason: &str) -> bool {
    error.problem().is_some_and(|problem| problem.reason.as_deref() == Some(reason))
}
