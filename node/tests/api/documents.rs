//! Documents over real sockets and real files: to parties only, between nodes with tickets, and gone when shredded.
use crate::access::reason;
use crate::reader::Line;
use crate::rig::{CHAIN, REGULATOR, Rig, in_time, key_of, member, now};
use std::net::SocketAddr;
use tally_contracts::Action;
use tally_contracts::document::{DocumentKind, Payload, RegisterDocument, ShareDocument, ShredDocument};
use tally_contracts::member::SetEncryptionKey;
use tally_contracts::types::{DocumentId, Hash, ReceivableId, X25519Key};
use tally_proto::access::{Authorization, Call, DOCUMENT_AUDIENCE, FETCH_PAYLOAD, SignedRead};
use tally_proto::v1::document::document_service_client::DocumentServiceClient;
use tally_proto::v1::document::*;
use tonic::transport::Channel;
use tonic::{Code, Status};

type Documents = DocumentServiceClient<Line>;

/// What stands for an encrypted invoice.
fn ciphertext() -> Vec<u8> {
    (0..4_112_u32).map(|number| u8::try_from(number % 251).unwrap()).collect()
}

/// Beta's invoice on R1, for alpha and bank-a, uploaded and wrapped: A1.
pub async fn file_invoice(rig: &Rig) {
    for (slug, byte) in [("alpha", 1), ("beta", 2), ("bank-a", 3), (REGULATOR, 4)] {
        publish(rig, slug, byte).await;
    }
    let payload =
        Payload { commitment: Hash::of(b"salted"), ciphertext: Hash::of(&ciphertext()), bytes: 4_112 };
    let (receivable, kind) = (ReceivableId::new(1), DocumentKind::Invoice);
    let register = RegisterDocument { receivable, tranche: None, kind, payload, replaces: None };
    rig.apply("beta", Action::RegisterDocument(register)).await;
    for with in ["alpha", "bank-a"] {
        share(rig, with).await;
    }
    let mut beta = documents(rig, "beta").await;
    let content = ciphertext();
    let put = |offset: usize, chunk: &[u8]| PutPayloadRequest {
        document: 1,
        offset: offset as u64,
        chunk: chunk.to_vec(),
    };
    let first = beta.put_payload(put(0, &content[..3_000])).await.unwrap().into_inner();
    assert_eq!((first.received_bytes, first.complete), (3_000, false));
    let last = beta.put_payload(put(3_000, &content[3_000..])).await.unwrap().into_inner();
    assert!(last.complete);
    let envelopes = vec![wrapped("alpha", 1), wrapped("bank-a", 3), wrapped(REGULATOR, 4)];
    beta.put_envelopes(PutEnvelopesRequest { document: 1, envelopes }).await.unwrap();
}

async fn publish(rig: &Rig, slug: &str, byte: u8) {
    let key = X25519Key([byte + 8; 32]);
    rig.apply(slug, Action::SetEncryptionKey(SetEncryptionKey { key })).await;
}

async fn share(rig: &Rig, with: &str) {
    let action = ShareDocument { document: DocumentId::new(1), with: member(with) };
    rig.apply("beta", Action::ShareDocument(action)).await;
}

fn wrapped(recipient: &str, byte: u8) -> Envelope {
    Envelope {
        recipient: recipient.to_owned(),
        recipient_key: vec![byte + 8; 32],
        wrapped_by: "whoever it says".to_owned(),
        encapsulated_key: vec![byte; 32],
        sealed: vec![byte; 80],
    }
}

async fn documents(rig: &Rig, slug: &str) -> Documents {
    DocumentServiceClient::new(rig.line(slug).await)
}

/// A connection to another node, on which a member reads.
async fn at(address: SocketAddr, slug: &str) -> Documents {
    let bare = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
    DocumentServiceClient::new(crate::reader::open(&bare, address, slug).await)
}

fn ticket(slug: &str, document: u64) -> String {
    ticket_until(slug, document, now().ms() + 30_000)
}

fn ticket_until(slug: &str, document: u64, not_after_ms: u64) -> String {
    let body_hash = Hash::of(&document.to_be_bytes());
    let call = Call { chain_id: CHAIN, method: FETCH_PAYLOAD, body_hash };
    let key = (member(slug), &key_of(slug));
    Authorization::Signature(SignedRead::sign(&call, key, DOCUMENT_AUDIENCE, [7; 16], not_after_ms))
        .to_string()
}

async fn world() -> Rig {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("alpha", rig.issue(1, 1_000_000, 90)).await;
    file_invoice(&rig).await;
    rig
}

async fn download(documents: &mut Documents, ticket: &str) -> Result<Vec<u8>, Status> {
    let request = GetPayloadRequest { document: 1, offset: 0, ticket: ticket.to_owned() };
    Ok(in_time(documents.get_payload(request)).await?.into_inner().chunk)
}

#[tokio::test(flavor = "multi_thread")]
async fn parties_and_regulators_have_it_and_others_learn_nothing() {
    let rig = world().await;
    for slug in ["alpha", "beta", "bank-a", REGULATOR] {
        let mut reader = documents(&rig, slug).await;
        assert_eq!(download(&mut reader, "").await.unwrap(), ciphertext(), "{slug}");
        let found = reader.get_document(GetDocumentRequest { document: 1 }).await.unwrap().into_inner();
        assert_eq!(found.payload(), PayloadState::Here);
        assert_eq!(found.enveloped, ["alpha", "bank-a", REGULATOR]);
        let request = GetEnvelopesRequest { document: 1, ..Default::default() };
        let own = reader.get_envelopes(request).await.unwrap().into_inner().envelopes;
        assert!(own.iter().all(|one| one.recipient == slug && one.wrapped_by == "beta"), "{own:?}");
        assert_eq!(own.len(), usize::from(slug != "beta"));
    }
    let mut gamma = documents(&rig, "gamma").await;
    assert_eq!(download(&mut gamma, "").await.unwrap_err().code(), Code::NotFound);
    assert_eq!(download(&mut gamma, &ticket("gamma", 1)).await.unwrap_err().code(), Code::NotFound);
    let listed = ListDocumentsRequest { receivable: 1, ..Default::default() };
    assert!(gamma.list_documents(listed.clone()).await.unwrap().into_inner().documents.is_empty());
    let alphas = documents(&rig, "alpha").await.list_documents(listed).await.unwrap().into_inner();
    assert_eq!(alphas.documents.len(), 1);
    assert_eq!(alphas.documents[0].parties, ["alpha", "bank-a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_uploaded_and_wrapped_is_what_the_ledger_says() {
    let rig = world().await;
    let mut beta = documents(&rig, "beta").await;
    let refused = |envelope: Envelope| PutEnvelopesRequest { document: 1, envelopes: vec![envelope] };
    for (envelope, field) in [
        (wrapped("gamma", 5), "envelopes[0].recipient"),
        (wrapped("alpha", 7), "envelopes[0].recipient_key"),
        (Envelope { sealed: vec![1; 79], ..wrapped("alpha", 1) }, "envelopes[0].sealed"),
    ] {
        let status = beta.put_envelopes(refused(envelope)).await.unwrap_err();
        assert_eq!(reason(&status), "ENVELOPE_INVALID", "{field}");
    }
    let register = |number: u8, bytes| {
        let payload = Payload { commitment: Hash([number; 32]), ciphertext: Hash([number; 32]), bytes };
        let (receivable, kind) = (ReceivableId::new(1), DocumentKind::Contract);
        Action::RegisterDocument(RegisterDocument {
            receivable,
            tranche: None,
            kind,
            payload,
            replaces: None,
        })
    };
    rig.apply("beta", register(2, 4_112)).await;
    rig.apply("beta", register(3, 4_112)).await;
    let put = |document, offset, bytes| PutPayloadRequest { document, offset, chunk: vec![1; bytes] };
    for (request, expected) in [
        (put(2, 0, 5_000), "CHUNK_BEYOND_END"),
        (put(2, 7, 100), "CHUNK_OFFSET"),
        (put(2, 0, 4_112), "PAYLOAD_MISMATCH"),
        (put(2, 0, 0), "OVER_LIMIT"),
        (put(2, 0, 600_000), "OVER_LIMIT"),
    ] {
        let status = beta.put_payload(request).await.unwrap_err();
        assert_eq!(reason(&status), expected);
    }
    beta.put_payload(put(2, 0, 10)).await.unwrap();
    let status = beta.put_payload(put(3, 0, 10)).await.unwrap_err();
    assert_eq!(reason(&status), "DOCUMENT_QUOTA", "two of beta's payloads fit");
    let mut overseer = documents(&rig, REGULATOR).await;
    assert_eq!(reason(&overseer.put_payload(put(1, 0, 10)).await.unwrap_err()), "NOT_YOURS");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_fetches_with_the_members_ticket_and_keeps_it() {
    let rig = world().await;
    let second = rig.second().await;
    let mut alpha = at(second, "alpha").await;
    let status = download(&mut alpha, "").await.unwrap_err();
    assert_eq!(reason(&status), "PAYLOAD_MISSING");
    for bad in [ticket("alpha", 2), ticket("gamma", 1), ticket_until("alpha", 1, now().ms() - 1)] {
        let status = download(&mut alpha, &bad).await.unwrap_err();
        assert_eq!(reason(&status), "PAYLOAD_MISSING", "the other node does not take {bad}");
        assert!(status.message().contains("no other node"), "{}", status.message());
    }
    assert_eq!(download(&mut alpha, &ticket("alpha", 1)).await.unwrap(), ciphertext());
    assert_eq!(download(&mut alpha, "").await.unwrap(), ciphertext(), "it is kept");
    let request = GetEnvelopesRequest { document: 1, ..Default::default() };
    let own = alpha.get_envelopes(request).await.unwrap().into_inner().envelopes;
    assert_eq!(own.len(), 1);
    assert_eq!((own[0].recipient.as_str(), own[0].wrapped_by.as_str()), ("alpha", "beta"));
    let mut gamma = at(second, "gamma").await;
    assert_eq!(download(&mut gamma, &ticket("gamma", 1)).await.unwrap_err().code(), Code::NotFound);
    // a stranger's ticket gets nothing out of a node directly either
    let mut nobody = DocumentServiceClient::new(rig.stranger());
    let fetch = |ticket| FetchPayloadRequest { document: 1, offset: 0, ticket };
    let status = nobody.fetch_payload(fetch(ticket("gamma", 1))).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let status = nobody.fetch_payload(fetch(String::new())).await.unwrap_err();
    assert_eq!(reason(&status), "AUTHORIZATION_MALFORMED");
    let fetched = nobody.fetch_payload(fetch(ticket("bank-a", 1))).await.unwrap().into_inner();
    assert!(fetched.envelopes.iter().all(|one| one.recipient == "bank-a"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_payload_is_told_and_mended_from_another_node() {
    let rig = world().await;
    let second = rig.second().await;
    let mut alpha = at(second, "alpha").await;
    download(&mut alpha, &ticket("alpha", 1)).await.unwrap();
    let [_, folder] = rig.document_folders();
    std::fs::write(folder.join("beta/1/payload"), b"rot").unwrap();
    let found = alpha.get_document(GetDocumentRequest { document: 1 }).await.unwrap().into_inner();
    assert_eq!(found.payload(), PayloadState::Damaged);
    assert_eq!(reason(&download(&mut alpha, "").await.unwrap_err()), "PAYLOAD_DAMAGED");
    assert_eq!(download(&mut alpha, &ticket("alpha", 1)).await.unwrap(), ciphertext());
    let found = alpha.get_document(GetDocumentRequest { document: 1 }).await.unwrap().into_inner();
    assert_eq!(found.payload(), PayloadState::Here);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shredded_document_is_gone_from_every_nodes_disk() {
    let rig = world().await;
    let second = rig.second().await;
    let mut alpha = at(second, "alpha").await;
    download(&mut alpha, &ticket("alpha", 1)).await.unwrap();
    let folders = rig.document_folders().map(|folder| folder.join("beta/1"));
    assert!(folders.iter().all(|folder| folder.join("payload").exists() && folder.join("keys").exists()));
    rig.apply("beta", Action::ShredDocument(ShredDocument { document: DocumentId::new(1) })).await;
    in_time(async {
        while folders.iter().any(|folder| folder.exists()) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let status = download(&mut alpha, &ticket("alpha", 1)).await.unwrap_err();
    assert_eq!(reason(&status), "DOCUMENT_SHREDDED");
    let found = alpha.get_document(GetDocumentRequest { document: 1 }).await.unwrap().into_inner();
    assert_eq!((found.payload(), found.enveloped.len()), (PayloadState::Shredded, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_with_a_new_key_lacks_an_envelope_until_somebody_wraps_again() {
    let rig = world().await;
    publish(&rig, "bank-a", 5).await;
    let mut alpha = documents(&rig, "alpha").await;
    let found = alpha.get_document(GetDocumentRequest { document: 1 }).await.unwrap().into_inner();
    assert_eq!(found.enveloped, ["alpha", REGULATOR]);
    let envelopes = vec![wrapped("bank-a", 5)];
    alpha.put_envelopes(PutEnvelopesRequest { document: 1, envelopes }).await.unwrap();
    let found = alpha.get_document(GetDocumentRequest { document: 1 }).await.unwrap().into_inner();
    assert_eq!(found.enveloped, ["alpha", "bank-a", REGULATOR]);
}
