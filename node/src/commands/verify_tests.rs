//! A chain that proves itself, and one damage of each kind that does not.

use super::verify::verify;
use crate::ledger::Ledger;
use crate::storage::{Batch, Database, Identity};
use ed25519_dalek::{Signer, SigningKey};
use std::sync::Arc;
use tally_consensus::{BlockId, Height as ConsensusHeight, Round, ValidatorKey, signing_bytes};
use tally_contracts::Genesis;
use tally_contracts::genesis::{ChainClock, Validator, ValidatorSet};
use tally_contracts::member::{KeyCapacity, Member, MemberKey, MemberStatus, PartyIdentifier, Role};
use tally_contracts::policy::Policy;
use tally_contracts::types::{Hash, Height, MemberId, PublicKey, Text, Timestamp};

const BLOCKS: u64 = 5;
const ROUND: u32 = 0;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn public(seed: u8) -> PublicKey {
    PublicKey(key(seed).verifying_key().to_bytes())
}

fn genesis() -> Genesis {
    let (id, text) = (MemberId::new("bank-a").unwrap(), |text: &str| Text::new(text).unwrap());
    let start = Timestamp::from_ms(1_800_000_000_000);
    let (capacity, valid_from) = (KeyCapacity::Both, Height::GENESIS);
    let member = Member {
        id,
        legal_name: text("Bank A"),
        identifiers: vec![PartyIdentifier { scheme: text("LEI"), value: text("A") }],
        roles: [Role::Bank].into(),
        status: MemberStatus::Active,
        keys: vec![MemberKey { key: public(1), capacity, valid_from, revoked_from: None }],
        sponsor: None,
    };
    let (consensus_key, peer_key) = (public(2), public(3));
    Genesis {
        chain_id: text("verify-1"),
        clock: ChainClock { chain_start: start, real_start: start, speed: 1 },
        policies: vec![Policy::rulebook()],
        members: vec![member],
        validators: ValidatorSet {
            validators: vec![Validator { member: id, consensus_key, peer_key, power: 1 }],
            observers: Vec::new(),
        },
    }
}

/// The certificate that the one validator signs.
fn certificate(chain_id: &str, height: u64, id: Hash) -> Vec<u8> {
    let signer = ValidatorKey::new(public(2).0);
    let (round, block) = (Round::new(ROUND), BlockId::new(id.0));
    let signed = signing_bytes::precommit_bytes(chain_id, ConsensusHeight::new(height), round, block, signer);
    let signature = key(2).sign(&signed).to_bytes();
    borsh::to_vec(&(1_u8, height, ROUND, id.0, vec![(public(2).0, signature)])).unwrap()
}

struct Stored {
    genesis: Genesis,
    database: Arc<Database>,
    _folder: tempfile::TempDir,
}

/// A chain of [`BLOCKS`] empty blocks.
fn stored() -> Stored {
    let (genesis, folder) = (genesis(), tempfile::tempdir().unwrap());
    let chain_id = genesis.chain_id.to_string();
    let identity = Identity { chain_id: chain_id.clone(), genesis_hash: genesis.hash().0 };
    let database = Arc::new(Database::open(folder.path(), &identity).unwrap().with_tree_memory(0));
    let ledger = Ledger::open(Arc::clone(&database), Arc::new(genesis.clone())).unwrap();
    for height in 1..=BLOCKS {
        let time = Timestamp::from_ms(genesis.clock.chain_start.ms() + height * 1_000);
        let block = ledger.build(height, public(2), time, Vec::new()).unwrap();
        ledger.commit(&block, certificate(&chain_id, height, block.id())).unwrap();
    }
    drop(ledger);
    Stored { genesis, database, _folder: folder }
}

impl Stored {
    fn verify(&self) -> Result<super::verify::Report, String> {
        verify(&self.database.view(), &self.genesis, |_, _| {}).map_err(|error| error.to_string())
    }
}

#[test]
fn a_chain_proves_itself_from_genesis_to_its_records() {
    let report = stored().verify().unwrap();
    assert_eq!((report.blocks, report.height), (BLOCKS, BLOCKS));
    assert!(report.records > 0);
}

/// Puts other bytes in the place of block 3.
fn overwrite(stored: &Stored, batch: &mut Batch, bytes: Vec<u8>) {
    let id = stored.database.view().decided(3).unwrap().unwrap();
    batch.put_block(3, &id, bytes);
}

#[test]
fn every_damage_is_found_and_named() {
    type Damage = fn(&Stored, &mut Batch);
    let rows: Vec<(Damage, &str)> = vec![
        (|stored, batch| overwrite(stored, batch, vec![1, 2, 3]), "block 3 does not decode"),
        (
            |stored, batch| overwrite(stored, batch, stored.database.view().block(2).unwrap().unwrap()),
            "the height of block 3 is 2, expected 3",
        ),
        (|_, batch| batch.put_certificate(4, vec![1]), "the certificate of height 4 proves nothing"),
        (
            |stored, batch| batch.put_certificate(4, stored.database.view().certificate(5).unwrap().unwrap()),
            "the certificate's height of block 4 is 5",
        ),
        (
            |stored, batch| {
                let id = tally_proto::Block::decode(&stored.database.view().block(4).unwrap().unwrap())
                    .unwrap()
                    .id();
                batch.put_certificate(4, certificate("another-chain", 4, id));
            },
            "the certificate of height 4 proves nothing: the signature of validator",
        ),
        (|_, batch| batch.put_receipts(2, vec![9]), "the receipts of height 2 cannot be decoded"),
        (|_, batch| batch.put_receipts(2, Vec::new()), "the receipts' root of block 2"),
        (|_, batch| batch.put_validators(2, vec![7]), "the validator set of height 2 cannot be decoded"),
        (|_, batch| batch.put_record(vec![1, 255], &[0; 16], b"forged"), "the records give state root"),
    ];
    for (damage, expected) in rows {
        let stored = stored();
        let mut batch = Batch::new();
        damage(&stored, &mut batch);
        stored.database.commit(batch).unwrap();
        let found = stored.verify().expect_err(expected);
        assert!(found.contains(expected), "expected {expected:?}, found {found:?}");
    }
}
