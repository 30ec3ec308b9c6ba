//! `pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=FILE`: which key of which module (RFC 7512).

use std::path::{Path, PathBuf};

use crate::error::KeyError;

pub(super) const SCHEME: &str = "pkcs11:";

/// A key of a module by its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUri {
    reference: String,
    /// Label of the token.
    pub token: String,
    /// Label of the key.
    pub object: String,
    /// The module's shared library.
    pub module: PathBuf,
    /// A file of mode 0600 with the PIN; asked for where there is none. The PIN itself never stands here.
    pub pin_source: Option<PathBuf>,
}

impl KeyUri {
    /// Reads a reference to a key; nothing where it is no such URI but a file.
    pub fn of(reference: &Path) -> Result<Option<Self>, KeyError> {
        match reference.to_str().filter(|text| text.starts_with(SCHEME)) {
            Some(text) => Self::parse(text).map(Some),
            None => Ok(None),
        }
    }

    fn parse(text: &str) -> Result<Self, KeyError> {
        let bad = |what: &'static str| KeyError::BadUri { uri: text.to_owned(), what };
        let rest = text.strip_prefix(SCHEME).unwrap_or_default();
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (mut token, mut object, mut module, mut pin_source) = (None, None, None, None);
        // Each where RFC 7512 has it: a rotation renames the object of the path, and of the path only.
        let before = path.split(';').map(|one| (one, false));
        let attributes = before.chain(query.split('&').map(|one| (one, true)));
        for (attribute, is_query) in attributes.filter(|(one, _)| !one.is_empty()) {
            let (name, value) =
                attribute.split_once('=').ok_or_else(|| bad("every attribute is name=value"))?;
            let value = decode(value).ok_or_else(|| bad("a % stands before two hexadecimal digits"))?;
            match (name, is_query) {
                ("token", false) => token = Some(value),
                ("object", false) => object = Some(value),
                ("module-path", true) => module = Some(PathBuf::from(value)),
                ("pin-source", true) => {
                    pin_source = Some(PathBuf::from(value.trim_start_matches("file:")));
                }
                ("pin-value", _) => {
                    return Err(bad("a PIN stands in a file of mode 0600, named as pin-source"));
                }
                ("type", false) => {}
                _ => {
                    return Err(bad(
                        "token and object before the ?, module-path and pin-source after it are known",
                    ));
                }
            }
        }
        Ok(Self {
            reference: text.to_owned(),
            token: token.ok_or_else(|| bad("token is missing"))?,
            object: object.ok_or_else(|| bad("object is missing"))?,
            module: module.ok_or_else(|| bad("module-path is missing"))?,
            pin_source,
        })
    }

    /// As it was written.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The reference of the key that a rotation makes beside this one: its label ends in `.next`.
    #[must_use]
    pub fn next_reference(&self) -> String {
        let named = |part: &str| match part.strip_prefix("object=") {
            Some(label) => format!("object={label}.next"),
            None => part.to_owned(),
        };
        let (path, query) = self.reference.split_once('?').unwrap_or((&self.reference, ""));
        let path = path.strip_prefix(SCHEME).unwrap_or_default();
        let path: Vec<String> = path.split(';').map(named).collect();
        format!("{SCHEME}{}?{query}", path.join(";"))
    }

    pub(super) fn failed(&self, action: &'static str, source: cryptoki::error::Error) -> KeyError {
        KeyError::Module { uri: self.reference.clone(), action, source: Box::new(source) }
    }
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let (digits, after) = after.split_first_chunk::<2>()?;
        bytes.extend(hex::decode(digits).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_names_token_key_module_and_where_the_pin_is() {
        let text = "pkcs11:token=bank%20east;object=consensus?module-path=/lib/m.so&pin-source=/etc/pin";
        let uri = KeyUri::of(Path::new(text)).unwrap().unwrap();
        assert_eq!((uri.token.as_str(), uri.object.as_str()), ("bank east", "consensus"));
        assert_eq!(uri.module, Path::new("/lib/m.so"));
        assert_eq!(uri.pin_source.as_deref(), Some(Path::new("/etc/pin")));
        assert_eq!(uri.next_reference(), text.replace("consensus", "consensus.next"));
        assert_eq!(KeyUri::of(Path::new("keys/alpha.pem")).unwrap(), None);
        for bad in [
            "pkcs11:",
            "pkcs11:token=a;object=b",
            "pkcs11:token=a?module-path=/m",
            "pkcs11:token=a;object=b;colour=red?module-path=/m",
            "pkcs11:token=a;object=b?module-path=/m&pin-value=1234",
            "pkcs11:token=%4;object=b?module-path=/m",
            "pkcs11:token=a?module-path=/m&object=b",
            "pkcs11:token=a;object=b;module-path=/m",
        ] {
            assert!(matches!(KeyUri::of(Path::new(bad)), Err(KeyError::BadUri { .. })), "{bad}");
        }
    }
}
