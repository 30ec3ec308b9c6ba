//! Compact blocks: the same block by name.

use tally_contracts::merkle::leaf_hash;
use tally_contracts::types::{Hash, Height, PublicKey, Timestamp};
use tally_proto::block::{BlockDecodeError, HEADER_VERSION, transactions_root};
use tally_proto::compact::{Carried, ProposedBlock, encode_compact};
use tally_proto::{Block, BlockHeader};

fn block() -> Block {
    let transactions: Vec<Vec<u8>> = (0..5_u8).map(|number| vec![number; 300]).collect();
    let header = BlockHeader {
        version: HEADER_VERSION,
        chain_id: "compact-test".to_owned(),
        height: Height::new(7),
        time: Timestamp::from_ms(1),
        parent: Hash([1; 32]),
        proposer: PublicKey([2; 32]),
        transactions_root: transactions_root(&transactions),
        receipts_root: Hash([3; 32]),
        state_root: Hash([4; 32]),
        validators_hash: Hash([5; 32]),
        transaction_count: 5,
    };
    Block { header, transactions }
}

fn carried(block: &Block, is_named: impl Fn(usize) -> bool) -> Vec<Carried> {
    let carry = |(index, bytes): (usize, &Vec<u8>)| match is_named(index) {
        true => Carried::Named(Hash(leaf_hash(bytes))),
        false => Carried::Whole(bytes.clone()),
    };
    block.transactions.iter().enumerate().map(carry).collect()
}

#[test]
fn a_block_has_the_same_id_and_leaves_however_its_transactions_are_carried() {
    let block = block();
    let whole = ProposedBlock::decode(&block.encode()).unwrap();
    let forms: [fn(usize) -> bool; 3] = [|_| true, |_| false, |index| index % 2 == 0];
    for form in forms {
        let carried = carried(&block, form);
        let compact = ProposedBlock::decode(&encode_compact(&block.header, &carried)).unwrap();
        assert_eq!((compact.id(), compact.leaves()), (block.id(), whole.leaves()));
        assert_eq!(compact.transactions, carried);
    }
    let named = encode_compact(&block.header, &carried(&block, |_| true)).len();
    assert!(named < 5 * 33 + 400, "{named} bytes");
}

#[test]
fn a_compact_block_is_no_block() {
    let block = block();
    let bytes = encode_compact(&block.header, &carried(&block, |_| false));
    assert!(Block::decode(&bytes).is_err());
}

#[test]
fn names_and_bytes_that_the_header_does_not_commit_to_are_refused() {
    let block = block();
    let good = carried(&block, |index| index < 2);
    let mut other_name = good.clone();
    other_name[0] = Carried::Named(Hash([9; 32]));
    let mut other_bytes = good.clone();
    other_bytes[4] = Carried::Whole(vec![9]);
    let mut swapped = good.clone();
    swapped.swap(0, 1);
    for transactions in [other_name, other_bytes, swapped] {
        let refused = ProposedBlock::decode(&encode_compact(&block.header, &transactions)).unwrap_err();
        assert!(matches!(refused, BlockDecodeError::RootDiffers { .. }), "{refused}");
    }
    let refused = ProposedBlock::decode(&encode_compact(&block.header, &good[..4])).unwrap_err();
    assert_eq!(refused, BlockDecodeError::CountDiffers { header: 5, block: 4 });
    let mut trailing = encode_compact(&block.header, &good);
    trailing.push(0);
    assert!(ProposedBlock::decode(&trailing).is_err());
}
