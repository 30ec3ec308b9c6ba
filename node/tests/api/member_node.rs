//! Member nodes: real replicas follow a real API over real sockets; a node between them lies as it is told.
use crate::reader::Line as ReaderLine;
use crate::rig::{CHAIN, Rig, cny, in_time, key_of, member, now, secret, text, validator_key, view};
use prost::Message;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tally_contracts::Action;
use tally_contracts::governance::RotateConsensusKey;
use tally_contracts::items::Item;
use tally_contracts::money::CreditDeposit;
use tally_contracts::state::Key;
use tally_contracts::tranche::{AcceptTransfer, Offer, Part, Recourse, SplitTranche};
use tally_contracts::types::{Hash, ReceivableId, TrancheId};
use tally_node::api::{ApiSettings, NodeKind, Relay, serve};
use tally_node::ledger::Ledger;
use tally_node::replica::{Evidence, Following, Settings};
use tally_node::storage::{Database, Identity};
use tally_node::tls::PeerTrust;
use tally_proto::follow::signing_bytes;
use tally_proto::v1::follow::follow_service_client::FollowServiceClient;
use tally_proto::v1::follow::follow_service_server::{FollowService, FollowServiceServer};
use tally_proto::v1::follow::{
    FollowAnswer, FollowRequest, FollowResponse, ProveAnswer, ProveRequest, ProveResponse,
};
use tally_proto::v1::ledger::ledger_service_client::LedgerServiceClient;
use tally_proto::v1::ledger::watch_events_response::Message as EventMessage;
use tally_proto::v1::ledger::{WatchEventsRequest, watch_events_request};
use tally_proto::v1::money::ListDepositsRequest;
use tally_proto::v1::money::money_service_client::MoneyServiceClient;
use tally_proto::v1::receivable::GetReceivableRequest;
use tally_proto::v1::receivable::receivable_service_client::ReceivableServiceClient;
use tally_proto::v1::tranche::GetTrancheRequest;
use tally_proto::v1::tranche::tranche_service_client::TrancheServiceClient;
use tally_proto::v1::transaction::transaction_service_client::TransactionServiceClient;
use tally_proto::v1::transaction::{SubmitRequest, TransactionStatus, WaitUntil};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Channel, Server};
use tonic::{Request, Response, Status};

const POLL: Duration = Duration::from_millis(20);

/// A member's replica that follows.
struct Member {
    slug: &'static str,
    folder: PathBuf,
    ledger: Arc<Ledger>,
    evidence: Arc<Evidence>,
    relay: Arc<Relay>,
    stop: watch::Sender<bool>,
    follows: JoinHandle<()>,
}

impl Member {
    /// Follows the nodes at these addresses, in their order.
    fn start(rig: &Rig, slug: &'static str, nodes: &[SocketAddr], folder: &Path) -> Self {
        let folder = folder.join(slug);
        let genesis = rig.ledger.genesis().clone();
        let identity = Identity { chain_id: CHAIN.to_owned(), genesis_hash: genesis.hash().0 };
        let database = Arc::new(Database::open(&folder.join("data"), &identity).unwrap());
        let ledger = Arc::new(Ledger::replica(database, Arc::new(genesis)).unwrap());
        let settings = Settings {
            member: member(slug),
            key: key_of(slug).into(),
            validators: nodes.iter().map(|node| format!("http://{node}")).collect(),
            trust: PeerTrust::default(),
            evidence: folder.join("evidence"),
        };
        let following = Following::new(Arc::clone(&ledger), settings).unwrap();
        let (evidence, relay) = (following.evidence(), Relay::new(member(slug), following.lines()));
        let (stop, stopped) = watch::channel(false);
        let follows = tokio::spawn(async move { following.run(stopped).await.unwrap() });
        Self { slug, folder, ledger, evidence, relay: Arc::new(relay), stop, follows }
    }

    async fn reaches(&self, height: u64) {
        in_time(async {
            while self.ledger.tip().height < height {
                assert!(!self.follows.is_finished(), "{} ended", self.slug);
                tokio::time::sleep(POLL).await;
            }
        })
        .await;
    }

    async fn end(self) {
        self.stop.send_replace(true);
        in_time(self.follows).await.unwrap();
    }

    fn has(&self, key: Key) -> bool {
        self.ledger.view().record(&key.encode()).unwrap().is_some()
    }

    /// Every record that is here is the full ledger's, byte for byte.
    fn agrees_with(&self, rig: &Rig) {
        let (own, full) = (self.ledger.view(), rig.ledger.view());
        let rows = own.records_from(&[], &[], 100_000).unwrap();
        assert!(rows.len() > 20);
        for (row, stored) in rows {
            let there = full.record(&row).unwrap().map(|there| there.bytes);
            assert_eq!(there, Some(stored.bytes), "{:?}", Key::decode(&row));
        }
    }

    /// Whether these bytes lie anywhere in its folder.
    fn is_on_disk(&self, needle: &str) -> bool {
        let mut open = vec![self.folder.clone()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if std::fs::read(&path)
                    .unwrap()
                    .windows(needle.len())
                    .any(|window| window == needle.as_bytes())
                {
                    return true;
                }
            }
        }
        false
    }

    /// Its API, and a line on which a member reads there, or why it does not.
    async fn api(&self, rig: &Rig, reader: &str) -> Result<ReaderLine, tonic::Status> {
        let audit = self.folder.join("reads.jsonl");
        let (consensus, made) = view(&self.ledger, &rig.pool, rig.clock, &audit);
        let mut view = Arc::into_inner(made).unwrap();
        view.kind = NodeKind::Member;
        view.relay = Some(Arc::clone(&self.relay));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, Arc::new(view), ApiSettings::default(), async move {
            let _stays = consensus;
            std::future::pending().await
        }));
        let bare = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        crate::reader::try_open(&bare, address, reader).await
    }
}

/// alpha owes beta, beta pays gamma with a part; a second debt is beta's alone.
async fn story(rig: &Rig) {
    rig.accept_always().await;
    rig.apply("alpha", rig.issue(1, 100_000, 60)).await;
    rig.apply("alpha", rig.issue(2, 77_700, 60)).await;
    let pay = Offer { to: member("gamma"), trade_reference: Some(Hash([7; 32])), recourse: Recourse::None };
    let parts = vec![Part { face: cny(40_000), pay: Some(pay) }, Part { face: cny(60_000), pay: None }];
    rig.apply("beta", Action::SplitTranche(SplitTranche { tranche: TrancheId::new(1), parts })).await;
    rig.apply("gamma", Action::AcceptTransfer(AcceptTransfer { tranche: TrancheId::new(3) })).await;
    rig.apply("bank-a", credit("wire 1", "gamma")).await;
    rig.apply("bank-a", credit("wire 2", "alpha")).await;
}

fn credit(reference: &str, owner: &str) -> Action {
    let bank_reference = text(reference);
    Action::CreditDeposit(CreditDeposit { owner: member(owner), amount: cny(700), bank_reference })
}

fn rotation() -> Action {
    Action::RotateConsensusKey(RotateConsensusKey { from: validator_key(1), to: validator_key(3) })
}

/// Everything that a reader is told from the first block on, up to a height.
async fn told(line: &ReaderLine, up_to: u64) -> Vec<Vec<u8>> {
    let request =
        WatchEventsRequest { start: Some(watch_events_request::Start::FromHeight(1)), ..Default::default() };
    let mut stream =
        in_time(LedgerServiceClient::new(line.clone()).watch_events(request)).await.unwrap().into_inner();
    let mut events = Vec::new();
    loop {
        match in_time(stream.message()).await.unwrap().unwrap().message.unwrap() {
            EventMessage::Event(event) => events.push(event.encode_to_vec()),
            EventMessage::HeartbeatCursor(cursor) => {
                let height: u64 = cursor.split('.').next().unwrap().parse().unwrap();
                if height >= up_to {
                    return events;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_node_holds_what_its_member_may_see_and_nothing_else() {
    let rig = Rig::start().await;
    let folder = tempfile::tempdir().unwrap();
    let early = Member::start(&rig, "gamma", &[rig.address], folder.path());
    story(&rig).await;
    let anchor = Member::start(&rig, "alpha", &[rig.address], folder.path());
    let tip = rig.ledger.tip().height;
    for node in [&early, &anchor] {
        node.reaches(tip).await;
        node.agrees_with(&rig);
        assert_eq!(node.evidence.reports(), [], "{}", node.slug);
    }
    let parts = [3, 4].map(|number| Key::Tranche(TrancheId::new(number)));
    assert_eq!(parts.map(|key| early.has(key)), [true, false], "its own part, not its sibling");
    assert!(!early.has(Key::Receivable(ReceivableId::new(1))), "whose record names others' invoices");
    assert!(
        anchor.has(Key::Receivable(ReceivableId::new(1)))
            && anchor.has(Key::Receivable(ReceivableId::new(2)))
    );
    assert_eq!(parts.map(|key| anchor.has(key)), [false, false], "not before the due date");
    assert!(anchor.is_on_disk("INV 2-15838") && !early.is_on_disk("INV 2-15838"));
    assert!(!early.is_on_disk("INV 1-7919") && !anchor.is_on_disk("wire 1"));
    early.end().await;
    anchor.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_api_says_what_a_validators_says_and_only_to_its_member() {
    let rig = Rig::start().await;
    story(&rig).await;
    let folder = tempfile::tempdir().unwrap();
    let tip = rig.ledger.tip().height;
    for slug in ["gamma", "alpha"] {
        let node = Member::start(&rig, slug, &[rig.address], folder.path());
        node.reaches(tip).await;
        let (own, full) = (node.api(&rig, slug).await.unwrap(), rig.line(slug).await);
        let events = told(&own, tip).await;
        assert_eq!(events, told(&full, tip).await, "{slug}");
        assert!(events.len() >= 3, "{slug}");
        let deposits = |line: &ReaderLine| {
            let mut client = MoneyServiceClient::new(line.clone());
            async move {
                let request = ListDepositsRequest::default();
                in_time(client.list_deposits(request)).await.unwrap().into_inner().deposits
            }
        };
        assert_eq!(deposits(&own).await, deposits(&full).await);
        for receivable in [1, 2, 9] {
            let ask = |line: &ReaderLine| {
                let mut client = ReceivableServiceClient::new(line.clone());
                async move {
                    let found = in_time(client.get_receivable(GetReceivableRequest { receivable })).await;
                    found.map(|found| found.into_inner().receivable).map_err(|status| status.code())
                }
            };
            assert_eq!(ask(&own).await, ask(&full).await, "{slug} R{receivable}");
        }
        for tranche in 1..=5 {
            let ask = |line: &ReaderLine| {
                let mut client = TrancheServiceClient::new(line.clone());
                async move {
                    let found = in_time(client.get_tranche(GetTrancheRequest { tranche })).await;
                    found.map(|found| found.into_inner().tranche).map_err(|status| status.code())
                }
            };
            assert_eq!(ask(&own).await, ask(&full).await, "{slug} T{tranche}");
        }
        let refused = node.api(&rig, "beta").await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::PermissionDenied);
        // what is handed in there is committed as elsewhere, and comes back by itself
        let request = SubmitRequest {
            wait: WaitUntil::Committed.into(),
            ..rig.request("bank-a", credit(&format!("through {slug}"), slug))
        };
        let sent = in_time(TransactionServiceClient::new(own).submit(request)).await.unwrap().into_inner();
        assert_eq!(sent.result.unwrap().status(), TransactionStatus::Committed);
        node.reaches(rig.ledger.tip().height).await;
        node.agrees_with(&rig);
        node.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_days_offline_and_a_change_of_validators_it_catches_up() {
    let rig = Rig::start().await;
    story(&rig).await;
    let folder = tempfile::tempdir().unwrap();
    let node = Member::start(&rig, "gamma", &[rig.address], folder.path());
    node.reaches(rig.ledger.tip().height).await;
    let before = node.ledger.tip().height;
    node.end().await;

    rig.apply("bank-a", rotation()).await;
    for number in 0..300 {
        rig.commit_without_transactions().await;
        if number % 100 == 0 {
            rig.apply("bank-a", credit(&format!("later {number}"), "gamma")).await;
        }
    }
    let node = Member::start(&rig, "gamma", &[rig.address], folder.path());
    assert_eq!(node.ledger.tip().height, before, "what was proven is on its disk");
    node.reaches(rig.ledger.tip().height).await;
    node.agrees_with(&rig);
    assert_eq!(node.ledger.tip().validators.hash(), rig.ledger.tip().validators.hash());
    assert_eq!(node.evidence.reports(), []);
    node.end().await;
}

/// How the node in between lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Deed {
    LeaveOut,
    Alter,
    Move,
    Invent,
    CertificateOfAnother,
    HideValidators,
    WithholdRecord,
    AlterRecord,
    DropSignature,
    Nothing,
}

const DEEDS: [(Deed, &str); 9] = [
    (Deed::LeaveOut, "items"),
    (Deed::Alter, "items"),
    (Deed::Move, "chain"),
    (Deed::Invent, "items"),
    (Deed::CertificateOfAnother, "chain"),
    (Deed::HideValidators, "chain"),
    (Deed::WithholdRecord, "withheld"),
    (Deed::AlterRecord, "altered"),
    (Deed::DropSignature, "unsigned"),
];

/// A listed node that answers as the real one does, but for one deed; it signs what it says.
#[derive(Clone)]
struct Liar {
    real: Channel,
    deed: Deed,
    asked: Arc<AtomicU8>,
    said: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Liar {
    async fn start(listener: TcpListener, real: SocketAddr, deed: Deed) -> Self {
        let real = Channel::from_shared(format!("http://{real}")).unwrap().connect().await.unwrap();
        let liar = Self { real, deed, asked: Arc::default(), said: Arc::default() };
        let service = FollowServiceServer::new(liar.clone());
        let serving = Server::builder().add_service(service);
        tokio::spawn(serving.serve_with_incoming(TcpListenerStream::new(listener)));
        liar
    }

    fn client(&self) -> FollowServiceClient<Channel> {
        FollowServiceClient::new(self.real.clone())
    }

    fn sign(&self, answer: &[u8]) -> Vec<u8> {
        use ed25519_dalek::Signer;
        self.said.lock().unwrap().push(answer.to_vec());
        if self.deed == Deed::DropSignature {
            return vec![0; 64];
        }
        secret(101).sign(&signing_bytes(CHAIN, answer)).to_bytes().to_vec()
    }

    fn twist(&self, answer: &mut FollowAnswer) {
        let blocks = &mut answer.blocks;
        let busy = blocks.iter().position(|block| block.items.iter().any(|item| !item.is_public));
        match (self.deed, busy) {
            (Deed::LeaveOut, Some(at)) => {
                blocks[at].items.retain(|item| item.is_public);
            }
            (Deed::Alter, Some(at)) => {
                let found = blocks[at].items.iter_mut().find(|item| !item.is_public).unwrap();
                let mut item: Item = borsh::from_slice(&found.item).unwrap();
                item.told.amount = Some(cny(1));
                found.item = borsh::to_vec(&item).unwrap();
            }
            (Deed::Invent, Some(at)) => {
                let mut more = blocks[at].items.last().unwrap().clone();
                let mut item: Item = borsh::from_slice(&more.item).unwrap();
                item.index += 1;
                more.item = borsh::to_vec(&item).unwrap();
                blocks[at].items.push(more);
            }
            (Deed::Move, _) if blocks.len() > 1 => blocks.swap(0, 1),
            (Deed::CertificateOfAnother, _) if blocks.len() > 1 => {
                blocks[0].certificate = blocks[1].certificate.clone();
            }
            (Deed::HideValidators, _) => blocks.iter_mut().for_each(|block| block.validators = None),
            _ => {}
        }
    }
}

#[tonic::async_trait]
impl FollowService for Liar {
    async fn follow(&self, request: Request<FollowRequest>) -> Result<Response<FollowResponse>, Status> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut response = self.client().follow(request).await?.into_inner();
        let mut answer = FollowAnswer::decode(response.answer.as_slice()).unwrap();
        self.twist(&mut answer);
        response.answer = answer.encode_to_vec();
        response.signature = self.sign(&response.answer);
        Ok(Response::new(response))
    }

    async fn prove(&self, request: Request<ProveRequest>) -> Result<Response<ProveResponse>, Status> {
        let mut response = self.client().prove(request).await?.into_inner();
        let mut answer = ProveAnswer::decode(response.answer.as_slice()).unwrap();
        let own = Key::Tranche(TrancheId::new(3)).encode();
        match self.deed {
            Deed::WithholdRecord => {
                answer.records.retain(|record| record.key != own);
                answer.withheld.push(own);
            }
            Deed::AlterRecord => {
                let record = answer.records.iter_mut().find(|record| record.present).unwrap();
                *record.record.last_mut().unwrap() ^= 1;
            }
            _ => {}
        }
        response.answer = answer.encode_to_vec();
        response.signature = self.sign(&response.answer);
        Ok(Response::new(response))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_withholds_or_alters_is_caught_reported_and_left() {
    for (deed, kind) in DEEDS {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let between = listener.local_addr().unwrap();
        let settings = ApiSettings { names: vec![between.to_string()], ..ApiSettings::default() };
        let rig = Rig::with(settings, now()).await;
        let liar = Liar::start(listener, rig.address, deed).await;
        let rig = rig.sequenced();
        story(&rig).await;
        if deed == Deed::HideValidators {
            rig.apply("bank-a", rotation()).await;
        }
        let folder = tempfile::tempdir().unwrap();
        // where the next one is gone, the one after it is asked
        let dead = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let node = Member::start(&rig, "gamma", &[between, dead, rig.address], folder.path());
        node.reaches(rig.ledger.tip().height).await;
        node.agrees_with(&rig);
        assert!(node.has(Key::Tranche(TrancheId::new(3))), "{deed:?}");
        let reports = node.evidence.reports();
        assert_eq!(reports.len(), 1, "{deed:?}: {reports:?}");
        let report = &reports[0];
        assert_eq!(
            (report.kind, report.node.as_str()),
            (kind, format!("http://{between}").as_str()),
            "{deed:?}"
        );
        // who has the file needs nobody's word
        let answer = hex::decode(&report.answer).unwrap();
        assert!(liar.said.lock().unwrap().contains(&answer), "{deed:?}");
        let files = std::fs::read_dir(node.folder.join("evidence")).unwrap().count();
        assert_eq!(files, 1, "{deed:?}");
        if kind != "unsigned" {
            assert_eq!(report.peer_key, hex::encode(secret(101).verifying_key().to_bytes()), "{deed:?}");
            let signature = hex::decode(&report.signature).unwrap().try_into().unwrap();
            tally_proto::follow::verify(CHAIN, &answer, validator_key(101), signature).unwrap();
        }
        let asked = liar.asked.load(Ordering::Relaxed);
        rig.apply("bank-a", credit("more", "gamma")).await;
        node.reaches(rig.ledger.tip().height).await;
        assert_eq!(liar.asked.load(Ordering::Relaxed), asked, "{deed:?}: it is not asked again");
        node.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_else_could_judge_is_asked_for_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let between = listener.local_addr().unwrap();
    let away = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let names = [between, away].map(|address| address.to_string()).into();
    let rig = Rig::with(ApiSettings { names, ..ApiSettings::default() }, now()).await;
    Liar::start(listener, rig.address, Deed::WithholdRecord).await;
    let rig = rig.sequenced();
    story(&rig).await;
    let folder = tempfile::tempdir().unwrap();
    let node = Member::start(&rig, "gamma", &[between, away], folder.path());
    node.reaches(rig.ledger.tip().height).await;
    let own = Key::Tranche(TrancheId::new(3));
    assert!(!node.has(own) && node.evidence.reports().is_empty(), "one node's word against nobody's");

    Liar::start(TcpListener::bind(away).await.unwrap(), rig.address, Deed::Nothing).await;
    rig.apply("bank-a", credit("more", "gamma")).await;
    in_time(async {
        while !node.has(own) {
            tokio::time::sleep(POLL).await;
        }
    })
    .await;
    let kinds: Vec<&str> = node.evidence.reports().iter().map(|report| report.kind).collect();
    assert_eq!(kinds, ["withheld"]);
    node.agrees_with(&rig);
    node.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_gone_is_left_for_another() {
    let rig = Rig::start().await;
    story(&rig).await;
    // a port that nobody else takes, and on which nobody listens
    let held = tokio::net::TcpSocket::new_v4().unwrap();
    held.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let dead = held.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let node = Member::start(&rig, "gamma", &[dead, rig.address], folder.path());
    node.reaches(rig.ledger.tip().height).await;
    assert_eq!(node.evidence.reports(), [], "to be gone is no lie");
    node.end().await;
}
