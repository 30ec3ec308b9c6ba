//! What goes into the ledger and what comes out of it: transactions, blocks, certificates, proofs, records.

use std::sync::LazyLock;

use prost::Message;
use tally_contracts::Transaction;
use tally_contracts::limits::TRANSACTION_BYTES_MAX;
use tally_contracts::state::{Key, Record};
use tally_contracts::types::PublicKey;
use tally_node::ledger::decode_receipts;
use tally_proto::compact::{Carried, ProposedBlock, encode_compact};
use tally_proto::convert::row_key;
use tally_proto::limits::BLOCK_TRANSACTIONS_MAX;
use tally_proto::proof::{TrustedChain, verify};
use tally_proto::signing::{Claim, all_hold};
use tally_proto::transaction::decode_body;
use tally_proto::v1::ledger::{GetProofResponse, RawKey, RecordKey, record_key};
use tally_proto::{Block, BlockHeader, Certificate, SignedTransaction, TransactionDraft};

use crate::seeds::{self, CHAIN};

/// The envelope of a signed transaction.
pub fn transaction(bytes: &[u8]) -> bool {
    let Ok(signed) = SignedTransaction::decode(bytes, CHAIN) else { return false };
    assert!(bytes.len() <= TRANSACTION_BYTES_MAX, "a transaction beyond the limit");
    assert_eq!(signed.bytes(), bytes);
    assert_eq!(signed.signatures().len(), signed.unverified().signers.len());
    let signatures = signed.signatures().iter().map(|signature| signature.to_vec()).collect();
    let again = SignedTransaction::assemble(signed.body().to_vec(), signatures, CHAIN);
    assert_eq!(again.as_ref(), Ok(&signed), "an envelope has one form");
    assert!(body(signed.body()), "the body of a transaction is one by itself");
    true
}

/// What is signed of it.
pub fn body(bytes: &[u8]) -> bool {
    let Ok(transaction) = decode_body(bytes, CHAIN) else { return false };
    let Transaction { id: _, sender, request_id, valid_until, signers, action } = transaction;
    assert!((1..=8).contains(&signers.len()), "1 to 8 keys");
    let draft = TransactionDraft { request_id, sender, signers, valid_until, action };
    assert_eq!(draft.encode(), bytes, "a body has one form, whatever it asks for");
    true
}

/// Receipts of a block, each after its length.
pub fn receipts(bytes: &[u8]) -> bool {
    let Some(receipts) = decode_receipts(bytes) else { return false };
    assert_eq!(seeds::stored_receipts(&receipts), bytes, "receipts have one form");
    true
}

/// A key, a signature and a message: one verdict alone and among honest ones.
pub fn signature(bytes: &[u8]) -> bool {
    static HONEST: LazyLock<([u8; 32], [u8; 64])> = LazyLock::new(seeds::honest_signature);
    let Some((key, rest)) = bytes.split_first_chunk::<32>() else { return false };
    let Some((signature, message)) = rest.split_first_chunk::<64>() else { return false };
    let claim = Claim { key: PublicKey(*key), signature: *signature, message };
    let honest = Claim { key: PublicKey(HONEST.0), signature: HONEST.1, message: seeds::MESSAGE };
    let alone = claim.verify().is_ok();
    assert_eq!(all_hold(&[claim, honest]), alone, "alone and in a batch");
    alone
}

/// A block or a header, whole.
pub fn block(bytes: &[u8]) -> bool {
    let header = BlockHeader::decode(bytes);
    if let Ok(header) = &header {
        assert_eq!(header.encode(), bytes, "a header has one form");
    }
    let Ok(block) = Block::decode(bytes) else { return header.is_ok() };
    assert_eq!(block.encode(), bytes, "a block has one form");
    assert!(block.transactions.iter().all(|one| one.len() <= TRANSACTION_BYTES_MAX));
    let proposed = ProposedBlock::decode(bytes).expect("a whole block is a proposed one");
    assert_eq!(proposed.id(), block.id());
    true
}

/// A block as it is proposed, compact or whole.
pub fn proposal(bytes: &[u8]) -> bool {
    let Ok(proposed) = ProposedBlock::decode(bytes) else { return false };
    assert!(proposed.transactions.len() <= BLOCK_TRANSACTIONS_MAX, "transactions");
    let compact = encode_compact(&proposed.header, &proposed.transactions);
    if compact == bytes {
        return true;
    }
    let whole = proposed.transactions.iter().filter_map(|carried| match carried {
        Carried::Whole(bytes) => Some(bytes.clone()),
        Carried::Named(_) => None,
    });
    let block = Block { header: proposed.header.clone(), transactions: whole.collect() };
    assert_eq!(block.encode(), bytes, "what is not compact is whole");
    assert_eq!(Block::decode(bytes).as_ref(), Ok(&block), "both readers agree");
    true
}

/// A certificate, by the node's reader and by the light client's.
pub fn certificate(bytes: &[u8]) -> bool {
    let taken = tally_consensus::fuzz::certificate(bytes);
    assert_eq!(Certificate::decode(bytes).is_ok(), taken, "both readers agree");
    taken
}

/// A node's answer about a record of a chain whose validators are known: what verifies is what they signed.
pub fn proof(bytes: &[u8]) -> bool {
    static VALIDATORS: LazyLock<Vec<(PublicKey, u64)>> = LazyLock::new(seeds::validators);
    let Ok(answer) = GetProofResponse::decode(bytes) else { return false };
    let chain = TrustedChain { chain_id: CHAIN, validators: &VALIDATORS };
    let mut is_proven = false;
    for tranche in seeds::PROVEN_TRANCHES {
        let Ok(proven) = verify(&answer, &seeds::tranche_row(tranche), chain) else { continue };
        let genuine = (tranche <= seeds::TRANCHES).then(|| seeds::RECORD.to_vec());
        assert_eq!(proven.record, genuine, "tranche {tranche} is as it was signed");
        is_proven = true;
    }
    is_proven
}

/// The name of a record in a request: its row, whichever way it is named.
pub fn record_key(bytes: &[u8]) -> bool {
    let Ok(name) = RecordKey::decode(bytes) else { return false };
    let Ok(row) = row_key(&name) else { return false };
    let raw = RecordKey { key: Some(record_key::Key::Raw(RawKey::of_row(&row))) };
    assert_eq!(row_key(&raw).as_ref(), Ok(&row), "a row has one name in bytes");
    if !matches!(name.key, Some(record_key::Key::Raw(_))) {
        assert!(Key::decode(&row).is_some(), "what is named by its kind is a key of the state");
    }
    true
}

/// A key of the state and a record under it; the first byte says how long the key is.
pub fn record(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.split_first() else { return false };
    let Some((key_bytes, record_bytes)) = rest.split_at_checked(usize::from(*length)) else { return false };
    let Some(key) = Key::decode(key_bytes) else { return false };
    assert_eq!(key.encode(), key_bytes, "a key has one form");
    let Some(record) = Record::decode(&key, record_bytes) else { return false };
    let again = record.encode();
    assert_eq!(Record::decode(&key, &again), Some(record), "a record reads back as it is written");
    true
}
