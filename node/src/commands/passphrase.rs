//! The arguments that say where a passphrase comes from.

use clap::Args;
use std::path::PathBuf;
use tally_keys::PassphraseSource;

#[derive(Args, Clone, Debug)]
pub(super) struct PassphraseArguments {
    /// Reads the passphrase from a file of mode 0600 instead of asking
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_fd")]
    passphrase_file: Option<PathBuf>,
    /// Reads the passphrase from an open descriptor, such as 3 after 3<secret
    #[arg(long, value_name = "NUMBER")]
    passphrase_fd: Option<u32>,
}

impl PassphraseArguments {
    pub(super) fn source(&self) -> PassphraseSource {
        match (&self.passphrase_file, self.passphrase_fd) {
            (Some(file), _) => PassphraseSource::File(file.clone()),
            (None, Some(number)) => PassphraseSource::Descriptor(number),
            (None, None) => PassphraseSource::Prompt,
        }
    }
}
