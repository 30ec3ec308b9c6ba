//! Papers, naively: documents and who has them, the keys that open them, who votes with which key, and who was reported.
use crate::common::memory::MemoryState;
use crate::naive::index;
use std::collections::{BTreeMap, BTreeSet};
use tally_contracts::Action;
use tally_contracts::document::{Document, DocumentKind, Payload};
use tally_contracts::genesis::{Validator, ValidatorSet};
use tally_contracts::member::EncryptionKey;
use tally_contracts::misbehaviour::{Misbehaviour, StatementKind};
use tally_contracts::state::Key;
use tally_contracts::types::{Hash, Height, MemberId, PublicKey, X25519Key};

/// A document as its actions left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    pub receivable: u64,
    pub tranche: Option<u64>,
    pub kind: DocumentKind,
    pub owner: MemberId,
    pub payload: Payload,
    pub replaces: Option<u64>,
    pub parties: BTreeSet<MemberId>,
    pub registered_at: Height,
    pub shredded_at: Option<Height>,
}

/// Of a report: what, who ran the validator then, by whom, which blocks, when.
type Report = (StatementKind, MemberId, MemberId, [Option<Hash>; 2], Height);

#[derive(Default)]
pub struct Papers {
    /// Of the block that is followed, from 1.
    pub height: u64,
    pub documents: Vec<Paper>,
    /// The key that counts, how many there were, and since when it does.
    pub keys: BTreeMap<MemberId, (X25519Key, u32, Height)>,
    /// Who votes with which key; of genesis first.
    pub voters: BTreeMap<PublicKey, MemberId>,
    /// What replaced a key.
    pub successors: BTreeMap<PublicKey, PublicKey>,
    pub reports: BTreeMap<(PublicKey, Height, u32), Report>,
}

impl Papers {
    /// Those who vote from genesis on.
    pub fn new(state: &MemoryState) -> Self {
        Self { voters: voters(state).collect(), ..Self::default() }
    }

    /// Follows an applied action, if it is about any of this.
    pub fn follow(&mut self, sender: MemberId, action: &Action) {
        let height = Height::new(self.height);
        #[allow(clippy::wildcard_enum_match_arm, reason = "the others leave papers as they are")]
        match action {
            Action::SetEncryptionKey(it) => {
                let number = self.keys.get(&sender).map_or(0, |(_, number, _)| *number) + 1;
                self.keys.insert(sender, (it.key, number, height));
            }
            Action::RegisterDocument(it) => self.documents.push(Paper {
                receivable: it.receivable.number(),
                tranche: it.tranche.map(|tranche| tranche.number()),
                kind: it.kind,
                owner: sender,
                payload: it.payload,
                replaces: it.replaces.map(|earlier| earlier.number()),
                parties: BTreeSet::new(),
                registered_at: height,
                shredded_at: None,
            }),
            Action::ShareDocument(it) => {
                assert!(self.keys.contains_key(&it.with), "{} cannot open what it is given", it.with);
                let paper = self.open_paper(it.document.number(), sender);
                assert!(paper.owner != it.with && paper.parties.insert(it.with), "it was given before");
            }
            Action::ShredDocument(it) => {
                let paper = self.open_paper(it.document.number(), sender);
                assert_eq!(paper.owner, sender, "only its owner destroys it");
                paper.shredded_at = Some(height);
            }
            Action::RotateConsensusKey(it) => {
                let voter = self.voters.remove(&it.from);
                assert_eq!(voter, Some(sender), "it is the sender's machine");
                assert!(!self.successors.contains_key(&it.to), "a replaced key votes no more");
                assert_eq!(self.voters.insert(it.to, sender), None, "two machines do not share a key");
                self.successors.insert(it.from, it.to);
            }
            Action::ReportMisbehaviour(it) => {
                let operator = self.voters[&it.validator];
                let blocks = [it.first.block, it.second.block];
                let report = (it.kind, operator, sender, blocks, height);
                let earlier = self.reports.insert((it.validator, it.height, it.round), report);
                assert_eq!(earlier, None, "one proof for a round is enough");
                assert!(it.height <= height, "nobody contradicted itself in a block to come");
            }
            _ => {}
        }
    }

    /// What `by` may still open, so that it can give it on.
    fn open_paper(&mut self, number: u64, by: MemberId) -> &mut Paper {
        let paper = &mut self.documents[index(number)];
        assert!(paper.owner == by || paper.parties.contains(&by), "A{number} was never given to {by}");
        assert_eq!(paper.shredded_at, None, "A{number} is destroyed");
        paper
    }

    /// Every document, key and report.
    pub fn compare(&self, state: &MemoryState) {
        let documents: Vec<Paper> = state.all::<Document>().into_iter().map(paper).collect();
        assert_eq!(self.documents, documents, "documents");
        let of_member = |(key, it): (Key, EncryptionKey)| {
            let Key::EncryptionKey(member) = key else { panic!("an encryption key under {key:?}") };
            (member, (it.key, it.number, it.since))
        };
        let keys: BTreeMap<_, _> = state.all::<EncryptionKey>().into_iter().map(of_member).collect();
        assert_eq!(self.keys, keys, "encryption keys");
        assert_eq!(self.voters, voters(state).collect(), "who votes");
        let replaced = |(key, next): (Key, PublicKey)| {
            let Key::Successor(key) = key else { panic!("a successor under {key:?}") };
            (key, next)
        };
        let successors: BTreeMap<_, _> = state.all::<PublicKey>().into_iter().map(replaced).collect();
        assert_eq!(self.successors, successors, "replaced keys");
        let reports: BTreeMap<_, _> = state.all::<Misbehaviour>().into_iter().map(report).collect();
        assert_eq!(self.reports, reports, "reports");
    }
}

fn paper((key, it): (Key, Document)) -> Paper {
    assert_eq!(key, Key::DocumentEntry(it.id));
    Paper {
        receivable: it.receivable.number(),
        tranche: it.tranche.map(|tranche| tranche.number()),
        kind: it.kind,
        owner: it.owner,
        payload: it.payload,
        replaces: it.replaces.map(|earlier| earlier.number()),
        parties: it.parties,
        registered_at: it.registered_at,
        shredded_at: it.shredded_at,
    }
}

fn report((key, it): (Key, Misbehaviour)) -> ((PublicKey, Height, u32), Report) {
    let Misbehaviour { validator, height, round, .. } = it;
    assert_eq!(key, Key::Misbehaviour { validator, height, round });
    ((validator, height, round), (it.kind, it.operator, it.reported_by, it.blocks, it.reported_at))
}

fn voters(state: &MemoryState) -> impl Iterator<Item = (PublicKey, MemberId)> {
    let set: ValidatorSet = state.get(Key::Validators).expect("genesis names them");
    set.validators.into_iter().map(|one: Validator| (one.consensus_key, one.member))
}
