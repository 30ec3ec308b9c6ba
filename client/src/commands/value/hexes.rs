//! Ids and keys in hexadecimal.

use std::path::Path;
use std::str::FromStr;

use tally_contracts::types::{Hash, PublicKey};
use tally_keys::KeyHandle;

use super::error::ValueError;
use crate::sdk::RequestId;

/// 32 hexadecimal digits: what a client chose to name a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestIdText(pub RequestId);

/// 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionIdText(pub Hash);

impl FromStr for RequestIdText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let mut id = [0; 16];
        hex::decode_to_slice(text, &mut id)
            .map_err(|_| ValueError::Hex { text: text.to_owned(), digits: 32 })?;
        Ok(Self(id))
    }
}

impl FromStr for TransactionIdText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        Hash::from_hex(text).map(Self).ok_or_else(|| ValueError::Hex { text: text.to_owned(), digits: 64 })
    }
}

/// A public key in hexadecimal, or that of a key file, which stays closed.
pub fn public_key(text: &str) -> Result<PublicKey, ValueError> {
    let key = match Hash::from_hex(text) {
        Some(Hash(bytes)) => PublicKey(bytes),
        None => {
            let key = KeyHandle::inspect(Path::new(text));
            PublicKey(key.map_err(|_| ValueError::PublicKey { text: text.to_owned() })?.to_bytes())
        }
    };
    tally_proto::key::check(&key)?;
    Ok(key)
}
