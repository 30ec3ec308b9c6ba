//! Reading: what a reader signs, and how it stands in a call's `authorization` header.
//!
//! ```text
//! authorization: Tally-Token <64 hexadecimal digits>
//! authorization: Tally-Signature <member> <key> <nonce> <not after> <audience> <signature>
//! ```
//!
//! Signed are the domain tag and then, each with its length in 4 bytes (big-endian): chain id, audience, method, SHA-256
//! of the request message, member, nonce, not after (8 bytes, big-endian). The audience is host and port as the reader
//! dialled them: a node to which a signature was sent cannot use it at another one.
use crate::signing::{self, Claim};
use ed25519_dalek::{Signer, SigningKey};
use std::fmt;
use std::str::FromStr;
use tally_contracts::types::{Hash, MemberId, PublicKey};

/// First bytes of what is signed for a read.
pub const READ_TAG: &[u8] = b"tallystick/read/v1";
/// The audience of a ticket: any node of the chain may show it to any other.
pub const DOCUMENT_AUDIENCE: &str = "documents";
/// The method that a ticket is for; its body hash is of the document's number in 8 bytes, big-endian.
pub const FETCH_PAYLOAD: &str = "/tally.document.v1.DocumentService/FetchPayload";
/// Milliseconds that a signed read may stay valid: a minute of travel and of clocks that differ.
pub const READ_VALIDITY_MS_MAX: u64 = 60_000;
/// Bytes of a header's value: the longest member id and host name with room.
const HEADER_BYTES_MAX: usize = 1_024;

/// A call, as its reader means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    pub chain_id: &'a str,
    /// Such as `/tally.money.v1.MoneyService/ListDeposits`.
    pub method: &'a str,
    /// SHA-256 of the encoded request message, without gRPC's frame.
    pub body_hash: Hash,
}

/// A reader's signature over a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRead {
    pub member: MemberId,
    pub key: PublicKey,
    /// Chosen at random; a node takes it once.
    pub nonce: [u8; 16],
    /// Milliseconds since 1970, by the machine's clock, not the chain's.
    pub not_after_ms: u64,
    /// Host and port as dialled.
    pub audience: String,
    pub signature: [u8; 64],
}

/// What shows who reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    Token([u8; 32]),
    Signature(SignedRead),
}

/// The header says nothing that can be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the authorization header is neither `Tally-Token …` nor `Tally-Signature …`")]
pub struct AuthorizationError;

impl SignedRead {
    /// Signs a call. `nonce` MUST be new and unpredictable.
    pub fn sign(
        call: &Call<'_>,
        (member, key): (MemberId, &SigningKey),
        audience: &str,
        nonce: [u8; 16],
        not_after_ms: u64,
    ) -> Self {
        let mut read = Self {
            member,
            key: signing::public_key(key),
            nonce,
            not_after_ms,
            audience: audience.to_owned(),
            signature: [0; 64],
        };
        read.signature = key.sign(&read.signing_bytes(call)).to_bytes();
        read
    }

    /// Whether the signature is the key's over this call; who the key belongs to is for the ledger to say.
    pub fn holds(&self, call: &Call<'_>) -> bool {
        let message = self.signing_bytes(call);
        Claim { key: self.key, signature: self.signature, message: &message }.verify().is_ok()
    }

    /// What the key signs, for one that is somewhere else.
    pub fn signing_bytes(&self, call: &Call<'_>) -> Vec<u8> {
        let not_after = self.not_after_ms.to_be_bytes();
        let parts: [&[u8]; 7] = [
            call.chain_id.as_bytes(),
            self.audience.as_bytes(),
            call.method.as_bytes(),
            &call.body_hash.0,
            self.member.as_str().as_bytes(),
            &self.nonce,
            &not_after,
        ];
        let mut bytes = READ_TAG.to_vec();
        for part in parts {
            bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

impl fmt::Display for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(token) => write!(f, "Tally-Token {}", Hex(token)),
            Self::Signature(read) => write!(
                f,
                "Tally-Signature {} {} {} {} {} {}",
                read.member,
                Hex(&read.key.0),
                Hex(&read.nonce),
                read.not_after_ms,
                read.audience,
                Hex(&read.signature)
            ),
        }
    }
}

impl FromStr for Authorization {
    type Err = AuthorizationError;

    fn from_str(text: &str) -> Result<Self, AuthorizationError> {
        if text.len() > HEADER_BYTES_MAX {
            return Err(AuthorizationError);
        }
        let words: Vec<&str> = text.split(' ').collect();
        match words.as_slice() {
            ["Tally-Token", token] => Ok(Self::Token(unhex(token)?)),
            ["Tally-Signature", member, key, nonce, not_after, audience, signature] => {
                Ok(Self::Signature(SignedRead {
                    member: MemberId::new(member).map_err(|_| AuthorizationError)?,
                    key: PublicKey(unhex(key)?),
                    nonce: unhex(nonce)?,
                    not_after_ms: not_after.parse().map_err(|_| AuthorizationError)?,
                    audience: (*audience).to_owned(),
                    signature: unhex(signature)?,
                }))
            }
            _ => Err(AuthorizationError),
        }
    }
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Lower-case digits only, so that a value has one form.
fn unhex<const N: usize>(text: &str) -> Result<[u8; N], AuthorizationError> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(AuthorizationError),
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return Err(AuthorizationError);
    }
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUDIENCE: &str = "127.0.0.1:7602";

    fn call(chain_id: &str) -> Call<'_> {
        Call { chain_id, method: "/tally.money.v1.MoneyService/ListDeposits", body_hash: Hash::of(b"body") }
    }

    fn signed() -> SignedRead {
        let key = SigningKey::from_bytes(&[7; 32]);
        SignedRead::sign(&call("chain"), (MemberId::new("beta").unwrap(), &key), AUDIENCE, [9; 16], 77)
    }

    #[test]
    fn a_signature_holds_for_its_own_call_and_for_no_other() {
        let read = signed();
        assert!(read.holds(&call("chain")));
        assert!(!read.holds(&call("other")));
        assert!(!read.holds(&Call { method: "/x", ..call("chain") }));
        assert!(!read.holds(&Call { body_hash: Hash::of(b"another"), ..call("chain") }));
        let bent = [
            SignedRead { nonce: [8; 16], ..read.clone() },
            SignedRead { not_after_ms: 78, ..read.clone() },
            SignedRead { audience: "127.0.0.1:7603".to_owned(), ..read.clone() },
            SignedRead { member: MemberId::new("gamma").unwrap(), ..read.clone() },
            SignedRead { key: PublicKey([3; 32]), ..read },
        ];
        for bent in bent {
            assert!(!bent.holds(&call("chain")), "{bent:?}");
        }
    }

    #[test]
    fn a_header_reads_back_and_nothing_else_is_read() {
        for authorization in [Authorization::Token([0xab; 32]), Authorization::Signature(signed())] {
            assert_eq!(authorization.to_string().parse(), Ok(authorization));
        }
        let token = Authorization::Token([0xab; 32]).to_string();
        let wrong = [
            "",
            "Tally-Token",
            "Bearer abab",
            "Tally-Token abc",
            &token.to_uppercase(),
            &format!("{token} "),
            &format!("{token}ab"),
            &"x".repeat(2_000),
        ];
        for wrong in wrong {
            assert_eq!(wrong.parse::<Authorization>(), Err(AuthorizationError), "{wrong}");
        }
    }
}
