//! Documents from strangers, for `testnet/fuzz`: each says whether the bytes were taken, and panics where they break a promise
//! of this room.
use chacha20poly1305::Nonce;
use chacha20poly1305::aead::{Aead, Payload as Encrypted};
use sha2::{Digest, Sha256};
use tally_contracts::document::Payload;
use tally_contracts::types::Hash;

use super::open;
use super::seal::{CONTENT_BYTES_MAX, PADDED_MIN, aad, cipher, commit, pad, unpad};

const CHAIN: &str = "test-chain";
/// What the ledger knows of: whoever has key and salt may have encrypted anything else.
const NAME: &str = "invoice.xml";
const CONTENT: &[u8] = b"one thousand";
const SECRET: [u8; 64] = [7; 64];

/// What is inside of a document, as its sender padded it; where the end is missing, padded here. What reads has one form,
/// and what opens is what the ledger knows of.
pub fn paper(bytes: &[u8]) -> bool {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().max(PADDED_MIN).next_power_of_two(), 0);
    is_whole(bytes) | is_whole(&padded)
}

fn is_whole(padded: &[u8]) -> bool {
    let Some(opened) = unpad(padded) else { return false };
    assert!(opened.content.len() <= CONTENT_BYTES_MAX, "content");
    let again = pad(&opened.name, &opened.content).expect("what was unpadded can be padded");
    assert_eq!(again.as_slice(), padded, "a document has one form");
    let (key, salt) = SECRET.split_at(32);
    let ciphertext = cipher(key).encrypt(&Nonce::default(), Encrypted { msg: padded, aad: &aad(CHAIN) });
    let ciphertext = ciphertext.expect("it is short enough");
    let payload = Payload {
        commitment: commit(salt, NAME, CONTENT),
        ciphertext: Hash(Sha256::digest(&ciphertext).into()),
        bytes: ciphertext.len() as u64,
    };
    let is_genuine = opened.name == NAME && opened.content.as_slice() == CONTENT;
    let is_open = open(CHAIN, &payload, &ciphertext, &SECRET).is_ok();
    assert_eq!(is_open, is_genuine, "what opens is what the ledger knows of");
    true
}

/// What [`paper`] takes: what the ledger knows of, and something else, both without the padding.
pub fn papers() -> Vec<Vec<u8>> {
    let papers = [(NAME, CONTENT), ("a", &[][..])];
    let bare = |(name, content): (&str, &[u8])| {
        let padded = pad(name, content).expect("it is short enough");
        padded[..1 + 2 + name.len() + 8 + content.len()].to_vec()
    };
    papers.into_iter().map(bare).collect()
}
