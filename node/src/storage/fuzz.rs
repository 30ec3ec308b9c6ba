//! What this machine's disk gives back, for `testnet/fuzz`: each row says whether it was taken, and has one form.
use super::schema::{
    Location, RequestOutcome, Tip, UndecidedBlock, decode_record, encode_record, history_key,
    history_locations, undecided_parts,
};

/// Bytes of the key of an undecided block, or of a history row.
const UNDECIDED_KEY_BYTES: usize = 44;
const HISTORY_KEY_BYTES: usize = 20;

/// The first byte says which row the rest is; where it has a key, that comes first.
pub fn row(bytes: &[u8]) -> bool {
    let Some((kind, rest)) = bytes.split_first() else { return false };
    match kind {
        0 => again(rest, Tip::decode(rest).map(|tip| tip.encode())),
        1 => again(rest, Location::decode(rest).map(|location| location.encode())),
        2 => again(rest, RequestOutcome::decode(rest).map(|outcome| outcome.encode())),
        3 => again(rest, decode_record(rest).map(|stored| encode_record(&stored.salt, &stored.bytes))),
        4 => undecided(rest),
        5 => history(rest),
        _ => false,
    }
}

fn again(bytes: &[u8], encoded: Option<Vec<u8>>) -> bool {
    let Some(encoded) = encoded else { return false };
    assert_eq!(encoded, bytes, "a row has one form");
    true
}

fn undecided(bytes: &[u8]) -> bool {
    let Some((key, value)) = bytes.split_at_checked(UNDECIDED_KEY_BYTES) else { return false };
    let Some(block) = UndecidedBlock::decode(key, value, Vec::new()) else { return false };
    assert_eq!(undecided_parts(key), Some((block.height, block.round, block.block_id)));
    again(key, Some(block.key())) && again(value, Some(block.encode()))
}

fn history(bytes: &[u8]) -> bool {
    let Some((key, value)) = bytes.split_at_checked(HISTORY_KEY_BYTES) else { return false };
    let Some(places) = history_locations(key, value) else { return false };
    let receivable = key.first_chunk().map_or(0, |number| u64::from_be_bytes(*number));
    let events: Vec<u8> = places.iter().flat_map(|place| place.event.to_be_bytes()).collect();
    if let Some(first) = places.first() {
        assert!(places.iter().all(|place| (place.height, place.receipt) == (first.height, first.receipt)));
        again(key, Some(history_key(receivable, first.height, first.receipt)));
    }
    again(value, Some(events))
}

/// What [`row`] takes, each after the byte of its kind.
pub fn rows() -> Vec<Vec<u8>> {
    let location = Location { height: 7, position: 3 };
    let outcome = RequestOutcome { transaction: [4; 32], location };
    let block = UndecidedBlock {
        height: 7,
        round: 1,
        block_id: [5; 32],
        valid_round: Some(0),
        proposer: [6; 32],
        is_valid: true,
        bytes: Vec::new(),
    };
    let events = [1_u32.to_be_bytes(), 2_u32.to_be_bytes()].concat();
    let rows = [
        (0, Tip { height: 7, block_id: [1; 32], state_root: [2; 32] }.encode()),
        (1, location.encode()),
        (2, outcome.encode()),
        (3, encode_record(&[3; 16], b"a record")),
        (4, [block.key(), block.encode()].concat()),
        (5, [history_key(9, 7, 1), events].concat()),
    ];
    rows.into_iter().map(|(kind, row)| [&[kind], &row[..]].concat()).collect()
}
