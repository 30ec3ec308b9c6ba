//! Bytes that must never change: every client in every language has signed them.

use crate::common::{CHAIN, cny, draft, every_action, hash, key, signed};
use expect_test::expect_file;
use std::collections::BTreeSet;
use std::fmt::Write;
use tally_contracts::settlement::PayReceivable;
use tally_contracts::types::{Hash, Height, ReceivableId, Timestamp};
use tally_contracts::{Action, Outcome, Receipt, ReceiptSource};
use tally_proto::block::{HEADER_VERSION, receipts_root, transactions_root};
use tally_proto::convert::action_name;
use tally_proto::{Block, BlockHeader, signing};

#[test]
fn the_body_of_every_action_is_pinned() {
    let mut lines = String::new();
    for action in every_action() {
        let (name, body) = (action_name(&action), draft(action.clone()).encode());
        writeln!(lines, "{name} {}", hex::encode(body)).unwrap();
    }
    expect_file!["golden/bodies.txt"].assert_eq(&lines);
}

#[test]
fn no_action_is_missing_here() {
    let names: BTreeSet<_> = every_action().iter().map(action_name).collect();
    assert_eq!(names.len(), 85);
    let descriptor = common_oneof_names();
    assert_eq!(names.iter().map(ToString::to_string).collect::<BTreeSet<_>>(), descriptor);
}

/// The names in the oneof `action`, from the compiled .proto files.
fn common_oneof_names() -> BTreeSet<String> {
    use prost::Message;
    let set = prost_types::FileDescriptorSet::decode(tally_proto::FILE_DESCRIPTOR_SET).unwrap();
    let messages = set.file.into_iter().flat_map(|file| file.message_type);
    let body = messages.into_iter().find(|message| message.name() == "TransactionBody").unwrap();
    body.field
        .iter()
        .filter(|field| field.oneof_index.is_some())
        .map(|field| field.name().to_owned())
        .collect()
}

fn pay() -> Action {
    Action::PayReceivable(PayReceivable { receivable: ReceivableId::new(17), amount: cny(1) })
}

#[test]
fn a_signed_transaction_is_pinned() {
    let signed = signed(&draft(pay()));
    let shown = format!(
        "chain        {CHAIN}\nkey          {}\nbody         {}\nsigned bytes {}\nid           {}\nsignature    {}\nenvelope     {}\n",
        key(1),
        hex::encode(signed.body()),
        hex::encode(signing::signing_bytes(CHAIN, signed.body())),
        signed.id(),
        hex::encode(signed.signatures()[0]),
        hex::encode(signed.bytes()),
    );
    expect_file!["golden/signed_transaction.txt"].assert_eq(&shown);
}

#[test]
fn a_block_is_pinned() {
    let signed = signed(&draft(pay()));
    let transactions = vec![signed.bytes().to_vec()];
    let receipts = [
        Receipt {
            source: ReceiptSource::Transaction(signed.id()),
            policy_version: 1,
            outcome: Outcome::Applied { events: vec![] },
        },
        Receipt {
            source: ReceiptSource::BlockEnd,
            policy_version: 1,
            outcome: Outcome::Applied { events: vec![] },
        },
    ];
    let header = BlockHeader {
        version: HEADER_VERSION,
        chain_id: CHAIN.to_owned(),
        height: Height::new(7),
        time: Timestamp::from_ms(1_768_435_200_000),
        parent: hash(0xaa),
        proposer: key(2),
        transactions_root: transactions_root(&transactions),
        receipts_root: receipts_root(&receipts),
        state_root: hash(0xbb),
        validators_hash: hash(0xcc),
        transaction_count: 1,
    };
    let shown = format!(
        "transactions root {}\nreceipts root     {}\nno transactions   {}\nheader            {}\nblock id          {}\n",
        header.transactions_root,
        header.receipts_root,
        transactions_root(&[] as &[Vec<u8>]),
        hex::encode(header.encode()),
        header.id(),
    );
    expect_file!["golden/block.txt"].assert_eq(&shown);
    let block = Block { header, transactions };
    assert_eq!(block.id(), block.header.id());
    assert_eq!(Block::decode(&block.encode()), Ok(block.clone()));
    assert_ne!(block.id(), Hash::ZERO);
}
