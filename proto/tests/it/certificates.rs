//! Certificates as `node/consensus` writes them, read by this crate alone.
use crate::common::{CHAIN, hash, key, secret};
use ed25519_dalek::Signer;
use expect_test::expect;
use tally_contracts::types::{Height, PublicKey};
use tally_proto::Certificate;
use tally_proto::certificate::CertificateError;

/// A certificate by the documented layout, for height 7, round 2 and block aa…, signed by these seeds.
pub fn certificate(signers: &[u8], chain: &str, block: [u8; 32]) -> Vec<u8> {
    let mut entries: Vec<_> = signers.iter().map(|byte| (key(*byte).0, sign(*byte, chain, block))).collect();
    entries.sort();
    let mut bytes = vec![1];
    bytes.extend(7_u64.to_le_bytes());
    bytes.extend(2_u32.to_le_bytes());
    bytes.extend(block);
    bytes.extend(u32::try_from(entries.len()).unwrap().to_le_bytes());
    entries.into_iter().for_each(|(key, signature)| bytes.extend([&key[..], &signature[..]].concat()));
    bytes
}

fn sign(byte: u8, chain: &str, block: [u8; 32]) -> [u8; 64] {
    let (height, round, signer) = (7_u64.to_be_bytes(), 2_u32.to_be_bytes(), key(byte).0);
    let fields: [&[u8]; 8] =
        [b"tallystick/consensus/v1", chain.as_bytes(), &[3], &height, &round, &block, &signer, &[]];
    let mut signed = Vec::new();
    for field in fields {
        signed.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
        signed.extend(field);
    }
    secret(byte).sign(&signed).to_bytes()
}

/// Validators 1 to 4 with power 1 to 4.
pub fn validators() -> Vec<(PublicKey, u64)> {
    (1..=4).map(|byte| (key(byte), u64::from(byte))).collect()
}

fn verify(bytes: &[u8]) -> Result<u128, CertificateError> {
    Certificate::decode(bytes)?.verify(CHAIN, &validators())
}

#[test]
fn more_than_two_thirds_of_the_power_decide() {
    let rows: [(&[u8], u128); 5] =
        [(&[1, 2, 3, 4], 10), (&[2, 3, 4], 9), (&[3, 4], 7), (&[2, 4], 6), (&[], 0)];
    for (signers, power) in rows {
        let expected =
            if power >= 7 { Ok(power) } else { Err(CertificateError::TooLittlePower { power, total: 10 }) };
        assert_eq!(verify(&certificate(signers, CHAIN, [0xaa; 32])), expected, "{signers:?}");
    }
}

#[test]
fn the_bytes_of_a_certificate_are_pinned() {
    let bytes = certificate(&[1], CHAIN, [0xaa; 32]);
    expect!["01070000000000000002000000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa010000008a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c9352811dfa046598de2b2a174fa3fec9dcdf4bacb7106a561628c2f2582ef8ee5faa26969f7b547b60b1ecb0362d5763df5c1c9895af62f94907775ca5ae360b"].assert_eq(&hex::encode(&bytes));
    let certificate = Certificate::decode(&bytes).unwrap();
    assert_eq!((certificate.height, certificate.round), (Height::new(7), 2));
    assert_eq!(certificate.block_id, hash(0xaa));
    assert_eq!(certificate.verify(CHAIN, &[(key(1), 1)]), Ok(1));
}

#[test]
fn bad_certificates_are_refused() {
    let good = certificate(&[2, 3, 4], CHAIN, [0xaa; 32]);
    let signers = Certificate::decode(&good).unwrap().signatures;
    let first = signers[0].validator;
    let bad = Err(CertificateError::BadSignature { validator: first });
    for (what, at) in [("height", 1), ("round", 9), ("block", 13), ("signature", 49 + 32)] {
        let mut other = good.clone();
        other[at] ^= 1;
        assert_eq!(verify(&other), bad, "{what}");
    }
    let (head, entries) = good.split_at(49);
    let entries: Vec<_> = entries.chunks(96).collect();
    let swapped = [head, entries[1], entries[0], entries[2]].concat();
    assert_eq!(verify(&swapped), Err(CertificateError::NotAscending { validator: first }));
    let twice = [head, entries[0], entries[0], entries[2]].concat();
    assert_eq!(verify(&twice), Err(CertificateError::NotAscending { validator: first }));
    assert_eq!(
        verify(&certificate(&[2, 3, 4, 9], CHAIN, [0xaa; 32])),
        Err(CertificateError::UnknownSigner { validator: key(9) })
    );
    assert_eq!(verify(&certificate(&[2, 3, 4], "other-chain", [0xaa; 32])), bad);
    for cut in [0, 1, 48, good.len() - 1] {
        assert_eq!(verify(&good[..cut]), Err(CertificateError::Malformed), "cut at {cut}");
    }
    assert_eq!(verify(&[&good[..], &[0]].concat()), Err(CertificateError::Malformed));
    let version = [&[2], &good[1..]].concat();
    assert_eq!(verify(&version), Err(CertificateError::Version { version: 2, expected: 1 }));
    assert!(matches!(verify(&vec![1; 100_000]), Err(CertificateError::TooLarge { .. })));
}

#[test]
fn bad_validator_sets_are_refused() {
    let certificate = Certificate::decode(&certificate(&[1], CHAIN, [0xaa; 32])).unwrap();
    let validator = key(1);
    for (validators, error) in [
        (vec![], CertificateError::UnknownSigner { validator }),
        (vec![(validator, 0)], CertificateError::ValidatorPowerless { validator }),
        (vec![(validator, 1), (validator, 1)], CertificateError::ValidatorRepeated { validator }),
        (vec![(validator, 1); 129], CertificateError::TooManyValidators { count: 129, limit: 128 }),
    ] {
        assert_eq!(certificate.verify(CHAIN, &validators), Err(error));
    }
    let most = [(validator, u64::MAX), (key(2), u64::MAX)];
    let (power, total) = (u128::from(u64::MAX), 2 * u128::from(u64::MAX));
    assert_eq!(certificate.verify(CHAIN, &most), Err(CertificateError::TooLittlePower { power, total }));
}
