//! Honest members: they hand transactions in at an even rate, whoever else does what, and note how long each took.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tally_client::bench::Latencies;
use tally_client::sdk::{Client, Verdict, Wait, random_request_id, valid_until};
use tally_contracts::Action;
use tally_contracts::money::CreditDeposit;
use tally_contracts::types::{Amount, Currency, Height, MemberId, Text};
use tally_keys::SigningKey;
use tally_proto::{TransactionDraft, signing, transaction};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::HostileError;
use crate::network::{Network, NetworkError};

/// How long a transaction may take before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long transactions are signed for the same last height.
const REFRESH: Duration = Duration::from_secs(2);

/// A member that signs, and a client of each node.
#[derive(Clone)]
pub struct Honest {
    member: MemberId,
    owner: MemberId,
    key: SigningKey,
    chain_id: String,
    nodes: Vec<Client>,
}

/// What became of what was handed in.
#[derive(Debug, Default)]
pub struct Served {
    /// From when it was to be handed in until the answer "committed".
    pub latencies: Latencies,
    /// Refused, or not answered in time.
    pub failed: u64,
    /// What the last of those was told.
    pub failure: Option<String>,
}

impl Honest {
    /// A bank of the network, which credits `owner`.
    pub fn new(network: &Network, member: MemberId, owner: MemberId) -> Result<Self, NetworkError> {
        let client = network.client_of(member)?.with_timeout(PATIENCE);
        Ok(Self {
            member,
            owner,
            key: network.key_of(member)?,
            chain_id: network.plan().chain_id.clone(),
            nodes: client.each().map(|(_, node)| node).collect(),
        })
    }

    /// Hands in `per_second`, to one node after the other, until `stop` says so; waits for the last answers.
    pub async fn act(self, per_second: u64, mut stop: watch::Receiver<bool>) -> Result<Served, HostileError> {
        let served = Arc::new(Mutex::new(Served::default()));
        let honest = Arc::new(self);
        let mut ticks = interval(Duration::from_secs(1) / u32::try_from(per_second.max(1)).unwrap_or(1));
        // what is late is handed in late, and its latency counts from when it was due
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut handed_in = JoinSet::new();
        let (heights, known) = watch::channel(honest.last_height().await?);
        let refresh = tokio::spawn(refresh(Arc::clone(&honest), heights));
        let mut nodes = (0..honest.nodes.len()).cycle();
        loop {
            let due = tokio::select! {
                due = ticks.tick() => due,
                // an error means that nobody waits any more
                _ = stop.wait_for(|stop| *stop) => break,
            };
            while handed_in.try_join_next().is_some() {}
            let (honest, served, last) = (Arc::clone(&honest), Arc::clone(&served), *known.borrow());
            let node = nodes.next().unwrap_or_default();
            handed_in.spawn(async move {
                let told = honest.hand_in(node, last).await;
                let mut served = served.lock().expect("nothing panics while it holds the latencies");
                match told {
                    Ok(()) => served.latencies.record(due.elapsed()),
                    Err(failure) => {
                        served.failed = served.failed.saturating_add(1);
                        served.failure = Some(failure);
                    }
                }
            });
        }
        refresh.abort();
        while handed_in.join_next().await.is_some() {}
        let served =
            std::mem::take(&mut *served.lock().expect("nothing panics while it holds the latencies"));
        Ok(served)
    }

    async fn last_height(&self) -> Result<Height, HostileError> {
        let first = self.nodes.first().ok_or(HostileError::NoNode)?;
        Ok(valid_until(first, &self.chain_id).await?)
    }

    async fn hand_in(&self, node: usize, last: Height) -> Result<(), String> {
        let signed = self.sign(last).map_err(|error| error.to_string())?;
        let node = self.nodes.get(node).ok_or("no such node")?;
        let outcome = node.submit(&signed, Wait::Committed).await.map_err(|error| error.to_string())?;
        match outcome.verdict {
            Verdict::Applied { .. } => Ok(()),
            Verdict::Refused { .. }
            | Verdict::Pending { .. }
            | Verdict::Expired { .. }
            | Verdict::NotSeen { .. }
            | Verdict::Unknown { .. } => Err(format!("{:?}", outcome.verdict)),
        }
    }

    fn sign(&self, last: Height) -> Result<tally_proto::SignedTransaction, HostileError> {
        let request_id = random_request_id()?;
        let draft = TransactionDraft {
            request_id,
            sender: self.member,
            signers: vec![signing::public_key(&self.key)],
            valid_until: last,
            action: credit(self.owner, &hex::encode(request_id))?,
        };
        Ok(transaction::sign(draft.encode(), &self.chain_id, std::slice::from_ref(&self.key))?)
    }
}

/// Keeps the last height for which transactions are signed ahead of the chain.
async fn refresh(honest: Arc<Honest>, heights: watch::Sender<Height>) {
    loop {
        tokio::time::sleep(REFRESH).await;
        for node in &honest.nodes {
            if let Ok(height) = valid_until(node, &honest.chain_id).await {
                heights.send_replace(height);
                break;
            }
        }
    }
}

/// A bank credits `owner` with one fen; each reference settles once.
pub fn credit(owner: MemberId, reference: &str) -> Result<Action, HostileError> {
    let text = |_| HostileError::Text { text: reference.to_owned() };
    let currency = Currency::new("CNY").map_err(|_| HostileError::Text { text: "CNY".to_owned() })?;
    Ok(Action::CreditDeposit(CreditDeposit {
        owner,
        amount: Amount::new(1, currency).map_err(|_| HostileError::Text { text: "0.01".to_owned() })?,
        bank_reference: Text::new(reference).map_err(text)?,
    }))
}

/// How newcomers fare: each opens a connection of its own and asks how the node is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Newcomers {
    pub served: u64,
    pub turned_away: u64,
}

/// One newcomer a second, at one node after the other, until `stop` says so.
pub async fn newcomers(
    network: &Network,
    member: MemberId,
    mut stop: watch::Receiver<bool>,
) -> Result<Newcomers, HostileError> {
    let mut found = Newcomers::default();
    let mut ticks = interval(Duration::from_secs(1));
    for node in (0..network.nodes().len()).cycle() {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return Ok(found),
        }
        // a client of its own, so that no connection is shared
        let begun = Instant::now();
        let client = network.client_of(member)?.with_timeout(PATIENCE);
        let Some((_, client)) = client.each().nth(node) else { continue };
        let asked = tokio::time::timeout(PATIENCE, client.status()).await;
        match asked {
            Ok(Ok(_)) if begun.elapsed() < PATIENCE => found.served = found.served.saturating_add(1),
            Ok(_) | Err(_) => found.turned_away = found.turned_away.saturating_add(1),
        }
    }
    Ok(found)
}
