//! Networks for tests: real processes in a folder of their own, one network at a time on this machine.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod desk;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use tally_client::sdk::{Client, ClientError, Outcome, RequestId, TransactionKey, Verdict, Wait};
use tally_contracts::Action;
use tally_contracts::governance::{Change, SubmitProposal, VoteProposal};
use tally_contracts::money::CreditDeposit;
use tally_contracts::types::{Amount, BusinessDate, Currency, MemberId, ProposalId, Text};
use tally_proto::SignedTransaction;
use tally_proto::v1::common::EventKind;
use tally_proto::v1::money::ListDepositsRequest;
use tally_testnet::demo::{Actor, cast, own_folder};
use tally_testnet::network::{ClockPlan, Network, Plan, TlsPlan};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep};

pub const CHAIN: &str = "tally-faults";

/// Two cores carry one network; tests of one binary take turns.
static TURN: Mutex<()> = Mutex::const_new(());

/// For who makes a network in another way.
pub async fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().await
}

/// A network that runs, and the folder that it leaves behind when it is dropped.
pub struct Rig {
    pub network: Network,
    folder: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// What was sent, and whether somebody said that it is committed.
pub struct Sent {
    pub signed: SignedTransaction,
    pub acknowledged: bool,
}

impl Rig {
    /// A network of that many nodes on disk, with the demo's members, validators first; nothing runs yet.
    pub async fn at_rest(nodes: usize) -> Self {
        Self::planned(nodes, |_| {}).await
    }

    /// The same by a plan that differs.
    pub async fn planned(nodes: usize, change: impl FnOnce(&mut Plan)) -> Self {
        let turn = TURN.lock().await;
        let folder = tempfile::tempdir().unwrap();
        let mut plan = plan(nodes, &folder.path().join("run"));
        change(&mut plan);
        Self { network: Network::create(plan).unwrap(), folder, _turn: turn }
    }

    /// What `tallyd` says about a node of this network.
    pub fn tallyd(&self, index: usize, command: &str, more: &[&str]) -> Output {
        let config = self.network.node(index).unwrap().files.config();
        let mut tallyd = Command::new(self.network.binary("tallyd"));
        tallyd.arg(command).arg("--config").arg(config).args(more).output().unwrap()
    }

    /// What a node tells its operator.
    pub fn operator(&self, index: usize) -> Value {
        serde_json::from_slice(&self.tallyd(index, "status", &["--json"]).stdout).unwrap_or_default()
    }

    /// What a node tells its operator of another one, by the member that runs it.
    pub fn seen_from(&self, index: usize, member: &str) -> Value {
        let nodes = self.operator(index)["nodes"].take();
        let nodes = nodes.as_array().cloned().unwrap_or_default();
        nodes.into_iter().find(|node| node["name"] == member).unwrap_or_default()
    }

    /// A change that three of the four banks vote for.
    pub async fn decide(&self, change: Change) {
        let submit = SubmitProposal { change, reason: Text::new("decided").unwrap(), open_days: 1 };
        let submitted = self.actor(cast::EAST).act(Action::SubmitProposal(submit)).await.unwrap();
        let note = submitted.event(EventKind::ProposalSubmitted).unwrap().note.clone();
        let number: u64 = note.split(':').next().unwrap().trim_start_matches('G').parse().unwrap();
        for bank in [cast::WEST, cast::NORTH] {
            let proposal = ProposalId::new(number);
            let vote = VoteProposal { proposal, in_favour: true };
            self.actor(bank).act(Action::VoteProposal(vote)).await.unwrap();
        }
    }

    /// The same, started and ready.
    pub async fn started(validators: usize) -> Self {
        let mut rig = Self::at_rest(validators).await;
        rig.start().await;
        rig
    }

    pub async fn start(&mut self) {
        self.network.start().unwrap();
        self.network.wait_ready(|_, _| {}).await.unwrap();
    }

    /// Beside the network's folder, for whatever a test needs.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn actor(&self, name: &str) -> Actor {
        Actor::new(&self.network, cast::id(name)).unwrap()
    }

    /// One node's client, which gives up soon.
    pub fn client(&self, index: usize) -> Client {
        self.network.node(index).unwrap().client().unwrap().with_timeout(Duration::from_secs(5))
    }

    pub fn log_of(&self, index: usize) -> String {
        std::fs::read_to_string(self.network.node(index).unwrap().files.log()).unwrap_or_default()
    }

    pub async fn height(&self, index: usize) -> u64 {
        self.network.height(index).await.unwrap_or(0)
    }

    /// What `bank` owes `owner`, in fen, as node `index` says.
    pub async fn balance(&self, index: usize, bank: &str, owner: &str) -> u128 {
        let request =
            ListDepositsRequest { owner: owner.to_owned(), bank: bank.to_owned(), ..Default::default() };
        let deposits = self.client(index).deposits(request, 0).await.unwrap();
        deposits.iter().map(|deposit| deposit.balance_minor_units.parse::<u128>().unwrap()).sum()
    }
}

pub fn plan(validators: usize, folder: &Path) -> Plan {
    let mut members = cast::members().unwrap();
    let mut left = validators;
    for member in &mut members {
        let runs = member.node.is_some() && left > 0;
        left -= usize::from(runs);
        member.node = member.node.filter(|_| runs);
    }
    Plan {
        chain_id: CHAIN.to_owned(),
        members,
        clock: ClockPlan { first_day: BusinessDate::from_ymd(2026, 2, 9).unwrap(), speed: 1 },
        folder: folder.to_path_buf(),
        heartbeat_ms: 500,
        is_distant: false,
        tls: TlsPlan::Off,
        request_timeout_ms: 30_000,
        member_transactions_per_second: None,
        log_filter: None,
        binaries: own_folder(),
    }
}

/// A bank credits `owner` with one fen; each reference settles once.
pub fn credit(owner: &str, reference: &str) -> Action {
    Action::CreditDeposit(CreditDeposit {
        owner: cast::id(owner),
        amount: Amount::new(1, Currency::new("CNY").unwrap()).unwrap(),
        bank_reference: Text::new(reference).unwrap(),
    })
}

pub fn request_id(signed: &SignedTransaction) -> RequestId {
    signed.unverified().request_id
}

/// Looks a request up, as `tally tx get` does.
pub async fn get(client: &Client, sender: MemberId, request_id: RequestId) -> Result<Outcome, ClientError> {
    client.transaction(TransactionKey::Request { sender, request_id }).await
}

pub fn is_applied(outcome: &Outcome) -> bool {
    matches!(outcome.verdict, Verdict::Applied { .. })
}

/// Sends one credit after the other until told to stop; remembers each and what was said about it.
pub async fn load(actor: Actor, name: &str, mut stop: tokio::sync::watch::Receiver<bool>) -> Vec<Sent> {
    let mut sent = Vec::new();
    let mut number = 0;
    while !*stop.borrow_and_update() {
        number += 1;
        let Ok(signed) = actor.sign(credit(cast::TIER_1, &format!("{name}-{number}"))).await else {
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let submitted = tokio::select! {
            submitted = actor.client().submit(&signed, Wait::Committed) => submitted.ok(),
            _ = stop.changed() => None,
        };
        let acknowledged = submitted.as_ref().is_some_and(is_applied);
        sent.push(Sent { signed, acknowledged });
    }
    sent
}

/// Waits until `condition` holds, at most `seconds`.
pub async fn eventually<F: Future<Output = bool>>(
    what: &str,
    seconds: u64,
    mut condition: impl FnMut() -> F,
) {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    while !condition().await {
        assert!(Instant::now() < deadline, "{what} did not happen within {seconds} s");
        sleep(Duration::from_millis(100)).await;
    }
}
