//! The exact bytes a validator signs, so that anybody can check them without the engine.
//!
//! Every field is preceded by its length in bytes as a big-endian `u32`; numbers are big-endian; fields in this order:
//!
//! | field | bytes |
//! |---|---|
//! | domain | `tallystick/consensus/v1` |
//! | chain id | its UTF-8 bytes |
//! | kind | 1 byte: 1 proposal, 2 prevote, 3 precommit, 4 parts of a proposal |
//! | height | `u64`, 8 bytes |
//! | round | `u32`, 4 bytes |
//! | value | the block id, 32 bytes; empty in a vote for nil |
//! | signer | its ed25519 public key, 32 bytes |
//! | extra | proposal: the valid round, `u32`, or empty; votes: empty; parts: see [`crate::parts`] |
//!
//! Length prefixes and the domain make it impossible to read one message as another one, or as one of another chain.

use crate::types::{BlockId, Height, Round, ValidatorKey};

/// First field of everything signed with a consensus key.
pub const DOMAIN: &[u8] = b"tallystick/consensus/v1";

/// What kind of message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignedKind {
    /// "I propose this block."
    Proposal,
    /// First vote.
    Prevote,
    /// Second vote; more than two thirds of them for one block in one round decide it.
    Precommit,
    /// "These parts are the block I stream."
    Parts,
}

impl SignedKind {
    /// Its byte in the third field.
    #[must_use]
    pub const fn as_byte(self) -> u8 {
        match self {
            Self::Proposal => 1,
            Self::Prevote => 2,
            Self::Precommit => 3,
            Self::Parts => 4,
        }
    }
}

/// The fields every signed message has.
#[derive(Clone, Copy, Debug)]
pub struct SignedFields<'a> {
    /// What kind of message.
    pub kind: SignedKind,
    /// For which height.
    pub height: Height,
    /// For which round.
    pub round: Round,
    /// For which block; `None` is a vote for nil.
    pub value: Option<BlockId>,
    /// Signed by whom.
    pub signer: ValidatorKey,
    /// What this kind adds.
    pub extra: &'a [u8],
}

/// The bytes to sign or to verify, laid out as the head of this file says.
#[must_use]
pub fn signing_bytes(chain_id: &str, fields: &SignedFields<'_>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(160 + chain_id.len() + fields.extra.len());
    let mut field = |content: &[u8]| {
        let length = u32::try_from(content.len()).expect("signed fields are bounded far below 4 GiB");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(content);
    };
    field(DOMAIN);
    field(chain_id.as_bytes());
    field(&[fields.kind.as_byte()]);
    field(&fields.height.as_u64().to_be_bytes());
    field(&fields.round.as_u32().to_be_bytes());
    field(fields.value.as_ref().map_or(&[][..], |id| id.as_bytes()));
    field(fields.signer.as_bytes());
    field(fields.extra);
    bytes
}

/// The bytes of a precommit: what a certificate's signatures sign.
#[must_use]
pub fn precommit_bytes(
    chain_id: &str,
    height: Height,
    round: Round,
    id: BlockId,
    signer: ValidatorKey,
) -> Vec<u8> {
    let value = Some(id);
    signing_bytes(
        chain_id,
        &SignedFields { kind: SignedKind::Precommit, height, round, value, signer, extra: &[] },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(chain_id: &str, kind: SignedKind, value: Option<BlockId>) -> Vec<u8> {
        let signer = ValidatorKey::new([0xbb; 32]);
        signing_bytes(
            chain_id,
            &SignedFields { kind, height: Height::new(7), round: Round::new(2), value, signer, extra: &[] },
        )
    }

    #[test]
    fn the_bytes_of_a_precommit_are_pinned() {
        let expected = concat!(
            "00000017",
            "74616c6c79737469636b2f636f6e73656e7375732f7631",
            "0000000a",
            "746573742d636861696e",
            "00000001",
            "03",
            "00000008",
            "0000000000000007",
            "00000004",
            "00000002",
            "00000020",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "00000020",
            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "00000000",
        );
        let id = BlockId::new([0xaa; 32]);
        assert_eq!(hex::encode(bytes("test-chain", SignedKind::Precommit, Some(id))), expected);
        let signer = ValidatorKey::new([0xbb; 32]);
        assert_eq!(
            hex::encode(precommit_bytes("test-chain", Height::new(7), Round::new(2), id, signer)),
            expected
        );
    }

    #[test]
    fn messages_that_differ_in_one_field_have_different_bytes() {
        let id = BlockId::new([0xaa; 32]);
        let rows = [
            bytes("a", SignedKind::Precommit, Some(id)),
            bytes("b", SignedKind::Precommit, Some(id)),
            bytes("a", SignedKind::Prevote, Some(id)),
            bytes("a", SignedKind::Proposal, Some(id)),
            bytes("a", SignedKind::Parts, Some(id)),
            bytes("a", SignedKind::Precommit, None),
        ];
        for (index, row) in rows.iter().enumerate() {
            assert!(rows[index + 1..].iter().all(|other| other != row));
        }
    }
}
