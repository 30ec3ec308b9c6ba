//! Certificates good and bad, and their pinned bytes.
#![allow(clippy::unwrap_used)]

use tally_consensus::certificate::CertificateSignature;
use tally_consensus::signing_bytes::precommit_bytes;
use tally_consensus::{
    BlockId, Certificate, CertificateError, CertificateSummary, Height, Round, SecretKey, Validator,
    ValidatorKey, ValidatorSet, verify_certificate,
};

const CHAIN: &str = "test-chain";
const HEIGHT: Height = Height::new(7);
const ROUND: Round = Round::new(2);
const ID: BlockId = BlockId::new([0xaa; 32]);

fn secret(byte: u8) -> SecretKey {
    SecretKey::new([byte; 32])
}

fn key(byte: u8) -> ValidatorKey {
    secret(byte).validator_key()
}

/// Validators 1 to 4 with power 1 to 4.
fn validators() -> ValidatorSet {
    let members = (1..=4).map(|byte| Validator { public_key: key(byte), power: u64::from(byte) });
    ValidatorSet::new(members.collect()).unwrap()
}

fn entry(byte: u8, chain: &str) -> CertificateSignature {
    use ed25519_dalek::{Signer, SigningKey};
    let bytes = precommit_bytes(chain, HEIGHT, ROUND, ID, key(byte));
    let signature = SigningKey::from_bytes(&[byte; 32]).sign(&bytes).to_bytes();
    CertificateSignature { validator: key(byte), signature }
}

fn certificate(signers: &[u8]) -> Certificate {
    Certificate::new(HEIGHT, ROUND, ID, signers.iter().map(|byte| entry(*byte, CHAIN)).collect())
}

fn verify(certificate: &Certificate) -> Result<CertificateSummary, CertificateError> {
    verify_certificate(CHAIN, &validators(), &certificate.encode())
}

#[test]
fn more_than_two_thirds_of_the_power_decide() {
    let rows: [(&[u8], u64); 5] =
        [(&[1, 2, 3, 4], 10), (&[2, 3, 4], 9), (&[3, 4], 7), (&[2, 4], 6), (&[], 0)];
    for (signers, power) in rows {
        let expected = match power {
            7.. => Ok(CertificateSummary { height: HEIGHT, round: ROUND, block_id: ID, power }),
            _ => Err(CertificateError::TooLittlePower { power, total: 10 }),
        };
        assert_eq!(verify(&certificate(signers)), expected, "{signers:?}");
    }
}

#[test]
fn bad_certificates_are_refused() {
    type Change = fn(&mut Certificate);
    let first = certificate(&[2, 3, 4]).signatures[0].validator;
    let second = certificate(&[2, 3, 4]).signatures[1].validator;
    let rows: Vec<(Change, CertificateError)> = vec![
        (|c| c.height = Height::new(8), CertificateError::BadSignature { validator: first }),
        (|c| c.round = Round::new(3), CertificateError::BadSignature { validator: first }),
        (|c| c.block_id = BlockId::new([0xab; 32]), CertificateError::BadSignature { validator: first }),
        (|c| c.signatures[0].signature[5] ^= 1, CertificateError::BadSignature { validator: first }),
        (
            |c| c.signatures[0].signature = c.signatures[1].signature,
            CertificateError::BadSignature { validator: first },
        ),
        (|c| c.signatures.swap(0, 1), CertificateError::NotSorted { validator: first }),
        (|c| c.signatures.insert(0, c.signatures[0]), CertificateError::DuplicateSigner { validator: first }),
        (|c| c.signatures[1] = c.signatures[0], CertificateError::DuplicateSigner { validator: first }),
    ];
    for (change, error) in rows {
        let mut certificate = certificate(&[2, 3, 4]);
        change(&mut certificate);
        assert_eq!(verify(&certificate), Err(error));
    }
    assert_ne!(first, second);
    let outsider = Certificate::new(HEIGHT, ROUND, ID, vec![entry(9, CHAIN)]);
    assert_eq!(verify(&outsider), Err(CertificateError::UnknownSigner { validator: key(9) }));
}

#[test]
fn a_certificate_of_another_chain_is_refused() {
    let foreign =
        Certificate::new(HEIGHT, ROUND, ID, (1..=4).map(|byte| entry(byte, "other-chain")).collect());
    assert!(matches!(verify(&foreign), Err(CertificateError::BadSignature { .. })));
    assert!(verify_certificate("other-chain", &validators(), &foreign.encode()).is_ok());
}

#[test]
fn anything_but_the_documented_encoding_is_refused() {
    let good = certificate(&[1, 2, 3, 4]).encode();
    let verify = |bytes: &[u8]| verify_certificate(CHAIN, &validators(), bytes);
    assert!(verify(&good).is_ok());
    for cut in [0, 1, 10, good.len() - 1] {
        assert_eq!(verify(&good[..cut]), Err(CertificateError::Malformed), "cut at {cut}");
    }
    assert_eq!(verify(&[good.as_slice(), &[0]].concat()), Err(CertificateError::Malformed));
    let mut version = good.clone();
    version[0] = 2;
    assert_eq!(verify(&version), Err(CertificateError::Version { version: 2, expected: 1 }));
    assert!(matches!(verify(&vec![1; 1_000_000]), Err(CertificateError::TooLarge { .. })));
}

#[test]
fn the_bytes_of_a_certificate_are_pinned() {
    let certificate = certificate(&[1]);
    let expected = concat!(
        "01",
        "0700000000000000",
        "02000000",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "01000000",
        "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
    );
    let bytes = hex::encode(certificate.encode());
    assert!(bytes.starts_with(expected), "{bytes}");
    assert_eq!(&bytes[expected.len()..], SIGNATURE);
}

/// Ed25519 is deterministic, so the signature of validator 1 over its precommit is pinned as well.
const SIGNATURE: &str = "9352811dfa046598de2b2a174fa3fec9dcdf4bacb7106a561628c2f2582ef8ee5faa26969f7b547b60b1ecb0362d5763df5c1c9895af62f94907775ca5ae360b";
