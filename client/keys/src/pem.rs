//! PKCS#8 in PEM: encrypted with scrypt and AES-256-CBC, one line with the public key before it.

use std::path::Path;

use ed25519_dalek::pkcs8::KeypairBytes;
use ed25519_dalek::{SigningKey, VerifyingKey};
use pkcs8::der::Decode;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::pem::PemLabel;
use pkcs8::pkcs5::pbes2::{Kdf, Parameters};
use pkcs8::pkcs5::{EncryptionScheme, scrypt};
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{
    DecodePrivateKey, EncodePrivateKey, EncryptedPrivateKeyInfoRef, LineEnding, ObjectIdentifier,
    PrivateKeyInfoRef, SecretDocument,
};
use zeroize::Zeroizing;

use crate::error::KeyError;
use crate::limits::{
    PBKDF2_ROUNDS_MAX, SCRYPT_LOG_N, SCRYPT_N_MAX, SCRYPT_P_MAX, SCRYPT_P_QUICK, SCRYPT_P_STANDARD, SCRYPT_R,
    SCRYPT_R_MAX,
};
use crate::passphrase::Passphrase;

/// Starts the line before the PEM. RFC 7468 §2 lets parsers skip such text.
const PUBLIC_KEY_LINE: &str = "ed25519 public key: ";

/// How long a guess at the passphrase takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cost {
    /// For people's keys: tenths of a second.
    #[default]
    Standard,
    /// For test networks, whose passphrases lie beside the keys anyway: five times quicker.
    Quick,
}

/// The file's text: the public key line, then the encrypted key.
pub(crate) fn encode(
    path: &Path,
    key: &SigningKey,
    passphrase: &Passphrase,
    cost: Cost,
) -> Result<Zeroizing<String>, KeyError> {
    let not_a_key = || KeyError::NotAKey { path: path.to_path_buf() };
    // Without the public key inside: OpenSSL does not read version 2 of PKCS#8.
    let pair = KeypairBytes { secret_key: key.to_bytes(), public_key: None };
    let plain = pair.to_pkcs8_der().map_err(|_| not_a_key())?;
    let info = PrivateKeyInfoRef::try_from(plain.as_bytes()).map_err(|_| not_a_key())?;
    let line = format!("{PUBLIC_KEY_LINE}{}", hex::encode(key.verifying_key().as_bytes()));
    encrypted(&info, &line, passphrase, cost)?.ok_or_else(not_a_key)
}

fn encrypted(
    info: &PrivateKeyInfoRef<'_>,
    line: &str,
    passphrase: &Passphrase,
    cost: Cost,
) -> Result<Option<Zeroizing<String>>, KeyError> {
    let parameters = parameters(cost)?;
    let encrypted = info.encrypt_with_params(parameters, passphrase.as_bytes()).ok();
    let pem = encrypted.and_then(|it| it.to_pem(EncryptedPrivateKeyInfoRef::PEM_LABEL, LineEnding::LF).ok());
    Ok(pem.map(|pem| Zeroizing::new(format!("{line}\n{}", pem.as_str()))))
}

/// Starts the line before an encryption key.
pub(crate) const X25519_LINE: &str = "x25519 public key: ";
/// RFC 8410, section 3.
const X25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.110");
/// What stands before the 32 bytes of a `CurvePrivateKey`: an octet string of that length (RFC 8410, section 7).
const CURVE_PRIVATE_KEY: [u8; 2] = [4, 32];

/// The same for an encryption key, secret and public.
pub(crate) fn encode_x25519(
    path: &Path,
    (secret, public): (&[u8; 32], &[u8; 32]),
    passphrase: &Passphrase,
    cost: Cost,
) -> Result<Zeroizing<String>, KeyError> {
    let not_a_key = || KeyError::NotAnEncryptionKey { path: path.to_path_buf() };
    let inner = Zeroizing::new([&CURVE_PRIVATE_KEY[..], secret].concat());
    let private_key = OctetStringRef::new(&inner).map_err(|_| not_a_key())?;
    let info = PrivateKeyInfoRef::new(AlgorithmIdentifierRef { oid: X25519, parameters: None }, private_key);
    let line = format!("{X25519_LINE}{}", hex::encode(public));
    encrypted(&info, &line, passphrase, cost)?.ok_or_else(not_a_key)
}

/// The secret of an encryption key's file.
pub(crate) fn decode_x25519(
    path: &Path,
    text: &str,
    passphrase: &Passphrase,
) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let not_a_key = || KeyError::NotAnEncryptionKey { path: path.to_path_buf() };
    let plain = decrypt(path, text, passphrase)?;
    let info = PrivateKeyInfoRef::try_from(plain.as_bytes()).map_err(|_| not_a_key())?;
    let inner = info.private_key.as_bytes().strip_prefix(&CURVE_PRIVATE_KEY).ok_or_else(not_a_key)?;
    if info.algorithm.oid != X25519 {
        return Err(not_a_key());
    }
    Ok(Zeroizing::new(inner.try_into().map_err(|_| not_a_key())?))
}

fn parameters(cost: Cost) -> Result<Parameters, KeyError> {
    let p = match cost {
        Cost::Standard => SCRYPT_P_STANDARD,
        Cost::Quick => SCRYPT_P_QUICK,
    };
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    getrandom::fill(&mut salt).map_err(|_| KeyError::NoRandomness)?;
    getrandom::fill(&mut iv).map_err(|_| KeyError::NoRandomness)?;
    let scrypt = scrypt::Params::new(SCRYPT_LOG_N, SCRYPT_R, p).expect("the costs in limits.rs are valid");
    Ok(Parameters::generate_scrypt_aes256cbc(scrypt, &salt, iv).expect("a salt of 16 bytes is valid"))
}

/// The private key of an encrypted file, whoever wrote it. A public key line must tell the truth.
pub(crate) fn decode(path: &Path, text: &str, passphrase: &Passphrase) -> Result<SigningKey, KeyError> {
    let plain = decrypt(path, text, passphrase)?;
    let not_a_key = |_| KeyError::NotAKey { path: path.to_path_buf() };
    let key = SigningKey::from_pkcs8_der(plain.as_bytes()).map_err(not_a_key)?;
    check_public_key_line(path, text, &key)?;
    Ok(key)
}

fn decrypt(path: &Path, text: &str, passphrase: &Passphrase) -> Result<SecretDocument, KeyError> {
    let document = sealed(path, text)?;
    let wrong = |_| KeyError::WrongPassphrase { path: path.to_path_buf() };
    affordable(path, &document)?.decrypt(passphrase.as_bytes()).map_err(wrong)
}

/// What a file of an encrypted key holds.
pub(crate) fn sealed(path: &Path, text: &str) -> Result<SecretDocument, KeyError> {
    let not_a_key = || KeyError::NotAKey { path: path.to_path_buf() };
    let (label, document) = SecretDocument::from_pem(text).map_err(|_| not_a_key())?;
    match label {
        EncryptedPrivateKeyInfoRef::<'_>::PEM_LABEL => Ok(document),
        PrivateKeyInfoRef::<'_>::PEM_LABEL => Err(KeyError::NotEncrypted { path: path.to_path_buf() }),
        _ => Err(not_a_key()),
    }
}

/// The same, read, if opening it costs no more than this machine gives a stranger's file.
pub(crate) fn affordable<'d>(
    path: &Path,
    document: &'d SecretDocument,
) -> Result<EncryptedPrivateKeyInfoRef<'d>, KeyError> {
    let not_a_key = |_| KeyError::NotAKey { path: path.to_path_buf() };
    let encrypted = EncryptedPrivateKeyInfoRef::from_der(document.as_bytes()).map_err(not_a_key)?;
    if !is_affordable(&encrypted.encryption_algorithm) {
        return Err(KeyError::CostRefused { path: path.to_path_buf() });
    }
    Ok(encrypted)
}

/// The private key of an unencrypted PKCS#8 PEM, for import only.
pub(crate) fn decode_plain(path: &Path, text: &str) -> Result<SigningKey, KeyError> {
    SigningKey::from_pkcs8_pem(text).map_err(|_| KeyError::NotAKey { path: path.to_path_buf() })
}

/// Whether a PEM holds an encrypted key.
pub(crate) fn is_encrypted(text: &str) -> bool {
    text.contains(concat!("-----BEGIN ", "ENCRYPTED PRIVATE KEY-----"))
}

/// The public key that the first line states.
pub(crate) fn stated_public_key(text: &str) -> Option<VerifyingKey> {
    let hexadecimal = text.lines().next()?.strip_prefix(PUBLIC_KEY_LINE)?;
    let bytes: [u8; 32] = hex::decode(hexadecimal.trim()).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

fn check_public_key_line(path: &Path, text: &str, key: &SigningKey) -> Result<(), KeyError> {
    let Some(stated) = stated_public_key(text) else { return Ok(()) };
    let found = key.verifying_key();
    if stated == found {
        return Ok(());
    }
    Err(KeyError::PublicKeyMismatch {
        path: path.to_path_buf(),
        stated: hex::encode(stated.as_bytes()),
        found: hex::encode(found.as_bytes()),
    })
}

/// Whether a stranger's file asks for a key derivation that this machine should do.
fn is_affordable(scheme: &EncryptionScheme) -> bool {
    let Some(parameters) = scheme.pbes2() else { return false };
    match &parameters.kdf {
        Kdf::Scrypt(scrypt) => {
            let n = scrypt.cost_parameter;
            n.is_power_of_two()
                && n <= SCRYPT_N_MAX
                && scrypt.block_size <= SCRYPT_R_MAX
                && scrypt.parallelization <= SCRYPT_P_MAX
        }
        Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count <= PBKDF2_ROUNDS_MAX,
        _ => false,
    }
}
