//! Coding: transactions and blocks, to bytes and back.
use super::{Case, case, timed};
use crate::meter::Run;
use crate::world::people::{self, CHAIN, Order, proposer};
use crate::world::{BLOCK, EACH, first, orders, signed};
use tally_contracts::types::{Hash, Height};
use tally_proto::block::{Block, BlockHeader, HEADER_VERSION, transactions_root};
use tally_proto::{SignedTransaction, TransactionDraft};

pub fn cases() -> Vec<Case> {
    vec![
        case("decode split-and-pay", EACH, || decode(envelopes(signed()))),
        case("decode submit", EACH, || decode(envelopes(&submits()))),
        case("encode split-and-pay", EACH, encode),
        timed("encode block of 1,000", BLOCK, encode_block),
        case("decode block of 1,000", BLOCK, decode_block),
    ]
}

fn envelopes(transactions: &[SignedTransaction]) -> Vec<Vec<u8>> {
    first(transactions, EACH).iter().map(|signed| signed.bytes().to_vec()).collect()
}

fn submits() -> Vec<SignedTransaction> {
    (0..EACH).map(|number| orders::submit(number).sign()).collect()
}

fn decode(envelopes: Vec<Vec<u8>>) -> Run {
    let decode = |bytes: &Vec<u8>| SignedTransaction::decode(bytes, CHAIN).expect("it was signed here");
    Box::new(move |meter| {
        meter.measure(|| envelopes.iter().map(decode).collect::<Vec<_>>());
    })
}

fn encode() -> Run {
    let draft = |signed: &SignedTransaction| {
        let asked = signed.unverified();
        Order { sender: asked.sender, action: asked.action.clone() }.draft()
    };
    let drafts: Vec<TransactionDraft> = first(signed(), EACH).iter().map(draft).collect();
    Box::new(move |meter| {
        meter.measure(|| drafts.iter().map(TransactionDraft::encode).collect::<Vec<_>>());
    })
}

fn encode_block() -> Run {
    let block = block();
    Box::new(move |meter| {
        meter.measure(|| block.encode());
    })
}

fn decode_block() -> Run {
    let bytes = block().encode();
    Box::new(move |meter| {
        meter.measure(|| Block::decode(&bytes)).expect("it was encoded here");
    })
}

fn block() -> Block {
    let transactions: Vec<Vec<u8>> = signed().iter().map(|signed| signed.bytes().to_vec()).collect();
    let header = BlockHeader {
        version: HEADER_VERSION,
        chain_id: CHAIN.to_owned(),
        height: Height::new(1),
        time: people::morning(),
        parent: Hash::ZERO,
        proposer: proposer(),
        transactions_root: transactions_root(&transactions),
        receipts_root: Hash::ZERO,
        state_root: Hash::ZERO,
        validators_hash: Hash::ZERO,
        transaction_count: BLOCK,
    };
    Block { header, transactions }
}
