//! A chain of two blocks as its validator signed it: the truth that answers are held against. Its first block changes the
//! validators, and tells the member and everyone something; so does the second.
use super::super::place::Place;
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tally_consensus::certificate::CertificateSignature;
use tally_consensus::{BlockId, Certificate, Round, ValidatorKey};
use tally_contracts::event::{Event, EventKind};
use tally_contracts::genesis::{Observer, Validator, ValidatorSet};
use tally_contracts::items::{Items, Told, for_each_item};
use tally_contracts::member::RevokeKey;
use tally_contracts::misbehaviour::StatementKind;
use tally_contracts::state::Key;
use tally_contracts::tree::{StateTree, value_hash};
use tally_contracts::types::{Hash, Height, MemberId, PublicKey, ReceivableId, Timestamp};
use tally_contracts::{Action, Outcome, Receipt, ReceiptSource, merkle};
use tally_proto::block::{BlockHeader, HEADER_VERSION, transactions_root};
use tally_proto::statement;
use tally_proto::transaction::{SignedTransaction, sign};
use tally_proto::v1::follow::{
    FollowAnswer, FollowedBlock, FollowedItem, OwnTransaction, ProveAnswer, ProvenRecord,
};
use tally_proto::{TransactionDraft, signing};

pub(super) const CHAIN: &str = "test-chain";
/// Of every record.
pub(super) const SALT: [u8; 16] = [5; 16];
/// Blocks after genesis.
const BLOCKS: u64 = 2;

/// Whose replica it is.
pub(super) static MEMBER: LazyLock<MemberId> = LazyLock::new(|| member("beta"));
/// Who else acts.
static OTHER: LazyLock<MemberId> = LazyLock::new(|| member("alpha"));
/// A record that is there, and one that is not.
pub(super) static ASKED: LazyLock<[Key; 2]> =
    LazyLock::new(|| [Key::Member(*MEMBER), Key::Receivable(ReceivableId::new(7))]);
pub(super) static TRUTH: LazyLock<Truth> = LazyLock::new(Truth::tell);

type Records = BTreeMap<Key, Vec<u8>>;

/// What happened, and the states after it.
#[derive(Default)]
pub(super) struct Truth {
    /// After genesis and after each block.
    pub places: Vec<Place>,
    pub blocks: Vec<FollowedBlock>,
    /// After each block.
    pub records: Vec<Records>,
}

impl Truth {
    fn tell() -> Self {
        let mut truth = Self { places: vec![genesis()], ..Self::default() };
        for height in 1..=BLOCKS {
            truth.add(height);
        }
        truth
    }

    fn add(&mut self, height: u64) {
        let mut place = self.places.last().expect("it begins with genesis").clone();
        let (sent, receipts) = (transactions(height), receipts(height));
        let items = items(&receipts);
        let leader = place.validators.validators[0].consensus_key;
        let validators_hash = place.validators.hash();
        (place.height, place.time) = (height, Timestamp::from_ms(height * 1_000));
        place.own = after(place.own, height, items.iter().filter(|item| !item.is_public));
        place.public = after(place.public, height, items.iter().filter(|item| item.is_public));
        let is_changed = height == 1;
        if is_changed {
            place.validators = validators(2);
        }
        let records = records(&place);
        let bytes: Vec<Vec<u8>> = sent.iter().map(|signed| signed.bytes().to_vec()).collect();
        let header = BlockHeader {
            version: HEADER_VERSION,
            chain_id: CHAIN.to_owned(),
            height: Height::new(height),
            time: place.time,
            parent: place.block_id,
            proposer: leader,
            transactions_root: transactions_root(&bytes),
            receipts_root: Hash(merkle::root(&leaves(&receipts))),
            state_root: Hash(tree(&records).root()),
            validators_hash,
            transaction_count: u32::try_from(sent.len()).unwrap_or(u32::MAX),
        };
        (place.block_id, place.state_root) = (header.id(), header.state_root);
        self.blocks.push(FollowedBlock {
            certificate: certificate(&header),
            header: header.encode(),
            transactions: vec![own(&bytes, &receipts)],
            items,
            validators: is_changed.then(|| shown(&records, Key::Validators)),
        });
        self.records.push(records);
        self.places.push(place);
    }

    /// An honest node's answer that reaches its newest block, of which there are so many.
    pub(super) fn answer(&self, blocks: usize) -> FollowAnswer {
        let records = match blocks.checked_sub(1) {
            Some(last) => self.records[last].clone(),
            None => records(&self.places[0]),
        };
        FollowAnswer {
            member: MEMBER.to_string(),
            from_height: 1,
            blocks: self.blocks[..blocks].to_vec(),
            own_items: Some(shown(&records, Key::Items(*MEMBER))),
            public_items: Some(shown(&records, Key::PublicItems)),
        }
    }

    /// An honest node's answer about [`ASKED`] after so many blocks.
    pub(super) fn proven(&self, blocks: usize) -> ProveAnswer {
        let (block, records) = (&self.blocks[blocks - 1], &self.records[blocks - 1]);
        ProveAnswer {
            member: MEMBER.to_string(),
            header: block.header.clone(),
            certificate: block.certificate.clone(),
            records: ASKED.iter().map(|key| shown(records, *key)).collect(),
            withheld: Vec::new(),
        }
    }
}

fn genesis() -> Place {
    let mut place = Place {
        member: *MEMBER,
        height: 0,
        block_id: Hash([1; 32]),
        state_root: Hash::ZERO,
        time: Timestamp::from_ms(1),
        validators: validators(1),
        own: Items::default(),
        public: Items::default(),
    };
    place.state_root = Hash(tree(&records(&place)).root());
    place
}

/// One machine that decides alone, and one that follows.
fn validators(power: u64) -> ValidatorSet {
    let machine = Validator { member: *OTHER, consensus_key: key(1), peer_key: key(11), power };
    let observer = Observer { member: *MEMBER, peer_key: key(12) };
    ValidatorSet { validators: vec![machine], observers: vec![observer] }
}

/// What the ledger holds where a replica is at this place; who was told nothing has no counter.
fn records(place: &Place) -> Records {
    let counters = [(Key::Items(*MEMBER), place.own), (Key::PublicItems, place.public)];
    let counted = counters.into_iter().filter(|(_, items)| *items != Items::default());
    let counted = counted.map(|(key, items)| (key, encoded(&items)));
    let others = [
        (Key::Validators, encoded(&place.validators)),
        (Key::Member(*MEMBER), format!("a record of {}", place.height).into_bytes()),
    ];
    counted.chain(others).collect()
}

fn tree(records: &Records) -> StateTree {
    let leaf = |(key, bytes): (&Key, &Vec<u8>)| (key.path(), value_hash(&SALT, bytes));
    let mut leaves: Vec<_> = records.iter().map(leaf).collect();
    leaves.sort_unstable();
    StateTree::from_sorted_leaves(leaves).expect("they are sorted")
}

/// A record, or its absence, with its proof.
fn shown(records: &Records, key: Key) -> ProvenRecord {
    let proof = tree(records).prove(&key.path()).expect("a tree in memory");
    let record = records.get(&key);
    ProvenRecord {
        key: key.encode(),
        present: record.is_some(),
        salt: if record.is_some() { SALT.to_vec() } else { Vec::new() },
        record: record.cloned().unwrap_or_default(),
        proof: Some((&proof).into()),
    }
}

/// The member's, and another's.
fn transactions(height: u64) -> [SignedTransaction; 2] {
    [(*MEMBER, 21), (*OTHER, 22)].map(|(sender, byte)| {
        let draft = TransactionDraft {
            request_id: [u8::try_from(height).unwrap_or(u8::MAX); 16],
            sender,
            signers: vec![key(byte)],
            valid_until: Height::new(100),
            action: Action::RevokeKey(RevokeKey { key: key(23) }),
        };
        sign(draft.encode(), CHAIN, &[secret(byte)]).expect("its signer is there")
    })
}

/// Something for everyone, something for the member, and at the block's end something that nobody else may know.
fn receipts(height: u64) -> Vec<Receipt> {
    let changed = match height {
        1 => Event::new(EventKind::ValidatorsChanged).by(*OTHER),
        _ => Event::new(EventKind::DepositCredited).by(*OTHER).with(*MEMBER),
    };
    let happened = [
        vec![Event::new(EventKind::KeyRevoked).by(*MEMBER)],
        vec![changed],
        vec![Event::new(EventKind::DepositMoved).by(*MEMBER)],
    ];
    let [first, second] = transactions(height).map(|signed| ReceiptSource::Transaction(signed.id()));
    let sources = [first, second, ReceiptSource::BlockEnd];
    let judged = sources.into_iter().zip(happened);
    judged
        .map(|(source, events)| Receipt { source, policy_version: 1, outcome: Outcome::Applied { events } })
        .collect()
}

/// What of it the member and everyone are told.
fn items(receipts: &[Receipt]) -> Vec<FollowedItem> {
    let mut items = Vec::new();
    let nobody = |_| Ok::<_, std::convert::Infallible>(None);
    let visited = for_each_item((receipts, &[*MEMBER, *OTHER]), nobody, |told: Told<'_>| {
        let is_public = told.readers == [None];
        if is_public || told.readers.contains(&Some(*MEMBER)) {
            items.push(FollowedItem { receipt: told.receipt, item: encoded(&told.item), is_public });
        }
        Ok(())
    });
    visited.expect("nothing fails");
    items
}

fn after<'i>(before: Items, height: u64, items: impl Iterator<Item = &'i FollowedItem>) -> Items {
    let encoded: Vec<&[u8]> = items.map(|item| item.item.as_slice()).collect();
    match encoded.is_empty() {
        true => before,
        false => {
            let count = u64::try_from(encoded.len()).unwrap_or(u64::MAX);
            before.after(Height::new(height), count, &encoded.concat()).expect("they are few")
        }
    }
}

/// The member's transaction, which is the first, with its ways to the roots.
fn own(sent: &[Vec<u8>], receipts: &[Receipt]) -> OwnTransaction {
    let beside = |leaves: &[[u8; 32]]| {
        let way = merkle::prove(leaves, 0).expect("there is a first one");
        way.iter().map(|hash| hash.to_vec()).collect()
    };
    let leaves_sent: Vec<_> = sent.iter().map(|bytes| merkle::leaf_hash(bytes)).collect();
    OwnTransaction {
        index: 0,
        encoded: sent[0].clone(),
        beside: beside(&leaves_sent),
        receipt: encoded(&receipts[0]),
        receipt_beside: beside(&leaves(receipts)),
    }
}

fn leaves(receipts: &[Receipt]) -> Vec<[u8; 32]> {
    receipts.iter().map(|receipt| merkle::leaf_hash(&encoded(receipt))).collect()
}

fn certificate(header: &BlockHeader) -> Vec<u8> {
    let place = statement::Place {
        chain_id: CHAIN,
        kind: StatementKind::Precommit,
        height: header.height,
        round: 0,
        validator: key(1),
    };
    let signature = secret(1).sign(&place.signed_bytes(Some(header.id()), None)).to_bytes();
    let entry = CertificateSignature { validator: ValidatorKey::new(key(1).0), signature };
    let height = tally_consensus::Height::new(header.height.number());
    Certificate::new(height, Round::FIRST, BlockId::new(header.id().0), vec![entry]).encode()
}

pub(super) fn encoded(value: &impl borsh::BorshSerialize) -> Vec<u8> {
    borsh::to_vec(value).expect("a Vec takes every write")
}

fn member(slug: &str) -> MemberId {
    MemberId::new(slug).expect("a slug")
}

fn secret(byte: u8) -> SigningKey {
    SigningKey::from_bytes(&[byte; 32])
}

fn key(byte: u8) -> PublicKey {
    signing::public_key(&secret(byte))
}
