//! Signatures at the edges of ed25519 on a live network of four: every validator gives the one verdict of the rule, to a
//! transaction that comes alone and to one among many, and what holds is committed on all of them.
//!
//! The published cases are over messages that are no transactions (`proto/tests/it/signatures.rs` has them); here the same
//! shapes of key, R and s are made over real bodies, with keys that the ledger lists.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use common::{CHAIN, Rig, credit, eventually, is_applied};
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT as B, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use prost::Message;
use sha2::{Digest, Sha512};
use tally_client::sdk::{Envelope, Problem, Verdict, random_request_id, valid_until};
use tally_contracts::Action;
use tally_contracts::member::{AddKey, KeyCapacity};
use tally_contracts::types::{Height, PublicKey};
use tally_keys::SigningKey;
use tally_proto::TransactionDraft;
use tally_proto::signing::{self, signing_bytes, transaction_id};
use tally_proto::v1::common::receipt::Outcome;
use tally_proto::v1::transaction::transaction_service_client::TransactionServiceClient;
use tally_proto::v1::transaction::{SignedTransaction, SubmitRequest, WaitUntil};
use tally_testnet::demo::cast;
use tonic::Code;

const VALIDATORS: usize = 4;
/// Honest transactions around one that is judged among many.
const NEIGHBOURS: usize = 8;
/// The order of the group, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// What a validator says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Applied,
    Refused(Code, &'static str),
}

/// One shape of a signature: its key, its R, and what becomes of the 64 bytes that make the cofactored equation hold.
struct Edge {
    what: &'static str,
    key: [u8; 32],
    nonce_point: [u8; 32],
    /// Of the nonce point, without its component of small order.
    nonce: Scalar,
    bend: fn(&mut [u8; 64]),
    expected: Said,
}

fn secret() -> Scalar {
    Scalar::from(1_234_567_u64)
}

fn bytes(point: EdwardsPoint) -> [u8; 32] {
    point.compress().0
}

/// 2^255 − 19 + `y`, little-endian: the second encoding of a small y.
fn second_encoding(y: u8) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    (bytes[0], bytes[31]) = (0xed + y, 0x7f);
    bytes
}

fn add_order(signature: &mut [u8; 64]) {
    let mut carry = 0;
    for (byte, add) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
}

/// Keys with a component of order 1, 8 and 2.
fn listed_keys() -> [[u8; 32]; 3] {
    [0, 1, 4].map(|torsion| bytes(secret() * B + EIGHT_TORSION[torsion]))
}

fn edges() -> Vec<Edge> {
    let [plain, of_eight, of_two] = listed_keys();
    let r = Scalar::from(7_654_321_u64);
    let nowhere = (2..=255_u8)
        .map(|byte| [&[byte][..], &[0; 31]].concat().try_into().unwrap())
        .find(|bytes| CompressedEdwardsY(*bytes).decompress().is_none())
        .unwrap();
    let small = bytes(EIGHT_TORSION[1]);
    let (none, wrong) = (Scalar::ZERO, Said::Refused(Code::Unauthenticated, "SIGNATURE_WRONG"));
    let no_key = Said::Refused(Code::InvalidArgument, "FIELD_INVALID");
    let whole: fn(&mut [u8; 64]) = |_| {};
    let flip: fn(&mut [u8; 64]) = |signature| signature[32] ^= 1;
    #[rustfmt::skip]
    let rows = [
        ("plain", plain, bytes(r * B), r, whole, Said::Applied),
        ("key with a component of order 8", of_eight, bytes(r * B), r, whole, Said::Applied),
        ("key with a component of order 2", of_two, bytes(r * B), r, whole, Said::Applied),
        ("R with a component of order 8", plain, bytes(r * B + EIGHT_TORSION[3]), r, whole, Said::Applied),
        ("key and R with one", of_eight, bytes(r * B + EIGHT_TORSION[6]), r, whole, Said::Applied),
        ("R of small order", plain, small, none, whole, Said::Applied),
        ("R is the identity", of_two, bytes(EIGHT_TORSION[0]), none, whole, Said::Applied),
        ("R in a second encoding", plain, second_encoding(1), none, whole, Said::Applied),
        ("s + order", plain, bytes(r * B), r, add_order as fn(&mut [u8; 64]), wrong.clone()),
        ("s + order, key with a component", of_eight, bytes(r * B), r, add_order, wrong.clone()),
        ("bent, key with a component", of_eight, bytes(r * B), r, flip, wrong.clone()),
        ("bent, R of small order", plain, small, none, flip, wrong.clone()),
        ("R is no point", plain, nowhere, none, whole, wrong.clone()),
        ("key of small order", small, small, none, |s| s[32..].fill(0), no_key.clone()),
        ("key is the identity", bytes(EIGHT_TORSION[0]), bytes(r * B), r, whole, no_key.clone()),
        ("key in a second encoding", second_encoding(3), bytes(r * B), r, whole, no_key.clone()),
        ("key is no point", nowhere, bytes(r * B), r, whole, wrong),
    ];
    rows.into_iter()
        .map(|(what, key, nonce_point, nonce, bend, expected)| Edge {
            what,
            key,
            nonce_point,
            nonce,
            bend,
            expected,
        })
        .collect()
}

impl Edge {
    /// A credit signed in this shape.
    fn transaction(&self, reference: &str, last_height: Height) -> SignedTransaction {
        let body = body(PublicKey(self.key), reference, last_height);
        let message = signing_bytes(CHAIN, &body);
        let challenge =
            Sha512::new().chain_update(self.nonce_point).chain_update(self.key).chain_update(message);
        let challenge = Scalar::from_bytes_mod_order_wide(&challenge.finalize().into());
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&self.nonce_point);
        signature[32..].copy_from_slice(&(self.nonce + challenge * secret()).to_bytes());
        (self.bend)(&mut signature);
        SignedTransaction { body, signatures: vec![signature.to_vec()] }
    }
}

fn body(signer: PublicKey, reference: &str, valid_until: Height) -> Vec<u8> {
    let request_id = random_request_id().unwrap();
    let (sender, action) = (cast::id(cast::EAST), credit(cast::TIER_1, reference));
    TransactionDraft { request_id, sender, signers: vec![signer], valid_until, action }.encode()
}

fn honest(key: &SigningKey, reference: &str, last_height: Height) -> SignedTransaction {
    let body = body(signing::public_key(key), reference, last_height);
    let signatures = vec![signing::sign_body(CHAIN, &body, key).to_vec()];
    SignedTransaction { body, signatures }
}

fn refused(problem: &Problem) -> Said {
    let known = ["SIGNATURE_WRONG", "FIELD_INVALID"];
    let reason = known.into_iter().find(|known| Some(*known) == problem.reason.as_deref());
    Said::Refused(problem.code, reason.unwrap_or_else(|| panic!("{problem}")))
}

/// What validator `index` says to a transaction that comes alone.
async fn alone(rig: &Rig, index: usize, transaction: SignedTransaction) -> Said {
    let mut client = TransactionServiceClient::connect(rig.network.node(index).unwrap().url()).await.unwrap();
    let SignedTransaction { body, signatures } = transaction;
    let request = SubmitRequest { body, signatures, wait: WaitUntil::Committed.into(), timeout_ms: 20_000 };
    match client.submit(request).await {
        Ok(answer) => {
            let receipt = answer.into_inner().result.unwrap().receipt.unwrap();
            assert!(matches!(receipt.outcome, Some(Outcome::Applied(_))), "{receipt:?}");
            Said::Applied
        }
        Err(status) => refused(&Problem::from(&status)),
    }
}

/// What validator `index` says to the transactions of one batch, in order.
async fn among_many(rig: &Rig, index: usize, batch: Vec<SignedTransaction>) -> Vec<Said> {
    let mut stream = rig.client(index).submit_many();
    let envelope = |transaction: SignedTransaction| {
        let id = transaction_id(CHAIN, &transaction.body);
        Envelope { id, bytes: transaction.encode_to_vec() }
    };
    let mut said = vec![None; batch.len()];
    stream.hand_in(batch.into_iter().map(envelope).collect()).unwrap();
    while said.iter().any(Option::is_none) {
        for answer in stream.next().await.unwrap().unwrap() {
            let one = match answer.outcome {
                Ok(Verdict::Applied { .. }) => Said::Applied,
                Ok(other) => panic!("{other:?}"),
                Err(problem) => refused(&problem),
            };
            said[usize::try_from(answer.index).unwrap()] = Some(one);
        }
    }
    said.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_validator_gives_one_verdict_to_signatures_at_the_edges_alone_and_among_many() {
    let rig = Rig::started(VALIDATORS).await;
    let bank = rig.actor(cast::EAST);
    let key = rig.network.key_of(bank.member).unwrap();
    for listed in listed_keys() {
        let add = AddKey { key: PublicKey(listed), capacity: KeyCapacity::Both, last_height: None };
        let signed = bank.sign(Action::AddKey(add)).await.unwrap();
        let outcome = bank.client().submit(&signed, tally_client::sdk::Wait::Committed).await.unwrap();
        assert!(is_applied(&outcome), "{outcome:?}");
    }
    let listed_at = rig.height(0).await;
    for index in 0..VALIDATORS {
        eventually("the keys count", 30, || async { rig.height(index).await > listed_at + 4 }).await;
    }

    let mut applied = 0;
    for index in 0..VALIDATORS {
        for (number, edge) in edges().iter().enumerate() {
            let last_height = valid_until(bank.client(), CHAIN).await.unwrap();
            let name = format!("v{index}-{number}");
            let said = alone(&rig, index, edge.transaction(&format!("{name}-alone"), last_height)).await;
            assert_eq!(said, edge.expected, "{} alone at validator {index}", edge.what);

            let neighbour = |count| honest(&key, &format!("{name}-beside-{count}"), last_height);
            let mut batch: Vec<_> = (0..NEIGHBOURS).map(neighbour).collect();
            batch.insert(NEIGHBOURS / 2, edge.transaction(&format!("{name}-among"), last_height));
            let mut expected = vec![Said::Applied; NEIGHBOURS];
            expected.insert(NEIGHBOURS / 2, edge.expected.clone());
            let said = among_many(&rig, index, batch).await;
            assert_eq!(said, expected, "{} among many at validator {index}", edge.what);
            applied += NEIGHBOURS + if edge.expected == Said::Applied { 2 } else { 0 };
        }
    }
    let expected = u128::try_from(applied).unwrap();
    for index in 0..VALIDATORS {
        // Everything that held, through whichever validator, counts on every one of them; nothing else does.
        let all = || async { rig.balance(index, cast::EAST, cast::TIER_1).await >= expected };
        eventually("every validator has what the others took", 30, all).await;
        assert_eq!(rig.balance(index, cast::EAST, cast::TIER_1).await, expected, "validator {index}");
    }
}
