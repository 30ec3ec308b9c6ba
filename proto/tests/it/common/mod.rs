//! Values that the tests share: one action of each kind, any action, keys.
mod actions;
mod strategies;

pub use actions::every_action;
pub use strategies::any_draft;

use ed25519_dalek::SigningKey;
use tally_contracts::Action;
use tally_contracts::types::{Amount, BusinessDate, Currency, Hash, Height, MemberId, PublicKey, Text};
use tally_proto::{SignedTransaction, TransactionDraft, signing, transaction};

pub const CHAIN: &str = "test-chain";

pub fn secret(byte: u8) -> SigningKey {
    SigningKey::from_bytes(&[byte; 32])
}

pub fn key(byte: u8) -> PublicKey {
    signing::public_key(&secret(byte))
}

pub fn member(slug: &str) -> MemberId {
    MemberId::new(slug).unwrap()
}

pub fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::new("CNY").unwrap()).unwrap()
}

pub fn date(year: i32, month: u32, day: u32) -> BusinessDate {
    BusinessDate::from_ymd(year, month, day).unwrap()
}

pub fn hash(byte: u8) -> Hash {
    Hash([byte; 32])
}

/// A draft by `sender` alone.
pub fn draft(action: Action) -> TransactionDraft {
    TransactionDraft {
        request_id: [7; 16],
        sender: member("alpha"),
        signers: vec![key(1)],
        valid_until: Height::new(300),
        action,
    }
}

/// The draft signed by keys 1 to 8, as far as it names them.
pub fn signed(draft: &TransactionDraft) -> SignedTransaction {
    let secrets: Vec<_> = (1..=8).map(secret).collect();
    transaction::sign(draft.encode(), CHAIN, &secrets).unwrap()
}
