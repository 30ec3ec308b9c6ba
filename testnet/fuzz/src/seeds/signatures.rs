//! Keys, signatures and messages at the edges of ed25519: the published table is `proto/tests/it/vectors/ed25519.tsv`.

use ed25519_dalek::Signer;

use super::secret;

/// What the honest signature is over.
pub const MESSAGE: &[u8] = b"an invoice becomes cash";
/// Published edge cases: number, key, signature, message, in hexadecimal. Source and verdicts stand in the file.
const PUBLISHED: &str = include_str!("../../../../proto/tests/it/vectors/ed25519.tsv");
/// Encodings of points of small order, the last six of them second encodings.
const SMALL_ORDER: [&str; 14] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/// A key and its signature of [`MESSAGE`].
pub fn honest_signature() -> ([u8; 32], [u8; 64]) {
    let secret = secret(1);
    (secret.verifying_key().to_bytes(), secret.sign(MESSAGE).to_bytes())
}

/// One that holds. What does not hold is no seed of an encoder: [`edges`].
pub fn signatures() -> Vec<Vec<u8>> {
    let (key, signature) = honest_signature();
    vec![[&key[..], &signature, MESSAGE].concat()]
}

/// Key, signature and message of each published case, and of each pair of points of small order with an s of nothing.
pub fn edges() -> Vec<Vec<u8>> {
    let rows = PUBLISHED.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut fields = line.split('\t').skip(1).map(|field| hex::decode(field).unwrap_or_default());
        let mut next = || fields.next().unwrap_or_default();
        [next(), next(), next()].concat()
    });
    let points = SMALL_ORDER.map(|point| hex::decode(point).unwrap_or_default());
    let pairs = points.iter().flat_map(|key| {
        points.iter().map(move |nonce_point| [&key[..], nonce_point, &[0; 32], b"Zcash"].concat())
    });
    rows.chain(pairs).collect()
}
