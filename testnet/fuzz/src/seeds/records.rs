//! Records of a state: those that genesis makes.

use tally_node::genesis_file::read;

use super::files::GENESIS;

/// Every record of the genesis of [`GENESIS`], each after its key and the key's length.
pub fn records() -> Vec<Vec<u8>> {
    let genesis = read("genesis.toml".as_ref(), GENESIS).expect("the seed is a genesis");
    let changes = genesis.changes().expect("the rulebook takes the seed");
    let seed = |(key, record): (Vec<u8>, Vec<u8>)| {
        let length = u8::try_from(key.len()).expect("keys are short");
        [&[length], &key[..], &record[..]].concat()
    };
    let mut records: Vec<_> = changes
        .records
        .iter()
        .filter_map(|change| Some((change.key.encode(), change.now.as_ref()?.encode())))
        .map(seed)
        .collect();
    records.sort();
    records.dedup_by_key(|seed| seed.get(1).copied());
    records
}
