//! The one drawing of what lies in the database: families, keys, values.
//!
//! Numbers are big endian, so that the order of keys is the order of numbers. `‖` joins, `n B`
//! counts bytes, `…` is as long as it is.
//!
//! ```text
//! family        key                                            value
//! meta          "format"                                       version 4 B
//!               "genesis"                                      genesis hash 32 B
//!               "chain"                                        chain id, UTF-8
//!               "replica"                                      on a member node: how far it is proven, encoded
//!               "tip"                                          height 8 B ‖ block id 32 B ‖ state root 32 B
//! blocks        height 8 B ‖ block id 32 B                     block bytes, of decided and of undecided blocks
//! decided       height 8 B                                     block id 32 B
//! certificates  height 8 B                                     certificate bytes
//! receipts      height 8 B                                     receipts of the block, encoded
//! records       record key …                                   salt 16 B ‖ record bytes
//! index         index key …                                    nothing; not in the state tree
//! transactions  transaction id 32 B                            height 8 B ‖ position 4 B
//! requests      sender slug ‖ 0 ‖ request id 16 B              transaction id 32 B ‖ height 8 B ‖ position 4 B
//! history       receivable 8 B ‖ height 8 B ‖ receipt 4 B      indexes of its events in that receipt, 4 B each
//! relations     member slug ‖ 0 ‖ receivable 8 B               nothing: it ever took part in it
//! undecided     height 8 B ‖ round 4 B ‖ block id 32 B         verdict 1 B ‖ valid round + 1, or 0: 8 B
//!                                                              ‖ proposer key 32 B; its bytes are in blocks
//! validators    first height 8 B                               validator set from that height on
//! handovers     height 8 B                                     proof of the set that the block of this height put in force
//! followed      height 8 B                                     on a member node: its block as the member may see it
//! evidence      height 8 B ‖ SHA-256 of the value 32 B         evidence bytes
//! ```

use sha2::{Digest, Sha256};
use tally_contracts::state::{Salt, StoredRecord};

/// The layout drawn above. Raise it with every change that an older program would misread.
pub const FORMAT_VERSION: u32 = 2;

pub(super) const META_FORMAT: &[u8] = b"format";
pub(super) const META_GENESIS: &[u8] = b"genesis";
pub(super) const META_CHAIN: &[u8] = b"chain";
pub(super) const META_TIP: &[u8] = b"tip";
pub(super) const META_REPLICA: &[u8] = b"replica";

/// A column family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    Meta,
    Blocks,
    Decided,
    Certificates,
    Receipts,
    Records,
    Index,
    Transactions,
    Requests,
    History,
    Relations,
    Undecided,
    Validators,
    Handovers,
    Followed,
    Evidence,
}

impl Family {
    pub const ALL: [Self; 16] = [
        Self::Meta,
        Self::Blocks,
        Self::Decided,
        Self::Certificates,
        Self::Receipts,
        Self::Records,
        Self::Index,
        Self::Transactions,
        Self::Requests,
        Self::History,
        Self::Relations,
        Self::Undecided,
        Self::Validators,
        Self::Handovers,
        Self::Followed,
        Self::Evidence,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Blocks => "blocks",
            Self::Decided => "decided",
            Self::Certificates => "certificates",
            Self::Receipts => "receipts",
            Self::Records => "records",
            Self::Index => "index",
            Self::Transactions => "transactions",
            Self::Requests => "requests",
            Self::History => "history",
            Self::Relations => "relations",
            Self::Undecided => "undecided",
            Self::Validators => "validators",
            Self::Handovers => "handovers",
            Self::Followed => "followed",
            Self::Evidence => "evidence",
        }
    }
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The last committed block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// 0 after genesis, before the first block.
    pub height: u64,
    pub block_id: [u8; 32],
    /// Root of the state tree after the block.
    pub state_root: [u8; 32],
}

/// Where a transaction stands in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    pub height: u64,
    /// Index in the block, from 0.
    pub position: u32,
}

/// Where an event stands in the chain: the cursor `height.receipt.event` of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventLocation {
    pub height: u64,
    /// Index of its receipt in the block, from 0.
    pub receipt: u32,
    /// Index in the receipt, from 0.
    pub event: u32,
}

/// What became of a request that a member sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestOutcome {
    pub transaction: [u8; 32],
    pub location: Location,
}

/// A proposal that this node built or judged, and that is not decided yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndecidedBlock {
    pub height: u64,
    pub round: u32,
    pub block_id: [u8; 32],
    /// The earlier round in which it gathered a quorum of prevotes.
    pub valid_round: Option<u32>,
    pub proposer: [u8; 32],
    /// Whether execution found it valid.
    pub is_valid: bool,
    pub bytes: Vec<u8>,
}

pub(super) fn height_key(height: u64) -> [u8; 8] {
    height.to_be_bytes()
}

pub(super) fn height_of(key: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(*key.first_chunk()?))
}

pub(super) fn block_key(height: u64, id: &[u8; 32]) -> Vec<u8> {
    [&height.to_be_bytes()[..], id].concat()
}

pub(super) fn request_key(sender: &str, request_id: &[u8; 16]) -> Vec<u8> {
    [sender.as_bytes(), &[0], request_id].concat()
}

pub(super) fn undecided_prefix(height: u64, round: u32) -> Vec<u8> {
    [&height.to_be_bytes()[..], &round.to_be_bytes()].concat()
}

/// Height, round and block id of an undecided block's key.
pub(super) fn undecided_parts(key: &[u8]) -> Option<(u64, u32, [u8; 32])> {
    let (height, key) = key.split_first_chunk()?;
    let (round, id) = key.split_first_chunk()?;
    Some((u64::from_be_bytes(*height), u32::from_be_bytes(*round), id.try_into().ok()?))
}

pub(super) fn evidence_key(height: u64, bytes: &[u8]) -> Vec<u8> {
    [&height.to_be_bytes()[..], &Sha256::digest(bytes)].concat()
}

impl Tip {
    pub(super) fn encode(&self) -> Vec<u8> {
        [&self.height.to_be_bytes()[..], &self.block_id, &self.state_root].concat()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (height, rest) = bytes.split_first_chunk()?;
        let (block_id, rest) = rest.split_first_chunk()?;
        let state_root = rest.try_into().ok()?;
        Some(Self { height: u64::from_be_bytes(*height), block_id: *block_id, state_root })
    }
}

pub(super) fn encode_record(salt: &Salt, record: &[u8]) -> Vec<u8> {
    [salt, record].concat()
}

pub(super) fn decode_record(bytes: &[u8]) -> Option<StoredRecord> {
    let (salt, record) = bytes.split_first_chunk()?;
    Some(StoredRecord { salt: *salt, bytes: record.to_vec() })
}

pub(super) fn history_key(receivable: u64, height: u64, receipt: u32) -> Vec<u8> {
    [&receivable.to_be_bytes()[..], &height.to_be_bytes(), &receipt.to_be_bytes()].concat()
}

/// What the rows of a member's relations begin with.
pub(super) fn relations_of(member: &str) -> Vec<u8> {
    [member.as_bytes(), &[0]].concat()
}

pub(super) fn relation_key(member: &str, receivable: u64) -> Vec<u8> {
    [&relations_of(member)[..], &receivable.to_be_bytes()].concat()
}

/// The places that a row of the history names.
pub(super) fn history_locations(key: &[u8], value: &[u8]) -> Option<Vec<EventLocation>> {
    let (_, key) = key.split_first_chunk::<8>()?;
    let (height, receipt) = key.split_first_chunk()?;
    let height = u64::from_be_bytes(*height);
    let receipt = u32::from_be_bytes(receipt.try_into().ok()?);
    let (events, rest) = value.as_chunks::<4>();
    let place = |event: &[u8; 4]| EventLocation { height, receipt, event: u32::from_be_bytes(*event) };
    rest.is_empty().then(|| events.iter().map(place).collect())
}

impl Location {
    pub(super) fn encode(&self) -> Vec<u8> {
        [&self.height.to_be_bytes()[..], &self.position.to_be_bytes()].concat()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (height, position) = bytes.split_first_chunk()?;
        let position = u32::from_be_bytes(position.try_into().ok()?);
        Some(Self { height: u64::from_be_bytes(*height), position })
    }
}

impl RequestOutcome {
    pub(super) fn encode(&self) -> Vec<u8> {
        [&self.transaction[..], &self.location.encode()].concat()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (transaction, location) = bytes.split_first_chunk()?;
        Some(Self { transaction: *transaction, location: Location::decode(location)? })
    }
}

impl UndecidedBlock {
    pub(super) fn key(&self) -> Vec<u8> {
        [&undecided_prefix(self.height, self.round)[..], &self.block_id].concat()
    }

    /// All of it but its bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let valid_round = self.valid_round.map_or(0, |round| u64::from(round) + 1);
        [&[u8::from(self.is_valid)][..], &valid_round.to_be_bytes(), &self.proposer].concat()
    }

    pub(super) fn decode(key: &[u8], value: &[u8], bytes: Vec<u8>) -> Option<Self> {
        let (height, round, block_id) = undecided_parts(key)?;
        let ([verdict], value) = value.split_first_chunk()?;
        let (valid_round, proposer) = value.split_first_chunk()?;
        let valid_round = match u64::from_be_bytes(*valid_round) {
            0 => None,
            after => Some(u32::try_from(after - 1).ok()?),
        };
        Some(Self {
            height,
            round,
            block_id,
            valid_round,
            proposer: proposer.try_into().ok()?,
            is_valid: match verdict {
                0 => false,
                1 => true,
                _ => return None,
            },
            bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_numbers_do() {
        assert!(height_key(255) < height_key(256));
        assert!(undecided_prefix(7, u32::MAX) < undecided_prefix(8, 0));
        assert!(evidence_key(9, b"z") < evidence_key(10, b"a"));
    }

    #[test]
    fn no_two_requests_share_a_key() {
        let ids = [[b'a'; 16], [0; 16]];
        assert_ne!(request_key("ab", &ids[0]), request_key("a", &ids[0]));
        assert_eq!(request_key("bank", &ids[1]), [b"bank\0".as_slice(), &[0; 16]].concat());
    }

    #[test]
    fn values_read_back_what_was_written_and_nothing_shorter() {
        let tip = Tip { height: 7, block_id: [1; 32], state_root: [2; 32] };
        assert_eq!(Tip::decode(&tip.encode()), Some(tip));
        assert_eq!(Tip::decode(&tip.encode()[1..]), None);
        let location = Location { height: 9, position: 3 };
        let outcome = RequestOutcome { transaction: [5; 32], location };
        assert_eq!(RequestOutcome::decode(&outcome.encode()), Some(outcome));
        assert_eq!(RequestOutcome::decode(&[&outcome.encode()[..], &[0]].concat()), None);
        assert_eq!(decode_record(&[1; 15]), None);
    }

    #[test]
    fn an_undecided_block_reads_back_from_key_and_value() {
        for valid_round in [None, Some(0), Some(u32::MAX)] {
            let block = UndecidedBlock {
                height: 4,
                round: 2,
                block_id: [8; 32],
                valid_round,
                proposer: [9; 32],
                is_valid: true,
                bytes: b"block".to_vec(),
            };
            let bytes = block.bytes.clone();
            assert_eq!(UndecidedBlock::decode(&block.key(), &block.encode(), bytes), Some(block.clone()));
            let mut unknown_verdict = block.encode();
            unknown_verdict[0] = 2;
            assert_eq!(UndecidedBlock::decode(&block.key(), &unknown_verdict, Vec::new()), None);
        }
    }
}
