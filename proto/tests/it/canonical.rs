//! One meaning, one encoding: everything else is refused before anybody looks at a signature.

use crate::common::{CHAIN, any_draft, draft, every_action, member, signed, text};
use proptest::prelude::*;
use tally_contracts::Action;
use tally_contracts::money::MoveDeposit;
use tally_contracts::receivable::WithdrawReceivable;
use tally_contracts::tranche::MergeTranches;
use tally_contracts::types::{Height, ReceivableId, TrancheId};
use tally_proto::transaction::{Layer, decode_body};
use tally_proto::{Block, BlockHeader, Certificate, SignedTransaction, TransactionDraft, TransactionError};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_transaction_survives_the_wire(draft in any_draft()) {
        let body = draft.encode();
        let read = decode_body(&body, CHAIN).unwrap();
        prop_assert_eq!(&read, &draft.with_id(read.id));
        let TransactionDraftBytes(again) = (&read).into();
        prop_assert_eq!(again, body);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = SignedTransaction::decode(&bytes, CHAIN);
        let _ = decode_body(&bytes, CHAIN);
        let _ = Block::decode(&bytes);
        let _ = BlockHeader::decode(&bytes);
        let _ = Certificate::decode(&bytes);
    }

    #[test]
    fn damaged_bodies_never_panic(draft in any_draft(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = draft.encode();
        let at = at.index(body.len());
        body[at] = byte;
        if let Ok(read) = decode_body(&body, CHAIN) {
            let TransactionDraftBytes(again) = (&read).into();
            prop_assert_eq!(again, body);
        }
    }
}

/// What a transaction encodes to again.
struct TransactionDraftBytes(Vec<u8>);

impl From<&tally_contracts::Transaction> for TransactionDraftBytes {
    fn from(read: &tally_contracts::Transaction) -> Self {
        let draft = TransactionDraft {
            request_id: read.request_id,
            sender: read.sender,
            signers: read.signers.clone(),
            valid_until: read.valid_until,
            action: read.action.clone(),
        };
        Self(draft.encode())
    }
}

#[test]
fn flipping_any_bit_of_a_body_is_refused_or_makes_another_transaction() {
    for action in every_action() {
        let body = draft(action).encode();
        let original = decode_body(&body, CHAIN).unwrap();
        for bit in 0..body.len() * 8 {
            let mut other = body.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let Ok(read) = decode_body(&other, CHAIN) else { continue };
            assert_ne!(read.id, original.id, "bit {bit} of {original:?}");
            assert_ne!(TransactionDraftBytes::from(&read).0, body, "bit {bit} of {original:?}");
        }
    }
}

#[test]
fn flipping_any_bit_of_a_signed_transaction_is_refused() {
    let signed = signed(&withdraw());
    for bit in 0..signed.bytes().len() * 8 {
        let mut other = signed.bytes().to_vec();
        other[bit / 8] ^= 1 << (bit % 8);
        let verdict = SignedTransaction::decode(&other, CHAIN).and_then(SignedTransaction::verify);
        assert!(verdict.is_err(), "bit {bit}");
    }
}

fn withdraw() -> TransactionDraft {
    draft(Action::WithdrawReceivable(WithdrawReceivable { receivable: ReceivableId::new(17) }))
}

/// The encoded fields of a message whose field numbers are below 16 or end with a length.
fn fields(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let (tag, tag_length) = varint(bytes);
        let (value, value_length) = varint(&bytes[tag_length..]);
        let payload = if tag & 7 == 2 { usize::try_from(value).unwrap() } else { 0 };
        let (field, rest) = bytes.split_at(tag_length + value_length + payload);
        fields.push(field.to_vec());
        bytes = rest;
    }
    fields
}

fn varint(bytes: &[u8]) -> (u64, usize) {
    let length = bytes.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
    let value = bytes[..length].iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f));
    (value, length)
}

#[test]
fn other_encodings_of_the_same_body_are_refused() {
    // request id, sender, key, valid until 300, withdraw_receivable{17}
    let good = fields(&withdraw().encode());
    assert_eq!(good.len(), 5);
    assert!(decode_body(&good.concat(), CHAIN).is_ok());
    assert_eq!(good[3], [0x20, 0xac, 0x02]);
    assert_eq!(good[4], [0xa2, 0x03, 0x02, 0x08, 0x11]);

    let with = |at: usize, field: &[u8]| {
        let mut other = good.clone();
        other[at] = field.to_vec();
        other.concat()
    };
    let unknown = [0xf8, 0x07, 0x01];
    let mut swapped = good.clone();
    swapped.swap(1, 3);
    let mut twice = good.clone();
    twice.insert(3, good[3].clone());
    for (what, body) in [
        ("unknown field appended", [good.concat(), unknown.to_vec()].concat()),
        ("unknown field in front", [unknown.to_vec(), good.concat()].concat()),
        ("fields out of order", swapped.concat()),
        ("scalar twice", twice.concat()),
        ("action twice", [good.concat(), good[4].clone()].concat()),
        ("long varint", with(3, &[0x20, 0xac, 0x82, 0x00])),
        ("long length", with(4, &[0xa2, 0x03, 0x82, 0x00, 0x08, 0x11])),
        ("long tag", with(4, &[0xa2, 0x83, 0x00, 0x02, 0x08, 0x11])),
        ("long varint inside", with(4, &[0xa2, 0x03, 0x03, 0x08, 0x91, 0x00])),
        ("unknown field inside", with(4, &[0xa2, 0x03, 0x05, 0x08, 0x11, 0xf8, 0x07, 0x01])),
        ("scalar twice inside", with(4, &[0xa2, 0x03, 0x04, 0x08, 0x11, 0x08, 0x11])),
        (
            "other action first",
            [good[..4].concat(), vec![0xaa, 0x03, 0x02, 0x08, 0x11], good[4].clone()].concat(),
        ),
    ] {
        let verdict = decode_body(&body, CHAIN);
        assert!(
            matches!(verdict, Err(TransactionError::NotCanonical { layer: Layer::Body, .. })),
            "{what}: {verdict:?}"
        );
    }
}

#[test]
fn defaults_written_out_are_refused() {
    let first_possible = TransactionDraft { valid_until: Height::new(0), ..withdraw() };
    let mut good = fields(&first_possible.encode());
    assert_eq!(good.len(), 4);
    good.insert(3, vec![0x20, 0x00]);
    assert!(matches!(
        decode_body(&good.concat(), CHAIN),
        Err(TransactionError::NotCanonical { layer: Layer::Body, .. })
    ));

    let nothing_to_say = draft(Action::MoveDeposit(MoveDeposit {
        bank: member("bank"),
        to: member("beta"),
        amount: crate::common::cny(1),
        note: text(""),
    }));
    let mut good = fields(&nothing_to_say.encode());
    let action = good.last_mut().unwrap();
    action[2] += 2;
    action.extend([0x22, 0x00]);
    assert!(matches!(
        decode_body(&good.concat(), CHAIN),
        Err(TransactionError::NotCanonical { layer: Layer::Body, .. })
    ));
}

#[test]
fn lists_of_numbers_are_packed_in_one_piece() {
    let merge = MergeTranches { tranches: vec![TrancheId::new(1), TrancheId::new(2)] };
    let good = fields(&draft(Action::MergeTranches(merge)).encode());
    assert_eq!(good[4], [0x8a, 0x04, 0x04, 0x0a, 0x02, 0x01, 0x02]);
    for (what, action) in [
        ("unpacked", vec![0x8a, 0x04, 0x04, 0x08, 0x01, 0x08, 0x02]),
        ("in two pieces", vec![0x8a, 0x04, 0x06, 0x0a, 0x01, 0x01, 0x0a, 0x01, 0x02]),
        ("an empty piece", vec![0x8a, 0x04, 0x06, 0x0a, 0x02, 0x01, 0x02, 0x0a, 0x00]),
    ] {
        let verdict = decode_body(&[good[..4].concat(), action].concat(), CHAIN);
        assert!(matches!(verdict, Err(TransactionError::NotCanonical { .. })), "{what}: {verdict:?}");
    }
}

#[test]
fn other_encodings_of_the_same_envelope_are_refused() {
    let signed = signed(&withdraw());
    let good = fields(signed.bytes());
    assert_eq!(good.len(), 2);
    let unknown = vec![0xf8, 0x07, 0x01];
    for (what, bytes) in [
        ("unknown field", [good.concat(), unknown].concat()),
        ("signature first", [good[1].clone(), good[0].clone()].concat()),
        ("body twice", [good[0].clone(), good[0].clone(), good[1].clone()].concat()),
    ] {
        let verdict = SignedTransaction::decode(&bytes, CHAIN);
        let refused = matches!(verdict, Err(TransactionError::NotCanonical { layer: Layer::Envelope, .. }));
        assert!(refused, "{what}: {verdict:?}");
    }
    let cut = SignedTransaction::decode(&signed.bytes()[..signed.bytes().len() - 1], CHAIN);
    assert!(matches!(cut, Err(TransactionError::Malformed { layer: Layer::Envelope, .. })));
    let large = SignedTransaction::decode(&vec![0; 64 * 1024 + 1], CHAIN);
    assert_eq!(large, Err(TransactionError::TooLarge { bytes: 65_537, limit: 65_536 }));
}
