//! A node without consensus: whatever waits in the pool becomes the next block.
use crate::reader::{Line, stranger};
use ed25519_dalek::Signer;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tally_contracts::facility::{CurvePoint, Offering, OpenFacility, SettlementMethod};
use tally_contracts::genesis::{ChainClock, Validator, ValidatorSet};
use tally_contracts::member::{KeyCapacity, Member, MemberKey, MemberStatus, PartyIdentifier, Role};
use tally_contracts::policy::Policy;
use tally_contracts::receivable::{Invoice, InvoiceFormat, IssueReceivable, Terms};
use tally_contracts::types::{
    Amount, BusinessDate, Currency, DayCount, Hash, Height, MemberId, PublicKey, Rate, Text, Timestamp,
};
use tally_contracts::{Action, Genesis};
use tally_node::admission::{Admission, TransactionPool};
use tally_node::api::{ApiError, ApiSettings, AuditLog, NodeKind, NodeView, serve};
use tally_node::chain::Clock;
use tally_node::documents::{DocumentStore, Limits};
use tally_node::ledger::{CommittedBlock, Ledger};
use tally_node::mempool::{Mempool, PoolLimits};
use tally_node::storage::{Database, Identity};
use tally_node::tls::PeerTrust;
use tally_proto::block::BlockHeader;
use tally_proto::convert::TransactionDraft;
use tally_proto::signing::sign_body;
use tally_proto::v1::transaction::transaction_service_client::TransactionServiceClient;
use tally_proto::v1::transaction::{SubmitRequest, TransactionResult, TransactionStatus, WaitUntil};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};

pub const CHAIN: &str = "api-test";
/// Room for two small payloads of one member, and three in all.
const DOCUMENTS: Limits = Limits { total: 3 * 4_112, member: 2 * 4_112 };
/// Sees everything.
pub const REGULATOR: &str = "overseer";
/// Long enough for a slow machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Rig {
    pub ledger: Arc<Ledger>,
    pub pool: TransactionPool,
    pub consensus: watch::Sender<tally_consensus::Status>,
    pub address: SocketAddr,
    /// One connection, on which the regulator reads.
    pub channel: Line,
    /// The same connection without anybody.
    pub bare: Channel,
    pub today: BusinessDate,
    pub clock: Clock,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<Result<(), ApiError>>>,
    sequencer: Option<JoinHandle<()>>,
    requests: AtomicU64,
    _folder: tempfile::TempDir,
}

impl Rig {
    /// Blocks come whenever something waits.
    pub async fn start() -> Self {
        Self::peopled(&[]).await
    }

    /// The same with more members.
    pub async fn peopled(others: &[(&str, &[Role])]) -> Self {
        let settings = ApiSettings { stream_heartbeat: Duration::from_millis(100), ..ApiSettings::default() };
        Self::of(settings, genesis(now(), others), plain).await.sequenced()
    }

    /// From now on blocks come whenever something waits.
    pub fn sequenced(mut self) -> Self {
        self.run();
        self
    }

    /// The same, of one that is used on.
    pub fn run(&mut self) {
        let (ledger, pool, clock) = (Arc::clone(&self.ledger), self.pool.clone(), self.clock);
        self.sequencer = Some(tokio::spawn(async move {
            loop {
                pool.wait_for_transaction().await;
                commit(&ledger, &pool, clock).await;
            }
        }));
    }

    /// Blocks come from [`Rig::commit`] only.
    pub async fn paused() -> Self {
        Self::with(
            ApiSettings { stream_heartbeat: Duration::from_millis(100), ..ApiSettings::default() },
            now(),
        )
        .await
    }

    pub async fn with(settings: ApiSettings, chain_start: Timestamp) -> Self {
        Self::reached_by(settings, chain_start, plain).await
    }

    /// The same, connected to in another way.
    pub async fn reached_by(
        settings: ApiSettings,
        chain_start: Timestamp,
        endpoint: impl FnOnce(SocketAddr) -> Endpoint,
    ) -> Self {
        Self::of(settings, genesis(chain_start, &[]), endpoint).await
    }

    async fn of(
        settings: ApiSettings,
        genesis: Genesis,
        endpoint: impl FnOnce(SocketAddr) -> Endpoint,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity { chain_id: CHAIN.to_owned(), genesis_hash: genesis.hash().0 };
        // without memory for the state tree, so that every proof is read from its shelf
        let database = Database::open(&folder.path().join("data"), &identity).unwrap().with_tree_memory(0);
        let database = Arc::new(database);
        let clock = Clock::new(genesis.clock);
        let today = Policy::rulebook().date(clock.now());
        let ledger = Arc::new(Ledger::open(database, Arc::new(genesis)).unwrap());
        let pool: TransactionPool = Mempool::new(PoolLimits::default(), 0);
        let audit = folder.path().join("audit").join("reads.jsonl");
        let (consensus, view) = view(&ledger, &pool, clock, &audit);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(serve(listener, view, settings, async move {
            let _ = stopped.await;
        }));
        let bare = endpoint(address).connect().await.unwrap();
        let channel = crate::reader::open(&bare, address, REGULATOR).await;
        Self {
            ledger,
            pool,
            consensus,
            address,
            channel,
            bare,
            today,
            clock,
            stop: Some(stop),
            server: Some(server),
            sequencer: None,
            requests: AtomicU64::new(1),
            _folder: folder,
        }
    }

    /// Serves on `address` and stops at once.
    pub async fn try_on(address: &str, settings: ApiSettings) -> Result<(), ApiError> {
        let rig = Self::paused().await;
        let audit = rig._folder.path().join("other.jsonl");
        let (_consensus, view) = view(&rig.ledger, &rig.pool, rig.clock, &audit);
        let listener = TcpListener::bind(address).await.unwrap();
        in_time(serve(listener, view, settings, std::future::ready(()))).await
    }

    /// Another node of the same ledger, with a disk of its own, which asks this one for documents.
    pub async fn second(&self) -> SocketAddr {
        self.second_asking(format!("http://{}", self.address), PeerTrust::default(), "second").await
    }

    /// The same in a folder of this name, which asks this one at another address.
    pub async fn second_asking(&self, first: String, trust: PeerTrust, folder: &str) -> SocketAddr {
        let audit = self._folder.path().join(folder).join("reads.jsonl");
        let (consensus, view) = view(&self.ledger, &self.pool, self.clock, &audit);
        let mut view = Arc::into_inner(view).unwrap();
        view.document_peers = vec!["http://127.0.0.1:1".to_owned(), first];
        view.document_trust = trust;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, Arc::new(view), ApiSettings::default(), async move {
            let _stays = consensus;
            std::future::pending().await
        }));
        address
    }

    /// Where the first node keeps documents, and where the second one does.
    pub fn document_folders(&self) -> [std::path::PathBuf; 2] {
        ["audit", "second"].map(|node| self._folder.path().join(node).join("documents"))
    }

    /// Stops the server and says how it ended.
    pub async fn stop(&mut self) -> Result<(), ApiError> {
        self.stop.take().unwrap().send(()).unwrap();
        in_time(self.server.take().unwrap()).await.unwrap()
    }

    /// Makes a block of what waits.
    pub async fn commit(&self) -> Arc<CommittedBlock> {
        commit(&self.ledger, &self.pool, self.clock).await
    }

    /// Makes the next block of nothing, whatever waits.
    pub async fn commit_without_transactions(&self) {
        self.commit_nothing_after(1).await;
    }

    /// Makes the next block of nothing when so many days passed; later blocks are milliseconds apart.
    pub async fn pass_days(&self, days: u64) {
        self.commit_nothing_after(days * 86_400_000).await;
    }

    async fn commit_nothing_after(&self, pause_ms: u64) {
        let ledger = Arc::clone(&self.ledger);
        let build = move || {
            let (height, time) =
                (ledger.tip().height + 1, Timestamp::from_ms(ledger.tip().time.ms() + pause_ms));
            let executed = ledger.build(height, PublicKey([1; 32]), time, Vec::new()).unwrap();
            ledger.commit(&executed, certificate(executed.header(), &ledger.tip().validators)).unwrap();
        };
        tokio::task::spawn_blocking(build).await.unwrap();
    }

    /// Makes empty blocks on the local morning of a day after the first, until nothing is left to do that day.
    pub async fn pass_to_day(&self, days: i32) {
        let start = self.today.plus_days(days).start(480).ms() + 9 * 3_600_000;
        for step in 0..3 {
            let ledger = Arc::clone(&self.ledger);
            let build = move || {
                let (height, time) = (ledger.tip().height + 1, Timestamp::from_ms(start + step));
                let executed = ledger.build(height, PublicKey([1; 32]), time, Vec::new()).unwrap();
                ledger.commit(&executed, certificate(executed.header(), &ledger.tip().validators)).unwrap();
            };
            tokio::task::spawn_blocking(build).await.unwrap();
        }
    }

    /// The same connection, on which a member reads.
    pub async fn line(&self, member: &str) -> Line {
        crate::reader::open(&self.bare, self.address, member).await
    }

    /// A connection of its own, on which a member reads.
    pub async fn own_connection(&self, member: &str) -> Line {
        let bare = Channel::from_shared(format!("http://{}", self.address)).unwrap().connect().await.unwrap();
        crate::reader::open(&bare, self.address, member).await
    }

    /// The same connection, on which nobody reads.
    pub fn stranger(&self) -> Line {
        stranger(&self.bare)
    }

    /// The record of what regulators read, line by line.
    pub fn audited(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self._folder.path().join("audit").join("reads.jsonl")).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    pub fn transactions(&self) -> TransactionServiceClient<Line> {
        TransactionServiceClient::new(self.channel.clone())
    }

    /// A signed request of `sender`'s with a request id of its own.
    pub fn request(&self, sender: &str, action: Action) -> SubmitRequest {
        self.request_as(self.requests.fetch_add(1, Ordering::Relaxed), sender, action)
    }

    pub fn request_as(&self, number: u64, sender: &str, action: Action) -> SubmitRequest {
        signed(CHAIN, number, sender, action)
    }

    /// Submits, waits for the commit, and demands that it was applied.
    pub async fn apply(&self, sender: &str, action: Action) -> TransactionResult {
        let result = self.settle(sender, action).await;
        let receipt = result.receipt.as_ref().unwrap();
        assert!(
            matches!(receipt.outcome, Some(tally_proto::v1::common::receipt::Outcome::Applied(_))),
            "{receipt:?}"
        );
        result
    }

    /// Submits and waits for the commit.
    pub async fn settle(&self, sender: &str, action: Action) -> TransactionResult {
        let request = SubmitRequest { wait: WaitUntil::Committed.into(), ..self.request(sender, action) };
        let result = in_time(self.transactions().submit(request)).await.unwrap().into_inner().result.unwrap();
        assert_eq!(result.status(), TransactionStatus::Committed);
        result
    }

    /// A receivable of alpha's for beta, live at once.
    pub fn issue(&self, number: u32, minor: u64, days: i32) -> Action {
        Action::IssueReceivable(IssueReceivable {
            supplier: member("beta"),
            terms: Terms {
                face: cny(minor),
                due_date: self.today.plus_days(days),
                delivery_date: self.today,
                invoices: vec![Invoice {
                    number: text(&format!("INV {number}-{}", number * 7919)),
                    issue_date: self.today,
                    amount: cny(minor),
                    document_hash: Hash(
                        [u8::try_from(number % 251).unwrap(), u8::try_from(number / 251).unwrap()]
                            .repeat(16)
                            .try_into()
                            .unwrap(),
                    ),
                    format: InvoiceFormat::Csv,
                }],
                contract_reference: text("contract"),
                settlement_bank: member("bank-a"),
                tenor_justification: None,
                late_rate_ppm_per_day: None,
            },
            defences_waived: true,
            acknowledge_near_duplicates: true,
        })
    }

    /// A facility of `funder`'s for alpha at one rate for every tenor.
    pub fn open_facility(&self, funder: &str, limit: u64, rate_ppm: u32) -> Action {
        Action::OpenFacility(OpenFacility {
            anchors: vec![member("alpha")],
            offering: Offering {
                limit: cny(limit),
                limit_per_seller: None,
                tenor_days_min: 1,
                tenor_days_max: 365,
                curve: vec![CurvePoint { days: 90, rate: Rate::from_ppm(rate_ppm) }],
                day_count: DayCount::Act360,
                fee: Rate::from_ppm(0),
                fee_minimum: Amount::zero(currency()),
                recourse: tally_contracts::tranche::Recourse::None,
                method: SettlementMethod::Deposit,
                paying_bank: member(funder),
                valid_until: self.today.plus_days(300),
            },
        })
    }

    /// beta takes every receivable of alpha's without being asked again.
    pub async fn accept_always(&self) {
        let action =
            tally_contracts::member::SetStandingAcceptance { counterparty: member("alpha"), active: true };
        self.apply("beta", Action::SetStandingAcceptance(action)).await;
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        for task in [self.sequencer.take()].into_iter().flatten() {
            task.abort();
        }
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}

pub fn view(
    ledger: &Arc<Ledger>,
    pool: &TransactionPool,
    clock: Clock,
    audit: &std::path::Path,
) -> (watch::Sender<tally_consensus::Status>, Arc<NodeView>) {
    let (consensus, position) = watch::channel(tally_consensus::Status {
        height: tally_consensus::Height::new(1),
        round: tally_consensus::Round::new(0),
        proposer: None,
        own: None,
        is_voting: true,
        peers: 3,
    });
    let view = NodeView {
        ledger: Arc::clone(ledger),
        admission: Arc::new(Admission::start(Arc::clone(ledger), pool.clone())),
        pool: pool.clone(),
        clock,
        consensus: position,
        kind: NodeKind::Validator { key: validator_key(1) },
        heartbeat: Duration::from_secs(5),
        audit: Arc::new(AuditLog::open(audit).unwrap()),
        documents: Arc::new(DocumentStore::open(&audit.with_file_name("documents"), DOCUMENTS).unwrap()),
        document_peers: Vec::new(),
        relay: None,
        signer: secret(101).into(),
        document_trust: PeerTrust::default(),
        version: "test",
    };
    (consensus, Arc::new(view))
}

pub async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it happens in time")
}

async fn commit(ledger: &Arc<Ledger>, pool: &TransactionPool, clock: Clock) -> Arc<CommittedBlock> {
    let (ledger, pool) = (Arc::clone(ledger), pool.clone());
    let work = move || {
        let tip = ledger.tip();
        let waiting = pool.take(1 << 22, 10_000).into_iter().map(|pooled| pooled.verified);
        let chosen: Vec<_> =
            waiting.filter(|one| ledger.fits(&ledger.view(), &tip, one).unwrap().is_ok()).collect();
        let time = clock.now().max(Timestamp::from_ms(tip.time.ms() + 1));
        let executed = ledger.build(tip.height + 1, validator_key(1), time, chosen).unwrap();
        let committed =
            ledger.commit(&executed, certificate(executed.header(), &ledger.tip().validators)).unwrap();
        let ids: Vec<[u8; 32]> = committed.transactions.iter().map(|id| id.0).collect();
        pool.committed(&ids, tip.height + 1);
        committed
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// A request signed for `chain`.
pub fn signed(chain: &str, number: u64, sender: &str, action: Action) -> SubmitRequest {
    signed_until(chain, number, sender, action, 10_000)
}

pub fn signed_until(
    chain: &str,
    number: u64,
    sender: &str,
    action: Action,
    valid_until: u64,
) -> SubmitRequest {
    let mut request_id = [0; 16];
    request_id[..8].copy_from_slice(&number.to_be_bytes());
    let key = key_of(sender);
    let body = TransactionDraft {
        request_id,
        sender: member(sender),
        signers: vec![PublicKey(key.verifying_key().to_bytes())],
        valid_until: Height::new(valid_until),
        action,
    }
    .encode();
    let signatures = vec![sign_body(chain, &body, &key).to_vec()];
    SubmitRequest { body, signatures, wait: WaitUntil::Accepted.into(), timeout_ms: 20_000 }
}

pub fn key_of(slug: &str) -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&Hash::of(slug.as_bytes()).0)
}

pub fn member(slug: &str) -> MemberId {
    MemberId::new(slug).unwrap()
}

pub fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub fn currency() -> Currency {
    Currency::new("CNY").unwrap()
}

pub fn cny(minor: u64) -> Amount {
    Amount::new(minor, currency()).unwrap()
}

pub fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    Timestamp::from_ms(u64::try_from(since_epoch).unwrap())
}

pub fn secret(number: u8) -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[number; 32])
}

pub fn validator_key(number: u8) -> PublicKey {
    PublicKey(secret(number).verifying_key().to_bytes())
}

/// Every validator's precommit, in the encoding that `tally_proto::certificate` draws.
fn certificate(header: &BlockHeader, set: &ValidatorSet) -> Vec<u8> {
    let (height, id) = (header.height.number(), header.id());
    let known = |one: &Validator| (1..=9).find(|number| validator_key(*number) == one.consensus_key);
    // who came later only listens
    let signers: Vec<_> = set.validators.iter().filter_map(known).map(secret).collect();
    let mut bytes = vec![1];
    bytes.extend(height.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(id.0);
    bytes.extend(u32::try_from(signers.len()).unwrap().to_le_bytes());
    for key in signers {
        let public = key.verifying_key().to_bytes();
        let fields: [&[u8]; 8] = [
            b"tallystick/consensus/v1",
            CHAIN.as_bytes(),
            &[3],
            &height.to_be_bytes(),
            &0_u32.to_be_bytes(),
            &id.0,
            &public,
            &[],
        ];
        let mut message = Vec::new();
        for field in fields {
            message.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
            message.extend(field);
        }
        bytes.extend(public);
        bytes.extend(key.sign(&message).to_bytes());
    }
    bytes
}

fn plain(address: SocketAddr) -> Endpoint {
    Channel::from_shared(format!("http://{address}")).unwrap()
}

pub fn genesis(chain_start: Timestamp, others: &[(&str, &[Role])]) -> Genesis {
    let validator = |number| Validator {
        member: member("bank-a"),
        consensus_key: validator_key(number),
        peer_key: validator_key(number + 100),
        power: 1,
    };
    let mut validators = vec![validator(1), validator(2)];
    validators.sort_by_key(|one| one.consensus_key);
    let members = [
        ("alpha", &[Role::Anchor][..]),
        ("bank-a", &[Role::Bank, Role::Funder]),
        ("bank-b", &[Role::Bank, Role::Funder]),
        ("beta", &[Role::Supplier]),
        ("gamma", &[Role::Supplier]),
        ("crux", &[Role::Anchor, Role::Supplier]),
        ("duke", &[Role::Anchor, Role::Supplier]),
        ("recover", &[Role::CollectionAgent]),
        (REGULATOR, &[Role::Regulator]),
    ];
    Genesis {
        chain_id: text(CHAIN),
        clock: ChainClock { chain_start, real_start: chain_start, speed: 1 },
        policies: vec![Policy::rulebook()],
        members: members.iter().chain(others).map(|(slug, roles)| founder(slug, roles)).collect(),
        validators: ValidatorSet { validators, observers: Vec::new() },
    }
}

fn founder(slug: &str, roles: &[Role]) -> Member {
    let key = MemberKey {
        key: PublicKey(key_of(slug).verifying_key().to_bytes()),
        capacity: KeyCapacity::Both,
        valid_from: Height::GENESIS,
        revoked_from: None,
    };
    Member {
        id: member(slug),
        legal_name: text(slug),
        identifiers: vec![PartyIdentifier { scheme: text("LEI"), value: text(slug) }],
        roles: roles.iter().copied().collect(),
        status: MemberStatus::Active,
        keys: vec![key],
        sponsor: None,
    }
}
