//! Documents over real sockets and real files: to parties only, between nodes with tickets, and gone when shredded.
use crate::access::reason;
use crate::certificates::Authority;
use crate::reader::Line;
use crate::rig::{CHAIN, REGULATOR, Rig, in_time, key_of, member, now};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use tally_contracts::Action;
use tally_contracts::document::{
    Document, DocumentKind, Payload, RegisterDocument, ShareDocument, ShredDocument,
};
use tally_contracts::member::SetEncryptionKey;
use tally_contracts::state::Key;
use tally_contracts::types::{DocumentId, Hash, ReceivableId, X25519Key};
use tally_node::api::ApiSettings;
use tally_node::documents::{DocumentStore, Limits, StoredEnvelope};
use tally_node::tls::{PeerTrust, TlsFiles};
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
    register(rig).await;
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

/// On the ledger only.
async fn register(rig: &Rig) {
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

/// The same document, put into the node's store as an upload would leave it.
async fn filed_on_disk(rig: Rig) -> Rig {
    rig.accept_always().await;
    rig.apply("alpha", rig.issue(1, 1_000_000, 90)).await;
    register(&rig).await;
    let [folder, _] = rig.document_folders();
    let store = DocumentStore::open(&folder, Limits { total: 1 << 20, member: 1 << 20 }).unwrap();
    let row = Key::DocumentEntry(DocumentId::new(1)).encode();
    let document: Document =
        borsh::from_slice(&rig.ledger.view().record(&row).unwrap().unwrap().bytes).unwrap();
    store.put(&document, member("beta"), 0, &ciphertext()).unwrap();
    let envelope = StoredEnvelope {
        recipient: member("alpha"),
        recipient_key: X25519Key([9; 32]),
        wrapped_by: member("beta"),
        encapsulated_key: [1; 32],
        sealed: vec![1; 80],
    };
    store.put_envelope(&document, &envelope).unwrap();
    rig
}

async fn world() -> Rig {
    world_on(Rig::start().await).await
}

async fn world_on(rig: Rig) -> Rig {
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
async fn between_nodes_documents_travel_over_tls_with_certificates_of_both() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let place = |name: &str| {
        let place = folder.path().join(name);
        std::fs::create_dir(&place).unwrap();
        place
    };
    let [ca, other_ca] = [("ca.pem", &ours), ("other.pem", &theirs)].map(|(name, authority)| {
        let path = folder.path().join(name);
        std::fs::write(&path, authority.pem()).unwrap();
        path
    });
    let tls = TlsFiles { client_ca: Some(ca.clone()), ..ours.node(&place("node")) };
    let settings = ApiSettings { tls: Some(tls), ..ApiSettings::default() };
    let overseer = ours.trust().identity(ours.client(&format!("tally://{CHAIN}/{REGULATOR}")));
    let endpoint =
        |address| Channel::from_shared(format!("https://{address}")).unwrap().tls_config(overseer).unwrap();
    let mut rig = Rig::reached_by(settings, now(), endpoint).await;
    rig.run();
    // the rig's one connection is the regulator's: what others upload goes to the files directly
    let rig = filed_on_disk(rig).await;

    let own = ours.client_files(&place("own"), &format!("tally://{CHAIN}/bank-b"));
    let pair = (own.certificate.clone(), own.key.clone());
    let full = PeerTrust { authority: Some(ca.clone()), own: Some(pair.clone()) };
    let address = format!("https://{}", rig.address);
    for (who, first, trust) in [
        ("without TLS", format!("http://{}", rig.address), full.clone()),
        ("without an authority", address.clone(), PeerTrust { authority: None, own: Some(pair.clone()) }),
        (
            "another authority",
            address.clone(),
            PeerTrust { authority: Some(other_ca), own: Some(pair.clone()) },
        ),
        ("without a certificate", address.clone(), PeerTrust { authority: Some(ca), own: None }),
    ] {
        let second = rig.second_asking(first, trust, who).await;
        let status = download(&mut at(second, "alpha").await, &ticket("alpha", 1)).await.unwrap_err();
        assert_eq!(reason(&status), "PAYLOAD_MISSING", "{who}");
    }
    let second = rig.second_asking(address.clone(), full.clone(), "both").await;
    let mut alpha = at(second, "alpha").await;
    assert_eq!(download(&mut alpha, &ticket("alpha", 1)).await.unwrap(), ciphertext());

    // a key that others can read is not shown to anybody
    std::fs::set_permissions(&own.key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let third = rig.second_asking(address, full, "open").await;
    let status = download(&mut at(third, "alpha").await, &ticket("alpha", 1)).await.unwrap_err();
    assert_eq!(reason(&status), "PAYLOAD_MISSING");
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

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_keeps_an_envelope_for_an_old_key_asks_others_for_the_new_one() {
    let rig = world().await;
    let second = rig.second().await;
    let mut bank = at(second, "bank-a").await;
    download(&mut bank, &ticket("bank-a", 1)).await.unwrap();
    publish(&rig, "bank-a", 5).await;
    let envelopes = vec![wrapped("bank-a", 5)];
    let mut alpha = documents(&rig, "alpha").await;
    alpha.put_envelopes(PutEnvelopesRequest { document: 1, envelopes }).await.unwrap();
    let request = GetEnvelopesRequest { document: 1, ticket: ticket("bank-a", 1) };
    let own = bank.get_envelopes(request).await.unwrap().into_inner().envelopes;
    let keys: Vec<u8> = own.iter().map(|one| one.recipient_key[0]).collect();
    assert_eq!((keys.len(), keys.contains(&13)), (2, true), "{keys:?}");
}
