//! What full nodes answer and this machine's disk keeps, for `testnet/fuzz`: each says whether the bytes were taken, and
//! panics where they break a promise of this room. Of a chain whose validators signed nothing but `truth`, whatever is
//! believed is what they signed, and whatever is proven is all of it.
mod truth;

use super::place::Place;
use super::records::answered;
use crate::events::HappenedBlock;
use prost::Message;
use tally_contracts::items::Item;
use tally_contracts::state::{Key, StoredRecord};
use truth::{ASKED, CHAIN, MEMBER, SALT, TRUTH};

/// A full node's answer about blocks, to a member that is at genesis.
pub fn followed(bytes: &[u8]) -> bool {
    let mut place = TRUTH.places[0].clone();
    let Ok((blocks, is_proven)) = place.take(CHAIN, bytes) else { return false };
    assert!(blocks.len() <= TRUTH.blocks.len(), "a block that nobody signed");
    let mut told: Vec<&Item> = Vec::new();
    for (checked, block) in blocks.iter().zip(&TRUTH.blocks) {
        assert_eq!(checked.header.encode(), block.header, "a header is as it was signed");
        let stored = HappenedBlock::of_followed(&checked.bytes).expect("what is stored can be read");
        let stored = stored.events().map(|(_, event)| event);
        assert!(stored.eq(checked.items.iter().map(|item| &item.told)), "what is stored is what was told");
        told.extend(&checked.items);
    }
    if is_proven {
        assert_eq!(place, TRUTH.places[blocks.len()], "it ends where the ledger is");
        let genuine = TRUTH.blocks[..blocks.len()].iter().flat_map(|block| &block.items);
        let mut genuine: Vec<_> = genuine.map(|item| item.item.clone()).collect();
        let mut told: Vec<_> = told.into_iter().map(truth::encoded).collect();
        // what a member and what everyone is told are counted apart, so their order among each other is the node's word
        genuine.sort();
        told.sort();
        assert_eq!(told, genuine, "nothing was kept back, added or changed");
    }
    true
}

/// A full node's answer about records, to a member that is at the first block.
pub fn proven(bytes: &[u8]) -> bool {
    let Ok(Some(answer)) = answered(CHAIN, &TRUTH.places[1], &*ASKED, bytes) else { return false };
    let height = usize::try_from(answer.height).unwrap_or(usize::MAX);
    let records = &TRUTH.records[height - 1];
    for key in &*ASKED {
        let Some(found) = answer.found.get(key) else {
            assert!(answer.withheld.contains(key), "{key:?} is answered");
            continue;
        };
        let genuine = records.get(key).map(|bytes| StoredRecord { salt: SALT, bytes: bytes.clone() });
        assert_eq!(*found, genuine, "a record is as it was signed");
        assert!(!answer.withheld.contains(key), "{key:?} is answered in one way");
    }
    true
}

/// How far a replica is, as this machine's disk keeps it.
pub fn place(bytes: &[u8]) -> bool {
    let Ok(place) = Place::decode(bytes, *MEMBER) else { return false };
    assert_eq!(place.encode(), bytes, "a place has one form");
    assert_eq!(place.member, *MEMBER, "a replica is one member's");
    assert_eq!(place.tip().height, place.height);
    true
}

/// What [`followed`] takes: both blocks, the first, none, and the first with more to come.
pub fn follow_answers() -> Vec<Vec<u8>> {
    let mut more = TRUTH.answer(1);
    (more.own_items, more.public_items) = (None, None);
    let answers = [TRUTH.answer(2), TRUTH.answer(1), TRUTH.answer(0), more];
    answers.map(|answer| answer.encode_to_vec()).into()
}

/// What [`proven`] takes: of the block at which the member is, of the next one, and nothing but what is kept back.
pub fn prove_answers() -> Vec<Vec<u8>> {
    let mut denied = TRUTH.proven(1);
    denied.records.clear();
    denied.withheld = ASKED.iter().map(Key::encode).collect();
    [TRUTH.proven(1), TRUTH.proven(2), denied].map(|answer| answer.encode_to_vec()).into()
}

/// What [`place`] takes: at genesis, and after each block.
pub fn places() -> Vec<Vec<u8>> {
    TRUTH.places.iter().map(Place::encode).collect()
}
