//! A small honest application and a network of nodes in one process on free loopback ports.
#![allow(dead_code, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use borsh::{BorshDeserialize, BorshSerialize};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use tally_consensus::{
    Application, ApplicationFault, BlockId, DecidedBlock, Handle, Height, Misbehavior, Peer, Proposal, Role,
    Round, SecretKey, Settings, StartError, Validator, ValidatorKey, ValidatorSet, Verdict, start,
};
use tokio::sync::{Notify, watch};

pub const CHAIN: &str = "test-chain";
/// Far more than anything here takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

#[derive(BorshSerialize, BorshDeserialize)]
struct Block {
    height: Height,
    round: Round,
    parent: BlockId,
    proposer: ValidatorKey,
    payload: Vec<u8>,
}

#[derive(Default)]
struct Store {
    decided: BTreeMap<Height, DecidedBlock>,
    undecided: Vec<(Proposal, Verdict)>,
}

/// When a toy lets the next height start.
#[derive(Clone)]
pub enum Pace {
    AtOnce,
    OnNotice(Arc<Notify>),
}

/// Keeps blocks in memory, which stands for its disk: it survives the restart of its node.
pub struct Toy {
    key: Option<ValidatorKey>,
    validators: ValidatorSet,
    /// From this height on, these are the validators.
    later: Option<(Height, ValidatorSet)>,
    payload_bytes: usize,
    pace: Pace,
    store: Mutex<Store>,
    tip: watch::Sender<Height>,
    pub is_broken: Mutex<bool>,
}

impl Toy {
    fn decided_id(&self, height: Height) -> Option<BlockId> {
        self.store.lock().unwrap().decided.get(&height).map(|block| block.id)
    }

    pub fn ids(&self) -> BTreeMap<Height, BlockId> {
        self.store.lock().unwrap().decided.iter().map(|(height, block)| (*height, block.id)).collect()
    }

    pub fn block(&self, height: Height) -> Option<DecidedBlock> {
        self.store.lock().unwrap().decided.get(&height).cloned()
    }

    pub fn height(&self) -> u64 {
        self.tip.borrow().as_u64()
    }

    pub async fn reach(&self, height: u64) {
        let mut tip = self.tip.subscribe();
        let reached = tip.wait_for(|tip| tip.as_u64() >= height);
        if tokio::time::timeout(PATIENCE, reached).await.is_err() {
            panic!("at height {}, expected {height}", self.height());
        }
    }

    /// Lets the next height start, at this node.
    pub fn notice(&self) {
        match &self.pace {
            Pace::AtOnce => {}
            Pace::OnNotice(notice) => notice.notify_one(),
        }
    }

    fn parent(&self, height: Height) -> BlockId {
        let before = Height::new(height.as_u64() - 1);
        self.decided_id(before).unwrap_or(BlockId::new([0; 32]))
    }

    fn judge(&self, proposal: &Proposal) -> Verdict {
        let is_good = Block::try_from_slice(&proposal.bytes).is_ok_and(|block| {
            block.height == proposal.height && block.parent == self.parent(proposal.height)
        });
        let verdict = if is_good { Verdict::Valid } else { Verdict::Invalid };
        self.keep(proposal.clone(), verdict);
        verdict
    }

    fn keep(&self, proposal: Proposal, verdict: Verdict) {
        let undecided = &mut self.store.lock().unwrap().undecided;
        if !undecided.iter().any(|(known, _)| *known == proposal) {
            undecided.push((proposal, verdict));
        }
    }
}

fn id_of(bytes: &[u8]) -> BlockId {
    BlockId::new(Sha256::digest(bytes).into())
}

#[async_trait]
impl Application for Toy {
    fn tip(&self) -> Option<Height> {
        Some(*self.tip.borrow()).filter(|tip| *tip != Height::GENESIS)
    }

    fn validator_set(&self, height: Height) -> Option<ValidatorSet> {
        let later = self.later.as_ref().filter(|(from, _)| height >= *from).map(|(_, later)| later);
        (height <= self.tip.borrow().next()).then(|| later.unwrap_or(&self.validators).clone())
    }

    fn identify(&self, bytes: &[u8]) -> Option<BlockId> {
        Some(id_of(bytes))
    }

    async fn build(&self, height: Height, round: Round) -> Result<Proposal, ApplicationFault> {
        if *self.is_broken.lock().unwrap() {
            return Err(ApplicationFault::new("out of paper"));
        }
        let proposer = self.key.expect("an observer is never asked");
        let stored = self.undecided(height, round).into_iter().find(|(known, _)| known.proposer == proposer);
        if let Some((known, _)) = stored {
            return Ok(known);
        }
        let payload = vec![height.as_u64() as u8; self.payload_bytes];
        let block = Block { height, round, parent: self.parent(height), proposer, payload };
        let bytes: Bytes = borsh::to_vec(&block).unwrap().into();
        let id = id_of(&bytes);
        let proposal = Proposal { height, round, valid_round: None, proposer, id, bytes };
        self.keep(proposal.clone(), Verdict::Valid);
        Ok(proposal)
    }

    async fn validate(&self, proposal: Proposal) -> Result<Verdict, ApplicationFault> {
        Ok(self.judge(&proposal))
    }

    fn undecided(&self, height: Height, round: Round) -> Vec<(Proposal, Verdict)> {
        let store = self.store.lock().unwrap();
        let here = store.undecided.iter().filter(|(known, _)| (known.height, known.round) == (height, round));
        here.cloned().collect()
    }

    fn undecided_by_id(&self, height: Height, id: BlockId) -> Option<Proposal> {
        let store = self.store.lock().unwrap();
        let mut here = store.undecided.iter().map(|(known, _)| known);
        here.find(|known| (known.height, known.id) == (height, id)).cloned()
    }

    async fn decided(
        &self,
        height: Height,
        _: Round,
        id: BlockId,
        certificate: Vec<u8>,
    ) -> Result<(), ApplicationFault> {
        let proposal = self.undecided_by_id(height, id).expect("what is decided was judged before");
        let block = DecidedBlock { height, id, bytes: proposal.bytes, certificate };
        self.store.lock().unwrap().decided.insert(height, block);
        self.tip.send_replace(height);
        Ok(())
    }

    async fn finalized(&self, height: Height, misbehavior: Vec<Misbehavior>) {
        assert_eq!(misbehavior, [], "everybody is honest");
        self.store.lock().unwrap().undecided.retain(|(known, _)| known.height > height);
        match &self.pace {
            Pace::AtOnce => {}
            Pace::OnNotice(notice) => notice.notified().await,
        }
    }

    fn history_min(&self) -> Height {
        Height::FIRST
    }

    async fn decided_block(&self, height: Height) -> Option<DecidedBlock> {
        self.block(height)
    }

    async fn process_synced(&self, proposal: Proposal) -> Result<Verdict, ApplicationFault> {
        Ok(self.judge(&proposal))
    }
}

/// One node: its settings, its application, and its engine while it runs.
pub struct Node {
    pub settings: Settings,
    pub toy: Arc<Toy>,
    pub handle: Option<Handle>,
}

impl Node {
    pub async fn start(&mut self) -> Result<(), StartError> {
        self.handle = Some(start(self.settings.clone(), self.toy.clone()).await?);
        Ok(())
    }

    pub async fn stop(&mut self) {
        let reason = self.handle.take().expect("runs").shutdown().await;
        assert!(matches!(reason, tally_consensus::EndReason::Shutdown), "{reason}");
    }

    pub fn handle(&self) -> &Handle {
        self.handle.as_ref().expect("runs")
    }
}

/// Nodes that know each other; the first `validators` of them vote.
pub struct Network {
    pub nodes: Vec<Node>,
    pub validators: ValidatorSet,
    pub folder: tempfile::TempDir,
}

/// What a network is like.
pub struct Plan {
    pub validators: u8,
    pub observers: u8,
    /// The last validator joins the others only at this height.
    pub last_joins_at: Option<u64>,
    pub payload_bytes: usize,
    pub change: fn(&mut Settings),
    pub pace: fn() -> Pace,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            validators: 4,
            observers: 0,
            last_joins_at: None,
            payload_bytes: 10,
            change: |_| {},
            pace: || Pace::AtOnce,
        }
    }
}

/// On an address of its own, so that no outgoing connection of another test takes the port meanwhile.
pub fn free_port() -> SocketAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed) + std::process::id() * 256;
    let [_, b, c, d] = next.to_be_bytes();
    let ip = Ipv4Addr::new(127, 1 + b % 32, c, 1 + d % 254);
    TcpListener::bind((ip, 0)).unwrap().local_addr().unwrap()
}

pub fn consensus_key(index: u8) -> SecretKey {
    SecretKey::new([index + 1; 32])
}

pub fn peer_key(index: u8) -> SecretKey {
    SecretKey::new([index + 101; 32])
}

impl Network {
    /// Prepares the nodes; none of them runs yet.
    pub fn new(plan: &Plan) -> Self {
        log_if_asked();
        let folder = tempfile::tempdir().unwrap();
        let count = plan.validators + plan.observers;
        let peers: Vec<Peer> = (0..count)
            .map(|index| Peer { key: peer_key(index).peer_key(), address: free_port().to_string() })
            .collect();
        let all = members(plan.validators);
        let (validators, later) = match plan.last_joins_at {
            None => (all, None),
            Some(height) => (members(plan.validators - 1), Some((Height::new(height), all))),
        };
        let nodes = (0..count).map(|index| {
            let votes = index < plan.validators;
            let role = match votes {
                true => Role::Validator { consensus_key: consensus_key(index).into() },
                false => Role::Observer,
            };
            let listen = peers[usize::from(index)].address.parse().unwrap();
            let home: PathBuf = folder.path().join(index.to_string());
            let mut settings = Settings::new(CHAIN, home, role, peer_key(index), listen);
            settings.peers = peers.clone();
            settings.moniker = format!("node-{index}");
            (plan.change)(&mut settings);
            let key = votes.then(|| consensus_key(index).validator_key());
            Node { settings, toy: toy(key, &validators, &later, plan), handle: None }
        });
        Self { nodes: nodes.collect(), validators, folder }
    }

    /// Prepares and starts the nodes.
    pub async fn started(plan: &Plan) -> Self {
        let mut network = Self::new(plan);
        for node in &mut network.nodes {
            node.start().await.unwrap();
        }
        network
    }

    pub async fn all_reach(&self, height: u64) {
        for node in &self.nodes {
            node.toy.reach(height).await;
        }
    }

    pub fn assert_equal_ids(&self) {
        let longest = self.nodes.iter().map(|node| node.toy.ids()).max_by_key(BTreeMap::len).unwrap();
        for node in &self.nodes {
            for (height, id) in node.toy.ids() {
                assert_eq!(longest[&height], id, "height {height}");
            }
        }
    }

    pub async fn stop(mut self) {
        for node in self.nodes.iter_mut().filter(|node| node.handle.is_some()) {
            node.stop().await;
        }
    }
}

fn members(count: u8) -> ValidatorSet {
    let members =
        (0..count).map(|index| Validator { public_key: consensus_key(index).validator_key(), power: 1 });
    ValidatorSet::new(members.collect()).unwrap()
}

fn toy(
    key: Option<ValidatorKey>,
    validators: &ValidatorSet,
    later: &Option<(Height, ValidatorSet)>,
    plan: &Plan,
) -> Arc<Toy> {
    Arc::new(Toy {
        key,
        validators: validators.clone(),
        later: later.clone(),
        payload_bytes: plan.payload_bytes,
        pace: (plan.pace)(),
        store: Mutex::default(),
        tip: watch::Sender::new(Height::GENESIS),
        is_broken: Mutex::new(false),
    })
}

fn log_if_asked() {
    let filter = std::env::var("TEST_LOG").unwrap_or_else(|_| "off".to_owned());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_test_writer().try_init();
}
