//! What can go wrong with a key file, and what to do about it. No secret ever appears in a message.

use std::path::PathBuf;

/// A key that could not be made, stored or opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The operating system refused.
    #[error("{path}: cannot {action} ({source}): check the path and its permissions")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Others may read or write the file.
    #[error("{path} has mode {mode:04o}, so that others can reach a secret: run chmod 600 {path}")]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Something else than a regular file.
    #[error("{path} is no regular file: name the key file itself")]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// There is a key already.
    #[error(
        "{path} exists already and a key is never overwritten: choose another path or move it away first"
    )]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is too large for a key.
    #[error("{path} has {bytes} bytes, more than the {limit} of a key file: name the key file itself")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes found (at least).
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Not a key file of a known form.
    #[error("{path} holds no Ed25519 key in PKCS#8 PEM: make one with tally key new, or tally key import")]
    NotAKey {
        /// The file.
        path: PathBuf,
    },
    /// Not a file with a key for documents.
    #[error("{path} holds no X25519 key in PKCS#8 PEM: make one with tally document key")]
    NotAnEncryptionKey {
        /// The file.
        path: PathBuf,
    },
    /// A key for which nothing can be wrapped.
    #[error("nothing can be wrapped for the encryption key {key}: its owner publishes another")]
    RecipientUnusable {
        /// The public key, hexadecimal.
        key: String,
    },
    /// The private key lies open.
    #[error("{path} holds an unencrypted key: encrypt it into a new file with tally key import")]
    NotEncrypted {
        /// The file.
        path: PathBuf,
    },
    /// The key derivation would cost too much time or memory.
    #[error("{path} asks for an absurd key derivation cost: import the key again into a file of ours")]
    CostRefused {
        /// The file.
        path: PathBuf,
    },
    /// The passphrase does not open the file, or the file is damaged.
    #[error(
        "{path} does not open with this passphrase: check the passphrase, or restore the file from a backup"
    )]
    WrongPassphrase {
        /// The file.
        path: PathBuf,
    },
    /// The first line names another key.
    #[error("{path} says public key {stated} but holds {found}: restore the file from a backup")]
    PublicKeyMismatch {
        /// The file.
        path: PathBuf,
        /// Public key in the first line, hexadecimal.
        stated: String,
        /// Public key of the private key, hexadecimal.
        found: String,
    },
    /// A seed of another length or alphabet.
    #[error("{path} is no seed: it must hold 64 hexadecimal digits and nothing else")]
    NotASeed {
        /// The file.
        path: PathBuf,
    },
    /// A reference to a module's key that cannot be read.
    #[error(
        "{uri} names no key of a module: {what}; write pkcs11:token=NAME;object=NAME?module-path=FILE&pin-source=FILE"
    )]
    BadUri {
        /// As written.
        uri: String,
        /// What is wrong.
        what: &'static str,
    },
    /// No such shared library.
    #[error(
        "{module} is not there: install the module (for tests: apt-get install softhsm2) or mend module-path"
    )]
    ModuleMissing {
        /// The shared library.
        module: PathBuf,
    },
    /// The module refuses.
    #[error(
        "{uri}: the module cannot {action} ({source}): check the PIN, the token and the module's own configuration"
    )]
    Module {
        /// Which key.
        uri: String,
        /// What was tried.
        action: &'static str,
        /// What the module said.
        source: Box<cryptoki::error::Error>,
    },
    /// No token of this label.
    #[error("{uri}: the module has no token {token}: initialise one, or mend the label")]
    ModuleToken {
        /// Which key.
        uri: String,
        /// The label.
        token: String,
    },
    /// Not exactly one key of this label.
    #[error(
        "{uri}: the token holds {found} ed25519 keys of this label where one is needed: make it with tally key new"
    )]
    ModuleKey {
        /// Which key.
        uri: String,
        /// How many.
        found: usize,
    },
    /// The module answers with something else.
    #[error(
        "{uri}: what the module gave is not {what} of ed25519: it does not support CKM_EDDSA as it should"
    )]
    ModuleAnswer {
        /// Which key.
        uri: String,
        /// What it should be.
        what: &'static str,
    },
    /// Nothing to bundle, or too much.
    #[error("a bundle holds 1 to {limit} key files, not {files}: make several")]
    BundleFiles {
        /// Files named.
        files: usize,
        /// Files allowed.
        limit: usize,
    },
    /// Two files of one name, or a name that needs quoting.
    #[error("\"{name}\" stands in a bundle twice or is no plain file name: rename the file")]
    BundleName {
        /// The name.
        name: String,
    },
    /// Not a bundle.
    #[error("{path} is no bundle of key files, or it is damaged: restore from another copy")]
    NotABundle {
        /// The file.
        path: PathBuf,
    },
    /// No passphrase.
    #[error("the passphrase is empty: supply one by file, prompt or descriptor")]
    PassphraseEmpty,
    /// Too short to protect a key.
    #[error(
        "the passphrase has {bytes} bytes, fewer than the {minimum} that protect a key: choose a longer one"
    )]
    PassphraseTooShort {
        /// Bytes found.
        bytes: usize,
        /// Bytes needed.
        minimum: usize,
    },
    /// Too long.
    #[error("the passphrase has more than {limit} bytes: name the passphrase file itself")]
    PassphraseTooLong {
        /// Bytes allowed.
        limit: usize,
    },
    /// Two entries at the prompt differ.
    #[error("the two passphrases differ: type the same one twice")]
    PassphrasesDiffer,
    /// The system's random source failed.
    #[error("the operating system gives no random bytes: no key was made, try again")]
    NoRandomness,
    /// There is no next key to put in place.
    #[error("{path} does not exist: prepare the rotation first")]
    RotationNotPrepared {
        /// Where the next key should be.
        path: PathBuf,
    },
}

impl KeyError {
    /// For `map_err` on file operations.
    pub(crate) fn io(
        path: &std::path::Path,
        action: &'static str,
    ) -> impl FnOnce(std::io::Error) -> KeyError + use<> {
        let path = path.to_path_buf();
        move |source| KeyError::Io { path, action, source }
    }
}
