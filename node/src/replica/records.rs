//! Records as they stand now: proven by the node that is followed, and what it keeps back asked of another one.
use super::check::{certified, is_listed, proven_under, signer};
use super::evidence::Said;
use super::lie::Lie;
use super::line::Line;
use super::place::Place;
use crate::limits::{FOLLOW_KEYS_MAX, WITHHELD_ASKED_AGAIN};
use prost::Message;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use tally_contracts::state::{Key, StoredRecord};
use tally_proto::block::BlockHeader;
use tally_proto::v1::follow::{ProveAnswer, ProveResponse};
use tonic::Status;

/// Proven records by key; `None` for those that are proven absent.
pub(super) type Found = BTreeMap<Key, Option<StoredRecord>>;

/// What a node says of some records.
#[derive(Clone)]
pub(super) struct Proven {
    pub found: Found,
    pub withheld: Vec<Key>,
    /// Of the block after which it is so.
    pub height: u64,
    pub said: Said,
}

/// Why there are no records.
pub(super) enum Failed {
    /// It is gone, or does not answer.
    Unreachable(Status),
    /// It is behind, or the validators changed since: what it proves says nothing about this place.
    Elsewhere,
    Lied(Box<(Lie, Said)>),
}

/// Asks one node for records, not older than the place.
pub(super) async fn ask(line: &Line, chain_id: &str, place: &Place, keys: &[Key]) -> Result<Proven, Failed> {
    let rows: Vec<Vec<u8>> = keys.iter().map(Key::encode).collect();
    debug_assert!(rows.len() <= FOLLOW_KEYS_MAX);
    let ProveResponse { answer, peer_key, signature } =
        line.prove(rows).await.map_err(Failed::Unreachable)?;
    let said = Said { answer, peer_key, signature };
    match read(chain_id, place, keys, &said) {
        Ok(Some(Answered { found, withheld, height })) => Ok(Proven { found, withheld, height, said }),
        Ok(None) => Err(Failed::Elsewhere),
        Err(lie) => Err(Failed::Lied(Box::new((lie, said)))),
    }
}

/// What an answer proves, whoever brings it.
pub(super) struct Answered {
    pub found: Found,
    pub withheld: Vec<Key>,
    pub height: u64,
}

/// `None` where nobody listed signed it, or where [`answered`] has none.
fn read(chain_id: &str, place: &Place, keys: &[Key], said: &Said) -> Result<Option<Answered>, Lie> {
    let key = signer(chain_id, said)?;
    match is_listed(&place.validators, key) {
        true => answered(chain_id, place, keys, &said.answer),
        false => Ok(None),
    }
}

/// `None` where its header is of before this place, or names validators that this place does not know yet.
pub(super) fn answered(
    chain_id: &str,
    place: &Place,
    keys: &[Key],
    answer: &[u8],
) -> Result<Option<Answered>, Lie> {
    let answer = ProveAnswer::decode(answer).map_err(|_| Lie::Malformed { what: "answer" })?;
    if answer.member != place.member.as_str() {
        return Err(Lie::OtherMember);
    }
    let header =
        BlockHeader::decode(&answer.header).map_err(|source| Lie::Header { height: place.height, source })?;
    let height = header.height.number();
    if header.chain_id != chain_id {
        return Err(Lie::OtherHeight { height: place.height, found: height });
    }
    let is_later = height > place.height;
    if height < place.height || (is_later && header.validators_hash != place.validators.hash()) {
        return Ok(None);
    }
    if height == place.height && header.id() != place.block_id {
        return Err(Lie::OtherBlock { height, certified: header.id() });
    }
    if is_later {
        certified(chain_id, &header, &answer.certificate, &place.validators)?;
    }
    let mut found = Found::new();
    for proven in &answer.records {
        let key = asked(keys, &proven.key)?;
        let stored = proven_under(header.state_root, &key, proven).map_err(|source| Lie::Proof {
            what: "a record",
            height,
            source,
        })?;
        found.insert(key, stored);
    }
    let withheld: Vec<Key> = answer.withheld.iter().map(|row| asked(keys, row)).collect::<Result<_, _>>()?;
    // each is answered, and in one way
    match keys.iter().find(|key| found.contains_key(key) == withheld.contains(key)) {
        Some(key) => Err(Lie::OtherKey { key: format!("{key:?}") }),
        None => Ok(Some(Answered { found, withheld, height })),
    }
}

fn asked(keys: &[Key], row: &[u8]) -> Result<Key, Lie> {
    let key = Key::decode(row).filter(|key| keys.contains(key));
    key.ok_or_else(|| Lie::OtherKey { key: hex::encode(row) })
}

/// What became of keys that one node kept back.
pub(super) enum Judged {
    /// Others keep them back, too: they are not the member's, or not there.
    Denied,
    /// Others prove them, where the first one denied them.
    Withheld { lie: Lie, said: Said, other: Vec<u8> },
    /// One of the two proves them now.
    Found(Found),
}

/// Asks `other` about keys that `first` kept back, and `first` again where the two are of different moments.
pub(super) async fn judge(
    (first, other): (&Line, &Line),
    chain_id: &str,
    place: &Place,
    mut denied: Proven,
) -> Result<Judged, Failed> {
    let keys = denied.withheld.clone();
    let mut second = ask(other, chain_id, place, &keys).await?;
    for _ in 0..WITHHELD_ASKED_AGAIN {
        let proven = second.found.iter().find(|(_, stored)| stored.is_some()).map(|(key, _)| *key);
        let Some(key) = proven else { return Ok(Judged::Denied) };
        if !denied.withheld.contains(&key) {
            return Ok(Judged::Found(denied.found));
        }
        // what is the member's at one block may not be at another
        match denied.height.cmp(&second.height) {
            Ordering::Equal => {
                let lie = Lie::Withheld { key: format!("{key:?}"), height: denied.height };
                return Ok(Judged::Withheld { lie, said: denied.said, other: second.said.answer });
            }
            Ordering::Less => denied = ask(first, chain_id, place, &keys).await?,
            Ordering::Greater => second = ask(other, chain_id, place, &keys).await?,
        }
    }
    // the chain moves faster than both answer: what is proven counts, and nobody is judged
    Ok(Judged::Found(second.found))
}
