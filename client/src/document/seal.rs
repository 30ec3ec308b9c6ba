//! Seal and open: from a file's content to what travels, and back, checked against the ledger.

use chacha20poly1305::aead::{Aead, Payload as Encrypted};
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use sha2::{Digest, Sha256};
use tally_contracts::document::Payload;
use tally_contracts::types::{DocumentId, Hash, MemberId, tagged_hash};
use zeroize::Zeroizing;

use super::error::DocumentError;

const VERSION: u8 = 1;
const TAG: &[u8] = b"tallystick/document/v1";
const COMMITMENT_TAG: &str = "tallystick/document";
const ENVELOPE_TAG: &[u8] = b"tallystick/document-key/v1";
/// The smallest padded size, so that notes and invoices look alike.
pub(super) const PADDED_MIN: usize = 4 * 1024;
/// The largest padded size.
const PADDED_MAX: usize = 16 * 1024 * 1024;
/// Bytes of a file's name.
const NAME_BYTES_MAX: usize = 255;
/// Version and lengths.
const HEAD_BYTES: usize = 1 + 2 + 8;
/// Bytes of the largest content under the longest name.
pub const CONTENT_BYTES_MAX: usize = PADDED_MAX - HEAD_BYTES - NAME_BYTES_MAX;

/// A document ready to travel.
pub struct Sealed {
    /// What the ledger is told.
    pub payload: Payload,
    /// The encrypted bytes.
    pub ciphertext: Vec<u8>,
    /// Key and salt, to be wrapped for each party.
    pub secret: Zeroizing<Vec<u8>>,
}

/// A document as its owner put it in.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The file's name; what somebody else chose, so never a path to write to.
    pub name: String,
    /// The file's bytes.
    pub content: Zeroizing<Vec<u8>>,
}

/// Encrypts a document for one chain, under a key that nothing else is encrypted with.
pub fn seal(chain_id: &str, name: &str, content: &[u8]) -> Result<Sealed, DocumentError> {
    let padded = pad(name, content)?;
    let mut secret = Zeroizing::new(vec![0; 64]);
    getrandom::fill(&mut secret).map_err(|_| DocumentError::NoRandomness)?;
    let (key, salt) = secret.split_at(32);
    let commitment = commit(salt, name, content);
    let aad = aad(chain_id);
    let encrypted = cipher(key).encrypt(&Nonce::default(), Encrypted { msg: &padded, aad: &aad });
    let ciphertext =
        encrypted.map_err(|_| DocumentError::TooLarge { bytes: content.len(), limit: CONTENT_BYTES_MAX })?;
    let payload = Payload {
        commitment,
        ciphertext: Hash(Sha256::digest(&ciphertext).into()),
        bytes: ciphertext.len() as u64,
    };
    Ok(Sealed { payload, ciphertext, secret })
}

/// Opens what travelled with what was wrapped, and holds it against what the ledger says.
pub fn open(
    chain_id: &str,
    payload: &Payload,
    ciphertext: &[u8],
    secret: &[u8],
) -> Result<Opened, DocumentError> {
    if Hash(Sha256::digest(ciphertext).into()) != payload.ciphertext {
        return Err(DocumentError::Damaged);
    }
    if secret.len() != 64 {
        return Err(DocumentError::Uncommitted);
    }
    let (key, salt) = secret.split_at(32);
    let aad = aad(chain_id);
    let padded = cipher(key).decrypt(&Nonce::default(), Encrypted { msg: ciphertext, aad: &aad });
    let padded = Zeroizing::new(padded.map_err(|_| DocumentError::Uncommitted)?);
    let opened = unpad(&padded).ok_or(DocumentError::Uncommitted)?;
    if commit(salt, &opened.name, &opened.content) != payload.commitment {
        return Err(DocumentError::Uncommitted);
    }
    Ok(opened)
}

/// What a wrapped key is bound to: one document of one chain, and one recipient.
#[must_use]
pub fn envelope_info(chain_id: &str, document: DocumentId, recipient: MemberId) -> Vec<u8> {
    let mut info = ENVELOPE_TAG.to_vec();
    for part in [chain_id.as_bytes(), &document.number().to_be_bytes(), recipient.as_str().as_bytes()] {
        info.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        info.extend(part);
    }
    info
}

/// What a document is padded to, in bytes.
fn size(name: &str, content: &[u8]) -> Result<usize, DocumentError> {
    let bytes = name.len();
    if bytes == 0 || bytes > NAME_BYTES_MAX {
        return Err(DocumentError::Name { bytes, limit: NAME_BYTES_MAX });
    }
    let needed = HEAD_BYTES + bytes + content.len();
    let size = needed.next_power_of_two().max(PADDED_MIN);
    if content.len() > CONTENT_BYTES_MAX || size > PADDED_MAX {
        return Err(DocumentError::TooLarge { bytes: content.len(), limit: CONTENT_BYTES_MAX });
    }
    Ok(size)
}

pub(super) fn pad(name: &str, content: &[u8]) -> Result<Zeroizing<Vec<u8>>, DocumentError> {
    let size = size(name, content)?;
    let mut padded = Zeroizing::new(Vec::with_capacity(size));
    padded.push(VERSION);
    padded.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_be_bytes());
    padded.extend(name.as_bytes());
    padded.extend((content.len() as u64).to_be_bytes());
    padded.extend(content);
    padded.resize(size, 0);
    Ok(padded)
}

pub(super) fn unpad(padded: &[u8]) -> Option<Opened> {
    let rest = padded.strip_prefix(&[VERSION])?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (name, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let (content, padding) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    let name = std::str::from_utf8(name).ok()?.to_owned();
    let is_sized = size(&name, content).is_ok_and(|size| size == padded.len());
    // one form only, so that nothing travels beside the content
    if !is_sized || padding.iter().any(|byte| *byte != 0) {
        return None;
    }
    Some(Opened { name, content: Zeroizing::new(content.to_vec()) })
}

pub(super) fn commit(salt: &[u8], name: &str, content: &[u8]) -> Hash {
    tagged_hash(COMMITMENT_TAG, &[salt, name.as_bytes(), content])
}

pub(super) fn cipher(key: &[u8]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(Key::from_slice(key))
}

pub(super) fn aad(chain_id: &str) -> Vec<u8> {
    [TAG, chain_id.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_opens_to_what_was_sealed_and_its_size_tells_little() {
        for (bytes, size) in [(0, 4_112), (1, 4_112), (4_000, 4_112), (4_096, 8_208), (100_000, 131_088)] {
            let content = vec![7; bytes];
            let sealed = seal("chain", "invoice.xml", &content).unwrap();
            assert_eq!((sealed.ciphertext.len(), sealed.payload.bytes), (size, size as u64), "{bytes}");
            let opened = open("chain", &sealed.payload, &sealed.ciphertext, &sealed.secret).unwrap();
            assert_eq!(
                (opened.name.as_str(), opened.content.as_slice()),
                ("invoice.xml", content.as_slice())
            );
        }
    }

    #[test]
    fn no_two_versions_share_key_salt_or_commitment() {
        let (one, other) = (seal("chain", "a", b"same").unwrap(), seal("chain", "a", b"same").unwrap());
        assert_ne!(one.secret, other.secret);
        assert_ne!(one.payload.commitment, other.payload.commitment);
        assert_ne!(one.payload.ciphertext, other.payload.ciphertext);
    }

    #[test]
    fn what_is_not_what_the_ledger_says_is_told_apart() {
        let sealed = seal("chain", "a.txt", b"content").unwrap();
        let Sealed { payload, ciphertext, secret } = &sealed;
        let is = |opened: Result<Opened, DocumentError>| opened.err();
        let mut damaged = ciphertext.clone();
        damaged[9] ^= 1;
        assert_eq!(is(open("chain", payload, &damaged, secret)), Some(DocumentError::Damaged));
        assert_eq!(is(open("other", payload, ciphertext, secret)), Some(DocumentError::Uncommitted));
        let other = seal("chain", "a.txt", b"content").unwrap();
        assert_eq!(is(open("chain", payload, ciphertext, &other.secret)), Some(DocumentError::Uncommitted));
        let lied = Payload { commitment: other.payload.commitment, ..*payload };
        assert_eq!(is(open("chain", &lied, ciphertext, secret)), Some(DocumentError::Uncommitted));
    }

    #[test]
    fn what_is_too_large_or_nameless_is_refused() {
        let large = vec![0; CONTENT_BYTES_MAX + 1];
        assert!(matches!(seal("chain", "a", &large), Err(DocumentError::TooLarge { .. })));
        assert!(matches!(seal("chain", "", b""), Err(DocumentError::Name { bytes: 0, .. })));
        let sealed = seal("chain", &"n".repeat(255), &large[1..]).unwrap();
        assert_eq!(sealed.payload.bytes, tally_contracts::limits::DOCUMENT_PAYLOAD_BYTES_MAX);
    }
}
