//! Signatures: checked one by one as the API does, or in batches as gossip and validation do.
use super::{Case, case};
use crate::meter::Run;
use crate::world::{first, people, signed};
use ed25519_dalek::SigningKey;
use tally_contracts::types::Hash;
use tally_proto::{SignedTransaction, TransactionDraft, signing, transaction, verify_batch};

const ALONE: u32 = 16;
const BATCH: u32 = 128;

pub fn cases() -> Vec<Case> {
    vec![
        case("verify one", ALONE, one_by_one),
        case("verify in 128 of 16 signers", BATCH, || batch(first(signed(), BATCH).to_vec())),
        case("verify in 128 of 128 signers", BATCH, || batch(by_strangers())),
    ]
}

fn one_by_one() -> Run {
    let transactions = first(signed(), ALONE);
    Box::new(move |meter| {
        let transactions = transactions.to_vec();
        meter.measure(|| transactions.into_iter().map(SignedTransaction::verify).collect::<Vec<_>>());
    })
}

fn batch(transactions: Vec<SignedTransaction>) -> Run {
    Box::new(move |meter| {
        let transactions = transactions.clone();
        let verdicts = meter.measure(|| verify_batch(transactions));
        assert!(verdicts.iter().all(Result::is_ok), "a batch that does not hold is checked one by one");
    })
}

/// A signature's check does not look at whose the key is.
fn by_strangers() -> Vec<SignedTransaction> {
    let sign = |(number, transaction): (usize, &SignedTransaction)| {
        let key = SigningKey::from_bytes(&Hash::of(&number.to_be_bytes()).0);
        let asked = transaction.unverified().clone();
        let draft = TransactionDraft {
            request_id: asked.request_id,
            sender: asked.sender,
            signers: vec![signing::public_key(&key)],
            valid_until: asked.valid_until,
            action: asked.action,
        };
        transaction::sign(draft.encode(), people::CHAIN, &[key]).expect("a whole draft and its key")
    };
    first(signed(), BATCH).iter().enumerate().map(sign).collect()
}
