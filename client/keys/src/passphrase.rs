//! Passphrases: from a file, a prompt or a descriptor; wiped from memory when dropped.

use std::fmt;
use std::fs::File;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::KeyError;
use crate::limits::{PASSPHRASE_BYTES_MAX, PASSPHRASE_BYTES_MIN};
use crate::private_file;

/// A passphrase in memory.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<Vec<u8>>);

/// Where a passphrase comes from. There is no variant for flags and environment: both are visible to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PassphraseSource {
    /// A file of mode 0600; one line break at its end does not count.
    File(PathBuf),
    /// The terminal, without echo.
    Prompt,
    /// An open file descriptor of this process, such as 3 after `3<secret`.
    Descriptor(u32),
}

impl Passphrase {
    /// From bytes already in memory; one line break at the end does not count.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new(bytes.into());
        for end in [b'\n', b'\r'] {
            if bytes.last() == Some(&end) {
                bytes.pop();
            }
        }
        match bytes.len() {
            0 => Err(KeyError::PassphraseEmpty),
            length if length > PASSPHRASE_BYTES_MAX => {
                Err(KeyError::PassphraseTooLong { limit: PASSPHRASE_BYTES_MAX })
            }
            _ => Ok(Self(bytes)),
        }
    }

    /// Asks or reads, once. For opening a key.
    pub fn obtain(source: &PassphraseSource, purpose: &str) -> Result<Self, KeyError> {
        match source {
            PassphraseSource::File(path) => Self::from_file(path),
            PassphraseSource::Descriptor(number) => Self::from_descriptor(*number),
            PassphraseSource::Prompt => prompt(&format!("passphrase for {purpose}: ")),
        }
    }

    /// Asks twice at the prompt, else reads once. For a new key.
    pub fn obtain_new(source: &PassphraseSource, purpose: &str) -> Result<Self, KeyError> {
        let first = match source {
            PassphraseSource::File(_) | PassphraseSource::Descriptor(_) => Self::obtain(source, purpose)?,
            PassphraseSource::Prompt => {
                let first = prompt(&format!("new passphrase for {purpose}: "))?;
                let second = prompt("the same again: ")?;
                if first.0 != second.0 {
                    return Err(KeyError::PassphrasesDiffer);
                }
                first
            }
        };
        first.check_strength()?;
        Ok(first)
    }

    fn from_file(path: &Path) -> Result<Self, KeyError> {
        // Room for a line break of two bytes.
        let bytes = private_file::read(path, PASSPHRASE_BYTES_MAX as u64 + 2)?;
        Self::new(bytes.to_vec())
    }

    fn from_descriptor(number: u32) -> Result<Self, KeyError> {
        let path = PathBuf::from(format!("/dev/fd/{number}"));
        let file = File::open(&path).map_err(KeyError::io(&path, "read the passphrase from"))?;
        let bytes = private_file::read_bounded(&path, file, PASSPHRASE_BYTES_MAX as u64 + 2)?;
        Self::new(bytes.to_vec())
    }

    /// Refuses what cannot protect a new key.
    pub(crate) fn check_strength(&self) -> Result<(), KeyError> {
        let bytes = self.0.len();
        if bytes < PASSPHRASE_BYTES_MIN {
            return Err(KeyError::PassphraseTooShort { bytes, minimum: PASSPHRASE_BYTES_MIN });
        }
        Ok(())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

fn prompt(text: &str) -> Result<Passphrase, KeyError> {
    let terminal = Path::new("/dev/tty");
    if !std::io::stderr().is_terminal() && File::open(terminal).is_err() {
        return Err(KeyError::PassphraseEmpty);
    }
    let typed =
        rpassword::prompt_password(text).map_err(KeyError::io(terminal, "ask for the passphrase on"))?;
    Passphrase::new(typed)
}
