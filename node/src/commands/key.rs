//! `tallyd key`: makes and shows the node's key files.

use super::error::CommandError;
use super::passphrase::PassphraseArguments;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use tally_keys::{KeyFile, Passphrase};

#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// Make a new key in an encrypted file; never overwrites
    #[command(after_help = "Examples:\n  tallyd key new --out keys/peer.pem\n  \
        tallyd key new --out keys/consensus.pem --passphrase-file keys/passphrase")]
    New(New),
    /// Print the public key of a file
    #[command(after_help = "Examples:\n  tallyd key show keys/peer.pem\n  \
        tallyd key show keys/peer.pem --prove --passphrase-file keys/passphrase")]
    Show(Show),
}

#[derive(Args)]
pub(super) struct New {
    /// The file to make
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseArguments,
}

#[derive(Args)]
pub(super) struct Show {
    /// The key file
    file: PathBuf,
    /// Opens the file with its passphrase, to prove that the key inside is the one it states
    #[arg(long)]
    prove: bool,
    #[command(flatten)]
    passphrase: PassphraseArguments,
}

impl KeyCommand {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let public = match self {
            Self::New(new) => {
                let purpose = new.out.display().to_string();
                let passphrase = Passphrase::obtain_new(&new.passphrase.source(), &purpose)?;
                KeyFile::create(&new.out, &passphrase)?
            }
            Self::Show(show) if show.prove => {
                let purpose = show.file.display().to_string();
                let passphrase = Passphrase::obtain(&show.passphrase.source(), &purpose)?;
                KeyFile::open(&show.file, &passphrase)?.verifying_key()
            }
            Self::Show(show) => KeyFile::inspect(&show.file)?,
        };
        println!("{}", hex::encode(public.as_bytes()));
        Ok(())
    }
}
