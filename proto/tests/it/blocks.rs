//! Blocks that are not what their header says are refused.
use crate::common::{CHAIN, hash, key};
use tally_contracts::types::{Height, Timestamp};
use tally_proto::block::{BlockDecodeError, HEADER_VERSION, transactions_root};
use tally_proto::{Block, BlockHeader};

fn block() -> Block {
    let transactions = vec![vec![1, 2, 3], vec![4]];
    let header = BlockHeader {
        version: HEADER_VERSION,
        chain_id: CHAIN.to_owned(),
        height: Height::new(7),
        time: Timestamp::from_ms(1),
        parent: hash(1),
        proposer: key(1),
        transactions_root: transactions_root(&transactions),
        receipts_root: hash(2),
        state_root: hash(3),
        validators_hash: hash(4),
        transaction_count: 2,
    };
    Block { header, transactions }
}

#[test]
fn a_block_reads_back_what_it_wrote() {
    let block = block();
    assert_eq!(Block::decode(&block.encode()), Ok(block.clone()));
    assert_eq!(BlockHeader::decode(&block.header.encode()), Ok(block.header));
}

#[test]
fn bad_blocks_are_refused() {
    let (good, other_root) = (block().header.transactions_root, transactions_root(&[[1_u8]]));
    type Change = fn(&mut Block);
    let rows: Vec<(Change, BlockDecodeError)> = vec![
        (|block| block.header.version = 2, BlockDecodeError::Version { version: 2, expected: 1 }),
        (
            |block| block.header.chain_id = "c".repeat(65),
            BlockDecodeError::ChainIdTooLong { bytes: 65, limit: 64 },
        ),
        (|block| block.header.transaction_count = 3, BlockDecodeError::CountDiffers { header: 3, block: 2 }),
        (
            |block| block.transactions[1] = vec![0; 65_537],
            BlockDecodeError::TransactionTooLarge { index: 1, bytes: 65_537, limit: 65_536 },
        ),
        (
            |block| (block.transactions, block.header.transaction_count) = (vec![vec![1]], 1),
            BlockDecodeError::RootDiffers { header: good, block: other_root },
        ),
    ];
    for (change, error) in rows {
        let mut block = block();
        change(&mut block);
        assert_eq!(Block::decode(&block.encode()), Err(error));
    }
    let good = block().encode();
    let malformed = Err(BlockDecodeError::Malformed { what: "block" });
    assert_eq!(Block::decode(&good[..good.len() - 1]), malformed);
    assert_eq!(Block::decode(&[good, vec![0]].concat()), malformed);
}

#[test]
fn the_id_depends_on_every_byte_of_the_block() {
    let good = block().encode();
    for index in 0..good.len() {
        let mut other = good.clone();
        other[index] ^= 1;
        let same_id = Block::decode(&other).is_ok_and(|other| other.id() == block().id());
        assert!(!same_id, "byte {index}");
    }
}
