//! Identifiers and keys of a member to register.

use std::str::FromStr;

use tally_contracts::member::{KeyCapacity, PartyIdentifier};
use tally_contracts::types::{PublicKey, Text};

use super::error::ValueError;
use super::hexes::public_key;

/// `SCHEME:VALUE`, such as `USCC:91350100M000100Y43` or `0088:7300010000001`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierText(pub PartyIdentifier);

/// A public key or key file, with what it may do: `KEY`, `KEY:maker`, `KEY:checker` or `KEY:both`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyText(pub PublicKey, pub KeyCapacity);

impl FromStr for IdentifierText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = || ValueError::Identifier { text: text.to_owned() };
        let (scheme, value) = text.split_once(':').ok_or_else(bad)?;
        if scheme.is_empty() || value.is_empty() {
            return Err(bad());
        }
        Ok(Self(PartyIdentifier { scheme: Text::new(scheme)?, value: Text::new(value)? }))
    }
}

impl FromStr for KeyText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (key, capacity) = match text.rsplit_once(':') {
            Some((key, "maker")) => (key, KeyCapacity::Maker),
            Some((key, "checker")) => (key, KeyCapacity::Checker),
            Some((key, "both")) => (key, KeyCapacity::Both),
            Some(_) | None => (text, KeyCapacity::Both),
        };
        Ok(Self(public_key(key)?, capacity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_names_its_scheme() {
        let IdentifierText(identifier) = "USCC:91350100M000100Y43".parse().unwrap();
        assert_eq!((identifier.scheme.as_str(), identifier.value.as_str()), ("USCC", "91350100M000100Y43"));
        for bad in ["", "USCC", "USCC:", ":1"] {
            assert!(bad.parse::<IdentifierText>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_that_anybody_could_sign_for_is_refused() {
        assert!("00".repeat(32).parse::<KeyText>().is_err());
        assert!("zz".parse::<KeyText>().is_err());
        let good = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        let KeyText(key, capacity) = format!("{good}:maker").parse().unwrap();
        assert_eq!((key.to_string().as_str(), capacity), (good, KeyCapacity::Maker));
    }
}
