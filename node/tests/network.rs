//! Four validators in one process: real engines, real sockets, real databases, real signatures.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]
mod ports;

use bytes::Bytes;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tally_consensus::{
    Application, Handle, Height as ConsensusHeight, Peer as ConsensusPeer, PeerKey, Proposal,
    Role as ConsensusRole, Round, SecretKey, Settings, Verdict,
};
use tally_contracts::genesis::{ChainClock, Observer, Validator, ValidatorSet};
use tally_contracts::member::{KeyCapacity, Member, MemberKey, MemberStatus, PartyIdentifier, Role};
use tally_contracts::money::CreditDeposit;
use tally_contracts::policy::Policy;
use tally_contracts::types::{Amount, Currency, Height, MemberId, PublicKey, Text, Timestamp};
use tally_contracts::{Action, Genesis};
use tally_node::admission::{Admission, AdmissionError, Admitted, PeerAdmission, TransactionPool};
use tally_node::chain::{Chain, Clock, Pace, Supply};
use tally_node::ledger::Ledger;
use tally_node::limits::NAMED_TRANSACTION_AGE;
use tally_node::mempool::gossip::{About, Gossip, GossipConfig, Peer as GossipPeer, identity};
use tally_node::mempool::{Mempool, PoolLimits};
use tally_node::storage::{Database, Identity};
use tally_proto::convert::TransactionDraft;
use tally_proto::transaction::{SignedTransaction, sign, verify_batch};

const VALIDATORS: u8 = 4;
const PATIENCE: Duration = Duration::from_secs(30);

fn secret(kind: u8, number: u8) -> SecretKey {
    SecretKey::new([kind ^ number.wrapping_mul(17); 32])
}

fn member_key() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[9; 32])
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn bank() -> MemberId {
    MemberId::new("bank-a").unwrap()
}

fn genesis() -> Genesis {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let now = Timestamp::from_ms(u64::try_from(now).unwrap());
    let validator = |number: u8| Validator {
        member: bank(),
        consensus_key: PublicKey(*secret(64, number).validator_key().as_bytes()),
        peer_key: PublicKey(*secret(128, number).peer_key().as_bytes()),
        power: 1,
    };
    let mut validators: Vec<Validator> = (0..VALIDATORS).map(validator).collect();
    validators.sort_by_key(|validator| validator.consensus_key);
    let key = MemberKey {
        key: PublicKey(member_key().verifying_key().to_bytes()),
        capacity: KeyCapacity::Both,
        valid_from: Height::GENESIS,
        revoked_from: None,
    };
    let member = Member {
        id: bank(),
        legal_name: text("Bank A"),
        identifiers: vec![PartyIdentifier { scheme: text("LEI"), value: text("A") }],
        roles: [Role::Bank, Role::Funder].into(),
        status: MemberStatus::Active,
        keys: vec![key],
        sponsor: None,
    };
    let observers = vec![Observer {
        member: bank(),
        peer_key: PublicKey(*secret(128, VALIDATORS).peer_key().as_bytes()),
    }];
    Genesis {
        chain_id: text("four-in-one"),
        clock: ChainClock { chain_start: now, real_start: now, speed: 1 },
        policies: vec![Policy::rulebook()],
        members: vec![member],
        validators: ValidatorSet { validators, observers },
    }
}

struct Node {
    ledger: Arc<Ledger>,
    admission: Arc<Admission>,
    engine: Handle,
    gossip: Gossip,
    _folder: tempfile::TempDir,
}

fn multiaddr(address: SocketAddr) -> libp2p::Multiaddr {
    format!("/ip4/{}/tcp/{}", address.ip(), address.port()).parse().unwrap()
}

async fn start(number: u8, genesis: &Genesis, consensus: &[SocketAddr], gossip: &[SocketAddr]) -> Node {
    let folder = tempfile::tempdir().unwrap();
    let identity_of_chain =
        Identity { chain_id: genesis.chain_id.as_str().to_owned(), genesis_hash: genesis.hash().0 };
    let database = Database::open(&folder.path().join("data"), &identity_of_chain).unwrap();
    // every second one keeps its state tree on its shelf, and all must agree
    let database = database.with_tree_memory(if number.is_multiple_of(2) { usize::MAX } else { 0 });
    let ledger = Arc::new(Ledger::open(Arc::new(database), Arc::new(genesis.clone())).unwrap());
    let pool: TransactionPool = Mempool::new(PoolLimits::default(), ledger.tip().height);
    let admission = Arc::new(Admission::start(Arc::clone(&ledger), pool.clone()));
    let peer_seed = [128 ^ number.wrapping_mul(17); 32];
    let peer = |(index, address): (usize, &SocketAddr)| {
        let key = secret(128, u8::try_from(index).unwrap()).peer_key();
        GossipPeer::new(*key.as_bytes(), vec![multiaddr(*address)]).unwrap()
    };
    let config = GossipConfig {
        identity: identity(peer_seed),
        listen: multiaddr(gossip[usize::from(number)]),
        peers: gossip.iter().enumerate().map(peer).collect(),
        introduce: Arc::new(About::default),
    };
    let admit = Arc::new(PeerAdmission(Arc::clone(&admission)));
    let gossip = Gossip::start(config, Arc::new(pool.clone()), admit).await.unwrap();

    let is_validator = number < VALIDATORS;
    let role = if is_validator {
        ConsensusRole::Validator { consensus_key: secret(64, number).into() }
    } else {
        ConsensusRole::Observer
    };
    let home = folder.path().join("consensus");
    std::fs::create_dir_all(&home).unwrap();
    let listen = consensus[usize::from(number)];
    let mut settings = Settings::new(ledger.chain_id(), home, role, secret(128, number), listen);
    settings.peers = (0..u8::try_from(consensus.len()).unwrap())
        .map(|other| ConsensusPeer {
            key: PeerKey::new(*secret(128, other).peer_key().as_bytes()),
            address: consensus[usize::from(other)].to_string(),
        })
        .collect();
    let pace = Pace {
        heartbeat: Duration::from_secs(5),
        block_bytes_max: 1 << 20,
        block_transactions_max: 1_000,
        propose_timeout: PATIENCE,
    };
    let supply = Supply { pool, fetcher: Some(gossip.fetcher()) };
    let chain = Chain::new(Arc::clone(&ledger), supply, Clock::new(genesis.clock), pace);
    let engine = tally_consensus::start(settings, Arc::new(chain)).await.unwrap();
    Node { ledger, admission, engine, gossip, _folder: folder }
}

fn credit(number: u16, chain_id: &str) -> Bytes {
    let mut request_id = [0; 16];
    request_id[..2].copy_from_slice(&number.to_be_bytes());
    let action = Action::CreditDeposit(CreditDeposit {
        owner: bank(),
        amount: Amount::new(100, Currency::new("CNY").unwrap()).unwrap(),
        bank_reference: text(&format!("wire {number}")),
    });
    let signers = vec![PublicKey(member_key().verifying_key().to_bytes())];
    let draft =
        TransactionDraft { request_id, sender: bank(), signers, valid_until: Height::new(1_000), action };
    let signed = sign(draft.encode(), chain_id, &[member_key()]).unwrap();
    Bytes::from(signed.into_bytes())
}

async fn committed(node: &Node, id: [u8; 32]) {
    let wait = async {
        let mut blocks = node.ledger.watch();
        while node.ledger.view().transaction(&id).unwrap().is_none() {
            blocks.recv().await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("a transaction is committed");
}

async fn admit(node: &Node, bytes: Bytes) -> [u8; 32] {
    let admitted = node.admission.admit_local(bytes).await.unwrap();
    match admitted {
        Admitted::Waiting { id } | Admitted::Known { id } => id.0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_admits_all_commit_with_the_same_root_and_an_observer_follows() {
    let genesis = genesis();
    let nodes_in_all = usize::from(VALIDATORS) + 1;
    let (consensus, gossip) = (ports::own(nodes_in_all), ports::own(nodes_in_all));
    let mut nodes = Vec::new();
    for number in 0..=VALIDATORS {
        nodes.push(start(number, &genesis, &consensus, &gossip).await);
    }
    let first = admit(&nodes[0], credit(0, "four-in-one")).await;
    committed(&nodes[0], first).await;

    let mut latencies: Vec<Duration> = Vec::new();
    for number in 1..=30 {
        let node = &nodes[usize::from(number % 5)];
        let started = Instant::now();
        let id = admit(node, credit(number, "four-in-one")).await;
        committed(node, id).await;
        latencies.push(started.elapsed());
    }
    latencies.sort();
    eprintln!(
        "admit to commit of 30 lone transactions: median {:?}, worst {:?}",
        latencies[15], latencies[29]
    );

    let last = admit(&nodes[4], credit(99, "four-in-one")).await;
    for node in &nodes {
        committed(node, last).await;
    }
    let location = nodes[0].ledger.view().transaction(&last).unwrap().unwrap();
    let header = |node: &Node| {
        let bytes = node.ledger.view().block(location.height).unwrap().unwrap();
        tally_proto::block::Block::decode(&bytes).unwrap().header
    };
    let expected = header(&nodes[0]);
    for node in &nodes {
        assert_eq!(header(node), expected);
    }
    for node in nodes {
        node.engine.shutdown().await;
        node.gossip.stop().await;
    }
}

/// A validator's side of consensus on a ledger of its own.
struct Voter {
    chain: Chain,
    admission: Arc<Admission>,
    _folder: tempfile::TempDir,
}

/// With a clock that is wrong by `offset_ms`.
fn voter(genesis: &Genesis, offset_ms: i64) -> Voter {
    let folder = tempfile::tempdir().unwrap();
    let identity =
        Identity { chain_id: genesis.chain_id.as_str().to_owned(), genesis_hash: genesis.hash().0 };
    let database = Arc::new(Database::open(&folder.path().join("data"), &identity).unwrap());
    let ledger = Arc::new(Ledger::open(database, Arc::new(genesis.clone())).unwrap());
    let start = genesis.clock.chain_start.ms().checked_add_signed(offset_ms).unwrap();
    let clock = Clock::new(ChainClock { chain_start: Timestamp::from_ms(start), ..genesis.clock });
    let pace = Pace {
        heartbeat: PATIENCE,
        block_bytes_max: 1 << 20,
        block_transactions_max: 1_000,
        propose_timeout: PATIENCE,
    };
    let pool: TransactionPool = Mempool::new(PoolLimits::default(), 0);
    let admission = Arc::new(Admission::start(Arc::clone(&ledger), pool.clone()));
    Voter {
        chain: Chain::new(ledger, Supply { pool, fetcher: None }, clock, pace),
        admission,
        _folder: folder,
    }
}

/// A proposal of one transaction that waited long enough to be only named in it.
async fn propose_by_name(proposer: &Voter, round: Round) -> Proposal {
    proposer.admission.admit_local(credit(1, "four-in-one")).await.unwrap();
    tokio::time::sleep(2 * NAMED_TRANSACTION_AGE).await;
    proposer.chain.build(ConsensusHeight::FIRST, round).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_named_transaction_votes_for_it_and_stores_the_whole_block() {
    let genesis = genesis();
    let (proposer, other) = (voter(&genesis, 0), voter(&genesis, 0));
    let proposal = propose_by_name(&proposer, Round::FIRST).await;
    let envelope = credit(1, "four-in-one");
    let is_in = |bytes: &Bytes| bytes.windows(envelope.len()).any(|window| window == envelope);
    assert!(!is_in(&proposal.bytes), "the proposal carries the transaction itself");
    other.admission.admit_peers(vec![envelope.clone()]).await.pop().unwrap().unwrap();
    assert_eq!(other.chain.validate(proposal.clone()).await.unwrap(), Verdict::Valid);
    for node in [&proposer, &other] {
        assert_eq!(node.chain.identify(&proposal.bytes), Some(proposal.id));
        let stored = node.chain.undecided_by_id(ConsensusHeight::FIRST, proposal.id).unwrap();
        assert!(is_in(&stored.bytes), "the stored block is not whole");
        assert_eq!(node.chain.identify(&stored.bytes), Some(proposal.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lacks_a_named_transaction_does_not_judge_until_the_whole_block_is_streamed() {
    let genesis = genesis();
    let (proposer, other) = (voter(&genesis, 0), voter(&genesis, 0));
    let proposal = propose_by_name(&proposer, Round::FIRST).await;
    assert_eq!(other.chain.validate(proposal.clone()).await.unwrap(), Verdict::Unavailable);
    assert!(other.chain.undecided(ConsensusHeight::FIRST, Round::FIRST).is_empty());
    let again = proposer.chain.undecided_by_id(ConsensusHeight::FIRST, proposal.id).unwrap();
    assert_eq!(other.chain.validate(again).await.unwrap(), Verdict::Valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_and_peers_that_are_checked_together_get_each_their_own_answers() {
    let node = voter(&genesis(), 0);
    let admission = &node.admission;
    let mut forged = credit(2, "four-in-one").to_vec();
    *forged.last_mut().unwrap() ^= 1;
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seeing = Arc::clone(&seen);
    let (alone, many, peers) = tokio::join!(
        admission.admit_local(credit(1, "four-in-one")),
        admission.admit_local_all(
            vec![forged.into(), credit(3, "four-in-one")],
            move |place, transaction| {
                seeing.lock().unwrap().push((place, transaction.id));
            }
        ),
        admission.admit_peers(vec![
            credit(1, "four-in-one"),
            credit(4, "four-in-one"),
            Bytes::from_static(b"noise")
        ]),
    );
    let id = |outcome: &Result<Admitted, AdmissionError>| match outcome {
        Ok(Admitted::Waiting { id } | Admitted::Known { id }) => *id,
        Err(error) => panic!("{error}"),
    };
    assert_eq!(many.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true]);
    assert_eq!(seen.lock().unwrap().iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(seen.lock().unwrap()[1].1, id(&many[1]));
    assert_eq!(peers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(id(&peers[0]), id(&alone), "the same transaction by two ways");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_round_a_proposal_carries_everything() {
    let genesis = genesis();
    let (proposer, other) = (voter(&genesis, 0), voter(&genesis, 0));
    let proposal = propose_by_name(&proposer, Round::new(1)).await;
    assert_eq!(other.chain.validate(proposal).await.unwrap(), Verdict::Valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_comes_after_its_height_was_decided_stops_nobody() {
    let genesis = genesis();
    let (proposer, later, other) = (voter(&genesis, 0), voter(&genesis, 0), voter(&genesis, 0));
    let decided = proposer.chain.build(ConsensusHeight::FIRST, Round::FIRST).await.unwrap();
    let late = propose_by_name(&later, Round::new(1)).await;
    assert_eq!(other.chain.validate(decided.clone()).await.unwrap(), Verdict::Valid);
    other.chain.decided(ConsensusHeight::FIRST, Round::FIRST, decided.id, vec![1]).await.unwrap();
    assert_eq!(other.chain.tip(), Some(ConsensusHeight::FIRST));
    for proposal in [&late, &decided] {
        assert_eq!(other.chain.validate(proposal.clone()).await.unwrap(), Verdict::Unavailable);
        assert_eq!(other.chain.process_synced(proposal.clone()).await.unwrap(), Verdict::Unavailable);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_far_from_the_clock_is_voted_down_but_followed_where_others_decided_it() {
    let mut genesis = genesis();
    // the chain began a while ago, so that a slow clock is still after the parent
    let before = genesis.clock.chain_start.ms() - 1_000_000;
    genesis.clock.chain_start = Timestamp::from_ms(before);
    genesis.clock.real_start = Timestamp::from_ms(before);
    let again = Some(Round::FIRST);
    for (offset_ms, valid_round, verdict) in [
        (0, None, Verdict::Valid),
        (3_000, None, Verdict::Valid),
        (20_000, None, Verdict::Invalid),
        (20_000, again, Verdict::Invalid),
        (-90_000, None, Verdict::Invalid),
        // proposed again in a later round, it keeps the time of its first
        (-90_000, again, Verdict::Valid),
    ] {
        let proposer = voter(&genesis, offset_ms);
        let built = proposer.chain.build(ConsensusHeight::FIRST, Round::FIRST).await.unwrap();
        let proposal = Proposal { valid_round, ..built };
        let judged = voter(&genesis, 0).chain.validate(proposal.clone()).await.unwrap();
        assert_eq!(judged, verdict, "{offset_ms} ms, {valid_round:?}");
        let followed = voter(&genesis, 0).chain.process_synced(proposal).await.unwrap();
        assert_eq!(followed, Verdict::Valid, "{offset_ms} ms");
    }
}

/// A ledger in `folder` whose state tree may use so much memory.
fn ledger(folder: &std::path::Path, genesis: &Genesis, tree_memory: usize) -> Ledger {
    let identity =
        Identity { chain_id: genesis.chain_id.as_str().to_owned(), genesis_hash: genesis.hash().0 };
    let database = Database::open(folder, &identity).unwrap().with_tree_memory(tree_memory);
    Ledger::open(Arc::new(database), Arc::new(genesis.clone())).unwrap()
}

/// Builds the next block of one credit, and what a rival would have built, which is taken back; commits the first.
fn next_block(ledger: &Ledger, genesis: &Genesis) -> tally_contracts::types::Hash {
    let height = ledger.tip().height + 1;
    let time = Timestamp::from_ms(ledger.tip().time.ms() + 1_000);
    let [own, rival] = [0, 1_000].map(|offset| {
        let bytes = credit(u16::try_from(height).unwrap() + offset, "four-in-one");
        let signed = SignedTransaction::decode(&bytes, "four-in-one").unwrap();
        let verified = verify_batch(vec![signed]).pop().unwrap().unwrap();
        let proposer = genesis.validators.validators[0].consensus_key;
        ledger.build(height, proposer, time, vec![Arc::new(verified)]).unwrap()
    });
    assert_ne!(own.id(), rival.id());
    ledger.commit(&own, Vec::new()).unwrap();
    own.id()
}

#[test]
fn a_ledger_whose_tree_lies_on_the_shelf_builds_the_same_blocks_and_starts_again() {
    let genesis = genesis();
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let plain = ledger(here.path(), &genesis, usize::MAX);
    let mut shelved = ledger(there.path(), &genesis, 0);
    for height in 1..=30 {
        assert_eq!(next_block(&shelved, &genesis), next_block(&plain, &genesis), "height {height}");
        let row = tally_contracts::state::Key::Member(bank()).encode();
        assert_eq!(shelved.prove(&row).unwrap().proof, plain.prove(&row).unwrap().proof);
        if height % 10 == 0 {
            let (_, on_the_shelf) = shelved.leaves().unwrap();
            assert!(on_the_shelf > 0);
            if height == 20 {
                shelved.checkpoint().unwrap();
            }
            drop(shelved);
            shelved = ledger(there.path(), &genesis, 0);
            assert_eq!(shelved.records(), plain.records());
        }
    }
    let names = std::fs::read_dir(there.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(
        !names.into_iter().any(|name| name.to_string_lossy().starts_with("shelf")),
        "nothing of it is left"
    );
}
