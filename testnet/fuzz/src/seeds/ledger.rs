//! Transactions, blocks, proposals, proofs, streams, headers of readers.

use ed25519_dalek::Signer;
use prost::Message;
use tally_contracts::event::{Event, EventKind};
use tally_contracts::merkle::leaf_hash;
use tally_contracts::tree::{self, StateTree};
use tally_contracts::types::{Hash, Height, MemberId, PublicKey, Timestamp, TrancheId};
use tally_contracts::{Outcome, Receipt, ReceiptSource, Rejection};
use tally_proto::access::{Authorization, Call, SignedRead};
use tally_proto::block::{HEADER_VERSION, transactions_root};
use tally_proto::compact::{Carried, encode_compact};
use tally_proto::convert::row_key;
use tally_proto::transaction::sign;
use tally_proto::v1::ledger::record_key::Key;
use tally_proto::v1::ledger::{GetProofResponse, RawKey, RecordKey};
use tally_proto::v1::money::Account;
use tally_proto::{Block, BlockHeader};

use super::{CHAIN, golden_bodies, key, secret};

/// Tranches in the proven state are 1 to this.
pub const TRANCHES: u64 = 20;
/// One that is there and one that is not.
pub const PROVEN_TRANCHES: [u64; 2] = [7, TRANCHES + 1];
/// Under each of them.
pub const RECORD: &[u8] = b"a record";
const SALT: [u8; 16] = [5; 16];

/// A body of every action.
pub fn bodies() -> Vec<Vec<u8>> {
    golden_bodies().collect()
}

/// The same, signed by whom they name.
pub fn transactions() -> Vec<Vec<u8>> {
    let keys: Vec<_> = (1..=8).map(secret).collect();
    golden_bodies().filter_map(|body| Some(sign(body, CHAIN, &keys).ok()?.into_bytes())).collect()
}

/// Blocks and headers.
pub fn blocks() -> Vec<Vec<u8>> {
    let (empty, full) = (block(Vec::new()), block(vec![vec![1, 2, 3], vec![4]]));
    vec![empty.encode(), full.encode(), full.header.encode()]
}

/// Blocks that name some of their transactions, all of them or none.
pub fn proposals() -> Vec<Vec<u8>> {
    let block = block((0..5_u8).map(|number| vec![number; 30]).collect());
    let carried = |is_named: fn(usize) -> bool| {
        let carry = |(index, bytes): (usize, &Vec<u8>)| match is_named(index) {
            true => Carried::Named(Hash(leaf_hash(bytes))),
            false => Carried::Whole(bytes.clone()),
        };
        block.transactions.iter().enumerate().map(carry).collect::<Vec<_>>()
    };
    let forms: [fn(usize) -> bool; 3] = [|_| true, |_| false, |index| index % 2 == 0];
    let compact = forms.map(|form| encode_compact(&block.header, &carried(form)));
    compact.into_iter().chain([block.encode()]).collect()
}

/// Streams of a block of one part, of exactly two, and of nearly four.
pub fn streams() -> Vec<Vec<u8>> {
    tally_consensus::fuzz::streams(&[1, 2_048, 4_000])
}

fn block(transactions: Vec<Vec<u8>>) -> Block {
    let count = u32::try_from(transactions.len()).unwrap_or(u32::MAX);
    let header = header(transactions_root(&transactions), Hash([4; 32]), count);
    Block { header, transactions }
}

fn header(transactions_root: Hash, state_root: Hash, transaction_count: u32) -> BlockHeader {
    BlockHeader {
        version: HEADER_VERSION,
        chain_id: CHAIN.to_owned(),
        height: Height::new(7),
        time: Timestamp::from_ms(1),
        parent: Hash([1; 32]),
        proposer: key(1),
        transactions_root,
        receipts_root: Hash([2; 32]),
        state_root,
        validators_hash: Hash([3; 32]),
        transaction_count,
    }
}

/// Receipts of an applied transaction, of a refused one, and of a block's end.
pub fn receipts() -> Vec<Vec<u8>> {
    let member = MemberId::new("beta").expect("a slug");
    let told = Event::new(EventKind::DepositMoved).by(member).tranche(TrancheId::new(7));
    let outcomes = [
        Outcome::Applied { events: vec![told] },
        Outcome::Refused { rejection: Rejection::MemberUnknown { member } },
        Outcome::Applied { events: Vec::new() },
    ];
    let sources = [
        ReceiptSource::Transaction(Hash([1; 32])),
        ReceiptSource::Transaction(Hash([2; 32])),
        ReceiptSource::BlockEnd,
    ];
    let receipts = sources.into_iter().zip(outcomes);
    let receipts: Vec<_> =
        receipts.map(|(source, outcome)| Receipt { source, policy_version: 1, outcome }).collect();
    vec![stored_receipts(&receipts), stored_receipts(&receipts[1..])]
}

/// As a node stores them: each after its length.
pub fn stored_receipts(receipts: &[Receipt]) -> Vec<u8> {
    let stored = |receipt| {
        let bytes = borsh::to_vec(receipt).expect("memory takes it");
        [&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes()[..], &bytes].concat()
    };
    receipts.iter().flat_map(stored).collect()
}

/// Who decides the proven height: 1 to 4 with as much power.
pub fn validators() -> Vec<(PublicKey, u64)> {
    (1..=4).map(|byte| (key(byte), u64::from(byte))).collect()
}

/// A node's answers about [`PROVEN_TRANCHES`].
pub fn proofs() -> Vec<Vec<u8>> {
    PROVEN_TRANCHES.map(|tranche| answer(tranche).encode_to_vec()).into()
}

/// The row of a tranche.
pub fn tranche_row(tranche: u64) -> Vec<u8> {
    row_key(&RecordKey { key: Some(Key::Tranche(tranche)) }).expect("a tranche's number is a key")
}

/// Names of records: by their kind and by their bytes.
pub fn record_keys() -> Vec<Vec<u8>> {
    let (bank, owner, currency) = ("east".to_owned(), "beta".to_owned(), "CNY".to_owned());
    let names = [
        Key::Tranche(7),
        Key::Policy(1),
        Key::Member("beta".to_owned()),
        Key::Deposit(Account { bank, owner, currency }),
        Key::Raw(RawKey::of_row(&tranche_row(7))),
    ];
    names.into_iter().map(|key| RecordKey { key: Some(key) }.encode_to_vec()).collect()
}

fn path(row: &[u8]) -> tree::Path {
    let (kind, key) = row.split_first().expect("a row begins with its kind");
    tree::path(*kind, key)
}

/// As a node gives it in a state with the tranches 1 to [`TRANCHES`].
pub fn answer(tranche: u64) -> GetProofResponse {
    let value = tree::value_hash(&SALT, RECORD);
    let mut leaves: Vec<_> = (1..=TRANCHES).map(|number| (path(&tranche_row(number)), value)).collect();
    leaves.sort_unstable();
    let tree = StateTree::from_sorted_leaves(leaves).expect("they are sorted");
    let header = header(Hash([2; 32]), Hash(tree.root()), 0);
    let present = (1..=TRANCHES).contains(&tranche);
    GetProofResponse {
        key: Some(RawKey::of_row(&tranche_row(tranche))),
        present,
        salt: if present { SALT.to_vec() } else { Vec::new() },
        record: if present { RECORD.to_vec() } else { Vec::new() },
        proof: Some((&tree.prove(&path(&tranche_row(tranche))).expect("a tree in memory")).into()),
        certificate: certificate(header.id()),
        header: Some((&header).into()),
    }
}

/// A certificate of validators 2 to 4 for round 2, by its documented layout.
fn certificate(block: Hash) -> Vec<u8> {
    let mut entries: Vec<_> = (2..=4).map(|byte| (key(byte).0, precommit(byte, block))).collect();
    entries.sort_unstable();
    let mut bytes = vec![1];
    bytes.extend(7_u64.to_le_bytes());
    bytes.extend(2_u32.to_le_bytes());
    bytes.extend(block.0);
    bytes.extend(3_u32.to_le_bytes());
    entries.into_iter().for_each(|(key, signature)| bytes.extend([&key[..], &signature[..]].concat()));
    bytes
}

fn precommit(byte: u8, block: Hash) -> [u8; 64] {
    let (height, round, signer) = (7_u64.to_be_bytes(), 2_u32.to_be_bytes(), key(byte).0);
    let fields: [&[u8]; 8] =
        [b"tallystick/consensus/v1", CHAIN.as_bytes(), &[3], &height, &round, &block.0, &signer, &[]];
    let mut signed = Vec::new();
    for field in fields {
        signed.extend(u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        signed.extend(field);
    }
    secret(byte).sign(&signed).to_bytes()
}

/// Headers of both kinds.
pub fn authorizations() -> Vec<Vec<u8>> {
    let method = "/tally.money.v1.MoneyService/ListDeposits";
    let call = Call { chain_id: CHAIN, method, body_hash: Hash::of(b"body") };
    let reader = (MemberId::new("beta").expect("a slug"), &secret(7));
    let read = SignedRead::sign(&call, reader, "127.0.0.1:7602", [9; 16], 1_770_000_000_000);
    let both = [Authorization::Token([0xab; 32]), Authorization::Signature(read)];
    both.into_iter().map(|one| one.to_string().into_bytes()).collect()
}
