//! The loop: ask, check, make durable; turn to another node where this one lies, stands still or is gone.
//!
//! Blocks are checked as they come and kept in memory until an answer reaches the node's newest block: there its counters
//! are proven, and only what a proof closes is written and served. A restart begins again where the last proof was.
use super::ReplicaError;
use super::check::{Checked, is_listed, signer};
use super::evidence::{Evidence, Said};
use super::lie::Lie;
use super::line::{Asker, Line, LineError};
use super::place::Place;
use super::records::{self, Failed, Found, Judged, Proven};
use super::wanted::{Wanted, is_bank};
use crate::ledger::{Advance, Ledger, LedgerError};
use crate::limits::{
    DISTRUST_TIME, FOLLOW_BLOCKS_MAX, FOLLOW_KEYS_MAX, FOLLOW_RETRY, FOLLOW_SILENCE_MAX, FOLLOW_STAGED_MAX,
    FOLLOW_UNJUDGED_MAX, FOLLOW_WAIT_MS,
};
use crate::tls::PeerTrust;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tally_contracts::policy::Policy;
use tally_contracts::state::{Key, Record, StateRead, StoredRecord};
use tally_contracts::types::{CounterKind, MemberId, PublicKey};
use tally_keys::KeyHandle;
use tally_proto::v1::follow::FollowRequest;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// What an operator says.
#[derive(Clone, Debug)]
pub struct Settings {
    pub member: MemberId,
    /// One of the member's keys on the ledger.
    pub key: KeyHandle,
    /// Addresses of full nodes' APIs, in the order in which they are asked.
    pub validators: Vec<String>,
    /// What is believed of them where they have TLS, and shown to them where they ask.
    pub trust: PeerTrust,
    /// Folder for what nodes were caught at.
    pub evidence: PathBuf,
}

/// See the module's description.
pub struct Following {
    ledger: Arc<Ledger>,
    nodes: Vec<Node>,
    current: usize,
    place: Place,
    /// Records that one node keeps back and of which nobody else could say anything: asked for again with the next blocks.
    unjudged: BTreeSet<Key>,
    evidence: Arc<Evidence>,
}

struct Node {
    line: Line,
    /// Until then it is asked only where nobody else is left.
    distrusted: Option<Instant>,
    /// When it last gave no second opinion.
    silent: Mutex<Option<Instant>>,
}

/// Blocks that hold, and of which it is not yet proven that nothing was left out.
struct Staged {
    place: Place,
    blocks: Vec<Checked>,
    said: Said,
}

/// Why a node is left.
enum Left {
    Unreachable(String),
    Lied(Box<(Lie, Said, Vec<u8>)>),
    Silent,
    /// This machine is broken.
    Broken(ReplicaError),
}

impl From<ReplicaError> for Left {
    fn from(error: ReplicaError) -> Self {
        Self::Broken(error)
    }
}

impl From<LedgerError> for Left {
    fn from(error: LedgerError) -> Self {
        Self::Broken(error.into())
    }
}

impl Following {
    /// Of the replica in `ledger`. MUST be called within a tokio runtime.
    pub fn new(ledger: Arc<Ledger>, settings: Settings) -> Result<Self, ReplicaError> {
        let place = Place::read(&ledger, settings.member)?;
        let asker =
            Asker { chain_id: ledger.chain_id().to_owned(), member: settings.member, key: settings.key };
        let line = |url: &String| Line::new(url, &settings.trust, asker.clone());
        let nodes: Vec<Node> = settings
            .validators
            .iter()
            .map(|url| Ok(Node { line: line(url)?, distrusted: None, silent: Mutex::default() }))
            .collect::<Result<_, LineError>>()?;
        if nodes.is_empty() {
            return Err(LineError::NoNode.into());
        }
        let evidence = Arc::new(Evidence::new(settings.evidence));
        Ok(Self { ledger, nodes, current: 0, place, unjudged: BTreeSet::new(), evidence })
    }

    /// The nodes that are asked.
    pub fn lines(&self) -> Vec<Line> {
        self.nodes.iter().map(|node| node.line.clone()).collect()
    }

    pub fn evidence(&self) -> Arc<Evidence> {
        Arc::clone(&self.evidence)
    }

    /// Follows until `stopped`; ends earlier only where this machine is broken.
    pub async fn run(mut self, mut stopped: watch::Receiver<bool>) -> Result<(), ReplicaError> {
        loop {
            let left = tokio::select! {
                // an error means that the sender is gone, which is a stop too
                _ = stopped.wait_for(|stop| *stop) => return Ok(()),
                left = self.follow() => left,
            };
            self.leave(left)?;
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => return Ok(()),
                () = sleep(FOLLOW_RETRY) => {}
            }
        }
    }

    /// Follows the current node for as long as it is honest, there, and moves on.
    async fn follow(&mut self) -> Left {
        let mut staged = self.nothing();
        let mut heard = Instant::now();
        loop {
            match self.advance(&mut staged).await {
                Ok(true) => heard = Instant::now(),
                Ok(false) if heard.elapsed() > FOLLOW_SILENCE_MAX => return Left::Silent,
                Ok(false) => {}
                Err(left) => return left,
            }
        }
    }

    fn nothing(&self) -> Staged {
        Staged { place: self.place.clone(), blocks: Vec::new(), said: Said::default() }
    }

    /// One question; whether it brought anything.
    async fn advance(&mut self, staged: &mut Staged) -> Result<bool, Left> {
        let line = self.line().clone();
        let request = FollowRequest {
            from_height: staged.place.height.saturating_add(1),
            blocks_max: u32::try_from(FOLLOW_BLOCKS_MAX).unwrap_or(u32::MAX),
            wait_ms: FOLLOW_WAIT_MS,
        };
        let response = line.follow(request).await.map_err(|status| Left::Unreachable(status.to_string()))?;
        let said =
            Said { answer: response.answer, peer_key: response.peer_key, signature: response.signature };
        let caught = |lie, said| Left::Lied(Box::new((lie, said, Vec::new())));
        let before = staged.blocks.len();
        let is_proven = match self.check(staged, &said) {
            Ok(is_proven) => is_proven,
            Err(lie) => return Err(caught(lie, said)),
        };
        let is_new = staged.blocks.len() > before;
        if is_proven && is_new {
            self.demand_listed(staged)?;
            self.close(staged).await?;
            *staged = self.nothing();
        } else if staged.blocks.len() > FOLLOW_STAGED_MAX {
            // it moves faster than it answers: another attempt begins nearer to its tip
            return Err(Left::Unreachable("its newest block is never reached".to_owned()));
        }
        Ok(is_new)
    }

    /// Whether the answer ends with proven counters.
    fn check(&self, staged: &mut Staged, said: &Said) -> Result<bool, Lie> {
        let chain_id = self.ledger.chain_id();
        signer(chain_id, said)?;
        let (blocks, is_proven) = staged.place.take(chain_id, &said.answer)?;
        staged.blocks.extend(blocks);
        staged.said.clone_from(said);
        Ok(is_proven)
    }

    /// Who is not listed may bring the chain, which proves itself; that nothing was left out must be signed by a listed node.
    fn demand_listed(&self, staged: &Staged) -> Result<(), Left> {
        let key = staged.said.peer_key.as_slice().try_into().map(PublicKey).ok();
        if key.is_some_and(|key| is_listed(&staged.place.validators, key)) {
            return Ok(());
        }
        Err(Left::Unreachable("the ledger does not list the key that signs its answers".to_owned()))
    }

    /// Fetches the records that the staged items are about, and makes everything durable.
    async fn close(&mut self, staged: &mut Staged) -> Result<(), Left> {
        let keys = self.wanted(staged)?;
        let (found, unjudged) = self.records(&staged.place, &keys).await?;
        let place = staged.place.clone();
        let advance = self.written(&place, std::mem::take(&mut staged.blocks), found);
        let (ledger, member) = (Arc::clone(&self.ledger), self.place.member);
        let written = tokio::task::spawn_blocking(move || ledger.advance(member.as_str(), advance)).await;
        written.map_err(ReplicaError::from)??;
        self.place = place;
        self.unjudged = unjudged;
        Ok(())
    }

    fn written(&self, place: &Place, blocks: Vec<Checked>, found: Found) -> Advance {
        let mut relations = Vec::new();
        let mut validators = Vec::new();
        let mut stored = Vec::with_capacity(blocks.len());
        for block in blocks {
            relations
                .extend(block.items.iter().filter_map(|item| item.told.receivable).map(|id| id.number()));
            if let Some(set) = block.validators {
                validators.push((block.header.height.number().saturating_add(1), set));
            }
            stored.push((block.header, block.certificate, block.bytes));
        }
        relations.sort_unstable();
        relations.dedup();
        let mut records: Vec<(Key, Option<StoredRecord>)> = found.into_iter().collect();
        records.extend(newest_policy(&records));
        let (tip, place) = (place.tip(), place.encode());
        Advance { tip, blocks: stored, validators, records, relations, place }
    }

    fn wanted(&self, staged: &Staged) -> Result<Vec<Key>, Left> {
        let view = self.ledger.view();
        let mut banks = Vec::new();
        let prefix = [Key::Member(self.place.member).type_byte()];
        let rows = view.records_from(&prefix, &prefix, MEMBERS_MAX).map_err(LedgerError::from)?;
        for (row, stored) in rows {
            let key = Key::decode(&row);
            if let Some(Record::Member(one)) = key.and_then(|key| Record::decode(&key, &stored.bytes))
                && is_bank(&one.roles)
            {
                banks.push(one.id);
            }
        }
        let row = Key::Counter(CounterKind::Policy).encode();
        let counter = StateRead::record(&view, &row).map_err(LedgerError::from)?;
        let policy: u64 = counter.and_then(|stored| borsh::from_slice(&stored.bytes).ok()).unwrap_or(0);
        let next = u32::try_from(policy).unwrap_or(u32::MAX).saturating_add(1);
        let mut wanted = Wanted::new(self.place.member, banks, next);
        staged.blocks.iter().flat_map(|block| &block.items).for_each(|item| wanted.add(item));
        wanted.keys.extend(&self.unjudged);
        Ok(wanted.keys.into_iter().collect())
    }

    /// The records under `keys` as the member may see them; those that it may not are not among them, or `None` where
    /// the replica had them. With them those of which only one node's denial is known.
    async fn records(&self, place: &Place, keys: &[Key]) -> Result<(Found, BTreeSet<Key>), Left> {
        let (mut found, mut unjudged) = (Found::new(), BTreeSet::new());
        for some in keys.chunks(FOLLOW_KEYS_MAX) {
            let proven = records::ask(self.line(), self.ledger.chain_id(), place, some).await;
            let mut proven = proven.map_err(left)?;
            found.append(&mut proven.found);
            if proven.withheld.is_empty() {
                continue;
            }
            let withheld = proven.withheld.clone();
            match self.second_opinion(place, &proven).await? {
                Some(mut more) => found.append(&mut more),
                None => unjudged.extend(&withheld),
            }
            let gone = withheld.into_iter().filter(|key| !found.contains_key(key) && self.had(key));
            found.extend(gone.map(|key| (key, None)).collect::<Vec<_>>());
        }
        Ok((found, bounded(unjudged)))
    }

    /// What others prove of records that the current node keeps back; `None` where there are others and none of them answers.
    async fn second_opinion(&self, place: &Place, denied: &Proven) -> Result<Option<Found>, Left> {
        for other in self.others() {
            let pair = (self.line(), &other.line);
            match records::judge(pair, self.ledger.chain_id(), place, denied.clone()).await {
                Ok(Judged::Denied) => return Ok(Some(Found::new())),
                Ok(Judged::Found(more)) => return Ok(Some(more)),
                Ok(Judged::Withheld { lie, said, other }) => {
                    return Err(Left::Lied(Box::new((lie, said, other))));
                }
                // the next one is asked; this one is judged when it is its turn
                Err(_) => other.fall_silent(),
            }
        }
        Ok((self.nodes.len() == 1).then(Found::new))
    }

    fn had(&self, key: &Key) -> bool {
        self.ledger.view().record(&key.encode()).is_ok_and(|found| found.is_some())
    }

    fn line(&self) -> &Line {
        &self.nodes[self.current].line
    }

    /// Everybody else to ask whom nobody caught at anything; who did not answer comes last.
    fn others(&self) -> Vec<&Node> {
        let count = self.nodes.len();
        let later = (1..count).map(|step| &self.nodes[(self.current + step) % count]);
        let mut others: Vec<&Node> = later.filter(|node| !node.is_distrusted()).collect();
        others.sort_by_key(|node| node.silent_since());
        others
    }

    /// Says why, and turns to the next node that is trusted; to the next one where none is.
    fn leave(&mut self, left: Left) -> Result<(), ReplicaError> {
        let node = self.line().url().to_owned();
        match left {
            Left::Broken(error) => return Err(error),
            Left::Unreachable(reason) => {
                tracing::warn!(node, reason, "a node does not answer");
                if let Err(error) = self.line().redial() {
                    tracing::warn!(node, %error, "it is dialled as before");
                }
            }
            Left::Silent => tracing::warn!(node, "a node has no new blocks"),
            Left::Lied(caught) => {
                let (lie, said, other) = *caught;
                self.evidence.report(&node, self.place.height, &lie, (&said, &other));
                self.nodes[self.current].distrusted = Some(Instant::now() + DISTRUST_TIME);
            }
        }
        let count = self.nodes.len();
        let next = (1..=count).map(|step| (self.current + step) % count);
        let trusted = next.into_iter().find(|index| !self.nodes[*index].is_distrusted());
        self.current = trusted.unwrap_or((self.current + 1) % count);
        Ok(())
    }
}

fn bounded(keys: BTreeSet<Key>) -> BTreeSet<Key> {
    keys.into_iter().take(FOLLOW_UNJUDGED_MAX).collect()
}

impl Node {
    fn silent_since(&self) -> Option<Instant> {
        *self.silent.lock().expect("nothing panics while it holds a time")
    }

    fn fall_silent(&self) {
        *self.silent.lock().expect("nothing panics while it holds a time") = Some(Instant::now());
    }

    fn is_distrusted(&self) -> bool {
        self.distrusted.is_some_and(|until| until > Instant::now())
    }
}

/// More than a consortium has.
const MEMBERS_MAX: usize = 100_000;

fn left(failed: Failed) -> Left {
    match failed {
        Failed::Unreachable(status) => Left::Unreachable(status.to_string()),
        Failed::Elsewhere => Left::Unreachable("it is at another block than it was".to_owned()),
        Failed::Lied(caught) => {
            let (lie, said) = *caught;
            Left::Lied(Box::new((lie, said, Vec::new())))
        }
    }
}

/// How many policies there are follows from the newest one that was proven.
fn newest_policy(records: &[(Key, Option<StoredRecord>)]) -> Option<(Key, Option<StoredRecord>)> {
    let versions = records.iter().filter_map(|(key, stored)| match (key, stored) {
        (Key::Policy(version), Some(stored)) => {
            let is_policy = borsh::from_slice::<Policy>(&stored.bytes).is_ok();
            is_policy.then_some(u64::from(*version))
        }
        #[allow(clippy::wildcard_enum_match_arm, reason = "only policies are looked for")]
        _ => None,
    });
    let bytes = borsh::to_vec(&versions.max()?).expect("a Vec takes every write");
    let stored = StoredRecord { salt: [0; 16], bytes };
    Some((Key::Counter(CounterKind::Policy), Some(stored)))
}
