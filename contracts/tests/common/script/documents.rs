//! What is bound to the ledger of documents, and the keys that open them.
//!
//! ```text
//! alpha encrypts with 1                                          publishes an encryption key; 0 is of small order
//! alpha files Invoice on R1 [of T1] [bytes 4112] [replaces A1]   A1 is the first document
//! alpha shares A1 with east · alpha shreds A1
//! east rotates 1 to 9                                            numbers stand for consensus keys
//! ```
use super::super::cast::key;
use super::super::memory::MemoryState;
use super::Words;
use std::fmt::Write;
use tally_contracts::Action;
use tally_contracts::document::{
    Document, DocumentKind, Payload, RegisterDocument, ShareDocument, ShredDocument,
};
use tally_contracts::governance::RotateConsensusKey;
use tally_contracts::member::{EncryptionKey, SetEncryptionKey};
use tally_contracts::types::{Hash, MemberId, PublicKey, X25519Key};

pub fn action(verb: &str, words: &mut Words) -> Option<Action> {
    let action = match verb {
        "encrypts" => {
            let number: u8 = words.skip().next().parse().expect("a number");
            Action::SetEncryptionKey(SetEncryptionKey { key: X25519Key([number; 32]) })
        }
        "files" => Action::RegisterDocument(register(words)),
        "shares" => {
            let document = words.id();
            Action::ShareDocument(ShareDocument { document, with: words.skip().member() })
        }
        "shreds" => Action::ShredDocument(ShredDocument { document: words.id() }),
        "rotates" => {
            let from = consensus_key(words.next());
            Action::RotateConsensusKey(RotateConsensusKey { from, to: consensus_key(words.skip().next()) })
        }
        _ => return None,
    };
    Some(action)
}

fn register(words: &mut Words) -> RegisterDocument {
    let kind = match words.next() {
        "Invoice" => DocumentKind::Invoice,
        "Contract" => DocumentKind::Contract,
        "DeliveryNote" => DocumentKind::DeliveryNote,
        _ => DocumentKind::Other,
    };
    let receivable = words.skip().id();
    let tranche = words.take("of").then(|| words.id());
    let bytes = words.after("bytes").map_or(4_112, |bytes| bytes.parse().expect(bytes));
    let replaces = words.take("replaces").then(|| words.id());
    let payload = Payload { commitment: Hash::of(b"content"), ciphertext: Hash::of(b"encrypted"), bytes };
    RegisterDocument { receivable, tranche, kind, payload, replaces }
}

/// A key in full, hexadecimal.
pub fn long_key(word: &str) -> Option<PublicKey> {
    Hash::from_hex(word).map(|Hash(key)| PublicKey(key))
}

fn consensus_key(word: &str) -> PublicKey {
    match word.split_once('/') {
        Some((member, number)) => key(member, number),
        None => long_key(word).unwrap_or_else(|| PublicKey([word.parse().expect(word); 32])),
    }
}

pub fn show(state: &MemoryState) -> String {
    let mut out = String::new();
    for (key, it) in state.all::<EncryptionKey>() {
        let (number, since) = (it.number, it.since);
        writeln!(out, "{key:?}: {} is its number {number}, since {since}", it.key.0[0]).unwrap();
    }
    for (_, it) in state.all::<Document>() {
        let parties: Vec<&str> = it.parties.iter().map(MemberId::as_str).collect();
        write!(out, "{} {:?} of {} on {}", it.id, it.kind, it.owner, it.receivable).unwrap();
        it.tranche.iter().for_each(|tranche| write!(out, " of {tranche}").unwrap());
        it.replaces.iter().for_each(|earlier| write!(out, " instead of {earlier}").unwrap());
        write!(out, ", for {}", parties.join(" ")).unwrap();
        it.shredded_at.iter().for_each(|height| write!(out, ", shredded at {height}").unwrap());
        writeln!(out).unwrap();
    }
    out
}
