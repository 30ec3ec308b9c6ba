//! One rule: the same verdict alone and in any batch, also where ed25519 libraries disagree.

use crate::common::{CHAIN, draft, every_action, key, secret, signed};
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT as B, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use proptest::prelude::*;
use sha2::{Digest, Sha512};
use tally_contracts::Action;
use tally_contracts::member::RevokeKey;
use tally_contracts::misbehaviour::ReportMisbehaviour;
use tally_contracts::types::PublicKey;
use tally_proto::key::{KeyError, check};
use tally_proto::signing::{Claim, SignatureError, all_hold, sign_body, signing_bytes};
use tally_proto::transaction::sign;
use tally_proto::{FieldErrorKind, SignedTransaction, TransactionDraft, TransactionError, verify_batch};

const MESSAGE: &[u8] = b"an invoice becomes cash";

/// A claim from its parts, with the s that makes the cofactored equation hold for secret `a` and nonce `r`.
fn fitting(key: [u8; 32], nonce_point: [u8; 32], a: Scalar, r: Scalar) -> Claim<'static> {
    let challenge = Sha512::new().chain_update(nonce_point).chain_update(key).chain_update(MESSAGE);
    let challenge = Scalar::from_bytes_mod_order_wide(&challenge.finalize().into());
    claim(key, nonce_point, (r + challenge * a).to_bytes())
}

fn claim(key: [u8; 32], nonce_point: [u8; 32], s: [u8; 32]) -> Claim<'static> {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&nonce_point);
    signature[32..].copy_from_slice(&s);
    Claim { key: PublicKey(key), signature, message: MESSAGE }
}

/// An honest claim by another key, so that a batch is a batch.
fn neighbour(byte: u8) -> Claim<'static> {
    use ed25519_dalek::Signer;
    Claim { key: key(byte), signature: secret(byte).sign(MESSAGE).to_bytes(), message: MESSAGE }
}

/// The verdict alone, after checking that batches of several sizes agree, many times over.
fn verdict(what: &str, claim: Claim<'static>) -> Result<(), SignatureError> {
    let alone = claim.verify();
    for neighbours in 0..4 {
        let mut batch = vec![claim; 2];
        batch.extend((1..=neighbours).map(neighbour));
        for attempt in 0..8 {
            assert_eq!(all_hold(&batch), alone.is_ok(), "{what}: {neighbours} neighbours, attempt {attempt}");
        }
    }
    alone
}

fn bytes(point: EdwardsPoint) -> [u8; 32] {
    point.compress().0
}

/// 2^255 − 19 + `offset`, little-endian: a second encoding of the y coordinate `offset`.
fn second_encoding(offset: u8, sign: bool) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xed + offset;
    bytes[31] = if sign { 0xff } else { 0x7f };
    bytes
}

/// A secret and a nonce.
fn scalars() -> (Scalar, Scalar) {
    (Scalar::from(1_234_567_u64), Scalar::from(7_654_321_u64))
}

#[test]
fn points_with_a_component_of_small_order_count_alike_alone_and_in_a_batch() {
    let (a, r) = scalars();
    for (index, torsion) in EIGHT_TORSION.iter().enumerate() {
        let rows = [
            ("mixed key", a * B + torsion, r * B, r),
            ("mixed R", a * B, r * B + torsion, r),
            ("mixed key and R", a * B + torsion, r * B + torsion, r),
            ("R of small order", a * B, *torsion, Scalar::ZERO),
            ("mixed key, R of small order", a * B + torsion, *torsion, Scalar::ZERO),
        ];
        for (what, key, nonce_point, nonce) in rows {
            let what = format!("{what}, torsion {index}");
            let good = fitting(bytes(key), bytes(nonce_point), a, nonce);
            assert_eq!(verdict(&what, good), Ok(()), "{what}");
            let mut bad = good;
            bad.signature[32] ^= 1;
            assert_eq!(verdict(&what, bad), Err(SignatureError::Wrong { key: bad.key }), "{what}");
        }
    }
}

#[test]
fn a_key_of_small_order_never_counts() {
    let (_, r) = scalars();
    for torsion in EIGHT_TORSION {
        let key = PublicKey(bytes(torsion));
        let small = SignatureError::Key(KeyError::SmallOrder { key });
        for nonce_point in EIGHT_TORSION {
            let both = claim(key.0, bytes(nonce_point), [0; 32]);
            assert_eq!(verdict("key and R of small order", both), Err(small));
        }
        let forged = fitting(key.0, bytes(r * B), Scalar::ZERO, r);
        assert_eq!(verdict("key of small order", forged), Err(small));
    }
}

#[test]
fn a_key_in_a_second_encoding_never_counts() {
    let (_, r) = scalars();
    for (offset, sign) in (0..19).flat_map(|offset| [(offset, false), (offset, true)]) {
        let key = PublicKey(second_encoding(offset, sign));
        let refused = Err(SignatureError::Key(KeyError::NotCanonical { key }));
        let forged = fitting(key.0, bytes(r * B), Scalar::ZERO, r);
        assert_eq!(verdict("second encoding", forged), refused, "{offset} {sign}");
    }
    // The identity and the point of order 2 have x = 0, whose sign could be set.
    for y in [[1, 0x00, 0x80], [0xec, 0xff, 0xff]] {
        let mut bytes = [y[1]; 32];
        (bytes[0], bytes[31]) = (y[0], y[2]);
        let key = PublicKey(bytes);
        assert_eq!(check(&key), Err(KeyError::SmallOrder { key }));
    }
}

#[test]
fn an_r_in_a_second_encoding_counts_alike_alone_and_in_a_batch() {
    let (a, _) = scalars();
    let mut decoded = 0;
    for (offset, sign) in (0..19).flat_map(|offset| [(offset, false), (offset, true)]) {
        let nonce_point = second_encoding(offset, sign);
        let small = CompressedEdwardsY(nonce_point).decompress().is_some_and(|point| point.is_small_order());
        // With s made for an R of small order, the equation holds exactly for those.
        let made = fitting(bytes(a * B), nonce_point, a, Scalar::ZERO);
        assert_eq!(verdict("second encoding of R", made).is_ok(), small, "{offset} {sign}");
        decoded += u32::from(small);
    }
    assert!(decoded > 0, "some second encodings are of points of small order");
}

#[test]
fn an_s_that_is_not_reduced_never_counts() {
    let (a, r) = scalars();
    let good = fitting(bytes(a * B), bytes(r * B), a, r);
    assert_eq!(verdict("reduced", good), Ok(()));
    // the order of the group, little-endian
    let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut bad = good;
    let mut carry = 0;
    for (byte, add) in bad.signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    assert_eq!(verdict("s + order", bad), Err(SignatureError::Wrong { key: bad.key }));
}

#[test]
fn bytes_that_are_no_point_never_count() {
    let (a, r) = scalars();
    let nowhere = (2..=255_u8)
        .map(|byte| [&[byte][..], &[0; 31]].concat().try_into().unwrap())
        .find(|bytes| CompressedEdwardsY(*bytes).decompress().is_none())
        .unwrap();
    let key = PublicKey(nowhere);
    let no_key = fitting(nowhere, bytes(r * B), a, r);
    assert_eq!(verdict("key", no_key), Err(SignatureError::Key(KeyError::NotOnCurve { key })));
    let no_nonce_point = fitting(bytes(a * B), nowhere, a, r);
    let key = no_nonce_point.key;
    assert_eq!(verdict("R", no_nonce_point), Err(SignatureError::Wrong { key }));
}

/// Number, key, signature, message and verdict of the published edge cases.
const PUBLISHED: &str = include_str!("vectors/ed25519.tsv");

#[test]
fn the_published_edge_cases_have_one_verdict_alone_and_in_a_batch() {
    let mut seen = 0;
    for line in PUBLISHED.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [number, key, signature, message, expected] = fields[..] else { panic!("{line}") };
        let message: &'static [u8] = hex::decode(message).unwrap().leak();
        let key = PublicKey(hex::decode(key).unwrap().try_into().unwrap());
        let signature = hex::decode(signature).unwrap().try_into().unwrap();
        let expected = match expected {
            "holds" => Ok(()),
            "wrong" => Err(SignatureError::Wrong { key }),
            "small-order-key" => Err(SignatureError::Key(KeyError::SmallOrder { key })),
            other => panic!("{other} is no verdict"),
        };
        let claim = Claim { key, signature, message };
        assert_eq!(verdict(number, claim), expected, "case {number}");
        seen += 1;
    }
    assert_eq!(seen, 12);
}

/// All 14 encodings of the points of small order, the second ones included.
fn small_order_encodings() -> Vec<[u8; 32]> {
    let canonical = EIGHT_TORSION.map(|point| point.compress().0);
    // y = 0 and y = 1 plus the prime, and the two points with x = 0 with the sign set
    let signed = |mut bytes: [u8; 32]| {
        bytes[31] |= 0x80;
        bytes
    };
    let with_sign = [signed(EdwardsPoint::default().compress().0), signed(canonical[4])];
    let second = [(0, false), (0, true), (1, false), (1, true)].map(|(y, sign)| second_encoding(y, sign));
    [&canonical[..], &with_sign, &second].concat()
}

#[test]
fn every_pair_of_small_order_encodings_has_one_verdict() {
    let encodings = small_order_encodings();
    let distinct: std::collections::BTreeSet<_> = encodings.iter().collect();
    assert_eq!(distinct.len(), 14);
    for (key, nonce_point) in encodings.iter().flat_map(|key| encodings.iter().map(move |r| (key, r))) {
        let both = claim(*key, *nonce_point, [0; 32]);
        let refused = verdict("a pair of small order", both);
        let is_key = matches!(refused, Err(SignatureError::Key(_)));
        assert!(is_key, "{refused:?} for key {} and R {}", hex::encode(key), hex::encode(nonce_point));
    }
}

fn revoke(signers: &[u8]) -> TransactionDraft {
    let signers = signers.iter().map(|byte| key(*byte)).collect();
    TransactionDraft { signers, ..draft(Action::RevokeKey(RevokeKey { key: key(9) })) }
}

#[test]
fn a_transaction_carries_one_signature_for_each_key_in_order() {
    let signed = signed(&revoke(&[3, 1, 2]));
    assert_eq!(signed.id(), signed.unverified().id);
    let verified = signed.clone().verify().unwrap();
    assert_eq!(verified.bytes(), signed.bytes());
    assert_eq!(verified.transaction().signers, [key(3), key(1), key(2)]);

    let mut swapped: Vec<_> = signed.signatures().iter().map(|one| one.to_vec()).collect();
    swapped.swap(0, 1);
    let swapped = SignedTransaction::assemble(signed.body().to_vec(), swapped, CHAIN).unwrap();
    assert_eq!(swapped.id(), signed.id());
    let error = SignatureError::Wrong { key: key(3) };
    assert_eq!(swapped.verify(), Err(TransactionError::Signature { id: signed.id(), error }));
}

#[test]
fn signatures_that_are_missing_too_many_or_too_short_are_refused() {
    let body = revoke(&[1, 2]).encode();
    let one = sign_body(CHAIN, &body, &secret(1)).to_vec();
    let assemble = |signatures| SignedTransaction::assemble(body.clone(), signatures, CHAIN);
    for count in [0, 1, 3] {
        let wrong = TransactionError::SignatureCount { signatures: count, signers: 2 };
        assert_eq!(assemble(vec![one.clone(); count]), Err(wrong));
    }
    let short = assemble(vec![one.clone(), one[..63].to_vec()]);
    assert_eq!(short.unwrap_err().to_string(), "signatures[1]: must have 64 bytes, has 63");
    let missing = sign(body, CHAIN, &[secret(1)]);
    assert_eq!(missing, Err(TransactionError::SignerMissing { key: key(2) }));
}

#[test]
fn a_signature_counts_on_its_own_chain_only() {
    let signed = signed(&revoke(&[1]));
    let elsewhere = SignedTransaction::decode(signed.bytes(), "other-chain").unwrap();
    assert_ne!(elsewhere.id(), signed.id());
    let (id, error) = (elsewhere.id(), SignatureError::Wrong { key: key(1) });
    assert_eq!(elsewhere.verify(), Err(TransactionError::Signature { id, error }));
}

#[test]
fn chain_id_and_body_never_run_into_each_other() {
    assert_ne!(signing_bytes("ab", b"c"), signing_bytes("a", b"bc"));
}

#[test]
fn keys_of_small_order_are_refused_in_a_body() {
    for torsion in EIGHT_TORSION {
        let weak = PublicKey(bytes(torsion));
        let rows = [
            ("signer_keys[0]", TransactionDraft { signers: vec![weak], ..revoke(&[1]) }),
            ("action.revoke_key.public_key", draft(Action::RevokeKey(RevokeKey { key: weak }))),
        ];
        for (path, draft) in rows {
            let Err(TransactionError::Field(error)) = sign(draft.encode(), CHAIN, &[]) else {
                panic!("a weak key got through");
            };
            assert_eq!(error.path, path);
            assert_eq!(error.kind, FieldErrorKind::Key(KeyError::SmallOrder { key: weak }));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_batch_gives_each_transaction_its_own_verdict(
        rows in proptest::collection::vec((1..=8_u8, any::<bool>(), 0..64_usize, 0..8), 0..12),
    ) {
        let transactions: Vec<_> = rows.into_iter().map(|(signer, damage, byte, bit)| {
            let good = signed(&revoke(&[signer]));
            let mut signature = good.signatures()[0].to_vec();
            signature[byte] ^= u8::from(damage) << bit;
            SignedTransaction::assemble(good.body().to_vec(), vec![signature], CHAIN).unwrap()
        }).collect();
        let alone: Vec<_> = transactions.iter().cloned().map(SignedTransaction::verify).collect();
        prop_assert_eq!(verify_batch(transactions), alone);
    }
}

#[test]
fn a_report_counts_only_if_the_validator_signed_both_statements_on_this_chain() {
    let reports: Vec<_> =
        every_action().into_iter().filter(|action| matches!(action, Action::ReportMisbehaviour(_))).collect();
    assert_eq!(reports.len(), 2);
    for action in reports {
        let good = signed(&draft(action.clone()));
        assert!(good.clone().verify().is_ok());
        let Action::ReportMisbehaviour(report) = action else { unreachable!("filtered") };
        let spoilt: [fn(&mut ReportMisbehaviour); 6] = [
            |report| report.first.signature[3] ^= 1,
            |report| report.second.signature[3] ^= 1,
            |report| report.round += 1,
            |report| report.height = report.height.plus(1),
            |report| report.validator = key(6),
            |report| std::mem::swap(&mut report.first.signature, &mut report.second.signature),
        ];
        for spoil in spoilt {
            let mut report = report.clone();
            spoil(&mut report);
            let forged = signed(&draft(Action::ReportMisbehaviour(report)));
            let alone = forged.clone().verify();
            assert!(matches!(alone, Err(TransactionError::Signature { .. })), "{alone:?}");
            let batch = verify_batch(vec![good.clone(), forged]);
            assert!(batch[0].is_ok() && batch[1] == alone);
        }
    }
}
