//! Keys in hardware or software modules (PKCS #11 v3.0, CKM_EDDSA): they are made there, sign there, and never leave.

mod module;
mod uri;

pub use uri::KeyUri;

use std::path::Path;
use std::sync::Mutex;

use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use ed25519_dalek::VerifyingKey;

use crate::error::KeyError;
use crate::passphrase::{Passphrase, PassphraseSource};
use crate::signer::Signer;

/// The curve's name as modules want it: a printable string (PKCS #11 v3.0, section 2.3.5).
const EDWARDS25519: [u8; 14] =
    [0x13, 0x0c, b'e', b'd', b'w', b'a', b'r', b'd', b's', b'2', b'5', b'5', b'1', b'9'];
/// What stands before a point of 32 bytes where a module gives it as an octet string.
const OCTET_STRING_32: [u8; 2] = [0x04, 0x20];

/// A key of a module, with a session that is logged in.
pub struct Pkcs11Signer {
    uri: KeyUri,
    public: VerifyingKey,
    /// A session is used by one thread at a time.
    session: Mutex<Session>,
    key: ObjectHandle,
}

impl Pkcs11Signer {
    /// Finds the key and logs in. `pin` is asked where the URI names no file that holds it.
    pub fn open(uri: &KeyUri, pin: impl FnOnce() -> Result<Passphrase, KeyError>) -> Result<Self, KeyError> {
        let session = logged_in(uri, pin)?;
        let public = public_of(uri, &session)?;
        let key = one(uri, &session, ObjectClass::PRIVATE_KEY)?;
        Ok(Self { uri: uri.clone(), public, session: Mutex::new(session), key })
    }

    /// The public key, without a PIN.
    pub fn inspect(uri: &KeyUri) -> Result<VerifyingKey, KeyError> {
        public_of(uri, &module::session(uri)?)
    }

    /// Makes a new key in the module, under a label that no other key there has. It cannot be taken out.
    pub fn create(
        uri: &KeyUri,
        pin: impl FnOnce() -> Result<Passphrase, KeyError>,
    ) -> Result<VerifyingKey, KeyError> {
        let session = logged_in(uri, pin)?;
        if !find(uri, &session, ObjectClass::PRIVATE_KEY)?.is_empty() {
            return Err(KeyError::Exists { path: uri.reference().into() });
        }
        let label = Attribute::Label(uri.object.clone().into_bytes());
        let public = [
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::EcParams(EDWARDS25519.to_vec()),
            label.clone(),
        ];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            label,
        ];
        session
            .generate_key_pair(&Mechanism::EccEdwardsKeyPairGen, &public, &private)
            .map_err(|source| uri.failed("make a key", source))?;
        public_of(uri, &session)
    }

    /// Gives a key of the module another label, in both its halves.
    pub fn rename(
        uri: &KeyUri,
        to: &str,
        pin: impl FnOnce() -> Result<Passphrase, KeyError>,
    ) -> Result<(), KeyError> {
        let session = logged_in(uri, pin)?;
        for class in [ObjectClass::PUBLIC_KEY, ObjectClass::PRIVATE_KEY] {
            let object = one(uri, &session, class)?;
            session
                .update_attributes(object, &[Attribute::Label(to.as_bytes().to_vec())])
                .map_err(|source| uri.failed("rename the key", source))?;
        }
        Ok(())
    }
}

impl Signer for Pkcs11Signer {
    fn public(&self) -> VerifyingKey {
        self.public
    }

    fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], KeyError> {
        let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
        let session = self.session.lock().expect("nothing panics while it signs");
        let signature = session.sign(&mechanism, self.key, bytes);
        let signature = signature.map_err(|source| self.uri.failed("sign", source))?;
        let wrong = || KeyError::ModuleAnswer { uri: self.uri.reference().to_owned(), what: "a signature" };
        signature.try_into().map_err(|_| wrong())
    }
}

fn logged_in(uri: &KeyUri, pin: impl FnOnce() -> Result<Passphrase, KeyError>) -> Result<Session, KeyError> {
    let pin = match &uri.pin_source {
        Some(file) => Passphrase::obtain(&PassphraseSource::File(file.clone()), "the module's PIN")?,
        None => pin()?,
    };
    let session = module::session(uri)?;
    let text = std::str::from_utf8(pin.as_bytes()).unwrap_or_default();
    match session.login(UserType::User, Some(&AuthPin::new(text.into()))) {
        Ok(()) => Ok(session),
        Err(source) if module::is_logged_in_already(&source) => Ok(session),
        Err(source) => Err(uri.failed("log in", source)),
    }
}

fn find(uri: &KeyUri, session: &Session, class: ObjectClass) -> Result<Vec<ObjectHandle>, KeyError> {
    let template = [
        Attribute::Class(class),
        Attribute::KeyType(KeyType::EC_EDWARDS),
        Attribute::Label(uri.object.clone().into_bytes()),
    ];
    session.find_objects(&template).map_err(|source| uri.failed("look for the key", source))
}

fn one(uri: &KeyUri, session: &Session, class: ObjectClass) -> Result<ObjectHandle, KeyError> {
    match find(uri, session, class)?.as_slice() {
        [found] => Ok(*found),
        found => Err(KeyError::ModuleKey { uri: uri.reference().to_owned(), found: found.len() }),
    }
}

fn public_of(uri: &KeyUri, session: &Session) -> Result<VerifyingKey, KeyError> {
    let object = one(uri, session, ObjectClass::PUBLIC_KEY)?;
    let attributes = session.get_attributes(object, &[AttributeType::EcPoint]);
    let attributes = attributes.map_err(|source| uri.failed("read the public key", source))?;
    let point = attributes
        .into_iter()
        .find_map(|attribute| if let Attribute::EcPoint(point) = attribute { Some(point) } else { None });
    let wrong = || KeyError::ModuleAnswer { uri: uri.reference().to_owned(), what: "a public key" };
    let point = point.ok_or_else(wrong)?;
    // older modules wrap the point, newer ones give it as it is
    let bytes = point.strip_prefix(&OCTET_STRING_32).unwrap_or(&point);
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| wrong())?;
    VerifyingKey::from_bytes(&bytes).map_err(|_| wrong())
}

/// Whether a reference to a key names one in a module.
#[must_use]
pub fn is_module(reference: &Path) -> bool {
    reference.to_str().is_some_and(|text| text.starts_with(uri::SCHEME))
}
