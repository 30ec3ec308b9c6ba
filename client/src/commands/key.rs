//! `tally key …`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use tally_contracts::types::Height;
use tally_keys::{
    Cost, KeyFile, KeyHandle, KeyUri, Passphrase, PassphraseSource, Pkcs11Signer, VerifyingKey, backup,
    restore,
};

use super::context::Context;
use super::error::CommandError;
use super::rotation;

/// What can be done about key files.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Make a new key in an encrypted file or in a PKCS #11 module; it is never overwritten
    #[command(
        after_help = "Examples:\n  tally key new alpha.key\n  tally key new alpha.key --passphrase-file alpha.pass\n  tally \
        key new \"pkcs11:token=bank;object=alpha?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/srv/pin\""
    )]
    New {
        /// Where to write it
        file: PathBuf,
    },
    /// Encrypt an existing key into a new file
    #[command(
        after_help = "Examples:\n  tally key import alpha.key --from seed.hex\n  tally key import alpha.key \
        --from plain.pem --passphrase-file alpha.pass"
    )]
    Import {
        /// Where to write it
        file: PathBuf,
        /// A PKCS#8 PEM file, or one with 64 hexadecimal digits; mode 0600
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
    },
    /// Show a key file's public key; no passphrase is needed
    #[command(after_help = "Examples:\n  tally key inspect alpha.key\n  tally key inspect alpha.key -o json")]
    Inspect {
        /// The key file
        file: PathBuf,
    },
    /// Replace your signing key: a new one is registered, the old one revoked, and the files change places
    #[command(
        after_help = "Examples:\n  tally --as alpha key rotate\n  tally --as alpha key rotate --yes -o json\n  tally --as alpha \
        --key-file visitor.key key rotate --last-height 9000"
    )]
    Rotate {
        /// Block height after which the new key no longer signs [default: that of the key in use, where it has one]
        #[arg(long, value_name = "HEIGHT", conflicts_with = "without_end")]
        last_height: Option<u64>,
        /// The new key signs until it is revoked, although the key in use has a last height
        #[arg(long)]
        without_end: bool,
    },
    /// Replace a validator's consensus key, on its machine and as its member, while it runs
    #[command(
        after_help = "Examples:\n  tally --as bank-east key rotate-validator /srv/tally/keys/consensus.pem \\\n    \
        --node-passphrase-file /srv/tally/keys/passphrase\n  tally --as bank-east key rotate-validator \
        \"pkcs11:token=bank;object=consensus?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/srv/tally/keys/pin\" \\\n    \
        --node-passphrase-file /srv/tally/keys/passphrase"
    )]
    RotateValidator {
        /// What keys.consensus of its configuration names
        key: PathBuf,
        /// What keys.passphrase_file of its configuration names
        #[arg(long, value_name = "FILE")]
        node_passphrase_file: PathBuf,
    },
    /// Put key files together into one encrypted file for a safe; the age program opens it too
    #[command(
        after_help = "Examples:\n  tally key backup safe.age alpha.key alpha.x25519\n  tally key backup safe.age alpha.key \
        --bundle-passphrase-file safe.pass"
    )]
    Backup {
        /// Where to write it; never overwritten
        bundle: PathBuf,
        /// The key files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        passphrase: BundlePassphrase,
    },
    /// Write the key files of a bundle into a folder; nothing is overwritten
    #[command(
        after_help = "Examples:\n  tally key restore safe.age --into keys\n  tally key restore safe.age --into keys \
        --bundle-passphrase-file safe.pass"
    )]
    Restore {
        /// The bundle
        bundle: PathBuf,
        /// The folder
        #[arg(long, value_name = "DIR")]
        into: PathBuf,
        #[command(flatten)]
        passphrase: BundlePassphrase,
    },
}

/// What opens a bundle: another passphrase than its keys have.
#[derive(Args, Debug)]
pub struct BundlePassphrase {
    /// A file of mode 0600 with the bundle's passphrase; asked for at the terminal where it is not given
    #[arg(long, value_name = "FILE")]
    bundle_passphrase_file: Option<PathBuf>,
}

impl BundlePassphrase {
    fn source(self) -> PassphraseSource {
        self.bundle_passphrase_file.map_or(PassphraseSource::Prompt, PassphraseSource::File)
    }
}

#[derive(Debug, Serialize)]
struct KeyRow {
    file: String,
    algorithm: &'static str,
    public_key: String,
}

impl crate::output::Row for KeyRow {
    const HEADER: &'static [&'static str] = &["file", "algorithm", "public_key"];

    fn cells(&self) -> Vec<crate::output::Cell> {
        vec![self.file.as_str().into(), self.algorithm.into(), self.public_key.as_str().into()]
    }
}

/// A key file in a bundle.
#[derive(Debug, Serialize)]
struct FileRow {
    file: String,
}

super::show::columns!(FileRow { file });

impl FileRow {
    fn of(file: &Path) -> Self {
        Self { file: file.display().to_string() }
    }
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        let source = &context.settings().passphrase.value;
        let (file, key) = match self {
            Self::New { file } => {
                let purpose = file.display().to_string();
                let key = match KeyUri::of(&file)? {
                    Some(uri) => Pkcs11Signer::create(&uri, || Passphrase::obtain(source, &purpose))?,
                    None => KeyFile::create(&file, &Passphrase::obtain_new(source, &purpose)?)?,
                };
                (file, key)
            }
            Self::Import { file, from } => {
                let purpose = from.display().to_string();
                let key =
                    KeyFile::read_source(&from, || Passphrase::obtain(&PassphraseSource::Prompt, &purpose))?;
                let passphrase = Passphrase::obtain_new(source, &file.display().to_string())?;
                let key = KeyFile::store(&file, &key, &passphrase, Cost::Standard)?;
                (file, key)
            }
            Self::Inspect { file } => {
                let key = KeyHandle::inspect(&file)?;
                (file, key)
            }
            Self::Rotate { last_height, without_end } => {
                let end = match last_height {
                    Some(height) => rotation::End::After(Height::new(height)),
                    None if without_end => rotation::End::Never,
                    None => rotation::End::AsBefore,
                };
                return rotation::member(context, end).await;
            }
            Self::RotateValidator { key, node_passphrase_file } => {
                return rotation::validator(context, &key, node_passphrase_file).await;
            }
            Self::Backup { bundle, files, passphrase } => {
                let passphrase = Passphrase::obtain_new(&passphrase.source(), &bundle.display().to_string())?;
                backup(&bundle, &files, &passphrase)?;
                return context.show_list(&files.iter().map(|file| FileRow::of(file)).collect::<Vec<_>>());
            }
            Self::Restore { bundle, into, passphrase } => {
                let passphrase = Passphrase::obtain(&passphrase.source(), &bundle.display().to_string())?;
                let files = restore(&bundle, &into, &passphrase)?;
                return context.show_list(&files.iter().map(|file| FileRow::of(file)).collect::<Vec<_>>());
            }
        };
        context.show(&row(&file, &key))
    }
}

fn row(file: &std::path::Path, key: &VerifyingKey) -> KeyRow {
    let public_key = hex::encode(key.as_bytes());
    KeyRow { file: file.display().to_string(), algorithm: "ed25519", public_key }
}
